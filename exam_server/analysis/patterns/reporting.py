"""Unusual patterns: asked for with the items that are suspected, kept and found again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.models import PatternReport
from exam_server.analysis.service import report_of
from exam_server.bank.models import Item, ItemVersion
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.forms.models import Form, FormItem
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue
from exam_server.marking.models import MarkingRun, ResponseScore
from exam_server.marking.service import newest_run
from exam_server.seating.models import ExamSession, RoomRun, Seat, Sitting

LOOK: Final = "analysis.patterns"
READERS: Final = ("exam_officer", "quality_supervisor")
MOST_CODES: Final = 2000


class SoughtIn(In):
    """Which items are suspected: codes, and those that so many had seen before."""

    codes: str = Field(default="", max_length=40_000)
    seen_by: int | None = Field(default=None, ge=1, le=1_000_000)


@dataclass(frozen=True)
class Person:
    """Whom a fact is about: the sitting, and what the address of its timeline needs."""

    ticket: str
    name: str
    address: dict[str, str]


def session_for(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session whose patterns somebody may read; raises ``no_such_exam_session``."""
    exam_session = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if exam_session is None or not actor.may(
        *READERS, organization_id=exam_session.organization_id
    ):
        raise NotFoundError("no_such_exam_session")
    return exam_session


def pattern_report(db: Session, run: MarkingRun) -> PatternReport | None:
    """Return what was looked for last in a marking."""
    chosen = select(PatternReport).where(PatternReport.marking_run_id == run.id)
    newest = chosen.order_by(PatternReport.id.desc()).limit(1)
    return db.scalar(newest.options(undefer(PatternReport.figures)))


def ask_to_look(
    db: Session, actor: Actor, exam_session: ExamSession, sent: SoughtIn, *, title: str
) -> Job:
    """Have patterns looked for; which items are suspected is said before, and recorded.

    Raises ConflictError: ``not_marked_yet``; InvalidInputError: ``suspected_unknown``.
    """
    run = newest_run(db, exam_session.id)
    if run is None:
        raise ConflictError("not_marked_yet")
    codes = codes_in(sent.codes)
    unknown = sorted(codes - asked_codes(db, run))
    if unknown or len(codes) > MOST_CODES:
        problems = [Problem("codes", "suspected_not_asked", {"value": each}) for each in unknown]
        raise InvalidInputError("suspected_unknown", problems[:20], count=len(unknown))
    payload = {"run": run.uid, "codes": sorted(codes), "seen_by": sent.seen_by}
    detail = {"items": len(codes), "seen_by": sent.seen_by}
    of = f"marking_run:{run.uid}"
    audit.record(db, "look_for_patterns", by=actor.id, of=of, detail=detail)
    return enqueue(
        db,
        LOOK,
        title=title,
        payload=payload,
        person_id=actor.id,
        organization_id=exam_session.organization_id,
        is_heavy=True,
    )


def codes_in(typed: str) -> set[str]:
    """Return the codes in a text, parted by spaces, commas or lines.

    Examples
    --------
    >>> sorted(codes_in("B-1, B-2；B-3"))
    ['B-1', 'B-2', 'B-3']
    """
    for mark in ",，;；、":
        typed = typed.replace(mark, " ")
    return set(typed.split())


def asked_codes(db: Session, run: MarkingRun) -> set[str]:
    """Return the codes of all items of a marking."""
    chosen = (
        select(Item.code)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(ResponseScore, ResponseScore.item_version_id == ItemVersion.id)
        .where(ResponseScore.marking_run_id == run.id)
    )
    return set(db.scalars(chosen.distinct()))


def seen_before(db: Session, exam_session: ExamSession, codes: Collection[str]) -> dict[str, int]:
    """Return how many candidates had met each item in earlier exam sessions."""
    chosen = (
        select(Item.code, func.count(Sitting.id.distinct()))
        .select_from(FormItem)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Form, FormItem.form_id == Form.id)
        .join(Sitting, Sitting.form_id == Form.id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .where(
            Item.code.in_(codes),
            ExamSession.organization_id == exam_session.organization_id,
            ExamSession.id != exam_session.id,
            ExamSession.planned_start < exam_session.planned_start,
            Sitting.started_at.is_not(None),
        )
        .group_by(Item.code)
    )
    return {str(code): int(n) for code, n in db.execute(chosen)}


def alike_pairs(db: Session, run: MarkingRun) -> list[tuple[int, int]]:
    """Return the pairs that the item analysis has found much alike."""
    report = report_of(db, run)
    deep = report.deep if report else None
    pairs = deep["alike"].get("pairs", []) if deep else []
    return [(each["sittings"][0], each["sittings"][1]) for each in pairs]


def store_report(
    db: Session,
    run: MarkingRun,
    asked: dict[str, Any],
    figures: dict[str, Any],
    *,
    by: int | None,
    now: datetime,
) -> PatternReport:
    """Keep what was found; what was found before stays in store."""
    report = PatternReport(
        marking_run_id=run.id, asked=asked, figures=figures, computed_at=now, asked_by=by
    )
    db.add(report)
    db.flush()
    return report


def record_opening(db: Session, actor: Actor, exam_session: ExamSession) -> None:
    """Record who reads of whose answers are unusual, when there is something to read."""
    run = newest_run(db, exam_session.id)
    if run is not None and pattern_report(db, run) is not None:
        audit.record(db, "open_patterns", by=actor.id, of=f"marking_run:{run.uid}")


def newest_job(db: Session, run: MarkingRun) -> Job | None:
    """Return the newest job that looks for patterns in a marking."""
    chosen = select(Job).where(Job.kind == LOOK).order_by(Job.id.desc())
    return next((job for job in db.scalars(chosen) if job.payload.get("run") == run.uid), None)


def persons_of(db: Session, figures: dict[str, Any]) -> dict[int, Person]:
    """Return the candidates that figures name, by sitting."""
    ids = {each["sitting"] for each in figures.get("persons", [])}
    ids |= {s for each in figures.get("pairs", {}).get("pairs", []) for s in each["sittings"]}
    chosen = (
        select(Sitting)
        .where(Sitting.id.in_(ids))
        .options(
            joinedload(Sitting.registration),
            joinedload(Sitting.seat).joinedload(Seat.room),
        )
    )
    return {each.id: _person(db, each) for each in db.scalars(chosen)}


def _person(db: Session, sitting: Sitting) -> Person:
    room_run = db.get_one(RoomRun, sitting.room_run_id)
    return Person(
        sitting.registration.ticket,
        sitting.registration.candidate.name,
        {
            "exam_session": room_run.exam_session.uid,
            "room": room_run.room.uid,
            "sitting": sitting.uid,
        },
    )


def doubted_of(db: Session, run: MarkingRun, in_doubt: Sequence[str]) -> set[tuple[str, int]]:
    """Return the items of which the analysis doubts the key: they would bend the scale."""
    report = report_of(db, run)
    forms = report.figures["forms"] if report else []
    return {
        (item["uid"], item["version"])
        for form in forms
        for item in form["items"]
        if any(flag["code"] in in_doubt for flag in item["flags"])
    }
