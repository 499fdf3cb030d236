"""The seat without a line: reloads, second windows, jumped clocks, answer files, every return."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from exam_server.config import Settings
from exam_server.delivery.answer_files import AnswerFile, read_answer_file
from exam_server.delivery.models import AnswerEvent
from exam_server.seating.models import Sitting
from tests.browsers import FLAGS
from tests.live_server import LiveServer
from tests.sat import Sat, sat_exam, saved
from tests.seats import LIMIT_S

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
    expect(page.get_by_test_id("save-line")).to_contain_text("网络中断")


def choose(page: Page, number: int, key: str) -> None:
    page.get_by_test_id(f"card-{number}").click()
    expect(page.locator(f'article[data-number="{number}"] > h3')).to_be_focused()
    page.keyboard.press(key)
    expect(page.locator(".is-chosen").first).to_be_visible()


def wish_to_hand_in(page: Page) -> None:
    """Confirm the hand-in while the line is down."""
    page.get_by_test_id("hand-in").click()
    page.get_by_test_id("hand-in-confirm").click()
    expect(page.get_by_test_id("hand-in-pending")).to_contain_text("请求已存在本机")


def wish_kept_over_reloads(page: Page) -> None:
    """Confirm the hand-in, reload, take it back, reload, confirm it again, reload."""
    wish_to_hand_in(page)
    page.reload()
    expect(page.get_by_test_id("save-line")).to_contain_text("恢复后自动交卷")
    page.get_by_test_id("back-to-work").click()
    expect(page.get_by_test_id("save-line")).to_contain_text("请继续作答")
    page.reload()
    expect(page.locator('article[data-number="5"]')).to_be_visible()
    assert page.get_by_test_id("hand-in-sheet").count() == 0, "it was taken back"
    wish_to_hand_in(page)
    page.reload()
    expect(page.get_by_test_id("hand-in-confirm")).to_be_disabled()


def stored(sat: Sat) -> list[tuple[int, str, int, Any]]:
    """Return every stored event of the first sitting: number, kind, position, answer."""
    with sat.database.reading() as db:
        rows = db.scalars(
            select(AnswerEvent).join(Sitting).where(sat.is_mine).order_by(AnswerEvent.seq)
        )
        return [(e.seq, e.kind, e.position, json.loads(e.answer or "null")) for e in rows]


def wait_for_the_end(sat: Sat) -> None:
    """Wait until the server has closed the first sitting: nothing counts any more."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        with sat.database.reading() as db:
            if "handed_in" in db.scalars(select(Sitting.status).where(sat.is_mine)).all():
                return
        time.sleep(0.1)
    pytest.fail("the server has not closed the sitting")


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
    wish_kept_over_reloads(page)

    page.context.set_offline(False)
    expect(page.get_by_test_id("receipt-code")).to_be_visible()
    events = stored(sat)
    assert [seq for seq, *_ in events] == list(range(1, len(events) + 1))
    assert [(p, a) for _, kind, p, a in events if kind == "answer"] == [
        (1, "B"),
        (2, "C"),
        (4, "A"),
        (5, "5"),
    ]
    assert page.evaluate(KEPT) == {"facts": ["device", "receipt"], "events": 0}


@pytest.mark.long
def test_time_that_ends_without_a_line_is_said_and_its_answers_go_to_the_proctor(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    choose(page, 1, "b")
    saved(page)
    sat.leave_time(page, 12)
    saved(page)
    cut(page)
    choose(page, 2, "c")
    expect(page.get_by_test_id("veil-time-over")).to_contain_text("网络中断")
    expect(page.get_by_test_id("save-line")).to_contain_text("请在座位上等候")
    with page.expect_download() as download:
        page.get_by_test_id("save-answer-file").click()
    file = read_file(sat, download.value.path())
    assert ("answer", '"C"') in [(event.kind, event.answer) for event in file.events]
    wait_for_the_end(sat)
    page.context.set_offline(False)
    expect(page.get_by_test_id("receipt")).to_contain_text("已转交监考员")
    assert ("answer", '"C"') in sat.late_work()
    assert sat.answers() == [(1, '"B"')]


@pytest.mark.long
def test_a_browser_closed_and_a_server_killed_lose_nothing(
    live_server: LiveServer, chromium: Browser, tmp_path: Path
) -> None:
    """The browser's own folder is all that is left; then the server comes back with what it had."""
    with sat_exam(live_server, chromium) as sat:
        opened = launched(chromium, tmp_path / "profile")
        page = opened.new_page()
        page.goto(f"{live_server.base}/sitting")
        sat.at_work(page)
        choose(page, 1, "b")
        saved(page)
        is_kept(page)
        live_server.kill()
        choose(page, 2, "c")
        opened.close()

        opened = launched(chromium, tmp_path / "profile")
        page = opened.new_page()
        page.goto(f"{live_server.base}/sitting")
        expect(page.get_by_test_id("card-2")).to_have_class(re.compile("is-full"))
        choose(page, 4, "a")
        live_server.start()
        saved(page)
        assert sat.answers() == [(1, '"B"'), (2, '"C"'), (4, '"A"')]
        opened.close()


def launched(chromium: Browser, profile: Path) -> BrowserContext:
    """Start a browser over a folder of its own, as on a candidate's computer."""
    return chromium.browser_type.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=FLAGS.split()
    )


@pytest.mark.long
def test_a_second_window_takes_over_when_asked_and_the_first_writes_no_more(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    is_kept(page)
    cut(page)
    page.get_by_test_id("card-5").click()
    page.get_by_test_id("numeric").press_sequentially("42")
    second = page.context.new_page()
    second.goto(f"{sat.server.base}/sitting")
    second.get_by_test_id("work-here").click()
    expect(second.get_by_test_id("numeric")).to_have_value("42")
    expect(page.get_by_test_id("veil-replaced")).to_be_visible()
    choose(second, 1, "b")
    second.context.set_offline(False)
    saved(second)
    events = stored(sat)
    assert [seq for seq, *_ in events] == list(range(1, len(events) + 1))
    assert [(p, a) for _, kind, p, a in events if kind == "answer"] == [(5, "42"), (1, "B")]


@pytest.mark.long
def test_a_computer_that_keeps_nothing_says_so_and_answers_still_arrive(sat: Sat) -> None:
    page = sat.page()
    page.add_init_script("indexedDB.open = () => { throw new Error('refused'); };")
    page.goto("/sitting")
    expect(page.locator(".problem")).to_contain_text("不能保存数据")
    sat.at_work(page)
    choose(page, 1, "b")
    expect(page.get_by_test_id("save-line")).to_contain_text("只在本页内")
    saved(page)
    assert sat.answers() == [(1, '"B"')]
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


@pytest.mark.long
def test_a_kept_page_older_than_the_server_gives_way_when_the_line_is_back(sat: Sat) -> None:
    page = sat.at_work(sat.page())
    is_kept(page)
    page.evaluate(
        """async () => {
            const [name] = await caches.keys();
            const old = await caches.open("exam-seat-older");
            for (const each of await (await caches.open(name)).keys())
                await old.put(each, await (await caches.open(name)).match(each));
            const text = await (await old.match("/sitting")).text();
            const marked = text.replace('id="sitting"', 'id="sitting" data-old="yes"');
            const headers = { "Content-Type": "text/html" };
            await old.put("/sitting", new Response(marked, { headers }));
            await caches.delete(name);
        }"""
    )
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-old]")).to_have_count(1)
    choose(page, 1, "b")
    page.context.set_offline(False)
    expect(page.locator("[data-old]")).to_have_count(0)
    saved(page)
    assert sat.answers() == [(1, '"B"')]
