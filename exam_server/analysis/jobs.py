"""Analysis as long work."""

from typing import Any

from sqlalchemy import select

from exam_server.analysis.computing import compute_figures
from exam_server.analysis.deep import deep_figures, gather
from exam_server.analysis.examiners.comparing import compare
from exam_server.analysis.examiners.reporting import COMPARE
from exam_server.analysis.patterns.looking import look
from exam_server.analysis.patterns.reporting import LOOK
from exam_server.analysis.printing import PRINT
from exam_server.analysis.service import (
    COMPUTE,
    DEEPEN,
    ask_to_deepen,
    may_deepen,
    store_deep,
    store_report,
)
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.documents.typesetting import pdf
from exam_server.job_files import Made, keep_file
from exam_server.jobs import Work
from exam_server.marking.models import MarkingRun
from exam_server.seating.models import ExamSession


def analyse(work: Work) -> dict[str, Any]:
    """Compute the figures of one marking outside any writing transaction, then keep them."""
    with work.reading() as db:
        run_id = db.scalars(
            select(MarkingRun.id).where(MarkingRun.uid == work.payload["run"])
        ).one()
    analyse_marking(work, run_id)
    return {"run": work.payload["run"]}


def analyse_marking(work: Work, run_id: int) -> None:
    """Compute and keep the figures of a marking."""
    with work.reading() as db:
        figures = compute_figures(db, db.get_one(MarkingRun, run_id))
    with work.writing() as db:
        run = db.get_one(MarkingRun, run_id)
        report = store_report(db, run, figures, by=work.person_id, now=utcnow())
        if may_deepen(report):
            exam_session = db.get_one(ExamSession, run.exam_session_id)
            ask_to_deepen(db, exam_session, run, title=exam_session.name, by=work.person_id)


def deepen(work: Work) -> dict[str, Any]:
    """Calibrate a marking and compare its candidates; called off between steps, nothing is kept."""
    with work.reading() as db:
        run = db.scalars(select(MarkingRun).where(MarkingRun.uid == work.payload["run"])).one()
        found = gather(db, run)
    deep = deep_figures(found, work.progress)
    with work.writing() as db:
        store_deep(db, db.get_one(MarkingRun, run.id), deep, by=work.person_id, now=utcnow())
    return {"run": work.payload["run"]}


def print_report(work: Work) -> dict[str, Any]:
    """Set an analysis as a PDF; it tells of items, so it is kept encrypted and not for long."""
    facts, now = work.payload, utcnow()
    body = pdf(
        "analysis_report",
        {**facts, "printed_at": f"{now.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}"},
        more_fonts=work.settings.fonts,
    )
    name = f"{facts['title']}.pdf".replace("/", "-").replace("\\", "-")
    with work.writing() as db:
        made = Made(name, "application/pdf", body)
        keep_file(db, work.job_id, made, secret=work.settings.secret, now=now)
    return {"files": 1}


JOBS = {COMPUTE: analyse, DEEPEN: deepen, PRINT: print_report, COMPARE: compare, LOOK: look}
