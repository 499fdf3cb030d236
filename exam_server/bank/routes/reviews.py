"""Review: drafts that wait, approved or sent back with a comment."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import reviewing, service
from exam_server.bank.routes.desk import desk
from exam_server.bank.routes.items import back_to
from exam_server.clock import utcnow
from exam_server.inputs import In, parse
from exam_server.web import current_person, form_fields, needs, page


class ReviewIn(In):
    """What a reviewer says of the version they saw."""

    seen_version: int
    comment: str = ""


@desk.post("/items/<uid>/approve")
@page
@needs("reviewer")
def approve_item(db: Session, uid: str) -> ResponseReturnValue:
    """Make a draft active that somebody else wrote."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "reviewer")
    sent = parse(ReviewIn, form_fields())
    reviewing.approve(
        db,
        actor,
        item,
        seen_version=sent.seen_version,
        now=utcnow(),
        comment=sent.comment,
    )
    flash(gettext("%(code)s is active now.", code=item.code), "ok")
    return redirect(back_to(item))


@desk.post("/items/<uid>/send-back")
@page
@needs("reviewer")
def send_back_item(db: Session, uid: str) -> ResponseReturnValue:
    """Give a draft back to its writer."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "reviewer")
    sent = parse(ReviewIn, form_fields())
    reviewing.send_back(
        db,
        actor,
        item,
        seen_version=sent.seen_version,
        now=utcnow(),
        comment=sent.comment,
    )
    flash(gettext("%(code)s has gone back to its writer.", code=item.code), "ok")
    return redirect(back_to(item))
