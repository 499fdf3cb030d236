"""Figures go from an analysis into the bank: taken over by an officer, or taken back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.models import AnalysisReport
from exam_server.bank import administrations, parameters
from exam_server.bank.administrations import MeasuredItem, Source
from exam_server.bank.work_models import ItemAdministration, ItemParameter
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.seating.models import ExamSession


@dataclass(frozen=True)
class Taken:
    """How an analysis stands to the bank: ``none``, ``this``, or ``earlier``: an older marking."""

    kind: str
    at: datetime | None = None
    by: str = ""


def taken_of(
    db: Session,
    exam_session: ExamSession,
    report: AnalysisReport,
    what: type[ItemAdministration | ItemParameter] = ItemAdministration,
) -> Taken:
    """Return whether the bank holds the figures of an analysis, or ``what`` else of it."""
    held = administrations.marking_held(db, what, exam_session.uid)
    if held is None:
        return Taken("none")
    marking, at, by = held
    return Taken("this" if marking == report.run.uid else "earlier", at, by)


def take_over(
    db: Session, actor: Actor, exam_session: ExamSession, report: AnalysisReport, *, now: datetime
) -> int:
    """Write each item's figures to the version they were measured on; return how many figures.

    Raises ConflictError: ``taken_already``, ``nothing_to_take``, ``adaptive_figures`` (items were
    chosen to fit whoever had them: shares of right answers say little of the items).
    """
    if exam_session.is_adaptive:
        raise ConflictError("adaptive_figures")
    db.refresh(report, with_for_update=True)  # two officers at once: the second is told
    if taken_of(db, exam_session, report).kind == "this":
        raise ConflictError("taken_already")
    rows = list(_measured(report.figures))
    if not rows:
        raise ConflictError("nothing_to_take")
    source = Source(
        organization_id=exam_session.organization_id,
        uid=exam_session.uid,
        name=exam_session.name,
        held_at=exam_session.planned_start,
        marking=report.run.uid,
    )
    parameters.take_back(db, exam_session.uid, now=now)  # those of an earlier marking's keys
    n_taken = administrations.take_over(db, source, rows, by=actor.id, now=now)
    detail = {"items": n_taken, "exam_session": exam_session.name}
    audit.record(
        db, "take_over_figures", by=actor.id, of=f"marking_run:{report.run.uid}", detail=detail
    )
    return n_taken


def take_back(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    report: AnalysisReport,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Let the figures that the bank holds of an exam session count no more; return of how many.

    Raises InvalidInputError: ``reason_missing``; ConflictError: ``nothing_taken``.
    """
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    db.refresh(report, with_for_update=True)
    held = administrations.marking_held(db, ItemAdministration, exam_session.uid)
    if held is None:
        raise ConflictError("nothing_taken")
    n_items = administrations.take_back(db, held[0], now=now)
    parameters.take_back(db, exam_session.uid, now=now)  # they stand beside figures only
    detail = {"items": n_items, "reason": reason.strip()}
    audit.record(db, "take_back_figures", by=actor.id, of=f"marking_run:{held[0]}", detail=detail)
    return n_items


def _measured(figures: Mapping[str, Any]) -> Iterator[MeasuredItem]:
    tried = figures.get("tried")  # items on trial: their figures are what they were tried for
    for form in [*figures["forms"], *([tried] if tried else [])]:
        for item in form["items"]:
            yield MeasuredItem(
                uid=item["uid"],
                version=item["version"],
                form=form["form"],
                persons=item["n"],
                difficulty=item["p"],
                discrimination=item["r"],
                omitted=item["omitted"],
                not_reached=item["not_reached"],
                flags=tuple(flag["code"] for flag in item["flags"]),
            )
