"""The ready check of an exam session, and the page that looks at a seat's computer."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import rfc3339, utcnow
from exam_server.delivery import ready_words, seat_checks
from exam_server.delivery.readiness import answer_printer, readiness_of, ready_exam_session_for
from exam_server.delivery.seat_checks import LOOKED_AT, SeatCheckIn
from exam_server.errors import InvalidInputError
from exam_server.https.keeping import names_of
from exam_server.inputs import parse
from exam_server.web import ANYONE, current_person, form_fields, needs, page, settings

desk = Blueprint("ready", __name__, url_prefix="/ready")
seats = Blueprint("seat_checks", __name__)
ON_THE_DAY = ("exam_officer", "chief_proctor", "proctor")


@desk.get("/<uid>")
@page
@needs(*ON_THE_DAY)
def ready_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show whether everything is ready, what to do where it is not, and the seats."""
    exam_session = ready_exam_session_for(db, current_person(), uid)
    return render_template(
        "delivery/ready.html",
        exam_session=exam_session,
        readiness=readiness_of(db, exam_session, settings(), now=utcnow()),
        words=ready_words,
        looked_at=LOOKED_AT,
        looked_words=looked_words(),
        seat_page=seat_page_address(),
        now=utcnow(),
    )


def seat_page_address() -> str:
    """Return the address to open at a seat: by HTTPS under the server's best name, if it is on."""
    path = url_for("seat_checks.seat_check_page")
    port = settings().https_port
    if not port:
        return url_for("seat_checks.seat_check_page", _external=True)
    return f"https://{names_of(settings())[0]}:{port}{path}"


@desk.post("/<uid>/printer")
@page
@needs(*ON_THE_DAY)
def printer(db: Session, uid: str) -> ResponseReturnValue:
    """Keep what a person says of the printer."""
    actor = current_person()
    exam_session = ready_exam_session_for(db, actor, uid)
    is_working = form_fields().get("printer") == "yes"
    answer_printer(db, actor, exam_session, is_working=is_working)
    flash(gettext("Noted."), "ok")
    return redirect(url_for("ready.ready_page", uid=uid))


def looked_words() -> dict[str, str]:
    """Return the names of what a seat's computer is looked at for."""
    return {
        "browser": gettext("browser"),
        "storage": gettext("storage"),
        "line": gettext("line to the server"),
        "secure": gettext("secure connection"),
        "clock": gettext("clock"),
        "screen": gettext("screen"),
        "fonts": gettext("fonts"),
    }


@seats.get("/seat-check")
@page
@needs(ANYONE)
def seat_check_page(db: Session) -> ResponseReturnValue:
    """Show the page that looks at this computer; it tells nothing of any exam."""
    del db
    return render_template("delivery/seat_check.html", now=rfc3339(utcnow()))


@seats.get("/api/seat-checks/now")
@page
@needs(ANYONE)
def server_time(db: Session) -> ResponseReturnValue:
    """Tell the server's time."""
    del db
    return jsonify(ok=True, now=rfc3339(utcnow()))


@seats.post("/api/seat-checks")
@page
@needs(ANYONE)
def send_seat_check(db: Session) -> ResponseReturnValue:
    """Keep what a seat's computer found, for the room whose code it names."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidInputError("json_expected")
    message = parse(SeatCheckIn, sent)
    run = seat_checks.room_by_code(db, settings().secret, message.code, now=utcnow())
    address = request.remote_addr or ""
    row = seat_checks.note_seat_check(db, run, message, address=address, now=utcnow())
    return jsonify(ok=True, room=run.room.name, seat=row.seat, is_ready=row.is_ready)
