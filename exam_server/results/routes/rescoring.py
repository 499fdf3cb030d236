"""Changing how an item is marked after the exam: asking with a preview, deciding by another."""

import re
from collections.abc import Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Batch
from exam_server.batches.service import batch_for
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.jobs import OPEN
from exam_server.languages import chosen_language
from exam_server.marking.changes import dropped_way, standing_changes
from exam_server.marking.models import ScoringChange
from exam_server.marking.overview import UsedVersion, versions_used
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.results import rescoring
from exam_server.results.changed_keys import MOST, blocks_for, name_of
from exam_server.results.proposing import DecisionIn
from exam_server.results.releasing import newest_job
from exam_server.results.rescoring import APPLY, PREVIEW, Asked, ChangeIn
from exam_server.results.routes.desk import desk
from exam_server.results.wording import change_words, in_language, plain
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)

KEY_FIELD: Final = re.compile(r"k\d{1,2}\.")
ASKED: Final = ("way", "reason")


@desk.get("/<uid>/scoring")
@page
@needs("exam_officer")
def scoring(db: Session, uid: str) -> ResponseReturnValue:
    """Show the items a batch was marked by, and every change of their scoring."""
    batch = batch_for(db, current_person(), uid)
    return render_template(
        "results/scoring.html",
        batch=batch,
        versions=_used(db, batch),
        changes=rescoring.changes_of(db, batch),
        standing={each.uid for each in standing_changes(db, batch.id).values()},
        words=change_words,
    )


@desk.get("/<uid>/scoring/items/<item>/<number>")
@page
@needs("exam_officer")
def scored_item(db: Session, uid: str, item: str, number: str) -> ResponseReturnValue:
    """Show an item as it was asked, how it is marked, and the form to change that."""
    batch = batch_for(db, current_person(), uid)
    return _item_page(db, batch, rescoring.version_in(db, batch, item, number), {})


@desk.post("/<uid>/scoring/items/<item>/<number>")
@page
@needs("exam_officer")
def ask_change(db: Session, uid: str, item: str, number: str) -> ResponseReturnValue:
    """Ask that an item be marked otherwise; a job computes what that would do."""
    actor, fields = current_person(), form_fields()
    batch = batch_for(db, actor, uid)
    version = rescoring.version_in(db, batch, item, number)
    if "more" in request.form:  # one more form for a key: nothing is asked for yet
        return _item_page(db, batch, version, fields)
    try:
        sent = parse(ChangeIn, {name: fields[name] for name in fields if name in ASKED})
        asked = Asked(version, sent, _posted())
        change = rescoring.ask_change(db, actor, batch, asked, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _item_page(db, batch, version, fields, why))
    _enqueue(db, PREVIEW, batch, change)
    return redirect(url_for("results.scoring_change", uid=uid, change=change.uid))


@desk.get("/<uid>/scoring/changes/<change>")
@page
@needs("exam_officer")
def scoring_change(db: Session, uid: str, change: str) -> ResponseReturnValue:
    """Show what a change would do, or did, and who decided it."""
    batch = batch_for(db, current_person(), uid)
    return _change_page(db, batch, rescoring.change_in(db, batch, change))


