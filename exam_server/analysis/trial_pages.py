"""Items on trial in an exam session: their states in the bank, and the acts on them."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis import service
from exam_server.analysis.trial_acts import TrialIn, decide_trial
from exam_server.bank.models import Item
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.marking.service import markable_for
from exam_server.web import current_person, form_fields, needs, page, sentence

desk = Blueprint("trials", __name__)


@desk.post("/<uid>/tried")
@page
@needs("exam_officer")
def decide_tried(db: Session, uid: str) -> ResponseReturnValue:
    """Take chosen pilot items into use, or send them back to their writers."""
    actor = current_person()
    exam_session = markable_for(db, actor, uid)
    report = service.report_in(db, exam_session)
    sent = parse(TrialIn, form_fields("item"))
    try:
        with db.begin_nested():
            done = decide_trial(db, actor, exam_session, report, sent, now=utcnow())
    except RefusedError as refused:  # said above the table, which stays as it is
        flash(sentence(refused.code, refused.detail), "danger")
        return redirect(_address(uid))
    said = (
        ngettext("%(num)s item went a step on", "%(num)s items went a step on", done.n_gone)
        if sent.kind == "forward"
        else ngettext(
            "%(num)s item went back to its writer",
            "%(num)s items went back to their writers",
            done.n_gone,
        )
    )
    flash(said, "ok")
    if done.n_left:
        flash(
            ngettext(
                "%(num)s item was left as it is: this is not possible for it.",
                "%(num)s items were left as they are: this is not possible for them.",
                done.n_left,
            ),
            "attention",
        )
    return redirect(_address(uid))


def _address(uid: str) -> str:
    return f"{url_for('analysis.analysis_page', uid=uid)}#tried-title"


def trial_facts(db: Session, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows of items on trial: their figures, and their states by now."""
    tried = figures.get("tried")
    if not tried:
        return {"tried": None, "tried_states": {}}
    uids = [item["uid"] for item in tried["items"]]
    rows = db.execute(select(Item.uid, Item.state).where(Item.uid.in_(uids)))
    return {"tried": tried, "tried_states": {row[0]: row[1] for row in rows}}


def advice_words(advice: str) -> tuple[str, str]:
    """Return how an advice stands and what it says."""
    words: dict[str, tuple[str, str]] = {
        "active": ("ok", gettext("fit for use")),
        "back": ("danger", gettext("back to its writer")),
        "more": ("neutral", gettext("more answers first")),
    }
    return words[advice]
