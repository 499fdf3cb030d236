"""Review: the desk of a bank, drafts passed on or sent back, comments at their places."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import comments, key_positions, reviewing, service, stamps
from exam_server.bank.models import Item
from exam_server.bank.routes.desk import READERS, desk, rights_in
from exam_server.bank.routes.items import back_to, editor_comments
from exam_server.clock import utcnow
from exam_server.inputs import In, parse
from exam_server.web import current_person, form_fields, needs, page
from exam_server.wording import stage_words, state_words
from itembank.lifecycle import LAST

TALKERS = comments.TALKERS


class ReviewIn(In):
    """What a reviewer says of the version they saw."""

    seen_version: int
    comment: str = ""


class FlowForm(In):
    """How a bank is to review."""

    n_stages: int
    rerun: str
    comments_block: bool = False
    has_store: bool = False
    has_pilot: bool = False
    difficulty_reviews: bool = False
    reason: str = ""


class CommentIn(In):
    """What somebody says of a place of an item."""

    text: str = ""
    place: str = comments.WHOLE
    quote: str = ""


@desk.get("/<uid>/review")
@page
@needs(*READERS)
def review_desk(db: Session, uid: str) -> ResponseReturnValue:
    """Show how a bank reviews, and what waits at which review."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    flow = stamps.flow_of(db, blueprint.id)
    at = blueprint.organization_id
    return render_template(
        "bank/review.html",
        blueprint=blueprint,
        flow=flow,
        fields=vars(flow) | {"n_stages": len(flow.stages)},
        steps=stamps.counts_in_steps(db, blueprint),
        history=stamps.flows_of(db, blueprint.id),
        counts=stamps.counts_by_stage(db, blueprint, reviewing.is_waiting()),
        n_mine=reviewing.waiting_in(db, actor).get(blueprint.id, 0),
        n_back=reviewing.count_sent_back(db, blueprint),
        commented=comments.open_in(db, blueprint)
        if actor.may(*TALKERS, organization_id=at)
        else [],
        username=actor.username,
        may_set=actor.may(*stamps.KEEPERS, organization_id=at),
        **rights_in(actor, blueprint),
    )


@desk.get("/<uid>/key-positions")
@page
@needs(*TALKERS)
def key_position_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show over which letters the right options are spread: help for writers and reviewers."""
    blueprint = service.blueprint_for(db, current_person(), uid, *TALKERS)
    positions = key_positions.key_positions(db, blueprint)
    return render_template(
        "bank/key_positions.html",
        blueprint=blueprint,
        positions=positions,
        total=sum(each.count for each in positions),
        most=max((each.count for each in positions), default=1) or 1,
    )


@desk.post("/<uid>/review")
@page
@needs("exam_officer")
def set_review_flow(db: Session, uid: str) -> ResponseReturnValue:
    """Say how a bank reviews from now on."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, *stamps.KEEPERS)
    sent = parse(FlowForm, form_fields())
    flow = stamps.FlowIn(**sent.model_dump())
    stamps.set_flow(db, actor, blueprint, flow, utcnow())
    flash(gettext("The bank reviews so from now on. Items in use stay in use."), "ok")
    return redirect(url_for("bank.review_desk", uid=blueprint.uid))


@desk.post("/items/<uid>/comments")
@page
@needs(*TALKERS)
def comment_item(db: Session, uid: str) -> ResponseReturnValue:
    """Say something of a place of an item."""
    actor = current_person()
    item = service.item_for(db, actor, uid, *TALKERS)
    sent = parse(CommentIn, form_fields())
    said = comments.CommentDraft(sent.text, sent.place, sent.quote)
    comments.add_comment(db, actor, service.newest_version(db, item), said, now=utcnow())
    return _to_comments(item)


@desk.get("/items/<uid>/comments")
@page
@needs("item_writer")
def item_comments(db: Session, uid: str) -> ResponseReturnValue:
    """Send an item's comments alone, for an editor that is open."""
    item = service.item_for(db, current_person(), uid, "item_writer")
    facts = editor_comments(db, current_person(), item)
    return render_template("bank/editor_comments.html", item=item, **facts)


@desk.post("/comments/<uid>/answer")
@page
@needs(*TALKERS)
def answer_comment(db: Session, uid: str) -> ResponseReturnValue:
    """Answer a comment."""
    actor = current_person()
    comment = comments.comment_for(db, actor, uid)
    comments.answer(db, actor, comment, parse(CommentIn, form_fields()).text, now=utcnow())
    return _to_comments(db.get_one(Item, comment.item_id))


@desk.post("/comments/<uid>/resolve")
@page
@needs(*TALKERS)
def resolve_comment(db: Session, uid: str) -> ResponseReturnValue:
    """Resolve a comment: the item need not wait for it any more."""
    return _resolved(db, uid, is_open=False)


@desk.post("/comments/<uid>/reopen")
@page
@needs(*TALKERS)
def reopen_comment(db: Session, uid: str) -> ResponseReturnValue:
    """Open a resolved comment again."""
    return _resolved(db, uid, is_open=True)


@desk.post("/items/<uid>/approve")
@page
@needs("reviewer")
def approve_item(db: Session, uid: str) -> ResponseReturnValue:
    """Pass a draft on that somebody else wrote; after its last review it is active."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "reviewer")
    sent = parse(ReviewIn, form_fields())
    stage = reviewing.approve(
        db,
        actor,
        item,
        seen_version=sent.seen_version,
        now=utcnow(),
        comment=sent.comment,
    )
    if item.state == "active":
        flash(gettext("%(code)s is active now.", code=item.code), "ok")
    elif stage == LAST:
        said = gettext(
            "%(code)s has passed its reviews: %(state)s now.",
            code=item.code,
            state=state_words(item.state),
        )
        flash(said, "ok")
    else:
        following = stage_words(reviewing.stage_of(db, item))
        said = gettext("%(code)s is passed on: next %(stage)s.", code=item.code, stage=following)
        flash(said, "ok")
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


def _resolved(db: Session, uid: str, *, is_open: bool) -> ResponseReturnValue:
    actor = current_person()
    comment = comments.comment_for(db, actor, uid)
    comments.resolve(db, actor, comment, is_open=is_open, now=utcnow())
    return _to_comments(db.get_one(Item, comment.item_id))


def _to_comments(item: Item) -> ResponseReturnValue:
    """Lead back to where the comments stood: the editor takes their part alone."""
    if request.args.get("to") == "editor":
        return redirect(url_for("bank.item_comments", uid=item.uid))
    return redirect(f"{back_to(item)}&to=comments")
