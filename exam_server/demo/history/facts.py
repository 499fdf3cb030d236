"""What the earlier exam day is called, when it was, and how its parts are found again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint
from exam_server.batches.models import Batch
from exam_server.clock import rfc3339
from exam_server.demo.loading import sample_office
from exam_server.demo.office import Office
from exam_server.demo.programme import ORGANIZATION
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.jobs import Work
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession

BANK = "往届题库（示例）：电工四级"
PAPER = "电工（四级）往届理论知识试卷（示例）"
CHOICES = "电工（四级）往届卷，仅选择与判断（示例）"
BATCH = "EARLIER"
SESSION = "电工四级理论（示例，往届）"
PANEL = "往届合格线（示例，已完成）"
PLAN = "自适应练习（示例，已启用）"
DAYS_AGO = 63
MORNING_UTC = 1  # nine o'clock in China
N_CANDIDATES = 216
SEATS_OF_A_ROOM = 28
Row = TypeVar("Row")


@dataclass(frozen=True)
class Scene:
    """The job at work, how many candidates there are, and when their exam began."""

    work: Work
    n_candidates: int
    start: datetime

    def office(self, db: Session) -> Office:
        """Return the sample officer at work."""
        return sample_office(db, organization_in(db), self.work.settings.secret)

    def after(self, **duration: float) -> datetime:
        """Return an instant so long after the exam began."""
        return self.start + timedelta(**duration)


def payload_for(now: datetime, n_candidates: int) -> dict[str, str | int]:
    """Return what every stage is told."""
    day = (now - timedelta(days=DAYS_AGO)).replace(hour=MORNING_UTC, minute=0, second=0)
    return {"start": rfc3339(day.replace(microsecond=0)), "candidates": n_candidates}


def organization_in(db: Session) -> Organization:
    """Return the sample organization."""
    return db.scalars(select(Organization).where(Organization.code == ORGANIZATION)).one()


def bank_in(db: Session) -> Blueprint | None:
    """Return the bank of the earlier day."""
    here = Blueprint.organization_id == organization_in(db).id
    return db.scalar(select(Blueprint).where(here, Blueprint.title == BANK))


def structure_in(db: Session, title: str = PAPER) -> PaperStructure | None:
    """Return the paper of the earlier day, or another structure of its bank."""
    bank = bank_in(db)
    if bank is None:
        return None
    chosen = select(PaperStructure).where(
        PaperStructure.blueprint_id == bank.id, PaperStructure.title == title
    )
    return db.scalar(chosen)


def run_in(db: Session) -> AssemblyRun | None:
    """Return the run that made the day's forms."""
    structure = structure_in(db)
    if structure is None:
        return None
    return db.scalar(select(AssemblyRun).where(AssemblyRun.paper_structure_id == structure.id))


def batch_in(db: Session) -> Batch | None:
    """Return the batch of the earlier day."""
    here = Batch.organization_id == organization_in(db).id
    return db.scalar(select(Batch).where(here, Batch.code == BATCH))


def session_in(db: Session) -> ExamSession | None:
    """Return the exam session of the earlier day."""
    batch = batch_in(db)
    if batch is None:
        return None
    return db.scalar(select(ExamSession).where(ExamSession.batch_id == batch.id))


def batch_of(db: Session) -> Batch:
    """Return the batch, which an earlier stage has made; raises ``ValueError``."""
    return _there(batch_in(db))


def session_of(db: Session) -> ExamSession:
    """Return the exam session, which an earlier stage has made; raises ``ValueError``."""
    return _there(session_in(db))


def bank_of(db: Session) -> Blueprint:
    """Return the bank, which an earlier stage has made; raises ``ValueError``."""
    return _there(bank_in(db))


def _there(found: Row | None) -> Row:
    if found is None:
        msg = "the stage before has left nothing to go on with"
        raise ValueError(msg)
    return found
