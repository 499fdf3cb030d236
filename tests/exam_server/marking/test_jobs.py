"""Marking as long work: short transactions, published as a whole, begun anew when papers change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError
from exam_server.jobs import CancelledError, Job, Work
from exam_server.marking import jobs, service
from exam_server.marking.jobs import mark_in_portions
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.marking.service import newest_run
from exam_server.seating.models import ExamSession, Sitting
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_sitting,
)

N_SITTINGS, N_ITEMS = 5, 6


@dataclass(frozen=True)
class Sat:
    """An exam session that is over, and the work that is to mark it."""

    work: Work
    exam_session: ExamSession


class Watched(Work):
    """Work whose transactions are counted; ``before`` runs ahead of the n-th writing one."""

    writes: list[int]
    at: int
    act: Any

    @contextmanager
    def writing(self) -> Iterator[Session]:
        number = self.writes[0] = self.writes[0] + 1
        if number == self.at:
            with self.database.writing() as db:
                self.act(db)
        with self.database.writing() as db:
            yield db


@pytest.fixture
def sat(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Sat:
    monkeypatch.setattr(service, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(jobs, "PORTIONS_PER_PROGRESS", 1)
    with database.writing() as db:
        organization = make_organization(db)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=N_ITEMS)
        exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
        for number in range(N_SITTINGS):
            sitting = make_sitting(
                db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
            )
            make_answers(db, sitting, *("A" * number))
        job = Job(kind="test", title="", payload={})
        db.add(job)
        db.flush()
        return Sat(Work(database, settings, job.id, None, {}, None), exam_session)


def watched(sat: Sat, at: int, act: Any) -> Watched:
    work = Watched(*(getattr(sat.work, name) for name in Work.__dataclass_fields__))
    for name, value in (("writes", [0]), ("at", at), ("act", act)):
        object.__setattr__(work, name, value)
    return work


def counts(sat: Sat) -> tuple[int, int, int]:
    with sat.work.database.reading() as db:
        return tuple(  # type: ignore[return-value] # three tables
            db.scalar(select(func.count()).select_from(table)) or 0
            for table in (MarkingRun, ResponseScore, SittingScore)
        )


def test_a_marking_in_portions_is_that_of_one_transaction(sat: Sat) -> None:
    mark_in_portions(sat.work, sat.exam_session)
    with sat.work.database.writing() as db:
        one = newest_run(db, sat.exam_session.id)
        assert one is not None
        other = service.mark_exam_session(
            db, db.get_one(ExamSession, sat.exam_session.id), by=None, now=NOW
        )

        def rows(run: MarkingRun) -> list[Any]:
            of_run = select(
                ResponseScore.sitting_id, ResponseScore.position, ResponseScore.mark
            ).where(ResponseScore.marking_run_id == run.id)
            return sorted(map(tuple, db.execute(of_run)))

        assert len(rows(one)) == N_SITTINGS * N_ITEMS
        assert rows(one) == rows(other)
        theory = select(SittingScore.theory).where(SittingScore.marking_run_id == one.id)
        assert max(db.scalars(theory)) == Decimal("66.7")


def test_nobody_sees_half_a_marking(sat: Sat) -> None:
    seen = []

    def look(db: Session) -> None:
        seen.append(newest_run(db, sat.exam_session.id))

    for number in range(1, 8):  # before every transaction that writes rows, and the publishing
        mark_in_portions(watched(sat, number, look), sat.exam_session)
        with sat.work.database.writing() as db:
            for table in (SittingScore, ResponseScore, MarkingRun):
                db.query(table).delete()
    assert seen == [None] * 7


def test_a_paper_that_changes_meanwhile_is_marked_as_it_is_at_the_end(sat: Sat) -> None:
    def more_answers(db: Session) -> None:
        late = db.scalars(select(Sitting).order_by(Sitting.id)).first()
        assert late is not None
        make_answers(db, late, *"AAA")

    mark_in_portions(watched(sat, 3, more_answers), sat.exam_session)
    with sat.work.database.reading() as db:
        run = newest_run(db, sat.exam_session.id)
        assert run is not None
        first = select(SittingScore.theory).where(SittingScore.marking_run_id == run.id)
        assert db.scalars(first.order_by(SittingScore.sitting_id)).first() == Decimal(50)
    assert counts(sat) == (1, N_SITTINGS * N_ITEMS, N_SITTINGS)


def test_a_sitting_made_void_meanwhile_is_not_marked(sat: Sat) -> None:
    def make_void(db: Session) -> None:
        sitting = db.scalars(select(Sitting).order_by(Sitting.id)).first()
        assert sitting is not None
        sitting.status = "void"

    mark_in_portions(watched(sat, 4, make_void), sat.exam_session)
    assert counts(sat) == (1, (N_SITTINGS - 1) * N_ITEMS, N_SITTINGS - 1)


def test_a_room_that_never_rests_is_refused_and_leaves_nothing(
    sat: Sat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "state_of", lambda *_: frozenset())
    with pytest.raises(ConflictError, match="changed_while_marking"):
        mark_in_portions(sat.work, sat.exam_session)
    assert counts(sat) == (0, 0, 0)


def test_calling_it_off_leaves_the_marking_before(sat: Sat) -> None:
    mark_in_portions(sat.work, sat.exam_session)
    before = counts(sat)

    def call_off(db: Session) -> None:
        db.get_one(Job, sat.work.job_id).is_cancel_asked = True

    with pytest.raises(CancelledError):
        mark_in_portions(watched(sat, 3, call_off), sat.exam_session)
    assert counts(sat) == before


def test_what_a_killed_process_left_is_removed_by_the_next(sat: Sat) -> None:
    with sat.work.database.writing() as db:
        exam_session = db.get_one(ExamSession, sat.exam_session.id)
        papers = service.read_papers(db, exam_session)
        run = service.begin_run(db, exam_session, by=None, now=NOW)
        marked = service.mark_papers(papers)
        service.store_rows(db, next(service.portions(run.id, marked)))
    mark_in_portions(sat.work, sat.exam_session)
    assert counts(sat) == (1, N_SITTINGS * N_ITEMS, N_SITTINGS)
