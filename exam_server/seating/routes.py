"""Rooms, exam sessions, seat draw, duties and release."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.batches import service as batches
from exam_server.batches.service import IssuedCode
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.languages import SITE_ZONE
from exam_server.programmes.service import organizations_of
from exam_server.seating import duties, planning, rooms
from exam_server.seating.duties import DutyIn
from exam_server.seating.models import ExamSession, Room, Sitting
from exam_server.seating.planning import ExamSessionIn, PlanIn
from exam_server.seating.releasing import release
from exam_server.seating.rooms import BrokenSeatsIn, RoomIn
from exam_server.seating.service import exam_session_for
from exam_server.tables_out import csv_response
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    settings,
)

desk = Blueprint("seating", __name__, url_prefix="/exam-sessions")


@desk.get("/")
@page
@needs("exam_officer")
def exam_session_list(db: Session) -> ResponseReturnValue:
    """Show exam sessions and rooms."""
    actor = current_person()
    return render_template(
        "seating/exam_sessions.html",
        exam_sessions=planning.exam_sessions_of(db, actor),
        rooms=rooms.rooms_of(db, actor),
    )


@desk.get("/rooms/new")
@page
@needs("exam_officer")
def new_room(db: Session) -> ResponseReturnValue:
    """Show the form for a room."""
    return _room_form(db, {"rows": "5", "columns": "6"})


@desk.post("/rooms/new")
@page
@needs("exam_officer")
def create_room(db: Session) -> ResponseReturnValue:
    """Create a room."""
    fields = form_fields()
    try:
        rooms.create_room(db, current_person(), parse(RoomIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _room_form(db, fields, why))
    flash(gettext("The room has been created."), "ok")
    return redirect(url_for("seating.exam_session_list"))


def _room_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return render_template(
        "seating/new_room.html",
        organizations=organizations_of(db, current_person(), "exam_officer"),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/rooms/<uid>")
@page
@needs("exam_officer")
def room_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a room: its seats and which are broken."""
    room = rooms.room_for(db, current_person(), uid)
    return _room_page(room, {"broken": rooms.broken_text(room)})


