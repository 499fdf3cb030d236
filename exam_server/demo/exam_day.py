"""Exam sessions of the sample that are still to come: one to be sat now, one planned."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.service import IssuedCode, issue_codes
from exam_server.demo.office import (
    SEED,
    Office,
    Plan,
    add_batch,
    plan_exam_session,
    release_by_two,
)
from exam_server.demo.papers import newest_forms, sample_structure
from exam_server.demo.people import sample_people
from exam_server.programmes.models import Organization
from exam_server.seating import planning
from exam_server.seating.models import ExamSession

NOW_SEATED = 30
PLANNED_FOR = timedelta(days=14)
REGISTERED_FOR = timedelta(days=45)
MORNING_UTC = 1  # nine o'clock in China


def open_exam_session(db: Session, organization: Organization) -> ExamSession | None:
    """Return the sample exam session that can be sat now, if there is one."""
    chosen = select(ExamSession).where(
        ExamSession.organization_id == organization.id, ExamSession.state == "released"
    )
    return db.scalar(chosen.order_by(ExamSession.id.desc()).limit(1))


def add_exam_day(db: Session, office: Office, *, now: datetime) -> list[IssuedCode]:
    """Add a batch of thirty and its exam session, released; return the login codes."""
    structure = sample_structure(db, office.organization)
    batch = add_batch(db, office, sample_people()[:NOW_SEATED], now)
    issued = issue_codes(db, office.officer, batch, secret=office.secret, now=now)
    plan = Plan(
        run=newest_forms(db, structure),
        name="电工四级理论（示例场次，可立即开考）",
        start=now,
        minutes=structure.minutes,
        proctors=(("第一考场", "proctor"),),
    )
    exam_session = plan_exam_session(db, office, batch, plan)
    planning.draw(db, office.officer, exam_session, seed=SEED)
    release_by_two(db, office, exam_session, now=now)
    return issued


def add_coming(db: Session, office: Office, *, now: datetime) -> None:
    """Add an exam session without seats, and a batch that has candidates and nothing more."""
    structure = sample_structure(db, office.organization)
    start = (now + PLANNED_FOR).replace(hour=MORNING_UTC, minute=0, second=0, microsecond=0)
    batch = add_batch(db, office, sample_people()[20:50], start)
    plan = Plan(
        run=newest_forms(db, structure),
        name="电工四级理论（示例，待抽签）",
        start=start,
        minutes=structure.minutes,
        proctors=(("第二考场", "proctor2"), ("电教室", "proctor3")),
    )
    plan_exam_session(db, office, batch, plan)
    add_batch(db, office, sample_people()[48:], now + REGISTERED_FOR)
