"""Item analysis: the page of an exam session, one item, the table to take away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.analysis import (
    deep_pages,
    deep_wording,
    service,
    summary,
    taking,
    trial_pages,
    wording,
)
from exam_server.analysis.adaptive import wording as adaptive_wording
from exam_server.analysis.adaptive.pages import adaptive_page
from exam_server.analysis.chart_data import chart_data, curve_of, item_chart
from exam_server.analysis.deep_pages import deep_facts
from exam_server.analysis.examiners import pages as examiner_pages
from exam_server.analysis.item_tables import headings, rows
from exam_server.analysis.patterns import pages as pattern_pages
from exam_server.analysis.trial_pages import advice_words, trial_facts
from exam_server.clock import utcnow
from exam_server.errors import ConflictError
from exam_server.inputs import In, parse
from exam_server.jobs import enqueue
from exam_server.marking.service import markable_for, newest_run
from exam_server.tables_out import rows_shown, table_response
from exam_server.web import current_person, form_fields, needs, page
from scoring.item_flags import FEWEST

desk = Blueprint("analysis", __name__, url_prefix="/analysis")
desk.register_blueprint(deep_pages.desk)
desk.register_blueprint(examiner_pages.desk)
desk.register_blueprint(pattern_pages.desk)
desk.register_blueprint(trial_pages.desk)


class TakeBackIn(In):
    """Why figures are to count no more."""

    reason: str = ""


@desk.get("/<uid>")
@page
@needs("exam_officer")
def analysis_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the analysis of a marked exam session."""
    exam_session = markable_for(db, current_person(), uid)
    if exam_session.is_adaptive:
        return adaptive_page(db, exam_session)
    run = newest_run(db, exam_session.id)
    report = service.report_of(db, run) if run else None
    figures = report.figures if report else {}
    deep = report.deep if report else None
    return render_template(
        "analysis/analysis.html",
        exam_session=exam_session,
        run=run,
        report=report,
        job=service.newest_job(db, run) if run and not report else None,
        figures=figures,
        lead=summary.lead(figures, deep) if figures else [],
        details=wording.details(figures) if figures else [],
        keys=[
            {"form": form, "item": item}
            for form, item in wording.flagged(figures, *deep_wording.KEY_CHECK)
        ]
        if figures
        else [],
        chart_data=chart_data(exam_session, figures, deep) if figures else {},
        taken=taking.taken_of(db, exam_session, report) if report else None,
        key_check=deep_wording.KEY_CHECK,
        fewest_persons=FEWEST,
        w=wording,
        advice_words=advice_words,
        **trial_facts(db, figures),
        **(deep_facts(db, exam_session, report) if report else {}),
    )


@desk.post("/<uid>/compute")
@page
@needs("exam_officer")
def compute(db: Session, uid: str) -> ResponseReturnValue:
    """Ask for the analysis of a marking that has none yet."""
    exam_session = markable_for(db, current_person(), uid)
    run = newest_run(db, exam_session.id)
    if run is None:
        raise ConflictError("not_marked_yet")
    enqueue(
        db,
        service.COMPUTE,
        title=gettext("Item analysis: %(name)s", name=exam_session.name),
        payload={"run": run.uid},
        person_id=current_person().id,
        organization_id=exam_session.organization_id,
    )
    return redirect(url_for("analysis.analysis_page", uid=uid))


@desk.post("/<uid>/take-over")
@page
@needs("exam_officer")
def take_over(db: Session, uid: str) -> ResponseReturnValue:
    """Write the figures to the item versions they were measured on."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    n = taking.take_over(db, current_person(), exam_session, report, now=utcnow())
    said = ngettext(
        "The bank has the figures of %(num)s item now.",
        "The bank has the figures of %(num)s items now.",
        n,
    )
    flash(said, "ok")
    return redirect(url_for("analysis.analysis_page", uid=uid))


@desk.post("/<uid>/take-back")
@page
@needs("exam_officer")
def take_back(db: Session, uid: str) -> ResponseReturnValue:
    """Let figures that were taken over count no more."""
    exam_session = markable_for(db, current_person(), uid)
    report, sent = service.report_in(db, exam_session), parse(TakeBackIn, form_fields())
    taking.take_back(db, current_person(), exam_session, report, reason=sent.reason, now=utcnow())
    flash(gettext("The bank does not count these figures any more."), "ok")
    return redirect(url_for("analysis.analysis_page", uid=uid))


@desk.route("/<uid>/items", methods=["GET", "POST"])
@page
@needs("exam_officer")
def item_table(db: Session, uid: str) -> ResponseReturnValue:
    """Send the figures of every item; the export is recorded."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    name = f"{exam_session.batch.code}-item-analysis"
    kind = request.args.get("format", "xlsx")
    if service.is_adaptive(report):
        shown = rows_shown({str(row[0]): row for row in adaptive_wording.item_rows(report.figures)})
        heads = adaptive_wording.item_headings()
        return table_response(db, current_person(), name, heads, shown, kind)
    made = rows_shown({f"{row[3]}/{row[4]}": row for row in rows(report.figures)})  # form/position
    return table_response(db, current_person(), name, headings(), made, kind)


@desk.get("/<uid>/items/<form>/<position>")
@page
@needs("exam_officer")
def item_page(db: Session, uid: str, form: str, position: str) -> ResponseReturnValue:
    """Show one item with its options; ``?part=1`` gives the sheet that opens beside the table."""
    exam_session = markable_for(db, current_person(), uid)
    report = service.report_in(db, exam_session)
    found, item, version = service.item_in(db, report, form, position)
    curve = curve_of(item, report.deep)
    return render_template(
        "analysis/item.html",
        layout="analysis/part.html" if "part" in request.args else "frame.html",
        exam_session=exam_session,
        form=found,
        item=item,
        version=version,
        curve=curve,
        chart_data=item_chart(found, item, curve),
        w=wording,
    )
