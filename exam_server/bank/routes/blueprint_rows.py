"""Rows of a blueprint one by one: points moved, retired and taken up again, rows deleted."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.bank import (
    blueprint_changes,
)
from exam_server.bank.routes.blueprints import PLANNERS, planned
from exam_server.bank.routes.desk import desk
from exam_server.clock import utcnow
from exam_server.inputs import In, parse
from exam_server.web import form_fields, needs, page


class MovePointIn(In):
    """Where a point goes, and its code there."""

    at: str
    to: str
    code: str


class RetirePointIn(In):
    """Which point is retired, and why."""

    at: str
    reason: str = ""


class RowIn(In):
    """Which range or point."""

    at: str


@desk.post("/<uid>/blueprint/move")
@page
@needs(*PLANNERS)
def move_point(db: Session, uid: str) -> ResponseReturnValue:
    """Move a point with its items to another range."""
    actor, blueprint = planned(db, uid)
    sent = parse(MovePointIn, form_fields())
    blueprint_changes.move_point(
        db, actor, blueprint, sent.at, to=sent.to, code=sent.code, now=utcnow()
    )
    return redirect(url_for("bank.blueprint_page", uid=uid, at=f"{sent.to}-{sent.code}"))


@desk.post("/<uid>/blueprint/retire")
@page
@needs(*PLANNERS)
def retire_point(db: Session, uid: str) -> ResponseReturnValue:
    """Retire a point; its active items are suspended."""
    actor, blueprint = planned(db, uid)
    sent = parse(RetirePointIn, form_fields())
    n = blueprint_changes.retire_point(
        db, actor, blueprint, sent.at, reason=sent.reason, now=utcnow()
    )
    flash(ngettext("%(num)s item suspended.", "%(num)s items suspended.", n), "ok")
    return redirect(url_for("bank.blueprint_page", uid=uid, at=sent.at))


@desk.post("/<uid>/blueprint/take-up")
@page
@needs(*PLANNERS)
def take_up_point(db: Session, uid: str) -> ResponseReturnValue:
    """Let items be written for a retired point again."""
    actor, blueprint = planned(db, uid)
    sent = parse(RowIn, form_fields())
    blueprint_changes.take_up_point(db, actor, blueprint, sent.at, now=utcnow())
    return redirect(url_for("bank.blueprint_page", uid=uid, at=sent.at))


@desk.post("/<uid>/blueprint/delete")
@page
@needs(*PLANNERS)
def delete_row(db: Session, uid: str) -> ResponseReturnValue:
    """Delete a point without items or an empty range."""
    actor, blueprint = planned(db, uid)
    sent = parse(RowIn, form_fields())
    blueprint_changes.delete_row(db, actor, blueprint, sent.at, now=utcnow())
    flash(gettext("%(code)s has been deleted.", code=sent.at), "ok")
    return redirect(url_for("bank.blueprint_page", uid=uid))
