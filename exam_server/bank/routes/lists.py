"""What is done with a bank's list: acts on many items, undoing them, saved filters."""

from typing import Literal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import bulk, list_order, listing, saved_filters, service, stamps
from exam_server.bank.models import Blueprint, BulkAct
from exam_server.bank.routes.desk import READERS, bank_address, desk, rights_in
from exam_server.bank.saved_filters import Naming
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import In, parse
from exam_server.web import current_person, form_fields, needs, page, sentence

STEPPERS = ("reviewer", *stamps.KEEPERS)


class BulkIn(In):
    """What to do with which items of the list."""

    kind: Literal["suspend", "retire", "move", "difficulty", "forward"]
    scope: Literal["chosen", "all"] = "chosen"
    item: tuple[str, ...] = ()
    reason: str = ""
    point: str = ""
    difficulty: str = ""


class FilterIn(In):
    """A name for the filter in the address."""

    name: str = ""
    is_shared: bool = False


@desk.post("/<uid>/bulk")
@page
@needs(*READERS)
def act_on_items(db: Session, uid: str) -> ResponseReturnValue:
    """Do one thing to many items; the page then offers to undo it."""
    actor = current_person()
    sent = parse(BulkIn, form_fields("item"))
    # a step on is checked item by item: a review is a reviewer's, the rest an officer's
    roles = STEPPERS if sent.kind == "forward" else ("item_writer",)
    blueprint = service.blueprint_for(db, actor, uid, *roles)
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    asked = bulk.Wanted(
        sent.kind,
        reason=sent.reason,
        point=sent.point.strip().partition(" ")[0],
        difficulty=int(sent.difficulty) if sent.difficulty.isdecimal() else 0,
        uids=sent.item,
        items=wanted if sent.scope == "all" else None,
    )
    place = list_order.read_place(request.args).query()
    try:
        with db.begin_nested():
            done = bulk.act_on(db, actor, blueprint, asked, now=utcnow())
    except RefusedError as refused:  # said beside the list, which stays as it was filtered
        flash(sentence(refused.code, refused.detail), "danger")
        return redirect(bank_address(blueprint, wanted, **place))
    _say_left(done)
    shown = sent.item[0] if len(sent.item) == 1 and sent.scope == "chosen" else ""
    return redirect(bank_address(blueprint, wanted, **place, done=done.act.uid, item=shown))


@desk.post("/<uid>/acts/<act>/undo")
@page
@needs(*READERS)
def undo_act(db: Session, uid: str, act: str) -> ResponseReturnValue:
    """Undo an act on many items."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    done = bulk.undo(db, actor, blueprint, act, now=utcnow())
    n = done.act.n_items - done.n_left
    said = ngettext("Undone for %(num)s item.", "Undone for %(num)s items.", n)
    flash(said, "ok")
    if done.n_left:
        flash(
            ngettext(
                "%(num)s item has been changed since; it stays as it is now.",
                "%(num)s items have been changed since; they stay as they are now.",
                done.n_left,
            ),
            "attention",
        )
    if request.args.get("to") == "acts":
        return redirect(url_for("bank.act_list", uid=uid))
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    return redirect(bank_address(blueprint, wanted))


@desk.get("/<uid>/acts")
@page
@needs(*READERS)
def act_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show the last acts on many items, each to be undone."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    return render_template(
        "bank/acts.html",
        blueprint=blueprint,
        acts=[
            (
                each,
                act_words(each.act),
                refused_words(each.act),
                bulk.may_undo(actor, blueprint, each.act),
            )
            for each in bulk.last_acts(db, blueprint)
        ],
        **rights_in(actor, blueprint),
    )


@desk.post("/<uid>/filters")
@page
@needs(*READERS)
def save_filter(db: Session, uid: str) -> ResponseReturnValue:
    """Keep the filter of the address under a name."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    sent = parse(FilterIn, form_fields())
    naming = Naming(sent.name, wanted, sent.is_shared)
    try:
        kept = saved_filters.save_filter(db, actor, blueprint, naming, now=utcnow())
    except RefusedError as refused:
        flash(sentence(refused.code, refused.detail), "danger")
    else:
        flash(gettext("The filter “%(name)s” is saved.", name=kept.name), "ok")
    return redirect(bank_address(blueprint, wanted))


@desk.post("/<uid>/filters/<kept>/drop")
@page
@needs(*READERS)
def drop_filter(db: Session, uid: str, kept: str) -> ResponseReturnValue:
    """Forget one's own filter."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    saved_filters.drop_filter(db, actor, blueprint, kept)
    flash(gettext("The filter has been removed."), "ok")
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    return redirect(bank_address(blueprint, wanted))


def act_words(act: BulkAct) -> str:
    """Return what an act did, in words."""
    n, detail = act.n_items, act.detail
    said: str
    if act.kind == "suspend":
        said = ngettext("%(num)s item suspended", "%(num)s items suspended", n)
    elif act.kind == "retire":
        said = ngettext("%(num)s item retired", "%(num)s items retired", n)
    elif act.kind == "forward":
        said = ngettext("%(num)s item went a step on", "%(num)s items went a step on", n)
    elif act.kind == "move":
        said = ngettext(
            "%(num)s item moved to point %(point)s",
            "%(num)s items moved to point %(point)s",
            n,
            point=detail["point"],
        )
    else:
        said = ngettext(
            "Difficulty %(difficulty)s given to %(num)s item",
            "Difficulty %(difficulty)s given to %(num)s items",
            n,
            difficulty=detail["difficulty"],
        )
    return said


def refused_words(act: BulkAct) -> list[tuple[str, str]]:
    """Return which items stayed as they were, each with why."""
    return [(code, sentence(why, detail)) for code, why, detail in act.detail.get("refused", [])]


def list_tools(db: Session, actor: Actor, blueprint: Blueprint) -> dict[str, object]:
    """Return what stands around the list: saved filters, and the act just done."""
    done = request.args.get("done", "")
    act = (
        next((each.act for each in bulk.last_acts(db, blueprint) if each.act.uid == done), None)
        if done
        else None
    )
    return {
        "kept_filters": saved_filters.filters_for(db, actor, blueprint),
        "done": act if act is not None and act.undone_at is None else None,
        "done_words": act_words(act) if act is not None else "",
        "done_refused": refused_words(act) if act is not None else [],
        "may_undo": act is not None and bulk.may_undo(actor, blueprint, act),
        "asks_again": stamps.flow_of(db, blueprint.id).difficulty_reviews,
    }


def _say_left(done: bulk.Done) -> None:
    if done.n_left:
        flash(
            ngettext(
                "%(num)s item was left as it is: this is not possible for it.",
                "%(num)s items were left as they are: this is not possible for them.",
                done.n_left,
            ),
            "attention",
        )
