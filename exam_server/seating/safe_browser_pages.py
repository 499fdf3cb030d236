"""Safe Exam Browser in an exam session: the setting, and its configuration file."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.inputs import parse
from exam_server.seating.live import is_live
from exam_server.seating.safe_browser import SafeBrowserIn, rule_of, set_rule
from exam_server.seating.service import exam_session_for
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from proctor.safe_browser import config_key, seb_file

desk = Blueprint("safe_browser", __name__)


@desk.get("/<uid>/safe-browser")
@page
@needs("exam_officer")
def safe_browser_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show whether Safe Exam Browser is used, and offer its configuration."""
    return _safe_browser_page(db, uid)


@desk.post("/<uid>/safe-browser")
@page
@needs("exam_officer")
def set_safe_browser(db: Session, uid: str) -> ResponseReturnValue:
    """Set whether Safe Exam Browser is used."""
    actor, fields = current_person(), form_fields()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        set_rule(db, actor, exam_session, parse(SafeBrowserIn, fields), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _safe_browser_page(db, uid, fields, why))
    flash(gettext("The setting for Safe Exam Browser is kept."), "ok")
    return redirect(url_for("seating.safe_browser.safe_browser_page", uid=uid))


@desk.get("/<uid>/safe-browser.seb")
@page
@needs("exam_officer")
def safe_browser_file(db: Session, uid: str) -> ResponseReturnValue:
    """Send the configuration file for the computers of this exam session."""
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    rule = rule_of(db, exam_session)
    if rule is None:
        raise NotFoundError("no_configuration")
    response: Response = make_response(seb_file(rule.settings))
    response.content_type = "application/seb"
    response.headers["Content-Disposition"] = f'attachment; filename="{uid[:8]}.seb"'
    return response


def _safe_browser_page(
    db: Session,
    uid: str,
    fields: dict[str, Any] | None = None,
    refused: RefusedError | None = None,
) -> str:
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    rule = rule_of(db, exam_session)
    stored = {
        "use": rule.use if rule else "off",
        "start_url": rule.settings["startURL"] if rule else _own_address(),
        "exam_keys": "\n".join(rule.exam_keys) if rule else "",
    }
    return render_template(
        "seating/safe_browser.html",
        exam_session=exam_session,
        is_live=is_live(db, exam_session, now=utcnow()),
        config_key=config_key(rule.settings) if rule else "",
        fields=fields or stored,
        refused=refusal(refused) if refused else None,
    )


def _own_address() -> str:
    return url_for("delivery.sitting_page", _external=True)
