"""Item analysis: the page of an exam session, one item, the table to take away."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.analysis import service, taking, wording
from exam_server.analysis.item_tables import headings, rows
from exam_server.analysis.models import AnalysisReport
from exam_server.clock import utcnow
from exam_server.errors import ConflictError, NotFoundError
from exam_server.inputs import In, parse
from exam_server.jobs import enqueue
from exam_server.marking.models import MarkingRun
from exam_server.marking.service import markable_for, newest_run
from exam_server.seating.models import ExamSession
from exam_server.tables_out import rows_shown, table_response
from exam_server.web import current_person, form_fields, needs, page
from exam_server.wording import flag_kind, flag_words, type_words

desk = Blueprint("analysis", __name__, url_prefix="/analysis")


class TakeBackIn(In):
    """Why figures are to count no more."""

    reason: str = ""


@desk.get("/<uid>")
@page
@needs("exam_officer")
def analysis_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the analysis of a marked exam session."""
    exam_session = markable_for(db, current_person(), uid)
    run = newest_run(db, exam_session.id)
    report = service.report_of(db, run) if run else None
    figures = report.figures if report else {}
    return render_template(
        "analysis/analysis.html",
        exam_session=exam_session,
        run=run,
        report=report,
        job=service.newest_job(db, run) if run and not report else None,
        figures=figures,
        lead=wording.lead(figures) if figures else [],
        chart_data=_chart_data(exam_session, figures) if figures else {},
        taken=taking.taken_of(db, exam_session, report) if report else None,
        w=wording,
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
    report = _report(db, exam_session)
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
    report, sent = _report(db, exam_session), parse(TakeBackIn, form_fields())
    taking.take_back(db, current_person(), exam_session, report, reason=sent.reason, now=utcnow())
    flash(gettext("The bank does not count these figures any more."), "ok")
    return redirect(url_for("analysis.analysis_page", uid=uid))


@desk.route("/<uid>/items", methods=["GET", "POST"])
@page
@needs("exam_officer")
def item_table(db: Session, uid: str) -> ResponseReturnValue:
    """Send the figures of every item; the export is recorded."""
    exam_session = markable_for(db, current_person(), uid)
    report = _report(db, exam_session)
    name = f"{exam_session.batch.code}-item-analysis"
    kind = request.args.get("format", "xlsx")
    made = rows_shown({f"{row[3]}/{row[4]}": row for row in rows(report.figures)})  # form/position
    return table_response(db, current_person(), name, headings(), made, kind)


@desk.get("/<uid>/items/<form>/<position>")
@page
@needs("exam_officer")
def item_page(db: Session, uid: str, form: str, position: str) -> ResponseReturnValue:
    """Show one item with its options; ``?part=1`` gives the sheet that opens beside the table."""
    exam_session = markable_for(db, current_person(), uid)
    report = _report(db, exam_session)
    found, item, version = service.item_in(db, report, form, position)
    return render_template(
        "analysis/item.html",
        layout="analysis/part.html" if "part" in request.args else "frame.html",
        exam_session=exam_session,
        form=found,
        item=item,
        version=version,
        chart_data=_item_chart(found, item),
        w=wording,
    )


def _report(db: Session, exam_session: ExamSession) -> AnalysisReport:
    run: MarkingRun | None = newest_run(db, exam_session.id)
    report = service.report_of(db, run) if run else None
    if report is None:
        raise NotFoundError("not_analysed_yet")
    return report


def _chart_data(exam_session: ExamSession, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the charts of the page are drawn from."""
    return {
        "cut": figures["cut"],
        "sem": figures["sem"],
        "bins": figures["bins"],
        "forms": [
            {"form": form["form"], "items": [_point(form["form"], each) for each in form["items"]]}
            for form in figures["forms"]
        ],
        "address": url_for("analysis.analysis_page", uid=exam_session.uid) + "/items/",
        "words": _chart_words(),
    }


def _point(form: str, item: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [flag_kind(flag["code"]) for flag in item["flags"]]
    return {
        "id": f"{form}/{item['position']}",
        "code": item["code"],
        "type": type_words(item["type"]),
        "p": item["p"],
        "r": item["r"],
        "kind": kinds[0] if kinds else "",
        "flags": [flag_words(flag["code"]) for flag in item["flags"]],
    }


def _item_chart(form: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the curves of an item: each option, or each kind of mark, over the score groups."""
    groups = [
        gettext("%(low)s to %(high)s", low=f"{each['low']:g}", high=f"{each['high']:g}")
        if each["n"]
        else gettext("nobody")
        for each in form["groups"]
    ]
    return {"groups": groups, "plots": curves_of(item), "words": _chart_words()}


def curves_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the plots of an item; one for each question answered by choosing."""
    levels = item["levels"]
    blank = {"name": gettext("no answer"), "is_key": False, "values": levels["blank"]["by_group"]}
    plots = [
        {
            "part": question["part"],
            "curves": [
                {"name": each["id"], "is_key": each["is_key"], "values": each["by_group"]}
                for each in question["options"]
            ]
            + ([blank] if levels["blank"]["count"] else []),
        }
        for question in item["questions"]
    ]
    if plots:
        return plots
    names = {"full": gettext("whole mark"), "part": gettext("part"), "none": gettext("no mark")}
    curves = [
        {"name": words, "is_key": name == "full", "values": levels[name]["by_group"]}
        for name, words in names.items()
        if levels[name]["count"] or name != "part"
    ]
    return [{"part": "", "curves": [*curves, *([blank] if levels["blank"]["count"] else [])]}]


def _chart_words() -> dict[str, str]:
    return {
        "all": gettext("All forms"),
        "form": gettext("Form %(code)s", code="{form}"),
        "theory": gettext("Theory mark of 100"),
        "candidates": gettext("Number of candidates"),
        "cut": gettext("pass mark"),
        "sem": gettext("±1 standard error"),
        "p": gettext("p: share of the mark earned (right is easy)"),
        "r": gettext("r: discrimination (up is good)"),
        "hard": gettext("hard"),
        "easy": gettext("easy"),
        "good": gettext("discriminates well"),
        "usable": gettext("usable"),
        "weak": gettext("weak"),
        "negative": gettext("negative"),
        "share": gettext("Share of the group, %"),
        "group": gettext("Score group by theory mark, weakest left"),
        "key": gettext("key"),
        "no_flag": gettext("no finding"),
        "flag_attention": gettext("worth a look"),
        "flag_danger": gettext("check the key"),
        "flag_neutral": gettext("note"),
        "failed": gettext("The item could not be fetched. Close the sheet and try again."),
    }
