"""The candidate's page, sign-in at a seat, and the sealed form."""

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.clock import rfc3339, utcnow
from exam_server.delivery import entering, service
from exam_server.delivery.leases import sitting_by_token
from exam_server.delivery.safe_browser import Shown, note_browser
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from exam_server.forms.sealed_forms import body_of
from exam_server.inputs import In, parse
from exam_server.seating.models import Sitting
from exam_server.static_files import DIST, built_name
from exam_server.web import ANYONE, CANDIDATE, database, needs, open_page, page, settings

desk = Blueprint("delivery", __name__)

SIGN_IN_LIMIT_S = 5.0  # whoever waits at the door is told; signing in again is harmless


class LoginIn(In):
    """Ticket and code, and the device's secret."""

    ticket: str = Field(min_length=1, max_length=32)
    code: str = Field(min_length=1, max_length=32)
    device: str = Field(min_length=16, max_length=200)


@desk.get("/sitting")
@page
@needs(ANYONE)
def sitting_page(db: Session) -> ResponseReturnValue:
    """Show the candidate's page; everything else comes over the line."""
    centre = entering.open_centre(db)
    return render_template("delivery/sitting.html", centre=centre, now=rfc3339(utcnow()))


@desk.get("/sitting/worker.js")
@open_page
@needs(ANYONE)
def seat_worker() -> ResponseReturnValue:
    """Send the script that keeps the candidate's page for a reload without a line.

    It stands outside the built files: a worker may only serve pages under its own address.
    """
    response: Response = make_response((DIST / built_name("seat_worker.js")).read_bytes())
    response.content_type = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/sitting"
    return response


@desk.post("/api/sittings/login")
@open_page
@needs(ANYONE)
def login() -> ResponseReturnValue:
    """Sign a seat in by ticket and code."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidInputError("json_expected")
    message = parse(LoginIn, sent)
    with database().writing(within_s=SIGN_IN_LIMIT_S) as db:
        entered = entering.enter(
            db,
            ticket=message.ticket,
            code=message.code,
            device=message.device,
            secret=settings().secret,
            now=utcnow(),
        )
        if entered is not None and entered.token is not None:
            note_browser(db, entered.sitting, shown_by_headers(), now=utcnow())
            entering.note_sign_in(db, entered.sitting, request.remote_addr or "", now=utcnow())
        reply = None if entered is None else login_reply(entered)
    if reply is None:
        raise NotAllowedError("wrong_ticket_or_code")
    if reply["token"] is None:
        raise ConflictError("other_device")
    return jsonify(reply)


def shown_by_headers() -> Shown:
    """Return what older versions of Safe Exam Browser show with every request."""
    headers = request.headers
    return Shown(
        headers.get("X-SafeExamBrowser-ConfigKeyHash", ""),
        headers.get("X-SafeExamBrowser-RequestHash", ""),
        headers.get("User-Agent", ""),
    )


def login_reply(entered: entering.Entered) -> dict[str, object]:
    """Return what a seat gets for a right sign-in."""
    sitting = entered.sitting
    return {
        "ok": True,
        "token": entered.token,
        "live_url": live_url(sitting),
        "sitting": {
            "id": sitting.uid,
            "status": sitting.status,
            "form_url": "/api/sittings/form",
        },
    }


def live_url(sitting: Sitting) -> str:
    """Return where the seat opens its line; empty: at this host.

    It names the room: the proxy in front gives all lines of a room to one process.
    """
    if not settings().proxies:
        return ""
    return f"{request.host_url}?room={sitting.room_run.room.uid}"


@desk.get("/api/sittings/form")
@page
@needs(CANDIDATE)
def sealed_form(db: Session) -> ResponseReturnValue:
    """Send the sealed body of the sitting's form; a seat keeps it by its hash."""
    sealed = service.sealed_body(db, bearer(db))
    response: Response = make_response()
    response.set_etag(sealed.sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    if request.if_none_match.contains(sealed.sha256):
        response.status_code = 304
        return response
    response.set_data(body_of(db, sealed))
    response.content_type = "application/octet-stream"
    return response


@desk.get("/api/sittings/photo")
@page
@needs(CANDIDATE)
def own_photo(db: Session) -> ResponseReturnValue:
    """Send the portrait of the candidate whose token asks: nobody else's."""
    photo = service.own_photo(db, bearer(db))
    response: Response = make_response(photo.body)
    response.content_type = photo.mime
    response.headers["Cache-Control"] = "private, no-store"
    return response


def bearer(db: Session) -> Sitting:
    """Return the sitting of the bearer token; raises NotAllowedError: ``bad_token``."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAllowedError("bad_token")
    return sitting_by_token(db, token)
