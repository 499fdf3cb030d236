"""Import of question files: the form, and the job that reads them."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import service
from exam_server.bank.models import Blueprint
from exam_server.bank.routes.desk import desk
from exam_server.bank.routes.words import where_words
from exam_server.bank.uploads import packed
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, NotFoundError
from exam_server.job_files import file_aside, open_file
from exam_server.jobs import Job, enqueue
from exam_server.web import current_person, needs, page, refusal, settings

MOST_FILES = 400
KIND = "bank.import"


@desk.app_template_global("_column")
def column_words(column: str) -> str:
    """Return the words for the place of a finding of an import.

    ``file``; a cell or column of a sheet, as it is; ``¶7 key``, the place of an item that begins
    in the seventh line, paragraph or row of its file; or such a place alone.
    """
    line, rest = "", column
    if column.startswith("¶"):
        number, _, rest = column[1:].partition(" ")
        line = str(gettext("line %(n)s", n=number))
    if rest == "file":
        rest = str(gettext("the whole file"))
    return " · ".join(filter(None, (line, where_words(rest) if rest else "")))


@desk.get("/<uid>/import")
@page
@needs("item_writer")
def import_form(db: Session, uid: str) -> ResponseReturnValue:
    """Show the import of files."""
    blueprint = service.blueprint_for(db, current_person(), uid, "item_writer")
    return render_template("bank/import.html", blueprint=blueprint)


@desk.post("/<uid>/import")
@page
@needs("item_writer")
def start_import(db: Session, uid: str) -> ResponseReturnValue:
    """Have uploaded files read as a job: a dry run first, then all of it."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, "item_writer")
    files = {each.filename or "": each.read() for each in request.files.getlist("files")}
    files = {name: body for name, body in files.items() if name}
    if not files or len(files) > MOST_FILES:
        refused = InvalidInputError("no_file", most=MOST_FILES)
        shown = render_template("bank/import.html", blueprint=blueprint, refused=refusal(refused))
        return make_response(shown, refused.status)
    facts = {
        "is_dry_run": "dry_run" in request.form,
        "accepted": request.form.get("accepted", ""),
    }
    return _started(db, blueprint, packed(files), facts)


@desk.post("/<uid>/import/<job>")
@page
@needs("item_writer")
def import_as_read(db: Session, uid: str, job: str) -> ResponseReturnValue:
    """Import the files that a dry run has read, but for the rows it refused."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, "item_writer")
    dry_run = _dry_run_for(db, actor, blueprint, job)
    body = open_file(file_aside(db, dry_run.id, now=utcnow()), secret=settings().secret)
    accepted = str((dry_run.result or {})["digest"])
    return _started(db, blueprint, body, {"is_dry_run": False, "accepted": accepted})


def _dry_run_for(db: Session, actor: Actor, blueprint: Blueprint, uid: str) -> Job:
    """Return one's own finished dry run on a bank; raises NotFoundError: ``no_such_job``."""
    job = db.scalar(select(Job).where(Job.uid == uid, Job.person_id == actor.id))
    is_one = job is not None and job.kind == KIND and job.status == "done"
    if job is None or not is_one or job.payload["blueprint_id"] != blueprint.id:
        raise NotFoundError("no_such_job")
    if not job.payload["is_dry_run"]:
        raise NotFoundError("no_such_job")
    return job


def _started(
    db: Session, blueprint: Blueprint, upload: bytes, facts: dict[str, Any]
) -> ResponseReturnValue:
    job = enqueue(
        db,
        KIND,
        title=gettext("Import: %(bank)s", bank=blueprint.title),
        payload={"blueprint_id": blueprint.id, "blueprint": blueprint.uid, **facts},
        person_id=current_person().id,
        organization_id=blueprint.organization_id,
        upload=upload,
    )
    flash(gettext("The files are being read; this page shows how far it is."), "ok")
    return redirect(url_for("jobs.job_page", uid=job.uid))
