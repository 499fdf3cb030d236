"""Papers from QTI tests: a package sent, what became of each test of it."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import service as bank
from exam_server.bank.uploads import packed
from exam_server.errors import InvalidInputError, NotFoundError, RefusedError
from exam_server.forms import carried_papers
from exam_server.forms.service import OFFICER
from exam_server.jobs import Job, error_of
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)

desk = Blueprint("tests", __name__)
MOST_FILES = 400


@desk.get("/")
@page
@needs("exam_officer")
def test_form(db: Session) -> ResponseReturnValue:
    """Show where a package with tests is sent."""
    return _test_page(db)


@desk.post("/")
@page
@needs("exam_officer")
def take_tests(db: Session) -> ResponseReturnValue:
    """Have the tests of a package made fixed sets of a bank."""
    actor = current_person()
    files = {each.filename or "": each.read() for each in request.files.getlist("files")}
    files = {name: body for name, body in files.items() if name}
    try:
        if not files or len(files) > MOST_FILES:
            raise InvalidInputError("no_file", most=MOST_FILES)
        uid = form_fields().get("blueprint", "")
        blueprint = bank.blueprint_for(db, actor, uid, OFFICER)
        title = gettext("Papers from QTI tests: %(title)s", title=blueprint.title)
        job = carried_papers.ask_for_tests(db, actor, blueprint, packed(files), title=title)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _test_page(db, why))
    return redirect(url_for("forms.tests.tests_taken", uid=job.uid))


@desk.get("/<uid>")
@page
@needs("exam_officer")
def tests_taken(db: Session, uid: str) -> ResponseReturnValue:
    """Show what became of each test."""
    job = carried_papers.taken_job(db, current_person(), uid)
    if job is None:
        raise NotFoundError("no_such_job")
    return make_response(_test_page(db, job=job))


def _test_page(db: Session, refused: RefusedError | None = None, job: Job | None = None) -> str:
    actor = current_person()
    banks = [
        (blueprint.uid, blueprint.title)
        for blueprint, _ in bank.blueprints_for(db, actor)
        if actor.may(OFFICER, organization_id=blueprint.organization_id)
    ]
    return render_template(
        "forms/tests.html",
        banks=banks,
        job=job,
        error=error_of(db, job) if job else {},
        papers=(job.result or {}).get("papers") if job else None,
        say=sentence,
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )
