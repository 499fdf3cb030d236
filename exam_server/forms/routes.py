"""Paper structures, assembly runs and forms."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from exam_server.bank import service as bank
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.forms import service
from exam_server.forms.rules import full_mark
from exam_server.forms.service import AssembleIn, StructureIn
from exam_server.inputs import parse
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

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
    """Show the form for a paper structure."""
    return _structure_form(db, {"minutes": "90"})


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


def _structure_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    banks = [blueprint for blueprint, _ in bank.blueprints_for(db, current_person())]
    return render_template(
        "forms/new_structure.html",
        banks=banks,
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
    """Show what a run asked for and what its forms have."""
    run = service.run_for(db, current_person(), uid)
    return render_template("forms/run.html", run=run, proof=service.proof(run))


@desk.get("/runs/<uid>/<code>")
@page
@needs("exam_officer")
def form_page(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Show a form without its keys."""
    run = service.run_for(db, current_person(), uid)
    form = next((each for each in run.forms if each.code == code), None)
    if form is None:
        raise NotFoundError("no_such_form")
    items = service.form_with_items(db, form)
    return render_template("forms/form.html", run=run, form=form, items=items)
