"""A console that loses its line, the wall, supervision and the chief proctor's overview."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import PHONE_SIZE, Staff, axe_violations, hangs_over
from tests.console_rooms import LiveRoom
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.long]


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


def test_a_console_without_line_says_so_and_comes_back_by_itself(
    room: LiveRoom, people: Staff
) -> None:
    page = people.page_as(room.proctor)
    page.goto(room.address)
    expect(page.get_by_test_id("seat-1")).to_contain_text("就绪")
    page.context.set_offline(True)
    expect(page.get_by_test_id("line-lost")).to_be_visible()
    expect(page.get_by_test_id("start")).to_be_disabled()
    expect(page.get_by_test_id("seat-1")).to_contain_text("就绪")
    assert axe_violations(page) == []
    room.seats[0].ask("call_proctor", {})
    page.context.set_offline(False)
    expect(page.get_by_test_id("need-called-1")).to_be_visible()
    expect(page.get_by_test_id("line-lost")).to_have_count(0)
    expect(page.get_by_test_id("start")).to_be_enabled()


def test_supervision_sees_the_room_and_finds_nothing_to_press(
    room: LiveRoom, people: Staff
) -> None:
    room.seats[0].ask("call_proctor", {})
    page = people.page_as(room.supervisor)
    page.goto("/proctoring/overview")
    page.locator(f"a[href='{room.address}']").click()
    expect(page.get_by_test_id("need-called-1")).to_be_visible()
    expect(page.get_by_test_id("start")).to_have_count(0)
    expect(page.get_by_test_id("act-bar")).to_have_count(0)
    expect(
        page.get_by_test_id("need-called-1").get_by_role("button", name="已到场处理")
    ).to_have_count(0)
    assert axe_violations(page) == []


def test_a_chief_proctor_starts_all_rooms_and_the_wall_follows(
    room: LiveRoom, people: Staff
) -> None:
    wall = people.page_as(room.proctor)
    wall.goto(f"{room.address}/wall")
    expect(wall.get_by_test_id("left")).to_contain_text("30")
    page = people.page_as(room.chief)
    page.goto("/proctoring/overview")
    page.get_by_test_id("start-all").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("said")).to_contain_text("2")
    expect(wall.get_by_test_id("left")).to_contain_text("0:")
    assert axe_violations(page) == []


def test_on_a_phone_what_needs_a_person_comes_first(room: LiveRoom, people: Staff) -> None:
    room.seats[1].ask("call_proctor", {})
    page = people.page_as(room.proctor, size=PHONE_SIZE)
    page.goto(room.address)
    need = page.get_by_test_id("need-called-2")
    expect(need).to_be_visible()
    above = need.bounding_box()
    plan = page.get_by_test_id("seat-1").bounding_box()
    assert above is not None
    assert plan is not None
    assert above["y"] < plan["y"]
    assert hangs_over(page) == 0
