"""One candidate: the marks entered, how the composite came about, the result slip."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import batch_for
from exam_server.clock import utcnow
from exam_server.delivery.receipts import receipts_of_sitting
from exam_server.delivery.standing import masked
from exam_server.downloads import json_file
from exam_server.errors import NotFoundError, RefusedError
from exam_server.inputs import parse
from exam_server.marking import component_marks as marks
from exam_server.marking.adaptive_marks import adaptive_mark_of
from exam_server.programmes.models import Organization
from exam_server.results import service
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.releasing import release_of, released_run, second_of
from exam_server.results.routes.desk import ENTERING, desk, entering_batch, is_officer
from exam_server.results.routes.entry import entered_components
from exam_server.results.rules import checks, explanation, rules_of
from exam_server.results.superseding import changed, changed_items, results_of, superseded_in
from exam_server.results.theory_errors import TheoryErrors, theory_errors
from exam_server.results.wording import (
    change_words,
    component_names,
    entry_words,
    equated,
    moved_words,
    why_words,
)
from exam_server.seating.models import Sitting
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)
from itembank.adaptive.marks import same_again


@desk.get("/<uid>/candidates/<registration>")
@page
@needs(*ENTERING)
def candidate_page(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Show a candidate's marks with their history, and to officers the decision explained."""
    return _candidate_page(db, uid, registration, {})


@desk.get("/<uid>/candidates/<registration>/receipts")
@page
@needs("exam_officer")
def candidate_receipts(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Give a candidate's receipts as a file that the server checks later."""
    batch = batch_for(db, current_person(), uid)
    candidate = marks.registration_in(db, batch, registration)
    return json_file({"receipts": _receipts(db, candidate)}, f"receipts-{candidate.ticket}.json")


def _receipts(db: Session, candidate: Registration) -> list[dict[str, Any]]:
    sittings = select(Sitting.id).where(Sitting.registration_id == candidate.id)
    return [each for sitting in db.scalars(sittings) for each in receipts_of_sitting(db, sitting)]


@desk.post("/<uid>/candidates/<registration>")
@page
@needs(*ENTERING)
def enter_candidate_marks(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Enter the marks of one candidate by hand."""
    actor, fields = current_person(), form_fields()
    batch = entering_batch(db, uid)
    candidate = marks.registration_in(db, batch, registration)
    try:
        sent = parse(marks.MarksIn, fields)
        count = marks.enter_by_hand(db, actor, candidate, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(
            db, refused, lambda why: _candidate_page(db, uid, registration, fields, why)
        )
    flash(gettext("%(count)s marks entered.", count=count), "ok")
    return redirect(url_for("results.candidate_page", uid=uid, registration=registration))


def _candidate_page(
    db: Session,
    uid: str,
    registration: str,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    batch = entering_batch(db, uid)
    candidate = marks.registration_in(db, batch, registration)
    run = service.newest_decisions(db, batch) if is_officer(batch) else None
    decision = service.decision_of(db, run, candidate) if run else None
    return render_template(
        "results/candidate.html",
        batch=batch,
        registration=candidate,
        components=entered_components(db, batch),
        history=marks.history_of(db, candidate),
        told=explained(run, decision, theory_errors(db, run)) if run and decision else None,
        again=_again(db, run, candidate) if run else None,
        ability=_ability(db, candidate) if is_officer(batch) else None,
        is_released=run is not None and release_of(db, run) is not None,
        is_officer=is_officer(batch),
        receipts=_receipts(db, candidate) if is_officer(batch) else [],
        results=_results(db, batch, candidate) if is_officer(batch) else [],
        change_words=change_words,
        fields=fields,
        words_for=entry_words,
        say=sentence,
        refused=refusal(refused) if refused else None,
    )


def _results(db: Session, batch: Batch, candidate: Registration) -> list[dict[str, Any]]:
    """Return every decision about a candidate, the newest first, and why it took a place."""
    results = results_of(db, batch, candidate)
    superseded = {each.after.run.id: each for each in changed(results)}
    told: list[dict[str, Any]] = []
    for each in results:
        found = superseded.get(each.run.id)
        why = why_words(found.why) if found else ""
        items = changed_items(db, found.changes) if found else []
        told.append({"result": each, "why": why, "changes": items})
    return told[::-1]


def _again(db: Session, run: DecisionRun, candidate: Registration) -> dict[str, Any]:
    """Return how sure the decision about a candidate is; empty while that is unknown."""
    second = second_of(db, run)
    precision = (second.precision if second else None) or {}
    return {
        "chance": precision.get("again", {}).get(candidate.uid),
        "standard_error": precision.get("standard_error"),
        "others_exact": precision.get("others_exact", False),
        "unknown": precision.get("unknown") if precision else "not_computed",
    }


def _ability(db: Session, candidate: Registration) -> dict[str, Any] | None:
    """Return what stands behind the mark of an adaptive test."""
    row = adaptive_mark_of(db, candidate.id)
    if row is None:
        return None
    return {"row": row, "again": same_again(row.ability, row.standard_error, row.cut)}


def explained(run: DecisionRun, decision: Decision, errors: TheoryErrors) -> dict[str, Any]:
    """Return what a page needs to explain a decision."""
    given, rules = service.marks_in(decision), rules_of(run.rules)
    return {
        "run": run,
        "decision": decision,
        "rules": rules,
        "sum": explanation(given, decision.composite, run.rules, component_names()),
        "equated": equated(decision, run),
        "checks": checks(given, decision.composite, rules),
        "is_borderline": bool(service.borderline_in(run, [decision], errors)),
        "sem": errors.of(decision.registration_id),
        "is_equated": decision.registration_id in errors.equating,
        "equating_error": errors.equating.get(decision.registration_id),
    }


@desk.get("/<uid>/candidates/<registration>/slip")
@page
@needs("exam_officer")
def result_slip(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Show one candidate's result slip, ready to print."""
    batch = batch_for(db, current_person(), uid)
    candidate = marks.registration_in(db, batch, registration)
    return _slips(db, batch, [candidate])


@desk.get("/<uid>/slips")
@page
@needs("exam_officer")
def result_slips(db: Session, uid: str) -> ResponseReturnValue:
    """Show the result slips of a batch, each on a page of its own."""
    return _slips(db, batch_for(db, current_person(), uid), None)


def _slips(db: Session, batch: Batch, wanted: Sequence[Registration] | None) -> str:
    run = released_run(db, batch)
    chosen = None if wanted is None else {each.id for each in wanted}
    decisions = [
        each
        for each in service.decisions_in(db, run)
        if chosen is None or each.registration_id in chosen
    ]
    if not decisions:
        raise NotFoundError("no_decisions")
    superseded, errors = superseded_in(db, batch), theory_errors(db, run)
    return render_template(
        "results/slips.html",
        batch=batch,
        organization=db.get_one(Organization, batch.organization_id),
        slips=[
            {**explained(run, each, errors), "superseded": superseded.get(each.registration_id)}
            for each in decisions
        ],
        why=why_words,
        moved=moved_words,
        masked=masked,
        say=sentence,
    )
