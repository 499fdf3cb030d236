"""One fixed set: its items by section, the bank's list to pick from, the live check, freezing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank.list_order import read_place
from exam_server.bank.listing import ItemFilter, Listed, items_in
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.forms import composing, editing, service, set_keeping
from exam_server.forms.composing import ComposeIn
from exam_server.forms.custody import held_in, held_lists, said_by
from exam_server.forms.editing import UndoIn
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.replacing import standing_of
from exam_server.forms.set_keeping import FreezeIn
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

desk = Blueprint("composing", __name__)
LOOKED_FOR = ("q", "type", "at", "after", "before")  # what of the address stays after an act


@desk.get("/<uid>/<code>")
@open_page
@needs("exam_officer")
def set_page(uid: str, code: str) -> ResponseReturnValue:
    """Show a set and what may come into it; who reads one in custody is recorded."""
    actor = current_person()
    with database().writing() as db:  # apart: a page takes longer to make than a lock may be held
        form = service.form_of(composing.sets_for(db, actor, uid), code)
        service.note_read(db, actor, form)
    with database().reading() as db:
        return _set_page(db, uid, code)


@desk.post("/<uid>/<code>/items")
@page
@needs("exam_officer")
def compose(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Add items by code, take one out or move it; each act makes a version."""

    def act(form: Form) -> str:
        composing.compose(db, current_person(), form, parse(ComposeIn, _fields()), now=utcnow())
        return ""

    return _done(db, uid, code, act)


@desk.post("/<uid>/<code>/undo")
@page
@needs("exam_officer")
def undo(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Undo the last change that stands."""

    def act(form: Form) -> str:
        editing.undo(db, current_person(), form, parse(UndoIn, _fields()), now=utcnow())
        return str(gettext("Undone. The form is now in version %(number)s.", number=form.version))

    return _done(db, uid, code, act)


@desk.post("/<uid>/<code>/freeze")
@page
@needs("exam_officer")
def freeze(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Freeze a set: nothing of it changes any more, and exam sessions may have it."""

    def act(form: Form) -> str:
        set_keeping.freeze(db, current_person(), form, parse(FreezeIn, _fields()), now=utcnow())
        return str(gettext("Set %(set)s is frozen and may be used.", set=form.code))

    return _done(db, uid, code, act)


def _fields() -> dict[str, Any]:
    return {name: value for name, value in form_fields().items() if name not in LOOKED_FOR}


def _done(db: Session, uid: str, code: str, act: Callable[[Form], str]) -> ResponseReturnValue:
    form = service.form_of(composing.sets_for(db, current_person(), uid), code)
    try:
        words = act(form)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _read_again(db, uid, code, why))
    if words:
        flash(words, "ok")
    looked: dict[str, Any] = {
        name: request.form[name] for name in LOOKED_FOR if request.form.get(name)
    }
    return redirect(url_for("forms.sets.composing.set_page", uid=uid, code=code, **looked))


def _read_again(db: Session, uid: str, code: str, refused: RefusedError) -> str:
    actor = current_person()
    service.note_read(db, actor, service.form_of(composing.sets_for(db, actor, uid), code))
    return _set_page(db, uid, code, refused)


def _set_page(db: Session, uid: str, code: str, refused: RefusedError | None = None) -> str:
    run = composing.sets_for(db, current_person(), uid)
    form = service.form_of(run, code)
    blueprint = run.paper_structure.blueprint
    kept = next(each for each in set_keeping.kept_in(db, run) if each.form.id == form.id)
    is_frozen = editing.is_frozen(db, form)
    held = held_in(db, form)
    items = said_by(db, held)
    rows = [row for row in standing_of(db, form, held) if row.is_asked]
    looked = {name: request.values.get(name, "").strip() for name in LOOKED_FOR}
    sections = run.paper_structure.demand["sections"]
    return render_template(
        "forms/set.html",
        run=run,
        form=form,
        kept=kept,
        items=items,
        is_frozen=is_frozen,
        sections=sections,
        titles=[
            section_titles(each, blueprint.language)[str(chosen_language())] for each in sections
        ],
        rows=rows,
        misses=set_keeping.unmet(rows),
        areas={area.path: area.name for area in blueprint.areas},
        demand_words=demand_words,
        changes=editing.changes_of(db, form),
        undone_to=None if is_frozen else editing.undone_to(db, form),
        standing={each.item_version.item.code for each in items},
        elsewhere={} if is_frozen else _elsewhere(db, run, form),
        found=None if is_frozen else _found(db, run, looked),
        looked=looked,
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )


def _elsewhere(db: Session, run: AssemblyRun, form: Form) -> dict[int, list[str]]:
    """Return in which other sets of the collection items stand, by item version."""
    found: dict[int, list[str]] = {}
    others = [each for each in run.forms if each.id != form.id]
    for other, held in zip(others, held_lists(db, others), strict=True):
        for each in held:
            found.setdefault(each.item_version_id, []).append(other.code)
    return found


def _found(db: Session, run: AssemblyRun, looked: dict[str, str]) -> Listed:
    """Return a page of the bank's active items of the types that the paper has."""
    types = tuple(dict.fromkeys(each["type"] for each in run.paper_structure.demand["sections"]))
    wanted = ItemFilter(
        text=looked["q"],
        types=(looked["type"],) if looked["type"] in types else types,
        states=("active",),
        at=looked["at"],
    )
    return items_in(db, run.paper_structure.blueprint, wanted, read_place(looked))
