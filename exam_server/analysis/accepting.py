"""Calibrated parameters go to the bank after a person accepts them; assembly reads them there."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.taking import Taken, taken_of
from exam_server.bank import parameters
from exam_server.bank.administrations import Source, marking_held
from exam_server.bank.parameters import CalibratedItem, Scale
from exam_server.bank.work_models import ItemParameter
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.seating.models import ExamSession

Deep = Mapping[str, Any]


def accepted_of(db: Session, exam_session: ExamSession, report: AnalysisReport) -> Taken:
    """Return whether the bank holds the parameters of an analysis."""
    return taken_of(db, exam_session, report, ItemParameter)


def refusal_of(deep: Deep | None) -> str | None:
    """Return why parameters cannot be accepted, or None.

    ``not_calibrated``; ``not_converged``; ``not_on_the_scale``: the bank has a scale, and too few
    of its items stand in this paper to find the way to it.
    """
    if not deep or "items" not in deep.get("model", {}):
        return "not_calibrated"
    if not deep["model"]["converged"]:
        return "not_converged"
    if deep["linking"]["kind"] == "refused":
        return "not_on_the_scale"
    return None


def acceptable(deep: Deep) -> list[CalibratedItem]:
    """Return the parameters that may go to the bank, on its scale.

    Items of several categories, without a rising curve or far off their model stay out.
    """
    linking = deep["linking"]
    is_linked = linking["kind"] == "linked"
    slope, intercept = (linking["slope"], linking["intercept"]) if is_linked else (1.0, 0.0)
    return list(_moved(deep["model"]["items"], slope, intercept))


def _moved(
    items: list[Mapping[str, Any]], slope: float, intercept: float
) -> Iterator[CalibratedItem]:
    for item in items:
        if not item["is_binary"] or not item["fits"] or (item["slope"] or 0) <= 0:
            continue
        slope_error, error = item["slope_error"], item["difficulty_error"]
        yield CalibratedItem(
            uid=item["uid"],
            version=item["version"],
            persons=item["n"],
            slope=item["slope"] / slope,
            difficulty=slope * item["difficulty"] + intercept,
            slope_error=None if slope_error is None else slope_error / slope,
            difficulty_error=None if error is None else error * slope,
        )


def accept(
    db: Session, actor: Actor, exam_session: ExamSession, report: AnalysisReport, *, now: datetime
) -> int:
    """Give each item its place on the bank's scale; return how many items.

    Raises ConflictError: ``take_figures_first``, ``parameters_accepted_already``,
    ``not_calibrated``, ``not_converged``, ``not_on_the_scale``, ``nothing_to_accept``.
    """
    db.refresh(report, with_for_update=True)  # two officers at once: the second is told
    if taken_of(db, exam_session, report).kind != "this":
        raise ConflictError("take_figures_first")
    if accepted_of(db, exam_session, report).kind == "this":
        raise ConflictError("parameters_accepted_already")
    deep = report.deep
    refused = refusal_of(deep)
    if refused or deep is None:
        raise ConflictError(refused or "not_calibrated")
    rows = acceptable(deep)
    if not rows:
        raise ConflictError("nothing_to_accept")
    source = Source(
        organization_id=exam_session.organization_id,
        uid=exam_session.uid,
        name=exam_session.name,
        held_at=exam_session.planned_start,
        marking=report.run.uid,
    )
    scale = scale_in(deep, exam_session)
    n_items = parameters.accept(db, source, scale, rows, by=actor.id, now=now)
    detail = {"items": n_items, "exam_session": exam_session.name, "scale": scale.name}
    audit.record(
        db, "accept_parameters", by=actor.id, of=f"marking_run:{report.run.uid}", detail=detail
    )
    return n_items


def scale_in(deep: Deep, exam_session: ExamSession) -> Scale:
    """Return the scale that accepted parameters stand on: the bank's, or one that begins here."""
    linking, model = deep["linking"], deep["model"]["model"]
    if linking["kind"] == "linked":
        return Scale(linking["scale"], linking["scale_name"], model)
    return Scale(exam_session.uid, exam_session.name, model)


def take_back(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    report: AnalysisReport,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Let accepted parameters of an exam session count no more; return of how many items.

    Raises InvalidInputError: ``reason_missing``; ConflictError: ``nothing_accepted``.
    """
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    db.refresh(report, with_for_update=True)
    held = marking_held(db, ItemParameter, exam_session.uid)
    if held is None:
        raise ConflictError("nothing_accepted")
    n_items = parameters.take_back(db, exam_session.uid, now=now)
    detail = {"items": n_items, "reason": reason.strip()}
    audit.record(
        db, "take_back_parameters", by=actor.id, of=f"marking_run:{held[0]}", detail=detail
    )
    return n_items
