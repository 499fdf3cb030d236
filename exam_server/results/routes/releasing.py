"""The second computation of a decision, where the two differ, and the release to candidates."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.batches.service import batch_for
from exam_server.clock import utcnow
from exam_server.errors import ConflictError, NotFoundError, RefusedError
from exam_server.languages import chosen_language
from exam_server.results import releasing, service
from exam_server.results.routes.batches import render_batch
from exam_server.results.routes.desk import desk
from exam_server.results.wording import difference_value, difference_words
from exam_server.web import current_person, needs, page, refused_page


@desk.get("/<uid>/second")
@page
@needs("exam_officer")
def second_computation(db: Session, uid: str) -> ResponseReturnValue:
    """Show what the second computation compared and where it differs."""
    batch = batch_for(db, current_person(), uid)
    run = service.newest_decisions(db, batch)
    if run is None:
        raise NotFoundError("no_decisions")
    second = releasing.second_of(db, run)
    return render_template(
        "results/second.html",
        batch=batch,
        run=run,
        second=second,
        is_current=second is not None and releasing.is_current(db, batch, second),
        words=difference_words,
        value=difference_value,
    )


@desk.post("/<uid>/second")
@page
@needs("exam_officer")
def compute_again(db: Session, uid: str) -> ResponseReturnValue:
    """Ask for the second computation of the decision that stands."""
    batch = batch_for(db, current_person(), uid)
    run = service.newest_decisions(db, batch)
    try:
        if run is None:
            raise ConflictError("no_decisions_yet")
        title = gettext("Second computation: %(name)s", name=batch.named(chosen_language()))
        releasing.ask_for_second(db, batch, run, by=current_person().id, title=title)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_batch(db, batch, why))
    return redirect(url_for("results.result_page", uid=uid))


@desk.post("/<uid>/release")
@page
@needs("exam_officer")
def release(db: Session, uid: str) -> ResponseReturnValue:
    """Release the decisions to the candidates."""
    batch = batch_for(db, current_person(), uid)
    try:
        releasing.release(db, batch, by=current_person().id, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_batch(db, batch, why))
    flash(gettext("The results are released. Slips can be printed."), "ok")
    return redirect(url_for("results.result_page", uid=uid))
