"""Fixed sets: the collection with its proof and uses, sets added, imported, blocked."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.forms import compose_pages, composing, service, set_keeping, set_sheets
from exam_server.forms.composing import SetIn
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.proving import key_balance, proof_of
from exam_server.forms.set_keeping import BlockIn, DecideIn
from exam_server.forms.wording import demand_words
from exam_server.inputs import parse
from exam_server.set_facts import set_uses
from exam_server.tables_in import SheetRow, read_pasted, read_sheet
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)

desk = Blueprint("sets", __name__)
desk.register_blueprint(compose_pages.desk)


@desk.get("/<uid>")
@page
@needs("exam_officer")
def set_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show a collection of fixed sets: state, uses, what they deviate in, what they share."""
    return _set_list(db, uid)


def _set_list(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    run = composing.sets_for(db, actor, uid)
    return render_template(
        "forms/sets.html",
        run=run,
        sets=set_keeping.kept_in(db, run),
        uses=set_uses(db, run.id),
        proof=proof_of(db, run),
        balance=key_balance(db, run),
        proof_jobs=service.proof_jobs_of(db, actor, run),
        areas={area.path: area.name for area in run.paper_structure.blueprint.areas},
        demand_words=demand_words,
        say=sentence,
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/add")
@page
@needs("exam_officer")
def add_set(db: Session, uid: str) -> ResponseReturnValue:
    """Add an empty set and lead to it."""
    actor = current_person()
    run = composing.sets_for(db, actor, uid)
    try:
        form = composing.add_set(db, actor, run, parse(SetIn, form_fields()))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _set_list(db, uid, why))
    return redirect(url_for("forms.sets.composing.set_page", uid=uid, code=form.code))


@desk.post("/<uid>/import")
@page
@needs("exam_officer")
def import_sets(db: Session, uid: str) -> ResponseReturnValue:
    """Make sets of a spreadsheet with a row an item, or of pasted rows; all or none."""
    actor = current_person()
    run = composing.sets_for(db, actor, uid)
    try:
        rows = _sent_rows()
        made = set_sheets.import_sets(db, actor, run, rows, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _set_list(db, uid, why))
    flash(ngettext("%(num)s set was filled.", "%(num)s sets were filled.", len(made)), "ok")
    return redirect(url_for("forms.sets.set_list", uid=uid))


def _sent_rows() -> list[SheetRow]:
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return read_sheet(sent.filename, sent.read(), set_sheets.COLUMNS)
    text = request.form.get("text", "")
    if not text.strip():
        raise InvalidInputError("no_set_sheet")
    return read_pasted(text, set_sheets.COLUMNS)


@desk.post("/<uid>/<code>/block")
@page
@needs("exam_officer")
def ask_to_block(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Ask that a set be used no more, with the reason; it is held back at once."""

    def act(actor: Actor, form: Form) -> str:
        sent = parse(BlockIn, form_fields())
        set_keeping.ask_to_block(db, actor, form, sent, now=utcnow())
        return str(gettext("Set %(set)s is held back. A second person must decide.", set=code))

    return _done(db, uid, code, act)


@desk.post("/<uid>/<code>/block/decide")
@page
@needs("exam_officer")
def decide_block(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Block a set for good as the second person, or let it be used again."""

    def act(actor: Actor, form: Form) -> str:
        sent = parse(DecideIn, form_fields())
        set_keeping.decide_block(db, actor, form, sent, now=utcnow())
        if sent.way == "block":
            return str(gettext("Set %(set)s is blocked for good.", set=code))
        return str(gettext("Set %(set)s may be used again.", set=code))

    return _done(db, uid, code, act)


def _done(
    db: Session, uid: str, code: str, act: Callable[[Actor, Form], str]
) -> ResponseReturnValue:
    actor = current_person()
    run: AssemblyRun = composing.sets_for(db, actor, uid)
    try:
        words = act(actor, service.form_of(run, code))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _set_list(db, uid, why))
    flash(words, "ok")
    return redirect(url_for("forms.sets.set_list", uid=uid))