@desk.post("/rooms/<uid>")
@page
@needs("exam_officer")
def name_broken_seats(db: Session, uid: str) -> ResponseReturnValue:
    """Say which seats are broken."""
    actor, fields = current_person(), form_fields()
    room = rooms.room_for(db, actor, uid)
    try:
        rooms.name_broken_seats(db, actor, room, parse(BrokenSeatsIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _room_page(room, fields, why))
    flash(gettext("The seats have been changed. Draw seats again where they were drawn."), "ok")
    return redirect(url_for("seating.room_page", uid=uid))


def _room_page(room: Room, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    why = refusal(refused) if refused else None
    return render_template("seating/room.html", room=room, fields=fields, refused=why)


@desk.get("/new")
@page
@needs("exam_officer")
def new_exam_session(db: Session) -> ResponseReturnValue:
    """Show the form for an exam session."""
    return _exam_session_form(db, {"minutes": "90", "rooms": []})


@desk.post("/new")
@page
@needs("exam_officer")
def create_exam_session(db: Session) -> ResponseReturnValue:
    """Create an exam session."""
    fields = form_fields("rooms")
    try:
        exam_session = planning.create_exam_session(
            db, current_person(), parse(ExamSessionIn, _with_zone(fields))
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_form(db, fields, why))
    return redirect(url_for("seating.exam_session_page", uid=exam_session.uid))


def _with_zone(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with a start typed in the site's zone."""
    typed = fields.get("planned_start", "")
    if not typed or "+" in typed:
        return fields
    return {**fields, "planned_start": typed + utcnow().astimezone(SITE_ZONE).strftime("%z")}


def _exam_session_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    actor = current_person()
    return render_template(
        "seating/new_exam_session.html",
        batches=[batch for batch, _ in batches.batches_of(db, actor)],
        runs=planning.runs_of(db, actor),
        rooms=rooms.rooms_of(db, actor),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>")
@page
@needs("exam_officer")
def exam_session_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show an exam session: seats, duties and the next step."""
    return _exam_session_page(db, uid)


def _exam_session_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    return render_template(
        "seating/exam_session.html",
        exam_session=exam_session,
        sittings=planning.sittings_by_room(db, exam_session),
        duties=duties.duties_in(db, exam_session),
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>/plan")
@page
@needs("exam_officer")
def plan_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the form that changes title, start and minutes."""
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    start = exam_session.planned_start.astimezone(SITE_ZONE)
    fields = {
        "name": exam_session.name,
        "planned_start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": str(exam_session.minutes),
    }
    return _plan_form(exam_session, fields)


@desk.post("/<uid>/plan")
@page
@needs("exam_officer")
def change_plan(db: Session, uid: str) -> ResponseReturnValue:
    """Change title, start and minutes."""
    actor, fields = current_person(), form_fields()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        planning.change_plan(db, actor, exam_session, parse(PlanIn, _with_zone(fields)))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _plan_form(exam_session, fields, why))
    flash(gettext("The plan has been changed."), "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))


def _plan_form(
    exam_session: ExamSession, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    why = refusal(refused) if refused else None
    return render_template(
        "seating/plan.html", exam_session=exam_session, fields=fields, refused=why
    )


@desk.post("/<uid>/draw")
@page
@needs("exam_officer")
def draw_seats(db: Session, uid: str) -> ResponseReturnValue:
    """Draw seats anew."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    typed = form_fields().get("seed", "")
    seed = int(typed) if typed.isdecimal() else secrets.randbelow(2**31)
    try:
        drawing = planning.draw(db, actor, exam_session, seed=seed)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    flash(gettext("%(count)s candidates seated.", count=drawing.seated), "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))


@desk.post("/<uid>/duties")
@page
@needs("exam_officer")
def add_duty(db: Session, uid: str) -> ResponseReturnValue:
    """Put somebody on duty."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        duties.add_duty(db, actor, exam_session, parse(DutyIn, form_fields()))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    return redirect(url_for("seating.exam_session_page", uid=uid))


@desk.post("/<uid>/duties/end")
@page
@needs("exam_officer")
def end_duty(db: Session, uid: str) -> ResponseReturnValue:
    """Take somebody off duty."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        duties.end_duty(db, actor, exam_session, parse(DutyIn, form_fields()))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    return redirect(url_for("seating.exam_session_page", uid=uid))


@desk.post("/<uid>/release")
@page
@needs("exam_officer")
def release_papers(db: Session, uid: str) -> ResponseReturnValue:
    """Seal the papers and open sign-in; from here on nothing of them changes."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        release(db, exam_session, by=actor.id, secret=settings().secret, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    flash(gettext("The papers are sealed; candidates may sign in."), "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))


@desk.get("/<uid>/attendance")
@page
@needs("exam_officer")
def attendance(db: Session, uid: str) -> ResponseReturnValue:
    """Show the attendance sheet, to be printed."""
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    sittings = planning.sittings_by_room(db, exam_session)
    return render_template("seating/attendance.html", exam_session=exam_session, sittings=sittings)


@desk.post("/<uid>/tickets")
@page
@needs("exam_officer")
def issue_tickets(db: Session, uid: str) -> ResponseReturnValue:
    """Issue login codes on tickets with room and seat: to print, or as a CSV; shown this once."""
    actor, fields = current_person(), form_fields()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    batch = exam_session.batch
    only_missing = "everybody" not in fields
    try:
        issued = batches.issue_codes(
            db, actor, batch, secret=settings().secret, now=utcnow(), only_missing=only_missing
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    places = planning.sittings_by_registration(db, exam_session)
    if "csv" in fields:
        return _tickets_csv(batch.code, issued, places)
    return render_template(
        "batches/tickets.html",
        batch=batch,
        issued=issued,
        exam_session=exam_session,
        places=places,
    )


def _tickets_csv(
    code: str, issued: list[IssuedCode], places: Mapping[int, Sitting]
) -> ResponseReturnValue:
    headings = [gettext("Ticket"), gettext("Name"), gettext("Login code")]
    headings += [gettext("Room"), gettext("Seat")]
    rows = [
        (
            each.registration.ticket,
            each.registration.candidate.name,
            each.code,
            *_place_of(places.get(each.registration.id)),
        )
        for each in issued
    ]
    return csv_response(f"{code}-tickets.csv", headings, rows)


def _place_of(sitting: Sitting | None) -> tuple[str, str]:
    return (sitting.room_run.room.name, str(sitting.seat.number)) if sitting else ("", "")
