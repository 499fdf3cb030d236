"""The proctor's rooms, the console and the list of incidents."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from exam_server.proctoring.seats import incidents_told
from exam_server.seating.service import duties_of, room_run_for
from exam_server.web import current_person, needs, page

desk = Blueprint("proctoring", __name__, url_prefix="/proctoring")


@desk.get("/")
@page
@needs("proctor", "chief_proctor")
def duties(db: Session) -> ResponseReturnValue:
    """Show the rooms this person is on duty for."""
    return render_template("proctoring/duties.html", duties=duties_of(db, current_person()))


@desk.get("/<exam_session>/<room>")
@page
@needs("proctor", "chief_proctor")
def console(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Show the live console of a room."""
    room_run = room_run_for(db, current_person(), exam_session, room)
    return render_template("proctoring/console.html", room_run=room_run)


@desk.get("/<exam_session>/<room>/incidents")
@page
@needs("proctor", "chief_proctor")
def incident_list(db: Session, exam_session: str, room: str) -> ResponseReturnValue:
    """Show a room's incidents, to be printed."""
    room_run = room_run_for(db, current_person(), exam_session, room)
    incidents = incidents_told(db, room_run)
    return render_template("proctoring/incidents.html", room_run=room_run, incidents=incidents)
