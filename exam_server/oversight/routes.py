"""Pages of oversight: the audit record."""

import json
from datetime import date, datetime, time, timedelta
from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import SITE_ZONE
from exam_server.errors import InvalidInputError, Problem
from exam_server.oversight import service
from exam_server.oversight.service import MOST_EXPORTED, Sought, Told
from exam_server.oversight.words import act_words, facts_of, object_words
from exam_server.tables_out import table_response
from exam_server.web import current_person, needs, page

desk = Blueprint("oversight", __name__, url_prefix="/oversight")


@desk.get("/audit")
@page
@needs("auditor")
def audit_page(db: Session) -> ResponseReturnValue:
    """Show the audit record of one's organizations, a page at a time."""
    actor, sought = current_person(), _sought()
    if "format" in request.args:
        return _audit_table(db, sought)
    entries, has_more = service.entries_for(db, actor, sought)
    wanted = {name: request.args.get(name, "") for name in ("person", "act", "start", "end")}
    return render_template(
        "oversight/audit.html",
        entries=entries,
        has_more=has_more,
        is_newest=sought.before is None,
        wanted=wanted,
        acts=[(act, act_words(act)) for act in service.acts_of(db, actor)],
        act_words=act_words,
        object_words=object_words,
        facts_of=partial(facts_of, organizations=service.organization_names(db, actor)),
    )


def _audit_table(db: Session, sought: Sought) -> ResponseReturnValue:
    actor = current_person()
    entries, _ = service.entries_for(db, actor, sought, limit=MOST_EXPORTED)
    headings = [
        gettext("Time"),
        gettext("User name"),
        gettext("Name"),
        gettext("Act"),
        gettext("Code"),
        gettext("Object"),
        gettext("Particulars"),
    ]
    rows = [_audit_row(told) for told in entries]
    return table_response(db, actor, "audit", headings, rows, request.args["format"])


def _audit_row(told: Told) -> tuple[object, ...]:
    by, entry = told.by, told.entry
    return (
        entry.at,
        by.username if by else "",
        by.name if by else gettext("the server"),
        act_words(entry.act),
        entry.act,
        entry.object,
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    )


def _sought() -> Sought:
    """Return what the reader asked for; raises InvalidInputError: ``invalid_input``."""
    start, end = _day("start"), _day("end")
    return Sought(
        person=request.args.get("person", "").strip(),
        act=request.args.get("act", ""),
        start=_midnight(start) if start else None,
        end=_midnight(end + timedelta(days=1)) if end else None,
        before=request.args.get("before", None, int),
    )


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problem = Problem(name, "field_date_from_datetime_parsing")
        raise InvalidInputError("invalid_input", [problem]) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SITE_ZONE)
