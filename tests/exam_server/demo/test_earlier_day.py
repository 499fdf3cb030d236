"""The earlier exam day of the sample: a small one stage by stage, and the whole of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.adaptive.models import AdaptivePlan, PracticeTicket
from exam_server.adaptive.standings import standing_of
from exam_server.analysis.models import ExaminerReport
from exam_server.analysis.patterns.reporting import pattern_report
from exam_server.analysis.service import report_of
from exam_server.bank.work_models import ItemParameter
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.closing import has_open_rooms
from exam_server.demo.content import miskeyed
from exam_server.demo.history.asking import KIND, NAMES, ask_for_earlier_day
from exam_server.demo.history.facts import N_CANDIDATES, PANEL, PLAN, batch_of, session_of
from exam_server.jobs import Job, run_next_job
from exam_server.marking.models import MarkingRun
from exam_server.marking.service import newest_run
from exam_server.results.equating.standing import standing_uses
from exam_server.results.releasing import release_of, second_of
from exam_server.results.service import newest_decisions
from exam_server.seating.models import Sitting
from exam_server.standards.models import PanelAdoption, PanelRound, StandardPanel
from exam_server.working import JobFunctions
from tests.made_once import STORE

FEW = 30  # two rooms
MEASURED = 4  # so many stages until the marking is measured


class Sample:
    """A copy of the sample store, and its jobs worked off one at a time."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(var=folder)
        self.database = Database(self.settings.url, keyring=self.settings.keyring)

    def ask(self, n_candidates: int = FEW) -> bool:
        with self.database.writing() as db:
            found = ask_for_earlier_day(db, now=utcnow(), n_candidates=n_candidates)
            return found is not None

    def work(self) -> Job:
        """Work the next job off and return it as it ended."""
        database, settings = self.database, self.settings
        with database.reading() as db:
            waiting = select(Job.id).where(Job.status == "queued").order_by(Job.id)
            job_id = db.scalars(waiting.limit(1)).one()
        run_next_job(database, settings, JobFunctions(), may_run_heavy=lambda _: True)
        with database.reading() as db:
            assert not has_open_rooms(db)
            return db.get_one(Job, job_id)


@pytest.fixture
def sample_day(tmp_path: Path, sample_folder: Path) -> Iterator[Sample]:
    shutil.copytree(sample_folder, tmp_path / "var")
    assert (tmp_path / "var" / STORE).exists()
    found = Sample(tmp_path / "var")
    yield found
    found.database.close()


def ended(db: Session) -> int:
    chosen = select(func.count()).select_from(Sitting)
    here = Sitting.exam_session_id == session_of(db).id
    return db.scalar(chosen.where(here, Sitting.status == "handed_in")) or 0


def test_a_small_earlier_day_is_made_by_jobs_that_may_be_called_off_and_go_on(
    sample_day: Sample,
) -> None:
    assert sample_day.ask()
    assert not sample_day.ask()  # one is waiting
    for _ in range(2):
        assert sample_day.work().status == "done"
    with sample_day.database.writing() as db:
        job = db.scalars(select(Job).where(Job.status == "queued", Job.kind == KIND)).one()
        job.is_cancel_asked = True
    assert sample_day.work().status == "cancelled"
    with sample_day.database.reading() as db:
        n_answered = ended(db)
        assert n_answered > 0  # a room that was played stays
        assert db.scalar(select(Job.id).where(Job.status == "queued")) is None
    assert sample_day.ask()
    for _ in range(2):
        assert sample_day.work().status == "done"
    with sample_day.database.reading() as db:
        exam_session = session_of(db)
        run = newest_run(db, exam_session.id)
        assert run is not None
        assert exam_session.state == "closed"
        assert n_answered < ended(db) <= FEW
        assert db.scalar(select(func.count()).select_from(MarkingRun)) == 3
        assert pattern_report(db, run) is not None
        waiting = db.scalars(select(Job).where(Job.status == "queued")).one()
        assert waiting.payload["stage"] == MEASURED


@pytest.mark.long
def test_the_whole_earlier_day_shows_what_measurement_finds(sample_day: Sample) -> None:
    sample_day.ask(N_CANDIDATES)
    for _ in NAMES:
        job = sample_day.work()
        assert job.status == "done", (job.title, job.error_code)
    assert not sample_day.ask()  # nothing is missing
    with sample_day.database.reading() as db:
        batch, exam_session = batch_of(db), session_of(db)
        run = newest_run(db, exam_session.id)
        assert run is not None
        report = report_of(db, run)
        assert report is not None
        items = [item for form in report.figures["forms"] for item in form["items"]]
        flags = {item["code"]: {flag["code"] for flag in item["flags"]} for item in items}
        assert flags[miskeyed()[0]] & {"wrong_key", "preferred"}
        assert {"unused", "not_reached"} <= set().union(*flags.values())
        deep = report.deep or {}
        assert deep["model"]["converged"]
        assert len(deep["alike"]["pairs"]) == 1
        unfair = [item for group in deep["fairness"]["sex"] for item in group["items"]]
        assert [item["favours"] for item in unfair] == ["others"]
        assert len(db.scalars(select(ItemParameter.id)).all()) >= 120
        decided = newest_decisions(db, batch)
        assert decided is not None
        assert release_of(db, decided) is not None
        second = second_of(db, decided)
        assert second is not None
        assert second.state == "equal"
        assert len(standing_uses(db, batch.id)) == 1
        assert db.scalar(select(ExaminerReport.id).where(ExaminerReport.batch_id == batch.id))
        adoption = select(PanelAdoption.outcome).join(PanelRound).join(StandardPanel)
        assert db.scalars(adoption.where(StandardPanel.title == PANEL)).one() == "evidence"
        plan = db.scalars(select(AdaptivePlan).where(AdaptivePlan.title == PLAN)).one()
        assert standing_of(db, plan).code == "on"
        over = select(PracticeTicket.id).where(
            PracticeTicket.plan_id == plan.id, PracticeTicket.ended_at.is_not(None)
        )
        assert len(db.scalars(over).all()) == 4
