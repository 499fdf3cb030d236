"""Assembly runs and their forms: progress, proof, the questions, the keys."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.forms import edit_pages, service
from exam_server.forms.clues import clues_in
from exam_server.forms.custody import form_items
from exam_server.forms.editing import is_frozen
from exam_server.forms.models import AssemblyRun
from exam_server.forms.printing import CODES, has_both_languages, view_of
from exam_server.forms.proof_sheets import ask_for_proof, demand_name
from exam_server.forms.proving import key_balance, proof_of
from exam_server.forms.repeating import repeated_by
from exam_server.forms.rules import full_mark, mark_on_paper
from exam_server.forms.seeds import seed_of
from exam_server.forms.service import PrintIn
from exam_server.forms.titles import section_titles
from exam_server.forms.wording import bound_words, demand_words, left_out_words
from exam_server.inputs import parse
from exam_server.jobs import error_of
from exam_server.languages import chosen_language
from exam_server.web import current_person, database, form_fields, needs, open_page, page, sentence

desk = Blueprint("runs", __name__)
desk.register_blueprint(edit_pages.desk)


@desk.get("/<uid>")
@page
@needs("exam_officer")
def run_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what a run asked for and what its forms have, or why there are none."""
    actor = current_person()
    run = service.run_for(db, actor, uid)
    if run.pool is not None:  # one form a candidate: they are told of at their exam session
        run = run.pool
    if run.is_fixed:
        return redirect(url_for("forms.sets.set_list", uid=run.uid))
    job = service.job_of(db, run)
    return render_template(
        "forms/run.html",
        run=run,
        job=job,
        error=error_of(db, job) if job else {},
        seed=seed_of(db, run),
        is_own_job=job is not None and job.person_id == actor.id,
        proof=proof_of(db, run),
        repeated=repeated_by(db, run),
        proof_jobs=service.proof_jobs_of(db, actor, run),
        balance=key_balance(db, run),
        areas={area.path: area.name for area in run.paper_structure.blueprint.areas},
        links=lambda short: _shortage_links(run, short),
        say=sentence,
        demand_words=demand_words,
        bound_words=bound_words,
        left_out_words=left_out_words,
    )


@desk.post("/<uid>/proof")
@page
@needs("exam_officer")
def print_proof(db: Session, uid: str) -> ResponseReturnValue:
    """Have the proof made as a sheet to be signed."""
    actor = current_person()
    run = service.run_for(db, actor, uid)
    areas = {area.path: area.name for area in run.paper_structure.blueprint.areas}
    ask_for_proof(
        db,
        actor,
        run,
        language="en" if chosen_language() == "en" else "zh",
        words={
            demand_name(row.kind, row.name): demand_words(row.kind, row.name, areas)
            for row in proof_of(db, run).rows
        },
        title=gettext("Proof of assembly: %(title)s", title=run.paper_structure.title),
    )
    return redirect(f"{url_for('forms.runs.run_page', uid=uid)}#proof-sheet")


def _shortage_links(run: AssemblyRun, short: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return words and addresses of the bank's list where what is short can be seen."""
    kind, name = short["kind"].removeprefix("joint_"), str(short["name"])
    path, _, last = name.rpartition(" ")
    queries: dict[str, list[dict[str, str]]] = {
        "type": [{"type": name}],
        "pilot": [{"type": name, "state": "pilot"}],
        "area": [{"at": name}],
        "cell": [{"at": path, "type": last}],
        "point": [{"at": name}],
        "enemies": [{"q": code} for code in name.split()],
    }
    bank = run.paper_structure.blueprint.uid
    return [
        (query.get("q") or gettext("see them in the bank"), _bank_address(bank, query))
        for query in queries.get(kind, [])
    ]


def _bank_address(bank: str, query: Mapping[str, str]) -> str:
    given: dict[str, Any] = {"uid": bank, "state": "active", **query}
    return url_for("bank.bank_page", **given)


@desk.get("/<uid>/<code>")
@open_page
@needs("exam_officer")
def form_page(uid: str, code: str) -> ResponseReturnValue:
    """Show a form without its keys; who reads one in custody is recorded."""
    actor = current_person()
    with database().writing() as db:  # apart: a page takes longer to make than a lock may be held
        service.note_read(db, actor, service.form_of(service.run_for(db, actor, uid), code))
    with database().reading() as db:
        return _form_page(db, service.run_for(db, actor, uid), code)


@desk.post("/<uid>/<code>/keys")
@page
@needs("exam_officer")
def show_keys(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Show a form with its keys; who looked is recorded."""
    actor = current_person()
    run = service.run_for(db, actor, uid)
    service.note_keys_shown(db, actor, service.form_of(run, code))
    return _form_page(db, run, code, has_keys=True)


@desk.post("/<uid>/<code>/print")
@page
@needs("exam_officer")
def print_form(db: Session, uid: str, code: str) -> ResponseReturnValue:
    """Have the paper or its key made as a PDF; who takes a key is recorded."""
    actor = current_person()
    run = service.run_for(db, actor, uid)
    form, sent = service.form_of(run, code), parse(PrintIn, form_fields())
    facts = {"title": run.paper_structure.title, "code": form.code}
    title = (
        gettext("Answer key: %(title)s, form %(code)s", **facts)
        if sent.kind == "key"
        else gettext("Paper: %(title)s, form %(code)s", **facts)
    )
    service.ask_for_print(db, actor, form, sent, title=title)
    address = url_for("forms.runs.form_page", uid=uid, code=code, language=sent.language)
    return redirect(f"{address}#documents")


def _form_page(db: Session, run: AssemblyRun, code: str, *, has_keys: bool = False) -> str:
    form = service.form_of(run, code)
    items = form_items(db, form)
    structure = run.paper_structure
    own = "en" if structure.blueprint.language == "en" else "zh"
    asked = request.values.get("language", own)
    language = asked if asked in CODES else own
    return render_template(
        "forms/form.html",
        run=run,
        form=form,
        items=items,
        views={item.position: view_of(form, item, language) for item in items},
        sections=structure.demand["sections"],
        titles=[
            section_titles(section, structure.blueprint.language)[CODES[language]]
            for section in structure.demand["sections"]
        ],
        full_mark=full_mark(structure.demand),
        mark_on_paper=mark_on_paper(structure.demand),
        has_keys=has_keys,
        clues=clues_in(items) if has_keys else [],
        is_frozen=is_frozen(db, form),
        read_in=language,
        has_languages=has_both_languages(form, items),
        jobs=service.print_jobs_of(db, current_person(), form),
    )
