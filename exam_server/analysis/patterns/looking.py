"""Patterns looked for as long work: it waits while a room is live, and can be called off."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.patterns.finding import Sought, pattern_figures
from exam_server.analysis.patterns.reporting import (
    alike_pairs,
    asked_codes,
    doubted_of,
    seen_before,
    store_report,
)
from exam_server.analysis.patterns.times import seconds_of, time_table
from exam_server.analysis.pooling import pooled
from exam_server.analysis.responses import responses_in
from exam_server.analysis.service import IN_DOUBT
from exam_server.clock import utcnow
from exam_server.jobs import Work
from exam_server.marking.models import MarkingRun
from exam_server.seating.models import ExamSession


def look(work: Work) -> dict[str, Any]:
    """Find unusual patterns outside any transaction, then keep them."""
    with work.reading() as db:
        run = db.scalars(select(MarkingRun).where(MarkingRun.uid == work.payload["run"])).one()
        asked = asked_of(db, run, work.payload)
        sought = sought_in(db, run, asked)
    figures = pattern_figures(sought, work.progress)
    with work.writing() as db:
        run = db.get_one(MarkingRun, run.id)
        store_report(db, run, asked, figures, by=work.person_id, now=utcnow())
    return {"run": work.payload["run"]}


def asked_of(db: Session, run: MarkingRun, payload: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked, with the items that many had seen before put to the codes."""
    exam_session = db.get_one(ExamSession, run.exam_session_id)
    found = {"codes": payload["codes"], "seen_by": payload["seen_by"], "exposed": []}
    if payload["seen_by"]:
        counts = seen_before(db, exam_session, asked_codes(db, run))
        found["exposed"] = sorted(code for code, n in counts.items() if n >= payload["seen_by"])
    return found


def sought_in(db: Session, run: MarkingRun, asked: dict[str, Any]) -> Sought:
    """Read what the work needs."""
    forms = responses_in(db, run)
    return Sought(
        forms=forms,
        suspected={*asked["codes"], *asked["exposed"]},
        doubted=doubted_of(db, run, IN_DOUBT),
        seconds=time_table(forms, pooled(forms), seconds_of(db, forms)) if forms else None,
        alike=alike_pairs(db, run),
    )
