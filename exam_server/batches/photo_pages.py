"""Pages of candidates' photos."""

import io
import zipfile
from itertools import islice

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from exam_server.batches import photos, service
from exam_server.batches.photo_matching import PhotoFile
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.job_files import file_aside, open_file
from exam_server.jobs import error_of
from exam_server.languages import chosen_language
from exam_server.web import (
    current_person,
    database,
    needs,
    open_page,
    page,
    refusal,
    refused_page,
    sentence,
    settings,
)

desk = Blueprint("photos", __name__)


@desk.get("/<uid>/photos")
@page
@needs("exam_officer")
def photo_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show the photos of a batch and who has none."""
    return _photo_list(db, uid)


def _photo_list(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    batch = service.batch_for(db, current_person(), uid)
    return render_template(
        "batches/photos.html",
        batch=batch,
        registrations=service.registrations_of(db, batch),
        hashes=photos.with_photo(db, batch),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/photos")
@page
@needs("exam_officer")
def upload_photos(db: Session, uid: str) -> ResponseReturnValue:
    """Have photos read: many files or a ZIP, named by ticket or ID number."""
    actor = current_person()
    batch = service.batch_for(db, actor, uid)
    sent = [each for each in request.files.getlist("photos") if each.filename]
    files = [PhotoFile((each.filename or "").rpartition("/")[2], each.read()) for each in sent]
    whom = request.form.get("registration")
    try:
        job = photos.ask_for_photos(
            db,
            actor,
            batch,
            files,
            title=gettext("Photos of %(batch)s", batch=batch.named(chosen_language())),
            whom=service.registration_for(db, batch, whom) if whom else None,
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _photo_list(db, uid, why))
    return redirect(url_for("batches.photos.photo_job", uid=uid, job=job.uid))


@desk.get("/<uid>/photos/<job>")
@page
@needs("exam_officer")
def photo_job(db: Session, uid: str, job: str) -> ResponseReturnValue:
    """Show what came of an upload: who was matched, what was not taken and why."""
    actor = current_person()
    batch = service.batch_for(db, actor, uid)
    found = photos.photo_job_for(db, actor, batch, job)
    error = error_of(db, found)
    return render_template(
        "batches/photo_job.html",
        batch=batch,
        job=found,
        result=found.result or {"lines": [], "is_stored": False, "count": 0},
        say=sentence,
        message=sentence(found.error_code, error.get("detail")) if found.error_code else "",
    )


@desk.post("/<uid>/photos/<job>/accept")
@open_page
@needs("exam_officer")
def accept_photos(uid: str, job: str) -> ResponseReturnValue:
    """Store the photos that fit, although others do not; a few at a time."""
    actor, store, now = current_person(), database(), utcnow()
    with store.reading() as db:
        batch = service.batch_for(db, actor, uid)
        found = photos.photo_job_for(db, actor, batch, job)
        body = open_file(file_aside(db, found.id, now=now), secret=settings().secret)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = iter(archive.namelist())
        while part := {
            int(each): archive.read(each) for each in islice(names, photos.STORED_AT_ONCE)
        }:
            with store.writing() as db:
                photos.store_photos(db, actor.id, batch, part, now=now)
    with store.writing() as db:
        found = photos.photo_job_for(db, actor, batch, job)
        found.result = {**(found.result or {}), "is_stored": True}
        flag_modified(found, "result")
        db.delete(file_aside(db, found.id, now=now))
        count = int(found.result["count"])
    flash(ngettext("%(num)s photo stored.", "%(num)s photos stored.", count), "ok")
    return redirect(url_for("batches.photos.photo_list", uid=uid))


@desk.get("/<uid>/candidates/<registration>/photo")
@page
@needs("exam_officer")
def photo(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Send a candidate's photo; its address changes with it, so a browser may keep it."""
    actor = current_person()
    batch = service.batch_for(db, actor, uid)
    found = photos.photo_for(db, actor, service.registration_for(db, batch, registration))
    response = Response(found.body, content_type=found.mime)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@desk.post("/<uid>/candidates/<registration>/photo/remove")
@page
@needs("exam_officer")
def remove_photo(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Remove a candidate's photo."""
    actor = current_person()
    batch = service.batch_for(db, actor, uid)
    found = service.registration_for(db, batch, registration)
    try:
        photos.remove_photo(db, actor, found)
    except NotFoundError as refused:
        return refused_page(db, refused, lambda why: _photo_list(db, uid, why))
    flash(gettext("The photo has been removed."), "ok")
    return redirect(
        url_for("batches.candidates.candidate_page", uid=uid, registration=registration)
    )
