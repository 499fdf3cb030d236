"""Accommodations of an exam session's candidates: as planned, and frozen when papers are released.

Frozen then and not at the start: the seat says its own end from the first moment on, everybody
on duty reads the same, and nothing about a clock changes on the day but by a credit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.accommodations import accommodations_on, facts_of
from exam_server.batches.models import Registration
from exam_server.clock import SITE_ZONE
from exam_server.seating.models import ExamSession, Sitting, SittingAccommodation
from proctor.accommodations import extra_minutes


@dataclass(frozen=True)
class Granted:
    """What holds for one candidate in an exam session."""

    extra_min: int
    break_min: int
    is_large_text: bool
    wants_own_room: bool
    helper: str
    note: str


def granted_in(db: Session, exam_session: ExamSession) -> Mapping[int, Granted]:
    """Return what holds for the candidates seated in an exam session, by sitting.

    Before the release as it stands today, afterwards as it was frozen.
    """
    if exam_session.state != "planned":
        here = select(Sitting.id).where(Sitting.exam_session_id == exam_session.id)
        return frozen_of(db, db.scalars(here))
    chosen = select(Sitting.id, Registration.candidate_id).join(
        Registration, Sitting.registration_id == Registration.id
    )
    rows = db.execute(chosen.where(Sitting.exam_session_id == exam_session.id)).all()
    day = exam_session.planned_start.astimezone(SITE_ZONE).date()
    standing = accommodations_on(db, [row.candidate_id for row in rows], day)
    return {
        row.id: Granted(
            extra_min=extra_minutes(exam_session.minutes, facts_of(found)),
            break_min=found.break_minutes,
            is_large_text=found.is_large_text,
            wants_own_room=found.wants_own_room,
            helper=found.helper,
            note=found.note,
        )
        for row in rows
        if (found := standing.get(row.candidate_id)) is not None
    }


def frozen_of(db: Session, sitting_ids: Iterable[int]) -> dict[int, Granted]:
    """Return what was frozen for sittings, by sitting; those without are not in it."""
    chosen = select(SittingAccommodation).where(
        SittingAccommodation.sitting_id.in_(list(sitting_ids))
    )
    return {
        row.sitting_id: Granted(
            row.extra_min,
            row.break_min,
            row.is_large_text,
            row.wants_own_room,
            row.helper,
            row.note,
        )
        for row in db.scalars(chosen)
    }


def freeze(db: Session, exam_session: ExamSession) -> int:
    """Write down what holds for each sitting, as its papers are released; return for how many."""
    granted = granted_in(db, exam_session)
    for sitting_id, each in granted.items():
        db.add(SittingAccommodation(sitting_id=sitting_id, **vars(each)))
    db.flush()
    return len(granted)


def cut_short(exam_session: ExamSession, granted: Mapping[int, Granted]) -> list[int]:
    """Return the sittings whose extra time or breaks the session's hard end cannot hold."""
    if exam_session.hard_end is None:
        return []
    there = exam_session.hard_end - exam_session.planned_start
    return [
        sitting_id
        for sitting_id, each in granted.items()
        if timedelta(minutes=exam_session.minutes + each.extra_min + each.break_min) > there
    ]


def latest_end(exam_session: ExamSession, granted: Mapping[int, Granted]) -> datetime:
    """Return when the last seat is planned to end, extra time and breaks included."""
    most = max((each.extra_min + each.break_min for each in granted.values()), default=0)
    planned = exam_session.planned_start + timedelta(minutes=exam_session.minutes + most)
    return planned if exam_session.hard_end is None else min(planned, exam_session.hard_end)


def plan_facts(db: Session, exam_session: ExamSession) -> dict[str, Any]:
    """Return what a seat plan says of accommodations."""
    granted = granted_in(db, exam_session)
    return {
        "granted": granted,
        "cut_short": cut_short(exam_session, granted),
        "latest_end": latest_end(exam_session, granted),
    }
