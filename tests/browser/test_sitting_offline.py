"""The seat without a line: reloads, second windows, jumped clocks, answer files, every return."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from exam_server.config import Settings
from exam_server.delivery.answer_files import AnswerFile, read_answer_file
from exam_server.delivery.models import AnswerEvent
from exam_server.seating.models import Sitting
from tests.live_server import LiveServer
from tests.sat import Sat, sat_exam, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# This computer's clock as anybody may set it: by as many milliseconds as the page's store says.
JUMPING_CLOCK = """
    const right = Date.now.bind(Date);
    Date.now = () => right() + Number(localStorage.getItem("jump") ?? 0);
"""
THREE_HOURS_MS = 3 * 3_600_000
KEPT = """async () => {
    const open = indexedDB.open("exam-seat");
    const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    const all = (name, ask) => new Promise((done) => {
        const asked = db.transaction(name).objectStore(name)[ask]();
        asked.onsuccess = () => done(asked.result);
    });
    const [facts, events] = [await all("facts", "getAllKeys"), await all("events", "getAllKeys")];
    db.close();
    return { facts, events: events.length };
}"""


@pytest.fixture
def sat(shared_server: LiveServer, chromium: Browser) -> Iterator[Sat]:
    with sat_exam(shared_server, chromium) as made:
        yield made


def is_kept(page: Page) -> None:
    """Wait until the page would come up without a line."""
    page.wait_for_function(
        """async () => navigator.serviceWorker.controller && (await caches.match("/sitting"))"""
    )


def cut(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.get_by_test_id("save-line")).to_contain_text("网络中断", timeout=60_000)


def choose(page: Page, number: int, key: str) -> None:
    page.get_by_test_id(f"card-{number}").click()
    expect(page.locator(f'article[data-number="{number}"] > h3')).to_be_focused()
    page.keyboard.press(key)
    expect(page.locator(".is-chosen").first).to_be_visible()


def stored(sat: Sat) -> list[tuple[int, str, int, Any]]:
    """Return every stored event of the first sitting: number, kind, position, answer."""
    with sat.database.reading() as db:
        rows = db.scalars(
            select(AnswerEvent).join(Sitting).where(sat.is_mine).order_by(AnswerEvent.seq)
        )
        return [(e.seq, e.kind, e.position, json.loads(e.answer or "null")) for e in rows]


def read_file(sat: Sat, path: Path) -> AnswerFile:
    with sat.database.reading() as db:
        secret = Settings(var=sat.server.var).secret
        return read_answer_file(db, path.read_bytes(), secret=secret)


def test_work_goes_on_through_a_reload_without_a_line_and_arrives_once(sat: Sat) -> None:
    page = sat.page()
    page.context.add_init_script(JUMPING_CLOCK)
    sat.at_work(page)
    choose(page, 1, "b")
    saved(page)
    is_kept(page)

    cut(page)
    choose(page, 2, "c")
    page.reload()
    expect(page.locator('article[data-number="2"]')).to_be_visible()
    expect(page.get_by_test_id("card-1")).to_have_class(re.compile("is-full"))
    expect(page.get_by_test_id("time-left")).to_contain_text("59:")
    choose(page, 4, "a")
    expect(page.get_by_test_id("save-line")).to_contain_text("网络中断，答案已存在本机")

    second = page.context.new_page()
    second.goto(f"{sat.server.base}/sitting")
    expect(second.get_by_test_id("veil-replaced")).to_be_visible()
    assert second.get_by_test_id("question").count() == 0
    second.close()

    page.get_by_test_id("line-details").click()
    with page.expect_download() as download:
        page.get_by_test_id("save-answer-file").click()
    assert download.value.suggested_filename == f"answers-{sat.exam.tickets[0]}.examanswers"
    file = read_file(sat, download.value.path())
    given = [(e.position, e.answer) for e in file.events if e.kind == "answer"]
    assert given == [(2, '"C"'), (4, '"A"')]
    page.get_by_test_id("line-close").click()

    # The browser is closed and opened again, and somebody has set the clock.
    page.evaluate(f"() => localStorage.setItem('jump', {THREE_HOURS_MS})")
    page.close()
    page = page.context.new_page()
    page.goto(f"{sat.server.base}/sitting")
    expect(page.get_by_test_id("time-unsure")).to_contain_text("待网络恢复后由服务器确认")
    expect(page.get_by_test_id("time-left")).to_have_text("–:––")
    page.get_by_test_id("card-5").click()
    page.get_by_test_id("numeric").fill("5")
    page.get_by_test_id("hand-in").click()
    page.get_by_test_id("hand-in-confirm").click()
    expect(page.get_by_test_id("hand-in-confirm")).to_be_disabled()

    page.context.set_offline(False)
    expect(page.get_by_test_id("receipt-code")).to_be_visible(timeout=30_000)
    events = stored(sat)
    assert [seq for seq, *_ in events] == list(range(1, len(events) + 1))
    assert [(p, a) for _, kind, p, a in events if kind == "answer"] == [
        (1, "B"),
        (2, "C"),
        (4, "A"),
        (5, "5"),
    ]
    assert page.evaluate(KEPT) == {"facts": ["device", "receipt"], "events": 0}
