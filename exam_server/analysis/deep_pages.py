"""What models say: having them computed, accepting parameters, pairs on the seat map, exports."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.analysis import accepting, deep_wording, printing, service
from exam_server.analysis.adaptive import wording as adaptive_wording
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.room_maps import maps_of
from exam_server.analysis.sections import Section, sections_of
from exam_server.analysis.workbooks import sheets_of
from exam_server.clock import utcnow
from exam_server.errors import ConflictError
from exam_server.inputs import In, parse
from exam_server.languages import chosen_language
from exam_server.marking.service import markable_for
from exam_server.seating.models import ExamSession
from exam_server.tables_out import table_response
from exam_server.web import current_person, database, form_fields, needs, open_page, page

desk = Blueprint("deep", __name__)


class TakeBackIn(In):
    """Why parameters are to count no more."""

    reason: str = ""


def deep_facts(db: Session, exam_session: ExamSession, report: AnalysisReport) -> dict[str, Any]:
    """Return what the analysis page shows of models and exports."""
    deep, actor = report.deep, current_person()
    grouping = request.args.get("groups", "")
    return {
        "deep": deep,
        "deep_job": service.newest_job(db, report.run, service.DEEPEN),
        "may_deepen": service.may_deepen(report),
        "fewest": service.FEWEST_CALIBRATED,
        "accepted": accepting.accepted_of(db, exam_session, report),
        "refusal": accepting.refusal_of(deep),
        "n_acceptable": len(accepting.acceptable(deep)) if deep and _has_items(deep) else 0,
        "grouping": grouping if deep and grouping in deep["fairness"] else "",
        "print_jobs": printing.print_jobs_of(db, actor, report.run.uid),
        "d": deep_wording,
    }


def _has_items(deep: Any) -> bool:
    return "items" in deep.get("model", {})


@desk.post("/<uid>/models")
@page
@needs("exam_officer")
def compute_models(db: Session, uid: str) -> ResponseReturnValue:
    """Ask for the calibration and the comparisons of a marking."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    if exam_session.is_adaptive:
        raise ConflictError("adaptive_figures")
    if not service.may_deepen(report):
        raise ConflictError("too_few_to_calibrate", fewest=service.FEWEST_CALIBRATED)
    title = gettext("Models of items: %(name)s", name=exam_session.name)
    service.ask_to_deepen(db, exam_session, report.run, title=title, by=current_person().id)
    return redirect(url_for("analysis.analysis_page", uid=uid) + "#models")


@desk.post("/<uid>/accept-parameters")
@page
@needs("exam_officer")
def accept_parameters(db: Session, uid: str) -> ResponseReturnValue:
    """Give each item its place on the bank's scale."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    n = accepting.accept(db, current_person(), exam_session, report, now=utcnow())
    said = ngettext(
        "%(num)s item has its place on the bank's scale; papers use it from now on.",
        "%(num)s items have their places on the bank's scale; papers use them from now on.",
        n,
    )
    flash(said, "ok")
    return redirect(url_for("analysis.analysis_page", uid=uid) + "#models")


@desk.post("/<uid>/take-back-parameters")
@page
@needs("exam_officer")
def take_back_parameters(db: Session, uid: str) -> ResponseReturnValue:
    """Let accepted parameters count no more."""
    actor = current_person()
    exam_session = markable_for(db, actor, uid)
    report, sent = service.report_in(db, exam_session), parse(TakeBackIn, form_fields())
    accepting.take_back(db, actor, exam_session, report, reason=sent.reason, now=utcnow())
    flash(gettext("Papers do not use these parameters any more."), "ok")
    return redirect(url_for("analysis.analysis_page", uid=uid) + "#models")


@desk.get("/<uid>/alike")
@page
@needs("exam_officer")
def alike_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show pairs that agree more than expected on the maps of their rooms."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    alike = report.deep["alike"] if report.deep else None
    return render_template(
        "analysis/alike.html",
        exam_session=exam_session,
        report=report,
        alike=alike,
        shown=maps_of(db, alike.get("pairs", [])) if alike else None,
        d=deep_wording,
    )


@desk.get("/<uid>/workbook")
@open_page
@needs("exam_officer")
def workbook(uid: str) -> ResponseReturnValue:
    """Send everything the page says as a workbook; the export is recorded."""
    with database().writing() as db:
        return _workbook(db, uid)


def _workbook(db: Session, uid: str) -> ResponseReturnValue:
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    (title, headings, rows), *more = sheets_of(_sections(report))
    name = f"{exam_session.batch.code}-analysis"
    return table_response(
        db, current_person(), name, headings, rows, "xlsx", title=title, more=more
    )


def _sections(report: AnalysisReport) -> list[Section]:
    if service.is_adaptive(report):
        return adaptive_wording.sections_of(report.figures)
    return sections_of(report.figures, report.deep)


@desk.post("/<uid>/print")
@page
@needs("exam_officer")
def print_report(db: Session, uid: str) -> ResponseReturnValue:
    """Have the page set as a PDF."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    title = gettext("Item analysis: %(name)s", name=exam_session.name)
    run = report.run.uid
    printing.ask_for_report(
        db,
        current_person(),
        printing.Paper(
            run, f"marking_run:{run}", exam_session.organization_id, title, exam_session.name
        ),
        sections=_sections(report),
        language=chosen_language(),
    )
    return redirect(url_for("analysis.analysis_page", uid=uid) + "#exports")
