"""The proctor's rooms, the console, the wall, the overview and the room record."""

from datetime import datetime, time
from typing import Annotated

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.clock import SITE_ZONE, utcnow
from exam_server.delivery.receipts import head_text
from exam_server.downloads import json_file
from exam_server.errors import NotFoundError, RefusedError
from exam_server.frame import chosen_theme, here, theme_choices
from exam_server.inputs import In, parse
from exam_server.jobs import enqueue
from exam_server.languages import chosen_language
from exam_server.proctoring import answer_file_pages, service, sitting_pages, void_pages
from exam_server.proctoring.duties import duties_by_day
from exam_server.proctoring.record import record_of
from exam_server.proctoring.record_rows import (
    clock_what,
    granted_rows,
    late_rows_in_words,
    machine_what,
    void_rows_in_words,
    whom,
)
from exam_server.proctoring.record_words import as_document, fact_pairs
from exam_server.proctoring.service import Acting, Noted
from exam_server.proctoring.timeline import photo_of, sitting_seen
from exam_server.seating.models import RoomRun
from exam_server.seating.service import room_run_for, watched_room_for
from exam_server.web import LANGUAGES, current_person, form_fields, needs, page, refused_page
from proctor.incidents import CLASSES, FAULTS, NOTES, VIOLATIONS

desk = Blueprint("proctoring", __name__, url_prefix="/proctoring")
desk.register_blueprint(sitting_pages.desk)
desk.register_blueprint(void_pages.desk)
desk.register_blueprint(answer_file_pages.desk)

# Who reads the record of a room without being on duty there.
READERS = ("quality_supervisor", "exam_officer")
SITTING_PAGES = {
    "timeline": "proctoring.sittings.timeline",
    "late_work": "proctoring.sittings.late_work",
    "void": "proctoring.voids.void",
}
FOR_AN_HOUR = "private, max-age=3600"


class NotedIn(In):
    """An incident noted on the record page; ``at`` is a time of the exam's day."""

    sitting: str = ""
    category: str
    note: Annotated[str, Field(min_length=1, max_length=500)]
    at: time


@desk.get("/")
@page
@needs("proctor", "chief_proctor")
def duties(db: Session) -> ResponseReturnValue:
    """Show the rooms this person is on duty for, today's first."""
    days = duties_by_day(db, current_person(), now=utcnow(), zone=SITE_ZONE)
    return render_template("proctoring/duties.html", days=days)


@desk.get("/overview")
@page
@needs("chief_proctor", "quality_supervisor")
def overview(db: Session) -> ResponseReturnValue:
    """Show all rooms of the exam sessions this person leads or supervises; live by its script."""
    del db
    return render_template("proctoring/overview.html")


