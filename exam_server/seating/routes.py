"""Rooms, exam sessions, seat draw, duties and release."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.batches import service as batches
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.languages import SITE_ZONE
from exam_server.programmes.service import organizations_of
from exam_server.seating import planning
from exam_server.seating.planning import DutyIn, ExamSessionIn, RoomIn
from exam_server.seating.releasing import release
from exam_server.seating.service import exam_session_for
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
        rooms=planning.rooms_of(db, actor),
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
        planning.create_room(db, current_person(), parse(RoomIn, fields))
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
    """Create an exam session; times are typed in the site's zone."""
    fields = form_fields("rooms")
    given = dict(fields)
    if given.get("planned_start") and "+" not in given["planned_start"]:
        given["planned_start"] += _site_offset()
    try:
        exam_session = planning.create_exam_session(
            db, current_person(), parse(ExamSessionIn, given)
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_form(db, fields, why))
    return redirect(url_for("seating.exam_session_page", uid=exam_session.uid))


def _site_offset() -> str:
    return utcnow().astimezone(SITE_ZONE).strftime("%z")


def _exam_session_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    actor = current_person()
    return render_template(
        "seating/new_exam_session.html",
        batches=[batch for batch, _ in batches.batches_of(db, actor)],
        runs=planning.runs_of(db, actor),
        rooms=planning.rooms_of(db, actor),
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
        duties=planning.duties_in(db, exam_session),
        refused=refusal(refused) if refused else None,
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
        planning.add_duty(db, actor, exam_session, parse(DutyIn, form_fields()))
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
