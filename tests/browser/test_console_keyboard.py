"""A proctor's exam by keyboard alone: from my rooms to the closed room's record."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsers import EN, ZH, Staff, at_first_sight, axe_violations
from tests.console_rooms import LiveRoom
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_TABS = 80
NOTE_THE_FOCUS = "document.documentElement.dataset.atFirst = document.activeElement.dataset.testid;"


@pytest.fixture
def room(shared_server: LiveServer) -> Iterator[LiveRoom]:
    opened = LiveRoom(shared_server).open()
    yield opened
    opened.leave()


@pytest.fixture
def people(chromium: Browser, room: LiveRoom) -> Iterator[Staff]:
    found = Staff(chromium, room.server.base)
    yield found
    found.close()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"not reached by Tab: {wanted}")


def choose(page: Page, number: int) -> None:
    """Go to a seat of the first row by arrows and choose it."""
    page.keyboard.press("Escape")
    tab_to(page, page.locator(".tile[tabindex='0']"))
    page.keyboard.press("Home")
    for _ in range(number - 1):
        page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.get_by_test_id(f"seat-{number}")).to_have_attribute("aria-selected", "true")


def ask(page: Page, act: str, words: str) -> None:
    """Open an act of the bar, give its words and send it."""
    tab_to(page, page.get_by_test_id(act))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_test_id("reason"))
    page.keyboard.type(words)
    tab_to(page, page.get_by_test_id("send"))
    page.keyboard.press("Enter")


def test_a_proctor_runs_a_room_by_keyboard_alone(room: LiveRoom, people: Staff) -> None:
    room.come(1, 2, 3)
    page = people.page_as(room.proctor)
    page.goto("/proctoring/")
    tab_to(page, page.locator(f"a[href='{room.address}']"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("seat-3")).to_contain_text("就绪")
    expect(page.get_by_test_id("count-absent")).to_have_text("1")

    tab_to(page, page.get_by_test_id("start"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("seat-1")).to_contain_text("就绪")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("count-working")).to_have_text("3")
    for seat in room.seats[:3]:
        seat.gets_key().ask("fetch_state")
        seat.confirm_state()

    choose(page, 2)
    at_first_sight(
        page,
        ".asking",
        "document.documentElement.dataset.atFirst = document.activeElement.dataset.testid;",
    )
    ask(page, "add-5", "机器重启")
    assert page.evaluate("document.documentElement.dataset.atFirst") == "reason"
    assert room.seats[1].expect("clock_changed")["minutes_added"] == "5"
    expect(page.get_by_test_id("confirmed").first).to_contain_text("1 / 1")
    expect(page.get_by_test_id("seat-2")).to_contain_text("35 分")
    expect(page.get_by_test_id("seat-1")).not_to_contain_text("分")

    room.seats[1].is_confirming = False
    ask(page, "message", "请安心作答")
    message = room.seats[1].expect("message_sent")
    assert message["text"] == "请安心作答"
    expect(page.get_by_test_id("confirmed").first).to_contain_text("0 / 1")
    room.seats[1].ask("ack_message", {"id": message["id"]})
    expect(page.get_by_test_id("confirmed").first).to_contain_text("1 / 1")

    ask(page, "incident", "鼠标失灵，已更换")
    expect(page.get_by_test_id("count-incidents")).to_have_text("1")
    choose(page, 1)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("seat-sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("seat-sheet")).to_have_count(0)

    page.keyboard.press("Control+a")
    expect(page.get_by_test_id("chosen")).to_contain_text("4")
    ask(page, "force-hand-in", "考试结束")
    for seat in room.seats[:3]:
        seat.gets_closed()
    expect(page.get_by_test_id("count-handedIn")).to_have_text("3")
    tab_to(page, page.get_by_test_id("close"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_test_id("record"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("考场情况记录单")
    expect(page.locator("#incidents + table")).to_contain_text("鼠标失灵，已更换")


@pytest.mark.long
def test_a_troubled_room_is_accessible_in_both_languages_and_all_themes(
    room: LiveRoom, people: Staff
) -> None:
    room.come(1, 2)
    first = people.page_as(room.proctor)
    first.goto(room.address)
    tab_to(first, first.get_by_test_id("start"))
    first.keyboard.press("Enter")
    first.keyboard.press("Enter")
    expect(first.get_by_test_id("count-working")).to_have_text("2")
    room.seats[0].ask("call_proctor", {"text": "鼠标"})
    room.seats[1].ask("report_signal", {"kind": "focus_lost"})
    expect(first.get_by_test_id("said")).not_to_be_empty()
    for language, theme in ((ZH, "light"), (EN, "dark"), (ZH, "contrast")):
        look_at(people.page_as(room.proctor, language=language, theme=theme), room)


def look_at(page: Page, room: LiveRoom) -> None:
    """Open everything the console has and let axe look at each."""
    page.goto(room.address)
    expect(page.get_by_test_id("need-called-1")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_test_id("seat-1").click()
    page.get_by_test_id("seat-2").click(modifiers=["Control"])
    page.get_by_test_id("add-10").click()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("seat-1").dblclick()
    expect(page.locator(".events")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_test_id("tab-attendance").click()
    expect(page.get_by_test_id("attendance-list")).to_be_visible()
    assert axe_violations(page) == []
    page.goto(f"{room.address}/wall")
    expect(page.get_by_test_id("left")).to_contain_text(":")
    assert axe_violations(page) == []
