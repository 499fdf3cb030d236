"""Results that use a table: asking with a preview, deciding by another."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.service import batch_for
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.jobs import OPEN
from exam_server.languages import chosen_language
from exam_server.results.equating import service, uses, wording
from exam_server.results.equating.models import EquatingUse
from exam_server.results.equating.standing import is_stale, standing_uses
from exam_server.results.equating.uses import APPLY, PREVIEW, UseDecisionIn, UseIn
from exam_server.results.routes.desk import desk
from exam_server.results.routes.equating import render_equating
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)


@desk.post("/<uid>/equating/<equating>/use")
@page
@needs("exam_officer")
def ask_equating_use(db: Session, uid: str, equating: str) -> ResponseReturnValue:
    """Ask that results use a table, or raw marks again; a job computes what that would do."""
    actor, fields = current_person(), form_fields()
    batch = batch_for(db, actor, uid)
    found = service.equating_in(db, batch, equating)
    try:
        use = uses.ask_use(db, actor, batch, found, parse(UseIn, fields), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_equating(db, batch, found, fields, why))
    _enqueue(db, PREVIEW, batch, use)
    return redirect(url_for("results.equating_use", uid=uid, use=use.uid))


@desk.get("/<uid>/equating/uses/<use>")
@page
@needs("exam_officer")
def equating_use(db: Session, uid: str, use: str) -> ResponseReturnValue:
    """Show what a use would do, or did, and who decided it."""
    batch = batch_for(db, current_person(), uid)
    return _use_page(db, batch, uses.use_in(db, batch, use), {})


@desk.post("/<uid>/equating/uses/<use>")
@page
@needs("exam_officer")
def decide_equating_use(db: Session, uid: str, use: str) -> ResponseReturnValue:
    """Approve or refuse a use that another has asked for, or take one's own back."""
    actor, fields = current_person(), form_fields()
    batch = batch_for(db, actor, uid)
    found = uses.use_in(db, batch, use)
    try:
        sent = parse(UseDecisionIn, fields)
        outcome = uses.decide_use(db, actor, batch, found, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(
            db, refused, lambda why: _use_page(db, batch, uses.use_in(db, batch, use), fields, why)
        )
    if outcome == "approved":
        _enqueue(db, APPLY, batch, found)
    said = {
        "approved": gettext(
            "Approved. The batch is being decided anew; what stood before is kept."
        ),
        "refused": gettext("Refused. Nothing was changed."),
        "withdrawn": gettext("Withdrawn. Nothing was changed."),
        "expired": gettext(
            "Not approved: marks have changed since the preview, so it no longer holds. Nothing "
            "was changed. Ask again to see what the table would do now."
        ),
    }
    flash(said[outcome], "attention" if outcome == "expired" else "ok")
    return redirect(url_for("results.equating_use", uid=uid, use=use))


@desk.post("/<uid>/equating/uses/<use>/again")
@page
@needs("exam_officer")
def compute_use_again(db: Session, uid: str, use: str) -> ResponseReturnValue:
    """Do what a use waits for once more: its preview, or the decision it was approved for."""
    batch = batch_for(db, current_person(), uid)
    found = uses.use_in(db, batch, use)
    kind = PREVIEW if found.outcome is None else APPLY
    job = service.job_of(db, kind, "use", found.uid)
    is_wanted = found.outcome is None or (found.outcome == "approved" and not found.applied_at)
    if is_wanted and not (job is not None and job.status in OPEN):
        _enqueue(db, kind, batch, found)
    return redirect(url_for("results.equating_use", uid=uid, use=use))


def _enqueue(db: Session, kind: str, batch: Batch, use: EquatingUse) -> None:
    name = batch.named(chosen_language())
    title = (
        gettext("Preview of equated results: %(name)s", name=name)
        if kind == PREVIEW
        else gettext("Equated results: %(name)s", name=name)
    )
    uses.ask_for(db, kind, batch, use, title=title)


def _use_page(
    db: Session,
    batch: Batch,
    use: EquatingUse,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    row = next(row for row in uses.uses_of(db, batch) if row.use.id == use.id)
    job = service.job_of(db, PREVIEW if use.outcome is None else APPLY, "use", use.uid)
    stands = standing_uses(db, batch.id).get(use.form_id)
    is_standing = stands is not None and stands.id == use.id
    return render_template(
        "results/equating_use.html",
        batch=batch,
        row=row,
        use=use,
        preview=use.preview,
        job=job,
        may_see_job=job is not None and job.person_id == current_person().id,
        is_own=use.asked_by == current_person().id,
        is_standing=is_standing,
        is_stale=is_standing and is_stale(db, use),
        w=wording,
        say=sentence,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )
