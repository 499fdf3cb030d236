"""Late work from a lost line and from a stick, decided at the console; sittings made void; undo."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from exam_server.clock import rfc3339, utcnow
from exam_server.config import Settings
from exam_server.delivery.answer_sealing import Head, answer_file_key, seal_answers
from tests.browsers import Staff, axe_violations
from tests.console_rooms import ConfirmingSeat, LiveRoom
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def room(shared_server: LiveServer) -> Iterator[LiveRoom]:
    opened = LiveRoom(shared_server).open()
    opened.come(1, 2)
    yield opened
    opened.leave()


@pytest.fixture
def people(chromium: Browser, room: LiveRoom) -> Iterator[Staff]:
    found = Staff(chromium, room.server.base)
    yield found
    found.close()


def start(page: Page, room: LiveRoom) -> None:
    page.goto(room.address)
    page.get_by_test_id("start").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("count-working")).to_have_text("2")
    for seat in room.seats[:2]:
        seat.gets_key()


def ask(page: Page, seat: int, act: str, reason: str) -> None:
    page.get_by_test_id(f"seat-{seat}").click()
    page.get_by_test_id(act).click()
    page.get_by_test_id("reason").fill(reason)
    page.get_by_test_id("send").click()


def confirm(page: Page, form: str, reason: str) -> None:
    """Press a button that asks for a reason first, and give it."""
    dialog = page.locator(form)
    dialog.locator("button[data-ask]").click()
    dialog.locator("textarea[name=reason]").fill(reason)
    dialog.locator("dialog button[type=submit]").click()


def saved_on_a_stick(seat: ConfirmingSeat, room: LiveRoom) -> bytes:
    """Return the answer file of what a seat holds, as its page saves it."""
    state = seat.ask("fetch_state")
    uid, lease = state["sitting_id"], state["lease_number"]
    events = list(seat.outbox.values())
    head = Head(uid, seat.ticket, lease, rfc3339(utcnow()), len(events))
    secret = Settings(var=room.server.var).secret
    return seal_answers(head, events, answer_file_key(secret, uid, lease))


@pytest.mark.long
def test_late_work_from_line_and_stick_is_decided_and_stands_in_the_record(
    room: LiveRoom, people: Staff
) -> None:
    page = people.page_as(room.proctor)
    start(page, room)
    first, second = room.seats[:2]
    assert first.answer(1, "A")["ok"]
    first.note(2, "B")
    second.note(3, "C")
    ask(page, 1, "force-hand-in", "考试结束")
    page.keyboard.press("Escape")
    ask(page, 2, "force-hand-in", "考试结束")
    second.gets_closed()
    assert (
        first.gets_closed().ask("send_late_work", {"events": list(first.outbox.values())})["kept"]
        == 1
    )
    need = page.get_by_test_id("need-late_work-1")
    expect(need).to_contain_text("1")

    # the second seat's answers come on a stick, beside a file that is none
    sealed = saved_on_a_stick(second, room)
    page.goto(f"{room.address}/answer-files")
    page.locator("#files").set_input_files(
        [
            {"name": "2.examanswers", "mimeType": "application/octet-stream", "buffer": sealed},
            {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"no answers"},
        ]
    )
    page.locator("main form button[type=submit]").click()
    rows = page.get_by_test_id("brought")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(second.ticket)
    assert axe_violations(page) == []
    rows.nth(0).get_by_role("link").click()
    expect(page.locator("[data-group]")).to_have_count(1)
    confirm(page, "form:has(input[value=refuse])", "座位没有断线")

    page.goto(room.address)
    need.get_by_role("link").click()
    group = page.locator("[data-group='1:sent_late']")
    expect(group).to_contain_text("2")
    assert axe_violations(page) == []
    confirm(page, "[data-group] form:has(input[value=accept])", "断线，监考员在场")
    expect(page.locator("main")).to_contain_text("断线，监考员在场")
    page.get_by_role("link", name="经过时间线").click()
    expect(page.locator("#story")).to_contain_text("采纳补交")
    expect(page.locator("#story")).to_contain_text("第 2 题作答")
    page.locator("input[name=kind][value=receipts]").check()
    page.locator("form[role=search] button.btn-primary").click()
    expect(page.locator("#story tbody tr")).to_have_count(2)
    assert axe_violations(page) == []
    page.goto(f"{room.address}/record")
    expect(page.locator("#late-work + table tbody tr")).to_have_count(2)
    page.goto(room.address)
    expect(page.get_by_test_id("seat-1")).to_contain_text("已交卷")
    expect(page.get_by_test_id("need-late_work-1")).to_have_count(0)
    assert first.ask("fetch_state")["answers"] == {"1": "A", "2": "B"}


@pytest.mark.long
def test_acts_are_undone_and_a_sitting_is_made_void_by_a_second_person(
    room: LiveRoom, people: Staff
) -> None:
    page = people.page_as(room.proctor)
    start(page, room)
    seat = room.seats[0]
    ask(page, 1, "add-5", "机器重启")
    assert seat.expect("clock_changed")["minutes_added"] == "5"
    page.get_by_test_id("undo").click()
    assert seat.expect("clock_changed")["minutes_taken"] == "5"
    ask(page, 1, "incident", "误记")
    expect(page.get_by_test_id("count-incidents")).to_have_text("1")
    page.get_by_test_id("undo").first.click()
    expect(page.get_by_test_id("count-incidents")).to_have_text("0")

    page.get_by_test_id("seat-1").dblclick()
    page.get_by_test_id("seat-sheet").get_by_role("link", name="作废处理").click()
    page.locator("#category").select_option("device")
    page.locator("#reason").fill("使用手机，两名监考员在场")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("button", name="撤回申请")).to_be_visible()
    expect(page.locator("input[value=void]")).to_have_count(0)
    assert axe_violations(page) == []

    chief = people.page_as(room.chief)
    chief.locator("a[href$='/to-decide']").click()
    chief.locator("a[href$='/void']").click()
    confirm(chief, "form:has(input[value=void])", "属实")
    expect(chief.locator("main")).to_contain_text("本次考试已作废")
    assert seat.expect("sitting_closed")["reason"] == "void"
    page.goto(room.address)
    expect(page.get_by_test_id("seat-1")).to_contain_text("作废")
