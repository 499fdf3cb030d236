"""Batches and where their results stand: marking, deciding, the list that goes out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.service import batch_for, batches_of, registrations_of
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.jobs import OPEN
from exam_server.languages import chosen_language
from exam_server.marking.changes import needless, standing_changes
from exam_server.marking.overview import session_states, versions_used
from exam_server.marking.service import exam_sessions_in, markable_for, newest_run
from exam_server.results import decision_tables, releasing, service
from exam_server.results.markings import ask_for_marking, newest_marking_job
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.progress import progress_of
from exam_server.results.routes.desk import (
    ENTERING,
    desk,
    entering_batch,
    is_officer,
    rules_in,
)
from exam_server.results.rules import explanation
from exam_server.results.theory_errors import theory_errors
from exam_server.results.wording import equated
from exam_server.tables_out import rows_shown, table_response
from exam_server.web import current_person, needs, page, refusal, refused_page, sentence
from exam_server.written.overview import written_states


@desk.get("/")
@page
@needs(*ENTERING)
def result_list(db: Session) -> ResponseReturnValue:
    """Show the batches and where their results stand."""
    batches = batches_of(db, current_person(), *ENTERING)
    progress = progress_of(db, [batch for batch, _ in batches])
    officer_of = current_person().organizations("exam_officer")
    return render_template(
        "results/results.html", batches=batches, progress=progress, officer_of=officer_of
    )


@desk.get("/<uid>")
@page
@needs(*ENTERING)
def result_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show officers the steps and decisions of a batch; examiners go to the marks they enter."""
    batch = entering_batch(db, uid)
    if not is_officer(batch):
        return redirect(url_for("results.entry_page", uid=uid))
    return render_batch(db, batch)


def render_batch(db: Session, batch: Batch, refused: RefusedError | None = None) -> str:
    """Render the steps and decisions of a batch."""
    run = service.newest_decisions(db, batch)
    job = newest_marking_job(db, batch)
    return render_template(
        "results/batch.html",
        batch=batch,
        n_registered=len(registrations_of(db, batch)),
        rules=rules_in(db, batch),
        progress=progress_of(db, [batch])[batch.id],
        states=session_states(db, batch),
        written=written_states(
            db, exam_sessions_in(db, batch), needless(standing_changes(db, batch.id))
        ),
        job=job,
        is_own_job=job is not None and job.person_id == current_person().id,
        run=run,
        **(_decided(db, batch, run) if run else {}),
        say=sentence,
        refused=refusal(refused) if refused else None,
    )


def _decided(db: Session, batch: Batch, run: DecisionRun) -> dict[str, Any]:
    decisions = service.decisions_in(db, run)
    past, errors = service.past_runs(db, batch), theory_errors(db, run)
    return {
        "decisions": decisions,
        "borderline": service.borderline_in(run, decisions, errors),
        "errors": errors,
        "changed": service.count_changed(db, batch, run),
        "past": past,
        "explain": _explain,
        "equated": equated,
        **_second(db, batch, run),
    }


def _second(db: Session, batch: Batch, run: DecisionRun) -> dict[str, Any]:
    second = releasing.second_of(db, run)
    job = releasing.newest_job(db, batch, releasing.COMPUTE_AGAIN)
    is_open = job is not None and job.status in OPEN and job.payload.get("run") == run.uid
    return {
        "second": second,
        "second_job": job if is_open else None,
        "is_second_current": second is not None and releasing.is_current(db, batch, second),
        "releases": releasing.releases_of(db, batch),
        "waiting_changes": releasing.waiting_changes(db, batch),
        "precision": second.precision if second else None,
    }


def _explain(decision: Decision, run: DecisionRun) -> str:
    return explanation(service.marks_in(decision), decision.composite, run.rules)


@desk.post("/<uid>/mark")
@page
@needs("exam_officer")
def mark(db: Session, uid: str) -> ResponseReturnValue:
    """Ask for the marking of every exam session of a batch that is over."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    title = gettext("Mark theory: %(name)s", name=batch.named(chosen_language()))
    try:
        ask_for_marking(db, batch, by=actor.id, title=title)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_batch(db, batch, why))
    return redirect(url_for("results.result_page", uid=uid))


@desk.post("/<uid>/decide")
@page
@needs("exam_officer")
def decide(db: Session, uid: str) -> ResponseReturnValue:
    """Decide on every candidate of a batch."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    try:
        run = service.decide_batch(db, batch, by=actor.id, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_batch(db, batch, why))
    title = gettext("Second computation: %(name)s", name=batch.named(chosen_language()))
    releasing.ask_for_second(db, batch, run, by=actor.id, title=title)
    flash(gettext("The decisions have been made."), "ok")
    return redirect(url_for("results.result_page", uid=uid) + "#decisions")


@desk.route("/<uid>/decisions", methods=["GET", "POST"])
@page
@needs("exam_officer")
def decision_list(db: Session, uid: str) -> ResponseReturnValue:
    """Send the decisions with the rules they were made by; the export is recorded."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    run = service.newest_decisions(db, batch)
    if run is None:
        raise NotFoundError("no_decisions")
    decisions, errors = service.decisions_in(db, run), theory_errors(db, run)
    rows = decision_tables.rows(run, decisions, service.borderline_in(run, decisions, errors))
    return table_response(
        db,
        actor,
        f"{batch.code}-decisions",
        decision_tables.headings(),
        rows_shown({str(row[0]): row for row in rows}),  # by ticket
        request.args.get("format", "xlsx"),
        more=[decision_tables.rules_sheet(batch, run, errors)],
    )


@desk.get("/<uid>/sessions/<exam_session>/keys")
@page
@needs("exam_officer")
def keys_used(db: Session, uid: str, exam_session: str) -> ResponseReturnValue:
    """Show which versions and keys of its items the marking of an exam session used."""
    batch = batch_for(db, current_person(), uid)
    found = markable_for(db, current_person(), exam_session)
    run = newest_run(db, found.id)
    if found.batch_id != batch.id or run is None:
        raise NotFoundError("no_such_exam_session")
    return render_template(
        "results/keys.html",
        batch=batch,
        exam_session=found,
        run=run,
        versions=versions_used(db, run),
    )
