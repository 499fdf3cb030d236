"""A round as an officer has it: what it comes to, judgements of candidates, the way to adoption."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, Problem, RefusedError
from exam_server.inputs import parse
from exam_server.languages import chosen_language
from exam_server.programmes.service import rule_sets_of
from exam_server.standards import adopting, judging, service
from exam_server.standards.charts import chart_of
from exam_server.standards.judged import OFFICER
from exam_server.standards.printing import ask_for_report, print_jobs_of
from exam_server.standards.reporting import Report, report_of
from exam_server.standards.routes.desk import desk
from exam_server.standards.rules import BY_GROUPS
from exam_server.standards.sections import Section, as_sheets, given_sheet, sections_of
from exam_server.standards.wording import (
    doubts,
    lead,
    method_words,
    round_name,
    source_words,
    suggested,
)
from exam_server.tables_out import empty_sheet_response, table_response
from exam_server.todo import local_day
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

LARGEST_SHEET = 2_000_000


@desk.get("/<uid>/rounds/<number>")
@page
@needs(OFFICER)
def round_page(db: Session, uid: str, number: str) -> ResponseReturnValue:
    """Show what a round comes to; ``format`` takes its tables away."""
    actor = current_person()
    panel = service.panel_for(db, actor, uid)
    wanted = request.args.get("format")
    if not wanted:
        return render_round(db, uid, number)
    report = report_of(db, service.round_of(panel, number))
    first, *others = all_sections(report)
    return table_response(
        db,
        actor,
        round_name(panel, int(number)),
        first.headings,
        [[each] for each in first.told],
        wanted,
        more=[*as_sheets(others), *given_sheet(report)],
    )


def render_round(db: Session, uid: str, number: str, refused: RefusedError | None = None) -> str:
    """Render a round's page."""
    actor = current_person()
    panel = service.panel_for(db, actor, uid)
    found = service.round_of(panel, number)
    report = report_of(db, found)
    return render_template(
        "standards/round.html",
        panel=panel,
        round=found,
        report=report,
        lead=lead(report),
        doubts=doubts(report),
        chart=chart_of(report) if report.found.cut is not None else None,
        sections=sections_of(report),
        by_groups=panel.method in BY_GROUPS,
        jobs=print_jobs_of(db, actor, found),
        waiting=adopting.waiting_for(db, panel),
        rule_sets=_rule_sets(db, panel.organization_id),
        fields={
            "cut": suggested(report),
            "valid_from": local_day(utcnow()).isoformat(),
            **form_fields(),
        },
        method_words=method_words,
        source_words=source_words,
        refused=refusal(refused) if refused else None,
    )


def _rule_sets(db: Session, organization_id: int) -> list[tuple[str, str]]:
    return [
        (
            each.uid,
            gettext("%(name)s, %(day)s: takes the cut", name=each.name, day=each.valid_from)
            if each.may_set_cut
            else gettext(
                "%(name)s, %(day)s: kept as evidence", name=each.name, day=each.valid_from
            ),
        )
        for each in rule_sets_of(db, current_person())
        if each.organization_id == organization_id
    ]


def all_sections(report: Report) -> list[Section]:
    """Return the report with its first section: the sentence, doubts, what was judged and how."""
    panel = report.round.panel
    told = [
        lead(report),
        *doubts(report),
        f"{gettext('Method')}{gettext(': ')}{method_words(panel.method)}",
        f"{gettext('Judged')}{gettext(': ')}{source_words(panel.source)}",
        f"{gettext('The borderline candidate')}{gettext(': ')}{panel.definition}",
    ]
    if report.round.note:
        told.append(f"{gettext('Talked over before')}{gettext(': ')}{report.round.note}")
    title = gettext("In short")
    return [Section("short", title, told, [title], []), *sections_of(report)]


@desk.post("/<uid>/rounds/<number>/print")
@page
@needs(OFFICER)
def print_round(db: Session, uid: str, number: str) -> ResponseReturnValue:
    """Have the report of a round made as a PDF."""
    actor = current_person()
    panel = service.panel_for(db, actor, uid)
    found = service.round_of(panel, number)
    ask_for_report(
        db,
        actor,
        found,
        told=all_sections(report_of(db, found)),
        language=chosen_language(),
        title=round_name(panel, int(number)),
    )
    return redirect(url_for("standards.round_page", uid=uid, number=number) + "#print")


@desk.post("/<uid>/rounds/<number>/propose")
@page
@needs(OFFICER)
def propose(db: Session, uid: str, number: str) -> ResponseReturnValue:
    """Put a closed round's cut forward for a second officer to decide on."""
    actor, fields = current_person(), form_fields()
    panel = service.panel_for(db, actor, uid)
    try:
        sent = parse(adopting.ProposalIn, fields)
        adopting.propose(db, actor, service.round_of(panel, number), sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_round(db, uid, number, why))
    flash(gettext("Put forward. A second exam officer decides."), "ok")
    return redirect(url_for("standards.panel_page", uid=uid))


@desk.get("/<uid>/judgements.xlsx")
@page
@needs(OFFICER)
def judgement_template(db: Session, uid: str) -> ResponseReturnValue:
    """Send an empty sheet for what experts say of candidates."""
    panel = service.panel_for(db, current_person(), uid)
    headings = [gettext("ticket"), gettext("rating")]
    return empty_sheet_response(f"{panel.title}.xlsx", headings)


@desk.post("/<uid>/rounds/<number>/judgements")
@page
@needs(OFFICER)
def take_judgements(db: Session, uid: str, number: str) -> ResponseReturnValue:
    """Take what experts said of candidates, from a sheet or pasted cells."""
    actor, fields = current_person(), form_fields()
    panel = service.panel_for(db, actor, uid)
    try:
        sheet = _sheet(fields)
        found = service.round_of(panel, number)
        count = judging.take(db, actor, found, judging.read(sheet), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_round(db, uid, number, why))
    words = ngettext("%(num)s judgement taken.", "%(num)s judgements taken.", count)
    flash(words, "ok")
    return redirect(url_for("standards.round_page", uid=uid, number=number))


def _sheet(fields: dict[str, Any]) -> judging.Sheet:
    sent = request.files.get("sheet")
    body = sent.read(LARGEST_SHEET + 1) if sent and sent.filename else b""
    if len(body) > LARGEST_SHEET:
        raise InvalidInputError("judgements_wrong", [Problem("sheet", "sheet_unreadable")])
    return judging.Sheet(sent.filename or "" if sent else "", body, fields.get("pasted", ""))