@desk.post("/<uid>/scoring/changes/<change>")
@page
@needs("exam_officer")
def decide_change(db: Session, uid: str, change: str) -> ResponseReturnValue:
    """Approve or refuse a change that another has asked for, or take one's own back."""
    actor, fields = current_person(), form_fields()
    batch = batch_for(db, actor, uid)
    found = rescoring.change_in(db, batch, change)
    try:
        sent = parse(DecisionIn, fields)
        outcome = rescoring.decide_change(db, actor, batch, found, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(
            db,
            refused,
            lambda why: _change_page(db, batch, rescoring.change_in(db, batch, change), why),
        )
    if outcome == "approved":
        _enqueue(db, APPLY, batch, found)
        rescoring.flag_item(db, actor, found, _flag_words(batch, found), now=utcnow())
    said = {
        "approved": gettext("Approved. The batch is being marked anew; what stood before is kept."),
        "refused": gettext("Refused. Nothing was changed."),
        "withdrawn": gettext("Withdrawn. Nothing was changed."),
        "expired": gettext(
            "Not approved: marks have changed since the preview, so it no longer holds. Nothing "
            "was changed. Ask again to see what the change would do now."
        ),
    }
    flash(said[outcome], "attention" if outcome == "expired" else "ok")
    return redirect(url_for("results.scoring_change", uid=uid, change=change))


@desk.post("/<uid>/scoring/changes/<change>/again")
@page
@needs("exam_officer")
def compute_change_again(db: Session, uid: str, change: str) -> ResponseReturnValue:
    """Do what a change waits for once more: its preview, or the marking it was approved for."""
    batch = batch_for(db, current_person(), uid)
    found = rescoring.change_in(db, batch, change)
    job = newest_job(db, batch, PREVIEW, APPLY)
    is_under_way = job is not None and job.status in OPEN
    if found.outcome is None and not is_under_way:
        _enqueue(db, PREVIEW, batch, found)
    elif found.outcome == "approved" and found.applied_at is None and not is_under_way:
        _enqueue(db, APPLY, batch, found)  # the first try was called off, or refused
    return redirect(url_for("results.scoring_change", uid=uid, change=change))


def _posted() -> dict[str, list[str]]:
    """Return what was posted of the forms for keys; asked for one more, with that one."""
    posted = {name: values for name, values in request.form.lists() if KEY_FIELD.match(name)}
    numbers = [int(name[1:].partition(".")[0]) for name in posted]
    if "more" in request.form and numbers:
        posted[f"{name_of(min(max(numbers) + 1, MOST))}.more"] = ["1"]
    return posted


def _enqueue(db: Session, kind: str, batch: Batch, change: ScoringChange) -> None:
    name = batch.named(chosen_language())
    title = (
        gettext("Preview of a changed scoring: %(name)s", name=name)
        if kind == PREVIEW
        else gettext("Changed scoring: %(name)s", name=name)
    )
    rescoring.ask_for(db, kind, batch, change, title=title)


def _flag_words(batch: Batch, change: ScoringChange) -> str:
    words: str = gettext(
        "After the exam “%(batch)s” this version was marked otherwise (%(way)s): %(reason)s Please "
        "put the item right before it is asked again.",
        batch=batch.named(chosen_language()),
        way=change_words(change.way),
        reason=change.reason,
    )
    return words


def _item_page(
    db: Session,
    batch: Batch,
    version: ItemVersion,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    changes = [
        row for row in rescoring.changes_of(db, batch) if row.change.item_version_id == version.id
    ]
    standing = standing_changes(db, batch.id).get(version.id)
    blocks = blocks_for(version, _posted(), standing.keys if standing else ())
    return render_template(
        "results/scored_item.html",
        batch=batch,
        version=version,
        item=version.item,
        changes=changes,
        standing=standing,
        waiting=next((row for row in changes if row.change.outcome is None), None),
        blocks=blocks,
        in_language=in_language,
        plain=plain,
        most_keys=MOST,
        dropped=dropped_way(db, batch.id),
        words=change_words,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


def _change_page(
    db: Session, batch: Batch, change: ScoringChange, refused: RefusedError | None = None
) -> str:
    row = next(row for row in rescoring.changes_of(db, batch) if row.change.id == change.id)
    job = newest_job(db, batch, PREVIEW, APPLY)
    is_own_job = job is not None and job.payload.get("change") == change.uid
    return render_template(
        "results/change.html",
        batch=batch,
        row=row,
        change=change,
        version=change.item_version,
        preview=change.preview,
        job=job if is_own_job else None,
        may_see_job=job is not None and job.person_id == current_person().id,
        is_own=change.asked_by == current_person().id,
        words=change_words,
        say=sentence,
        refused=refusal(refused) if refused else None,
    )


def _used(db: Session, batch: Batch) -> Sequence[UsedVersion]:
    """Return the versions that the markings of a batch used, each once."""
    found: dict[tuple[str, int], UsedVersion] = {}
    for exam_session in exam_sessions_in(db, batch):
        run = newest_run(db, exam_session.id)
        for each in versions_used(db, run) if run else []:
            found.setdefault((each.uid, each.used), each)
    return sorted(found.values(), key=lambda each: each.code)
