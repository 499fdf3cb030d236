"""Paper structures: the list, the editor, a structure with its assembly runs."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import service as bank
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.forms import (
    composing,
    form_pages,
    service,
    set_pages,
    structuring,
    taken_test_pages,
)
from exam_server.forms.bands import ends_text
from exam_server.forms.notices import USUAL, notices_of
from exam_server.forms.rules import (
    PRESETS,
    Preset,
    full_mark,
    mark_on_paper,
    n_items,
    n_pilots,
)
from exam_server.forms.service import OFFICER, AssembleIn
from exam_server.forms.structuring import StructureIn
from exam_server.forms.titles import usual_titles
from exam_server.forms.wording import demand_words
from exam_server.inputs import parse
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from exam_server.wording import type_words
from itembank.items.registry import TYPES

desk = Blueprint("forms", __name__, url_prefix="/papers")
desk.register_blueprint(form_pages.desk, url_prefix="/runs")
desk.register_blueprint(set_pages.desk, url_prefix="/sets")
desk.register_blueprint(taken_test_pages.desk, url_prefix="/tests")


@desk.get("/")
@page
@needs("exam_officer")
def structure_list(db: Session) -> ResponseReturnValue:
    """Show the paper structures."""
    structures = service.structures_of(db, current_person())
    return render_template(
        "forms/structures.html",
        structures=structures,
        full_mark=full_mark,
        n_items=n_items,
        made=service.forms_made(db, structures),
    )


@desk.get("/new")
@page
@needs("exam_officer")
def new_structure(db: Session) -> ResponseReturnValue:
    """Show the editor for a paper structure, filled in with a usual paper or an earlier one."""
    actor = current_person()
    wanted, source = request.args.get("preset", ""), request.args.get("copy")
    preset = next((each for each in PRESETS if each.name == wanted), None)
    copied = service.structure_for(db, actor, source) if source else None
    begun = structuring.rows_of(copied) if copied else {"minutes": 90, "sections": []}
    if preset:
        begun = _preset_rows(preset)
    banks = [
        {
            "uid": blueprint.uid,
            "title": blueprint.title,
            "items": count,
            "language": blueprint.language,
        }
        for blueprint, count in bank.blueprints_for(db, actor)
        if actor.may(OFFICER, organization_id=blueprint.organization_id)
    ]
    facts = {
        "begun": begun,
        "banks": banks,
        "types": [
            {"name": name, "words": type_words(name), "titles": usual_titles(name)}
            for name in TYPES
        ],
        "presets": [
            {"name": name, "words": words, **_preset_rows(_preset(name))}
            for name, words in _preset_words()
        ],
        "notices": USUAL,
        "addresses": {
            "create": url_for("forms.create_structure"),
            "supply": url_for("forms.supply", uid="BANK"),
            "list": url_for("forms.structure_list"),
        },
    }
    return render_template("forms/new_structure.html", facts=facts, copied=copied, has_banks=banks)


@desk.post("/new")
@page
@needs("exam_officer")
def create_structure(db: Session) -> ResponseReturnValue:
    """Create a paper structure of what the editor sends; say where its page is."""
    sent = parse(StructureIn, request.get_json())
    structure = structuring.create_structure(db, current_person(), sent, now=utcnow())
    return jsonify(ok=True, address=url_for("forms.structure_page", uid=structure.uid))


@desk.get("/supply/<uid>")
@page
@needs("exam_officer")
def supply(db: Session, uid: str) -> ResponseReturnValue:
    """Say what a bank has for papers."""
    blueprint = bank.blueprint_for(db, current_person(), uid, OFFICER)
    kinds = {name: request.args.get(name, "") for name in ("level", "work_type")}
    return jsonify(ok=True, supply=structuring.bank_supply(db, blueprint, **kinds))


def _preset(name: str) -> Preset:
    return next(each for each in PRESETS if each.name == name)


def _preset_rows(preset: Preset) -> dict[str, Any]:
    """Return what a usual paper fills in; the editor titles it in the bank's language."""
    return {
        "minutes": preset.minutes,
        "sections": [
            {"type": kind, "title": "", "count": count, "mark": mark}
            for kind, count, mark in preset.sections
        ],
    }


def _preset_words() -> list[tuple[str, str]]:
    """Return name and words of the usual papers."""
    words: dict[str, str] = {
        "hundred": gettext("100 items, 100 marks"),
        "standard": gettext("200 items, levels 5 and 4"),
        "national": gettext("200 items, national bank"),
        "three": gettext("100 items of three types"),
        "technician": gettext("124 items, levels 2 and 1"),
    }
    return [(each.name, words[each.name]) for each in PRESETS]


@desk.get("/<uid>")
@page
@needs("exam_officer")
def structure_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a paper structure and its assembly runs."""
    return _structure_page(db, uid)


def _structure_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    structure = service.structure_for(db, current_person(), uid)
    runs = service.runs_in(db, structure)
    collections = composing.collections_of(db, structure)
    areas = {area.path: area.name for area in structure.blueprint.areas}
    return render_template(
        "forms/structure.html",
        structure=structure,
        areas=areas,
        fields={"n_forms": "2", **form_fields()},
        further=[
            (demand_words(each["kind"], each["name"], areas), ends_text(each))
            for each in structure.demand.get("bands", [])
        ],
        full_mark=full_mark(structure.demand),
        notices=notices_of(structure.demand),
        n_pilots=n_pilots(structure.demand),
        n_items=n_items(structure.demand),
        mark_on_paper=mark_on_paper(structure.demand),
        section_mark=lambda section: full_mark({"sections": [section]}),
        runs=runs,
        collections=collections,
        jobs=service.jobs_of_runs(db, runs),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/assemble")
@page
@needs("exam_officer")
def assemble(db: Session, uid: str) -> ResponseReturnValue:
    """Have forms assembled; the run's page shows how far it is."""
    actor = current_person()
    structure = service.structure_for(db, actor, uid)
    given = {name: value for name, value in form_fields().items() if value != ""}
    try:
        run = service.ask_for_forms(db, actor, structure, parse(AssembleIn, given), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _structure_page(db, uid, why))
    return redirect(url_for("forms.runs.run_page", uid=run.uid))


@desk.post("/<uid>/sets")
@page
@needs("exam_officer")
def begin_sets(db: Session, uid: str) -> ResponseReturnValue:
    """Begin a collection of fixed sets that people compose."""
    actor = current_person()
    structure = service.structure_for(db, actor, uid)
    try:
        run = composing.begin_sets(db, actor, structure, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _structure_page(db, uid, why))
    return redirect(url_for("forms.sets.set_list", uid=run.uid))
