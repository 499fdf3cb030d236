"""Import of question files: the form, and the job that reads them."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import service
from exam_server.bank.routes.desk import desk
from exam_server.bank.uploads import packed
from exam_server.errors import InvalidInputError
from exam_server.jobs import enqueue
from exam_server.web import current_person, needs, page, refusal

MOST_FILES = 400


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
    job = enqueue(
        db,
        "bank.import",
        title=blueprint.title,
        payload={
            "blueprint_id": blueprint.id,
            "blueprint": blueprint.uid,
            "is_dry_run": "dry_run" in request.form,
            "accepted": request.form.get("accepted", ""),
        },
        person_id=actor.id,
        organization_id=blueprint.organization_id,
        upload=packed(files),
    )
    flash(gettext("The files are being read; this page shows how far it is."), "ok")
    return redirect(url_for("jobs.job_page", uid=job.uid))
