"""A candidate takes a whole adaptive test: one question at a time, through reload and lost line."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from exam_server.clock import utcnow
from exam_server.seating.models import Sitting
from tests.adaptive_rooms import LONGEST, make_adaptive_room
from tests.exam_papers import SatExam
from tests.live_server import LiveServer
from tests.sat import Sat, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def sat(shared_server: LiveServer, chromium: Browser) -> Iterator[Sat]:
    database = shared_server.database()
    room = make_adaptive_room(database, shared_server.settings, now=utcnow())
    exam = SatExam(room.exam_session_uid, room.room_run_id, room.tickets)
    sat = Sat(shared_server, chromium, database, exam)
    yield sat
    for page in sat.pages:
        page.context.close()
    database.close()


def at_question(page: Page, number: int) -> None:
    question = page.get_by_test_id("question")
    expect(question).to_have_attribute("data-number", str(number))


def answer_and_confirm(page: Page, number: int) -> None:
    at_question(page, number)
    page.locator(".option").first.click()
    page.get_by_test_id("confirm-item").click()


def test_a_candidate_takes_an_adaptive_test(sat: Sat) -> None:
    heard: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    page = sat.page()
    page.on("websocket", listen)
    sat.sign_in(page)
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("step-pledge")).to_contain_text("不能返回")
    page.get_by_test_id("pledge-box").check()
    page.get_by_test_id("pledge").click()
    page.get_by_test_id("warm-skip").click()
    expect(page.get_by_test_id("waiting")).to_be_visible()
    assert not any("options" in each for each in heard)  # nothing of an item before the start
    sat.start()
    answer_and_confirm(page, 1)
    at_question(page, 2)
    page.get_by_test_id("confirm-item").click()  # without an answer it asks once
    expect(page.get_by_test_id("confirm-empty")).to_be_visible()
    page.locator(".option").nth(1).click()
    saved(page)
    page.reload()
    at_question(page, 2)
    expect(page.locator(".option input").nth(1)).to_be_checked()
    page.context.set_offline(True)
    page.get_by_test_id("confirm-item").click()
    expect(page.get_by_test_id("adaptive-waiting")).to_be_visible()
    page.context.set_offline(False)
    for number in range(3, LONGEST + 1):
        answer_and_confirm(page, number)
    expect(page.get_by_test_id("adaptive-over")).to_be_visible()
    page.get_by_test_id("hand-in").click()
    page.get_by_test_id("hand-in-confirm").click()
    expect(page.get_by_test_id("receipt")).to_be_visible()
    everything = " ".join(heard)
    assert "options" in everything
    for hidden in ("correct", "slope", "difficulty", "shadow", "standard_error"):
        assert hidden not in everything
    assert _kept_by(page) == []
    with sat.database.reading() as db:
        sitting = db.query(Sitting).filter(sat.is_mine, Sitting.started_at.is_not(None)).one()
        assert (sitting.given_count, sitting.confirmed_count) == (LONGEST, LONGEST)


def _kept_by(page: Page) -> list[Any]:
    """Return what of an item is still on the computer after the receipt."""
    found: list[Any] = page.evaluate(
        """async () => {
          const found = [];
          for (const { name } of await indexedDB.databases()) {
            const db = await new Promise((done, fail) => {
              const asked = indexedDB.open(name);
              asked.onsuccess = () => done(asked.result);
              asked.onerror = () => fail(asked.error);
            });
            for (const store of db.objectStoreNames) {
              const all = await new Promise((done) => {
                const asked = db.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => done(asked.result);
              });
              found.push(...all.map((each) => JSON.stringify(each)));
            }
            db.close();
          }
          return found.filter((each) => each.includes("选项"));
        }"""
    )
    return found
