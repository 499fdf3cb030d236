"""Answer files brought to the room on a stick: each is read, taken in and told on its own."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from exam_server import audit
from exam_server.actors import Actor
from exam_server.clock import rfc3339, utcnow
from exam_server.delivery.answer_files import (
    AnswerFile,
    Taken,
    read_answer_file,
    take_answer_file,
)
from exam_server.delivery.answer_sealing import LARGEST_FILE
from exam_server.errors import InvalidInputError, NotFoundError, RefusedError
from exam_server.proctoring.matters import Place, place_of
from exam_server.proctoring.watching import lane
from exam_server.seating.service import room_run_for
from exam_server.web import (
    current_person,
    database,
    needs,
    open_page,
    page,
    refused_page,
    sentence,
    settings,
)

desk = Blueprint("answer_files", __name__)

MOST_FILES = 100


@dataclass(frozen=True)
class Brought:
    """What became of one file: whose it is and its numbers, or what is wrong."""

    name: str
    place: Place | None = None
    file: AnswerFile | None = None
    taken: Taken | None = None
    problem: str = ""


@desk.get("/<exam_session>/<room>/answer-files")
@page
@needs("proctor", "chief_proctor")
def answer_files(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Show where answer files of this room's seats are brought."""
    return _files_page(db, current_person(), exam_session, room)


def _files_page(
    db: Session, actor: Actor, exam_session: str, room: str, brought: list[Brought] | None = None
) -> str:
    return render_template(
        "proctoring/answer_files.html",
        run=room_run_for(db, actor, exam_session, room),
        brought=brought,
    )


@desk.post("/<exam_session>/<room>/answer-files")
@open_page
@needs("proctor", "chief_proctor")
def take_answer_files(exam_session: str, room: str) -> ResponseReturnValue:
    """Take answer files in, each judged on its own; one taken in before changes nothing."""
    actor = current_person()
    with database().reading() as db:
        room_run_for(db, actor, exam_session, room)
    uploads = [each for each in request.files.getlist("files") if each.filename]
    if not 0 < len(uploads) <= MOST_FILES:
        with database().reading() as db:
            refused = InvalidInputError("answer_files_missing", most=MOST_FILES)
            return refused_page(db, refused, lambda _: _files_page(db, actor, exam_session, room))
    brought = [_take(actor, exam_session, room, upload) for upload in uploads]
    with database().reading() as db:
        return _files_page(db, actor, exam_session, room, brought)


def _take(actor: Actor, exam_session: str, room: str, upload: FileStorage) -> Brought:
    """Read a file, record who brought it, have the journal write it."""
    name, received_at = upload.filename or "", utcnow()
    try:
        body = upload.stream.read(LARGEST_FILE + 1)
        with database().writing() as db:
            file = read_answer_file(db, body, secret=settings().secret)
            room_run = room_run_for(db, actor, exam_session, room)
            if file.sitting.room_run_id != room_run.id:
                raise NotFoundError("answer_file_of_other_room", ticket=file.ticket)
            place = place_of(db, file.sitting)
            detail = {
                "file": name,
                "lease": file.lease_number,
                "events": len(file.events),
                "saved_at": rfc3339(file.saved_at),
            }
            of = f"sitting:{file.sitting.uid}"
            audit.record(db, "read_answer_file", by=actor.id, of=of, detail=detail)
        taken = take_answer_file(lane().journal, file, received_at=received_at)
    except RefusedError as refused:
        return Brought(name, problem=sentence(refused.code, refused.detail))
    return Brought(name, place, file, taken)
