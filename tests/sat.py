"""A candidate in a real browser at a real server, and what only the office can do to a room."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import ColumnElement, select

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.leases import approve_move, ask_to_move
from exam_server.delivery.models import AnswerEvent, LateWork
from exam_server.delivery.service import start_sittings
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from tests.browsers import DESIGN_SIZE, ZH, patient_context
from tests.exam_papers import CODE, SatExam, make_sat_exam
from tests.live_server import LiveServer


@dataclass
class Sat:
    """One exam session at a server, and the pages of its candidates."""

    server: LiveServer
    browser: Browser
    database: Database
    exam: SatExam
    pages: list[Page] = field(default_factory=list)

    @property
    def is_mine(self) -> ColumnElement[bool]:
        """Choose the sittings of this exam session: others may share the server."""
        return Sitting.exam_session.has(uid=self.exam.exam_session_uid)

    def page(
        self, *, language: str = ZH, theme: str = "", size: tuple[int, int] = DESIGN_SIZE
    ) -> Page:
        """Return a seat's page, before sign-in."""
        context = patient_context(
            self.browser, viewport={"width": size[0], "height": size[1]}, base_url=self.server.base
        )
        chosen = {"language": language, **({"theme": theme} if theme else {})}
        context.add_cookies(
            [{"name": n, "value": v, "url": self.server.base} for n, v in chosen.items()]
        )
        page = context.new_page()
        self.pages.append(page)
        page.goto("/sitting")
        expect(page.get_by_test_id("ticket")).to_be_visible()
        return page

    def sign_in(self, page: Page, seat: int = 0) -> None:
        """Sign in by ticket and code."""
        page.get_by_test_id("ticket").fill(self.exam.tickets[seat])
        page.get_by_test_id("code").fill(CODE)
        page.get_by_test_id("sign-in").click()
        expect(page.get_by_test_id("confirm")).to_be_visible()

    def waiting(self, page: Page, seat: int = 0) -> None:
        """Bring a page to where it waits for the signal."""
        self.sign_in(page, seat)
        page.get_by_test_id("confirm").click()
        page.get_by_test_id("pledge-box").check()
        page.get_by_test_id("pledge").click()
        page.get_by_test_id("warm-skip").click()
        expect(page.get_by_test_id("waiting")).to_be_visible()

    def at_work(self, page: Page) -> Page:
        """Bring a page to its paper."""
        self.waiting(page)
        self.start()
        expect(page.get_by_test_id("question")).to_be_visible()
        return page

    def start(self) -> None:
        """Start the room."""
        with self.database.writing() as db:
            start_sittings(db, [db.get_one(RoomRun, self.exam.room_run_id)], now=utcnow())

    def leave_time(self, page: Page, seconds: float) -> None:
        """Move the start so that this much time is left once the page has reloaded."""
        began = time.monotonic()
        page.reload()
        expect(page.get_by_test_id("time-left")).to_be_visible()
        seconds += 3 * (time.monotonic() - began)  # the next one may take longer
        with self.database.writing() as db:
            run = db.get_one(RoomRun, self.exam.room_run_id)
            allowed = timedelta(minutes=db.get_one(ExamSession, run.exam_session_id).minutes)
            run.started_at = utcnow() + timedelta(seconds=seconds) - allowed
        page.reload()

    def set_status(self, status: str) -> None:
        """Put every sitting into a state; pages learn it when they reload."""
        with self.database.writing() as db:
            for sitting in db.scalars(select(Sitting).where(self.is_mine)):
                sitting.status = status

    def move(self) -> None:
        """Give the first sitting to another computer, as a proctor approves it."""
        with self.database.writing() as db:
            sitting = db.scalars(select(Sitting).where(self.is_mine).order_by(Sitting.id)).first()
            assert sitting is not None
            ask_to_move(db, sitting, "another computer's secret", now=utcnow())
            approve_move(db, sitting, now=utcnow())

    def late_work(self) -> list[tuple[str, str | None]]:
        """Return what was kept for the proctor: kind and JSON text."""
        with self.database.reading() as db:
            kept = db.scalars(
                select(LateWork).join(Sitting).where(self.is_mine).order_by(LateWork.seq)
            ).all()
            return [(each.kind, each.answer) for each in kept]

    def answers(self) -> list[tuple[int, str | None]]:
        """Return the stored answers in their order: position and JSON text."""
        with self.database.reading() as db:
            chosen = select(AnswerEvent).join(Sitting).where(self.is_mine)
            chosen = chosen.where(AnswerEvent.kind == "answer")
            events = db.scalars(chosen.order_by(AnswerEvent.seq)).all()
            return [(event.position, event.answer) for event in events]


@contextmanager
def sat_exam(server: LiveServer, browser: Browser, **exam: Any) -> Iterator[Sat]:
    """Add an exam session to a running server; its pages are closed at the end."""
    database = server.database()
    secret = Settings(var=server.var).secret
    with database.writing() as db:
        made = make_sat_exam(db, secret, now=utcnow(), **exam)
    sat = Sat(server, browser, database, made)
    yield sat
    for page in sat.pages:
        page.context.close()
    database.close()


def saved(page: Page) -> None:
    """Wait until everything has been acknowledged."""
    expect(page.get_by_test_id("save-line")).to_contain_text("✓")
