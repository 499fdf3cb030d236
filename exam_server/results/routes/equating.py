"""Equating: which forms can be compared, what their marks are worth, the table to take away."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.service import batch_for
from exam_server.clock import utcnow
from exam_server.errors import ConflictError, RefusedError
from exam_server.jobs import OPEN
from exam_server.languages import chosen_language
from exam_server.results.equating import service, wording
from exam_server.results.equating.designs import designs_of
from exam_server.results.equating.gathering import (
    new_in,
    pair_of,
    references_for,
    scoring_of,
    side_of,
)
from exam_server.results.equating.methods import methods_of, usual_for
from exam_server.results.equating.models import Equating
from exam_server.results.equating.picture import letter, picture
from exam_server.results.equating.printing import ask_for_report, print_jobs_of
from exam_server.results.equating.rows import conversion_rows, headings, made_rows, sheet_rows
from exam_server.results.equating.standing import is_stale, standing_uses
from exam_server.results.equating.telling import report_of
from exam_server.results.equating.uses import uses_of
from exam_server.results.equating.warning_words import warning_words
from exam_server.results.routes.desk import desk
from exam_server.tables_out import table_response
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)

NO_FIELDS: Mapping[str, Any] = {}


@desk.get("/<uid>/equating")
@page
@needs("exam_officer")
def equatings(db: Session, uid: str) -> ResponseReturnValue:
    """Show the forms of a batch, what was equated, and what results use."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    standing = standing_uses(db, batch.id)
    return render_template(
        "results/equatings.html",
        batch=batch,
        news=new_in(db, batch),
        references=references_for(db, actor, batch),
        standing=standing,
        stale={each.form_id for each in standing.values() if is_stale(db, each)},
        equatings=[(each, _state(db, each)) for each in service.equatings_of(db, batch)],
        uses=uses_of(db, batch),
        w=wording,
        fields=NO_FIELDS,
    )


@desk.get("/<uid>/equating/pair")
@page
@needs("exam_officer")
def equating_pair(db: Session, uid: str) -> ResponseReturnValue:
    """Show which designs two forms allow, and the methods to choose from."""
    return _pair_page(db, batch_for(db, current_person(), uid), request.args, None)


@desk.post("/<uid>/equating/pair")
@page
@needs("exam_officer")
def ask_equating(db: Session, uid: str) -> ResponseReturnValue:
    """Have two forms equated by the methods that were chosen."""
    actor, fields = current_person(), form_fields("methods")
    batch = batch_for(db, actor, uid)
    pair = pair_of(db, actor, batch, fields.get("new", ""), fields.get("reference", ""))
    title = gettext("Equating: %(name)s", name=batch.named(chosen_language()))
    try:
        found = service.ask_equating(
            db, actor, batch, pair, fields["methods"], title=title, now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _pair_page(db, batch, fields, why))
    return redirect(url_for("results.equating_page", uid=uid, equating=found.uid))


@desk.get("/<uid>/equating/<equating>")
@page
@needs("exam_officer")
def equating_page(db: Session, uid: str, equating: str) -> ResponseReturnValue:
    """Show what the marks of a form are worth on another."""
    batch = batch_for(db, current_person(), uid)
    return render_equating(db, batch, service.equating_in(db, batch, equating), {})


@desk.post("/<uid>/equating/<equating>/again")
@page
@needs("exam_officer")
def compute_equating(db: Session, uid: str, equating: str) -> ResponseReturnValue:
    """Compute an equating whose job was called off or failed, or anew after scoring changed."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    found = service.equating_in(db, batch, equating)
    job = service.job_of(db, service.COMPUTE, "equating", found.uid)
    is_computed = found.figures is not None
    if is_computed or (job is not None and job.status in OPEN):
        raise ConflictError("equating_computed")
    title = gettext("Equating: %(name)s", name=batch.named(chosen_language()))
    service.compute_by_job(db, batch, found, by=actor.id, title=title)
    return redirect(url_for("results.equating_page", uid=uid, equating=equating))


@desk.get("/<uid>/equating/<equating>/table")
@page
@needs("exam_officer")
def equating_table(db: Session, uid: str, equating: str) -> ResponseReturnValue:
    """Send the conversion as a workbook or as text; the export is recorded."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    found = _computed(db, batch, equating)
    figures = found.figures or {}
    told = [[text] for _, text in wording.lead(found, figures)]
    told += [[warning_words(each)] for each in figures["warnings"]]
    return table_response(
        db,
        actor,
        f"{batch.code}-equating-{found.form.code}",
        headings(figures),
        sheet_rows(figures),
        request.args.get("format", "xlsx"),
        more=[(gettext("In short"), [gettext("In short")], told)],
    )


@desk.post("/<uid>/equating/<equating>/print")
@page
@needs("exam_officer")
def print_equating(db: Session, uid: str, equating: str) -> ResponseReturnValue:
    """Have the page set as a PDF."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    found = _computed(db, batch, equating)
    title = gettext("Equating of form %(code)s", code=found.form.code)
    told = report_of(found, found.figures or {}, language=chosen_language(), title=title)
    ask_for_report(db, actor, batch, found, told)
    return redirect(url_for("results.equating_page", uid=uid, equating=equating) + "#exports")


def render_equating(
    db: Session,
    batch: Batch,
    equating: Equating,
    fields: Mapping[str, Any],
    refused: RefusedError | None = None,
) -> str:
    """Render an equating, computed or not."""
    actor, figures = current_person(), equating.figures
    job = service.job_of(db, service.COMPUTE, "equating", equating.uid)
    standing = standing_uses(db, batch.id).get(equating.form_id)
    waiting = [
        row
        for row in uses_of(db, batch)
        if row.use.outcome is None and row.use.form_id == equating.form_id
    ]
    return render_template(
        "results/equating.html",
        batch=batch,
        equating=equating,
        figures=figures,
        state=_state(db, equating),
        job=job,
        is_own_job=job is not None and job.person_id == actor.id,
        picture=Markup(picture(figures)) if figures else "",  # noqa: S704 - figures only
        conversion=conversion_rows(figures) if figures else [],
        made=made_rows(figures) if figures else [],
        standing=standing,
        waiting=waiting[0] if waiting else None,
        print_jobs=print_jobs_of(db, actor, equating),
        letter=letter,
        warn=warning_words,
        w=wording,
        say=sentence,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


def _computed(db: Session, batch: Batch, uid: str) -> Equating:
    found = service.equating_in(db, batch, uid)
    if found.figures is None:
        raise ConflictError("equating_not_computed")
    return found


def _state(db: Session, equating: Equating) -> str:
    """Return ``waiting``, ``computed``, or ``outdated``: scoring changed since."""
    if equating.computed_at is None:
        return "waiting"
    return "computed" if scoring_of(db, equating) == equating.scoring else "outdated"


def _pair_page(
    db: Session, batch: Batch, fields: Mapping[str, Any], refused: RefusedError | None
) -> str:
    actor = current_person()
    new, reference = pair_of(db, actor, batch, fields.get("new", ""), fields.get("reference", ""))
    sides = side_of(db, new), side_of(db, reference)
    designs = designs_of(*sides)
    fewest = min(new.n_papers, reference.n_papers)
    usual = [name for each in designs if not each.refused for name in usual_for(each.name, fewest)]
    return render_template(
        "results/equating_pair.html",
        batch=batch,
        new=new,
        reference=reference,
        designs=designs,
        methods_of=methods_of,
        chosen=fields.get("methods", usual) if refused else usual,
        w=wording,
        refused=refusal(refused) if refused else None,
    )
