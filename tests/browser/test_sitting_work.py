"""The candidate's work: without a mouse, by dragging, through reloads, to the end of time."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browsers import at_first_sight
from tests.exam_papers import CODE
from tests.live_server import LiveServer
from tests.sat import Sat, sat_exam, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MATCHING, ORDERING = 7, 8
PRESS_B = """(document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent("keydown", { key: "b", bubbles: true }));"""


@pytest.fixture
def sat(shared_server: LiveServer, chromium: Browser) -> Iterator[Sat]:
    with sat_exam(shared_server, chromium) as made:
        yield made


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, test_id: str) -> None:
    """Go on with Tab until the element has the focus."""
    for _ in range(60):
        press(page, "Tab")
        if page.evaluate("() => document.activeElement.dataset.testid") == test_id:
            return
    pytest.fail(f"Tab does not reach {test_id}")


def question(page: Page, number: int) -> None:
    """Wait until the question is shown and its heading has the focus."""
    heading = page.locator(f'[data-number="{number}"] > h3')
    expect(heading).to_be_focused()


def test_a_candidate_without_a_mouse_gets_from_sign_in_to_the_receipt(sat: Sat) -> None:
    page = sat.page()
    expect(page.get_by_test_id("ticket")).to_be_focused()
    page.keyboard.type(sat.exam.tickets[0].lower())
    press(page, "Tab")
    page.keyboard.type("abcd 2345")
    press(page, "Enter")
    expect(page.get_by_test_id("confirm")).to_be_visible()
    tab_to(page, "confirm")
    press(page, "Enter")
    expect(page.get_by_test_id("pledge-box")).to_be_visible()
    tab_to(page, "pledge-box")
    press(page, "Space")
    tab_to(page, "pledge")
    press(page, "Enter")
    expect(page.get_by_test_id("step-warm-up")).to_be_visible()
    press(page, "b")
    expect(page.locator(".is-chosen")).to_have_count(1)
    tab_to(page, "warm-done")
    press(page, "Enter")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    at_first_sight(page, "[data-testid=question]", PRESS_B)
    sat.start()
    answer_by_keys(page)
    press(page, "Control+Enter")
    tab_to(page, "hand-in-confirm")
    press(page, "Enter")
    expect(page.get_by_test_id("receipt-code")).to_be_visible()
    expect(page.get_by_test_id("receipt")).to_contain_text("共 10 题")  # told twice: once is enough
    check_answers(sat)


def answer_by_keys(page: Page) -> None:
    """Answer the ten questions of every type with the keyboard alone."""
    question(page, 1)
    expect(page.locator(".is-chosen")).to_have_count(1)  # B, pressed as the question came
    press(page, "Enter")
    question(page, 2)
    press(page, "f", "6", "ArrowRight")  # F flags though there are six options
    question(page, 3)
    press(page, "a", "3", "Enter")
    question(page, 4)
    press(page, "1", "Enter")
    question(page, 5)
    tab_to(page, "numeric")
    page.keyboard.type("5")
    tab_to(page, "next")
    press(page, "Enter")
    question(page, 6)
    tab_to(page, "blank-1")
    page.keyboard.type("安培af")  # letters in a text field are letters
    press(page, "Tab")
    page.keyboard.type("伏特")
    tab_to(page, "next")
    press(page, "Enter")
    question(page, 7)
    tab_to(page, "match-a")
    press(page, "ArrowDown")
    tab_to(page, "next")
    press(page, "Enter")
    question(page, 8)
    press(page, "Tab", "Enter", "Enter", "Enter", "Enter")
    expect(page.locator(".place.is-empty")).to_have_count(0)
    tab_to(page, "next")
    press(page, "Enter")
    question(page, 9)
    tab_to(page, "hotspot")
    press(page, "ArrowLeft", "Shift+ArrowUp", "Enter")
    tab_to(page, "next")
    press(page, "Enter")
    question(page, 10)
    saved(page)


def check_answers(sat: Sat) -> None:
    standing = {position: json.loads(answer or "null") for position, answer in sat.answers()}
    assert standing[1] == "B"
    assert standing[2] == "F"
    assert standing[3] == ["A", "C"]
    assert standing[4] == "A"
    assert standing[5] == "5"
    assert standing[6] == {"1": "安培af", "2": "伏特"}
    assert [left for left, _ in standing[7]] == ["a"]
    assert sorted(standing[8]) == ["A", "B", "C", "D"]
    assert standing[9] == [199, 140]


def test_dragging_and_choosing_give_the_same_answers(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    page.get_by_test_id(f"card-{MATCHING}").click()
    drag(page, page.get_by_test_id("right-x"), page.locator('[data-drop="a"]'))
    expect(page.get_by_test_id("match-a")).to_have_value("x")
    page.get_by_test_id("match-b").select_option("w")
    saved(page)
    assert json.loads(sat.answers()[-1][1] or "") == [["a", "x"], ["b", "w"]]
    drag(page, page.locator(".slot-card").first, page.locator('[data-drop="b"]'))
    expect(page.get_by_test_id("match-a")).to_have_value("")
    page.get_by_test_id(f"card-{ORDERING}").click()
    page.get_by_test_id("order-C").click()
    drag(page, page.get_by_test_id("order-A"), page.locator('[data-drop="0"]'))
    saved(page)
    assert json.loads(sat.answers()[-1][1] or "") == ["A", "C"]


def drag(page: Page, what: object, to: object) -> None:
    start, end = what.bounding_box(), to.bounding_box()  # type: ignore[attr-defined]
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 20, steps=6)
    page.mouse.up()


def test_a_reload_keeps_question_view_size_and_colours(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    page.get_by_test_id("size-3").click()
    page.get_by_test_id("theme").select_option("contrast")
    page.get_by_test_id("card-3").click()
    page.get_by_test_id("mode-scroll").click()
    page.reload()
    expect(page.locator('.is-current [data-number="3"]')).to_be_visible()
    root = page.locator("html")
    expect(root).to_have_attribute("data-size", "3")
    expect(root).to_have_attribute("data-theme", "contrast")
    page.get_by_test_id("mode-one").click()
    expect(page.locator('article[data-number="3"]')).to_be_visible()


@pytest.mark.long
def test_ten_and_five_minutes_are_spoken_once_and_shown(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    spoken = page.get_by_test_id("spoken")
    for minutes in (10, 5):
        sat.leave_time(page, minutes * 60 + 4)
        expect(spoken).to_contain_text(f"还剩 {minutes} 分钟")
        expect(page.locator(".clock.is-short")).to_be_visible()
        page.reload()
        expect(page.get_by_test_id("time-left")).to_have_text(re.compile(rf"{minutes - 1}:\d\d"))
        expect(spoken).to_be_empty()


@pytest.mark.long
def test_at_the_end_the_page_says_so_and_shows_the_receipt_without_any_act(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    page.get_by_test_id("card-5").click()
    sat.leave_time(page, 4)
    question(page, 5)  # a key before that goes to the heading that gets the focus
    page.get_by_test_id("numeric").press_sequentially("5")
    expect(page.get_by_test_id("receipt")).to_be_visible()
    assert sat.answers() == [(5, '"5"')]
    page.reload()
    expect(page.get_by_test_id("receipt-code")).to_be_visible()


def test_paused_and_void_have_pages_of_their_own(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    lines: list[WebSocket] = []

    def note(line: WebSocket) -> None:  # a bound method of the list is no handler to Playwright
        lines.append(line)

    page.on("websocket", note)
    for status in ("held", "void"):
        sat.set_status(status)
        page.reload()
        expect(page.get_by_test_id(f"veil-{status}")).to_be_visible()
    # nothing more is said to a sitting that is void: its page closes the line and opens no other
    last, opened = lines[-1], len(lines)
    if not last.is_closed():
        last.wait_for_event("close")
    expect(page.get_by_test_id("veil-void")).to_be_visible()
    assert len(lines) == opened


def test_a_computer_away_during_a_move_hands_over_what_it_holds(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    page.context.set_offline(True)
    press(page, "b")
    expect(page.get_by_test_id("save-line")).to_contain_text("⚠")
    sat.move()
    page.context.set_offline(False)
    expect(page.get_by_test_id("moved-late")).to_contain_text("已转交监考员")
    assert ("answer", '"B"') in sat.late_work()
    page.reload()
    expect(page.get_by_test_id("ticket")).to_be_visible()


def test_what_was_typed_stays_after_a_refusal(sat: Sat) -> None:
    page = sat.page()
    page.get_by_test_id("ticket").fill("nobody")
    page.get_by_test_id("code").fill(CODE)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("refused")).to_be_visible()
    expect(page.get_by_test_id("ticket")).to_have_value("nobody")
    expect(page.get_by_test_id("code")).to_have_value(CODE)
