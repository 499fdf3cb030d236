"""Accommodations (便利措施): granted once to a person, for every exam and the practical part."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Accommodation, Candidate
from exam_server.errors import ConflictError, InvalidInputError, Problem
from exam_server.inputs import In
from proctor import accommodations as rule


class AccommodationIn(In):
    """What a candidate is granted, why, and between which days."""

    extra_percent: int = Field(default=0, ge=0, le=300)
    extra_minutes: int = Field(default=0, ge=0, le=600)
    break_minutes: int = Field(default=0, ge=0, le=600)
    is_large_text: bool = False
    wants_own_room: bool = False
    helper: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=500)
    reason: str = Field(min_length=1, max_length=500)
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def grants_nothing(self) -> bool:
        """Say whether nothing at all is granted."""
        given = self.model_dump(exclude={"reason", "valid_from", "valid_to"})
        return not any(given.values())


def accommodation_of(db: Session, candidate: Candidate) -> Accommodation | None:
    """Return what stands for a candidate, whatever the day."""
    standing = (Accommodation.candidate_id == candidate.id, Accommodation.ended_at.is_(None))
    return db.scalar(select(Accommodation).where(*standing))


def history_of(db: Session, candidate: Candidate) -> Sequence[Accommodation]:
    """Return what was granted to a candidate over time, the newest first."""
    chosen = select(Accommodation).where(Accommodation.candidate_id == candidate.id)
    return db.scalars(chosen.order_by(Accommodation.id.desc())).all()


def accommodations_on(
    db: Session, candidate_ids: Iterable[int], day: date
) -> Mapping[int, Accommodation]:
    """Return what holds for candidates on a day, by candidate; those without are not in it."""
    standing = (
        Accommodation.candidate_id.in_(list(candidate_ids)),
        Accommodation.ended_at.is_(None),
    )
    rows = db.scalars(select(Accommodation).where(*standing))
    return {row.candidate_id: row for row in rows if rule.holds_on(facts_of(row), day)}


def facts_of(row: Accommodation) -> rule.Accommodation:
    """Return what the rules need to know of an accommodation."""
    return rule.Accommodation(
        row.extra_percent, row.extra_minutes, row.break_minutes, row.valid_from, row.valid_to
    )


def grant(
    db: Session, actor: Actor, candidate: Candidate, sent: AccommodationIn, *, now: datetime
) -> Accommodation:
    """Grant an accommodation in place of the one before, which stays readable.

    Raises InvalidInputError: ``accommodation_wrong`` with problems ``grants_nothing``,
    ``ends_before_it_begins``.
    """
    problems = []
    if sent.grants_nothing:
        problems.append(Problem("extra_percent", "grants_nothing"))
    if sent.valid_from and sent.valid_to and sent.valid_to < sent.valid_from:
        problems.append(Problem("valid_to", "ends_before_it_begins"))
    if problems:
        raise InvalidInputError("accommodation_wrong", problems)
    before = _end_standing(db, candidate, now=now)
    row = Accommodation(
        candidate=candidate, granted_at=now, granted_by=actor.id, **sent.model_dump()
    )
    db.add(row)
    db.flush()
    detail = {"was": _told(before) if before else {}, "is": _told(row)}
    audit.record(
        db, "grant_accommodation", by=actor.id, of=f"candidate:{candidate.uid}", detail=detail
    )
    return row


def withdraw(db: Session, actor: Actor, candidate: Candidate, *, now: datetime) -> None:
    """End what stands for a candidate; raises ConflictError: ``no_accommodation``."""
    before = _end_standing(db, candidate, now=now)
    if before is None:
        raise ConflictError("no_accommodation")
    of, detail = f"candidate:{candidate.uid}", {"was": _told(before)}
    audit.record(db, "withdraw_accommodation", by=actor.id, of=of, detail=detail)


def _end_standing(db: Session, candidate: Candidate, *, now: datetime) -> Accommodation | None:
    db.refresh(candidate, with_for_update=True)
    before = accommodation_of(db, candidate)
    if before is not None:
        before.ended_at = now
        db.flush()
    return before


def _told(row: Accommodation) -> dict[str, object]:
    """Return what the audit record keeps of an accommodation: what it grants, never why.

    The reason may speak of health; who reads the audit record has no need of it.
    """
    told: dict[str, object] = {
        "extra_percent": row.extra_percent,
        "extra_minutes": row.extra_minutes,
        "break_minutes": row.break_minutes,
        "is_large_text": row.is_large_text,
        "wants_own_room": row.wants_own_room,
        "valid_from": str(row.valid_from or ""),
        "valid_to": str(row.valid_to or ""),
    }
    return {name: value for name, value in told.items() if value}
