"""The earlier day marked and measured: figures and parameters to the bank, patterns sought."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from exam_server.analysis.accepting import accept, accepted_of
from exam_server.analysis.computing import compute_figures
from exam_server.analysis.jobs import deepen
from exam_server.analysis.patterns.looking import look
from exam_server.analysis.patterns.reporting import pattern_report
from exam_server.analysis.service import may_deepen, report_in, report_of, store_report
from exam_server.analysis.taking import take_over, taken_of
from exam_server.clock import played
from exam_server.demo.history.casting import suspected_codes
from exam_server.demo.history.facts import Scene, session_in, session_of
from exam_server.demo.played.stage import ReplayClock
from exam_server.jobs import Work
from exam_server.marking.jobs import mark_in_portions
from exam_server.marking.models import MarkingRun
from exam_server.marking.service import newest_run


def is_measured(db: Session) -> bool:
    """Say whether the marking that stands has its figures, models and patterns."""
    exam_session = session_in(db)
    run = newest_run(db, exam_session.id) if exam_session else None
    return run is not None and pattern_report(db, run) is not None


def measure(scene: Scene) -> None:
    """Mark, analyse, calibrate, take it all to the bank, and look for patterns."""
    with played(ReplayClock(scene.after(days=1))):
        run = _marked(scene)
        _analysed(scene, run)
        with scene.work.reading() as db:
            report = report_in(db, session_of(db))
            has_models = may_deepen(report)
            is_deep = report.deep is not None
            codes = suspected_codes(db, session_of(db))
        asked: dict[str, Any] = {"run": run.uid, "codes": codes, "seen_by": None}
        work: Work = replace(scene.work, payload=asked)
        if has_models and not is_deep:
            deepen(work)
        if has_models:
            _accepted(scene)
        look(work)


def _marked(scene: Scene) -> MarkingRun:
    with scene.work.reading() as db:
        exam_session = session_of(db)
        run = newest_run(db, exam_session.id)
    if run is None:
        run_id = mark_in_portions(scene.work, exam_session)
        with scene.work.reading() as db:
            run = db.get_one(MarkingRun, run_id)
    return run


def _analysed(scene: Scene, marked: MarkingRun) -> None:
    with scene.work.reading() as db:
        run = db.get_one(MarkingRun, marked.id)
        figures = None if report_of(db, run) else compute_figures(db, run)
    with scene.work.writing() as db:
        run, office, now = db.get_one(MarkingRun, marked.id), scene.office(db), scene.after(days=1)
        if figures is not None:
            store_report(db, run, figures, by=office.officer.id, now=now)
        exam_session = session_of(db)
        report = report_in(db, exam_session)
        if taken_of(db, exam_session, report).kind != "this":
            take_over(db, office.officer, exam_session, report, now=now)


def _accepted(scene: Scene) -> None:
    with scene.work.writing() as db:
        exam_session = session_of(db)
        report = report_in(db, exam_session)
        if accepted_of(db, exam_session, report).kind != "this":
            officer = scene.office(db).officer
            accept(db, officer, exam_session, report, now=scene.after(days=2))
