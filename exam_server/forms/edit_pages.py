"""A form changed by hand: an item taken out, what may come for it, the exchange, undoing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.forms import editing, service
from exam_server.forms.custody import Held, HeldItem, form_items, held_in, said_by, with_values
from exam_server.forms.editing import ExchangeIn, UndoIn
from exam_server.forms.models import Form
from exam_server.forms.pooling import p_values
from exam_server.forms.printing import view_of
from exam_server.forms.replacing import Effect, Leaving, best_effects, standing_of
from exam_server.forms.titles import section_titles
from exam_server.forms.wording import demand_words
from exam_server.inputs import parse
from exam_server.languages import chosen_language
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    refusal,
    refused_page,
)

desk = Blueprint("edits", __name__)


@desk.get("/<uid>/<code>/edit")
@open_page
@needs("exam_officer")
def edit_page(uid: str, code: str) -> ResponseReturnValue:
    """Show a form's items and what may come for one; who reads one in custody is recorded."""
    actor = current_person()
    with database().writing() as db:  # apart: a page takes longer to make than a lock may be held
        service.note_read(db, actor, service.form_of(service.run_for(db, actor, uid), code))
    with database().reading() as db:
        return _edit_page(db, uid, code)


@desk.post("/<uid>/<code>/edit/exchange")
@page
@needs("exam_officer")
def exchange_item(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Put another item in the place of one; the form gets a new version."""

    def act(form: Form) -> str:
        sent = parse(ExchangeIn, form_fields())
        editing.exchange(db, current_person(), form, sent, now=utcnow())
        return str(
            gettext("Exchanged. The form is now in version %(number)s.", number=form.version)
        )

    return _done(db, uid, code, act)


@desk.post("/<uid>/<code>/edit/undo")
@page
@needs("exam_officer")
def undo_exchange(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Undo the last exchange that stands; that is a new version too."""

    def act(form: Form) -> str:
        editing.undo(db, current_person(), form, parse(UndoIn, form_fields()), now=utcnow())
        return str(gettext("Undone. The form is now in version %(number)s.", number=form.version))

    return _done(db, uid, code, act)


def _done(db: Session, uid: str, code: str, act: Callable[[Form], str]) -> ResponseReturnValue:
    form = service.form_of(service.run_for(db, current_person(), uid), code)
    try:
        words = act(form)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _read_again(db, uid, code, why))
    flash(words, "ok")
    return redirect(url_for("forms.runs.edits.edit_page", uid=uid, code=code))


def _read_again(db: Session, uid: str, code: str, refused: RefusedError) -> str:
    actor = current_person()
    service.note_read(db, actor, service.form_of(service.run_for(db, actor, uid), code))
    return _edit_page(db, uid, code, refused)


def _edit_page(db: Session, uid: str, code: str, refused: RefusedError | None = None) -> str:
    run = service.run_for(db, current_person(), uid)
    form = service.form_of(run, code)
    items = form_items(db, form)
    held, is_frozen = held_in(db, form), editing.is_frozen(db, form)
    blueprint = run.paper_structure.blueprint
    leaving = None if is_frozen else _leaving(held)
    return render_template(
        "forms/edit.html",
        run=run,
        form=form,
        items=items,
        is_frozen=is_frozen,
        titles=[
            section_titles(section, blueprint.language)[str(chosen_language())]
            for section in run.paper_structure.demand["sections"]
        ],
        known=p_values(db, blueprint, [each.item_version.item_id for each in items]),
        rows=[row for row in standing_of(db, form, held) if row.is_asked],
        areas={area.path: area.name for area in blueprint.areas},
        changes=editing.changes_of(db, form),
        undone_to=None if is_frozen else editing.undone_to(db, form),
        demand_words=demand_words,
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
        **_offers(db, form, held, leaving),
    )


def _leaving(held: list[Held]) -> Held | None:
    asked = request.values.get("position", "")
    return next((each for each in held if str(each.position) == asked), None)


def _offers(db: Session, form: Form, held: list[Held], leaving: Held | None) -> dict[str, Any]:
    """Return what may come for an item, and the one of them that is looked at."""
    if leaving is None:
        return {"leaving": None, "offers": [], "chosen": None, "wanted": "", "is_offered": True}
    wanted = request.values.get("coming", "").strip()
    found = best_effects(db, Leaving(form, held, leaving, utcnow()), wanted=wanted)
    said = said_by(db, with_values(db, form, [leaving, *(each.held for each in found)]))
    offers = list(zip(found, said[1:], strict=True))
    return {
        "leaving": _shown(form, said[0]),
        "offers": offers,
        "chosen": _chosen(form, offers),
        "wanted": wanted,
        "is_offered": not wanted
        or any(said.item_version.item.code == wanted for _, said in offers),
    }


def _chosen(form: Form, offers: list[tuple[Effect, HeldItem]]) -> dict[str, Any] | None:
    """Return the first offer, whole: it is the best, or the one asked for."""
    if not offers:
        return None
    effect, item = offers[0]
    return {"effect": effect, **_shown(form, item)}


def _shown(form: Form, item: HeldItem) -> dict[str, Any]:
    language = "en" if chosen_language() == "en" else "zh"
    return {"item": item, "view": view_of(form, item, language)}