@desk.get("/<exam_session>/<room>")
@page
@needs("proctor", "chief_proctor", "quality_supervisor")
def console(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Show the live console of a room."""
    actor = current_person()
    room_run, _ = watched_room_for(db, actor, exam_session, room)
    has_overview = not actor.roles.isdisjoint({"chief_proctor", "quality_supervisor"})
    is_proctor = not actor.roles.isdisjoint({"proctor", "chief_proctor"})
    links = {
        "back": url_for("proctoring.duties") if is_proctor else None,
        "overview": url_for("proctoring.overview") if has_overview else None,
        "record": url_for("proctoring.record", exam_session=exam_session, room=room),
        "wall": url_for("proctoring.wall", exam_session=exam_session, room=room),
        "answer_files": url_for(
            "proctoring.answer_files.answer_files", exam_session=exam_session, room=room
        )
        if is_proctor
        else None,
        "photo": url_for(
            "proctoring.photo", exam_session=exam_session, room=room, sitting="SITTING"
        ),
        **{
            name: url_for(endpoint, exam_session=exam_session, room=room, sitting="SITTING")
            for name, endpoint in SITTING_PAGES.items()
        },
        "languages": other_languages(),
        "themes": themes(),
    }
    return render_template("proctoring/console.html", room_run=room_run, links=links)


def other_languages() -> list[dict[str, str]]:
    """Return the ways to this page in the other languages."""
    return [
        {
            "name": name,
            "lang": "en" if code == "en" else "zh-Hans-CN",
            "url": url_for("accounts.choose_language", code=code, next=here()),
        }
        for code, name in LANGUAGES.items()
        if code != chosen_language()
    ]


def themes() -> list[dict[str, str | bool]]:
    """Return the ways to this page in each theme."""
    return [
        {
            "words": words,
            "url": url_for("accounts.choose_theme", code=code or "system", next=here()),
            "is_here": chosen_theme() == code,
        }
        for code, words in theme_choices()
    ]


@desk.get("/<exam_session>/<room>/wall")
@page
@needs("proctor", "chief_proctor", "quality_supervisor")
def wall(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Show the clock for the room's wall."""
    room_run, _ = watched_room_for(db, current_person(), exam_session, room)
    return render_template("proctoring/wall.html", room_run=room_run)


@desk.get("/<exam_session>/<room>/photos/<sitting>")
@page
@needs("proctor", "chief_proctor", "quality_supervisor")
def photo(db: Session, exam_session: str, room: str, sitting: str) -> ResponseReturnValue:
    """Give the photo of who sits at a seat of a room this person watches."""
    room_run, _ = watched_room_for(db, current_person(), exam_session, room)
    found = photo_of(db, sitting_seen(db, room_run, sitting))
    if found is None:
        raise NotFoundError("no_such_photo")
    response: Response = make_response(found.body)
    response.content_type = found.mime
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response


@desk.get("/<exam_session>/<room>/record")
@page
@needs("proctor", "chief_proctor", "quality_supervisor", "exam_officer")
def record(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Show the room record, to be completed, printed and signed."""
    return record_page(db, exam_session, room)


def record_page(db: Session, exam_session: str, room: str) -> str:
    """Render the record; who is on duty may note more."""
    actor = current_person()
    room_run, may_act = watched_room_for(db, actor, exam_session, room, *READERS)
    now = utcnow().astimezone(SITE_ZONE)
    fields = form_fields() or {"at": f"{now:%H:%M}"}
    found = record_of(db, room_run)
    return render_template(
        "proctoring/record.html",
        record=found,
        facts=fact_pairs(found),
        words={
            "whom": whom,
            "clock": clock_what,
            "machine": machine_what,
            "late": late_rows_in_words(found),
            "void": void_rows_in_words(found),
        },
        granted_rows=granted_rows(found),
        may_note=may_act,
        fields=fields,
        categories=(FAULTS, VIOLATIONS, NOTES),
        classes=CLASSES,
        printed_at=utcnow(),
    )


@desk.get("/<exam_session>/<room>/record/head")
@page
@needs("proctor", "chief_proctor", "quality_supervisor", "exam_officer")
def record_head(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Give the head of the receipt chain as a file that the server checks later."""
    room_run, _ = watched_room_for(db, current_person(), exam_session, room, *READERS)
    head = head_text(room_run.exam_session)
    return json_file(head, f"chain-head-{head['link']}.json")


@desk.post("/<exam_session>/<room>/record/incidents")
@page
@needs("proctor", "chief_proctor")
def note_incident(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Note an incident after the fact."""
    actor = current_person()
    room_run = room_run_for(db, actor, exam_session, room)
    try:
        sent = parse(NotedIn, form_fields())
        noted = Noted(sent.category, sent.note, instant_of(room_run, sent.at))
        service.report_incident(db, Acting(actor, room_run, utcnow()), sent.sitting or None, noted)
    except RefusedError as refused:
        return refused_page(db, refused, lambda _: record_page(db, exam_session, room))
    address = url_for("proctoring.record", exam_session=exam_session, room=room)
    return redirect(f"{address}#incidents")


def instant_of(room_run: RoomRun, at: time) -> datetime:
    """Return a time of the room's day as an instant."""
    begun = room_run.started_at or room_run.exam_session.planned_start
    return datetime.combine(begun.astimezone(SITE_ZONE).date(), at, tzinfo=SITE_ZONE)


@desk.post("/<exam_session>/<room>/record/pdf")
@page
@needs("proctor", "chief_proctor", "quality_supervisor", "exam_officer")
def record_pdf(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Have the record set as a PDF."""
    actor = current_person()
    room_run, _ = watched_room_for(db, actor, exam_session, room, *READERS)
    found = record_of(db, room_run)
    name = f"{room_run.exam_session.name} {room_run.room.name}"
    job = enqueue(
        db,
        "proctoring.record",
        title=gettext("Room record %(name)s", name=name),
        payload={"document": as_document(found, printed_at=utcnow()), "name": name},
        person_id=actor.id,
        organization_id=room_run.exam_session.organization_id,
    )
    return redirect(url_for("jobs.job_page", uid=job.uid))
