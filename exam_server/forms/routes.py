"""Paper structures, assembly runs and forms."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import service as bank
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.forms import service
from exam_server.forms.models import AssemblyRun
from exam_server.forms.proving import proof_of
from exam_server.forms.rules import PRESETS, Preset, full_mark
from exam_server.forms.service import AssembleIn, StructureIn
from exam_server.inputs import parse
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)
from exam_server.wording import title_words

desk = Blueprint("forms", __name__, url_prefix="/papers")


@desk.get("/")
@page
@needs("exam_officer")
def structure_list(db: Session) -> ResponseReturnValue:
    """Show the paper structures."""
    structures = service.structures_of(db, current_person())
    return render_template("forms/structures.html", structures=structures, full_mark=full_mark)


@desk.get("/new")
@page
@needs("exam_officer")
def new_structure(db: Session) -> ResponseReturnValue:
    """Show the form for a paper structure, maybe filled in with a usual paper."""
    wanted = request.args.get("preset", "")
    preset = next((each for each in PRESETS if each.name == wanted), None)
    return _structure_form(db, _preset_fields(preset) if preset else {"minutes": "90"})


@desk.post("/new")
@page
@needs("exam_officer")
def create_structure(db: Session) -> ResponseReturnValue:
    """Create a paper structure."""
    fields = form_fields()
    given = {name: value for name, value in fields.items() if value != ""}
    try:
        structure = service.create_structure(
            db, current_person(), parse(StructureIn, {"sections": "", **given}), now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _structure_form(db, fields, why))
    return redirect(url_for("forms.structure_page", uid=structure.uid))


def _preset_fields(preset: Preset) -> dict[str, str]:
    """Return the fields of the form as a usual paper fills them in."""
    lines = (
        f"{kind} | {title_words(kind)} | {count} | {mark}" for kind, count, mark in preset.sections
    )
    return {"minutes": str(preset.minutes), "sections": "\n".join(lines), "shares": "weights"}


def _preset_words() -> list[tuple[str, str]]:
    """Return name and words of the usual papers."""
    words: dict[str, str] = {
        "hundred": gettext("100 items, 100 marks"),
        "standard": gettext("200 items, levels 5 and 4"),
        "national": gettext("200 items, national bank"),
        "three": gettext("100 items of three types"),
    }
    return [(each.name, words[each.name]) for each in PRESETS]


def _structure_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    banks = [blueprint for blueprint, _ in bank.blueprints_for(db, current_person())]
    return render_template(
        "forms/new_structure.html",
        banks=banks,
        presets=_preset_words(),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>")
@page
@needs("exam_officer")
def structure_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a paper structure and its assembly runs."""
    return _structure_page(db, uid)


def _structure_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    structure = service.structure_for(db, current_person(), uid)
    return render_template(
        "forms/structure.html",
        structure=structure,
        fields={"n_forms": "2", **form_fields()},
        full_mark=full_mark(structure.demand),
        runs=service.runs_in(db, structure),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/assemble")
@page
@needs("exam_officer")
def assemble(db: Session, uid: str) -> ResponseReturnValue:
    """Have forms assembled."""
    actor = current_person()
    structure = service.structure_for(db, actor, uid)
    given = {name: value for name, value in form_fields().items() if value != ""}
    try:
        job = service.ask_for_forms(db, actor, structure, parse(AssembleIn, given), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _structure_page(db, uid, why))
    return redirect(url_for("jobs.job_page", uid=job.uid))


@desk.get("/runs/<uid>")
@page
@needs("exam_officer")
def run_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what a run asked for and what its forms have, or why there are none."""
    run = service.run_for(db, current_person(), uid)
    return render_template(
        "forms/run.html",
        run=run,
        job=service.job_of(db, run),
        proof=proof_of(db, run),
        say=sentence,
    )


@desk.get("/runs/<uid>/<code>")
@page
@needs("exam_officer")
def form_page(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Show a form without its keys."""
    return _form_page(db, service.run_for(db, current_person(), uid), code)


@desk.post("/runs/<uid>/<code>/keys")
@page
@needs("exam_officer")
def show_keys(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Show a form with its keys; who looked is recorded."""
    actor = current_person()
    run = service.run_for(db, actor, uid)
    service.note_keys_shown(db, actor, service.form_of(run, code))
    return _form_page(db, run, code, has_keys=True)


def _form_page(db: Session, run: AssemblyRun, code: str, *, has_keys: bool = False) -> str:
    form = service.form_of(run, code)
    items = service.form_with_items(db, form)
    sections = run.paper_structure.demand["sections"]
    return render_template(
        "forms/form.html", run=run, form=form, items=items, sections=sections, has_keys=has_keys
    )
