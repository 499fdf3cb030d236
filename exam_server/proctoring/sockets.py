"""What a console may say; each message checks role, duty and room anew."""

from decimal import Decimal
from typing import Annotated

from flask import current_app, request
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.delivery.entries import Close
from exam_server.delivery.lane import Lane
from exam_server.delivery.leases import approve_move as give_lease
from exam_server.delivery.service import start_sittings
from exam_server.errors import RefusedError
from exam_server.inputs import In
from exam_server.proctoring import service
from exam_server.proctoring.feed import Feed
from exam_server.proctoring.seats import incidents_told, room_snapshot
from exam_server.seating.models import RoomRun
from exam_server.seating.service import led_exam_session_for, room_run_for, sitting_in
from exam_server.web import Reply, current_person, database, live, needs, open_live

Text = Annotated[str, Field(min_length=1, max_length=500)]
MOST_MINUTES = 600


class RoomIn(In):
    """A room in an exam session."""

    exam_session: str
    room: str


class SeatIn(RoomIn):
    """A sitting in a room."""

    sitting: str


class TargetIn(RoomIn):
    """A sitting in a room, or the whole room."""

    sitting: str | None = None


class GrantTimeIn(TargetIn):
    """Minutes for a sitting or the room."""

    minutes: Annotated[Decimal, Field(gt=0, le=MOST_MINUTES, decimal_places=2)]
    reason: Text


class PauseIn(TargetIn):
    """A pause and why."""

    reason: Text


class MessageIn(TargetIn):
    """A text for a seat or the room."""

    text: Text


class ForceHandInIn(SeatIn):
    """A forced hand-in and why."""

    reason: Text


class IncidentIn(TargetIn):
    """An incident."""

    category: str
    note: Text


class ExamSessionIn(In):
    """An exam session."""

    exam_session: str


def room_of(db: Session, message: RoomIn) -> tuple[Actor, RoomRun]:
    """Return who asks and the room, if they are on duty there."""
    actor = current_person()
    return actor, room_run_for(db, actor, message.exam_session, message.room)


def lane() -> Lane:
    """Return this process's lane."""
    found: Lane = current_app.extensions["exam_server.lane"]
    return found


def feed() -> Feed:
    """Return this process's feed."""
    found: Feed = current_app.extensions["exam_server.feed"]
    return found


@open_live("join_room")
@needs("proctor", "chief_proctor")
def join_room(message: RoomIn) -> Reply:
    """Watch a room: the snapshot now, changes from here on."""
    with database().reading() as db:
        actor, room_run = room_of(db, message)
        number = feed().join(request.sid, actor.id, room_run.id)  # type: ignore[attr-defined] # set by flask-socketio
        snapshot = room_snapshot(db, lane().facts, room_run, now=utcnow())
    return {"snapshot": {**snapshot, "number": number}}


@live("start_room")
@needs("proctor", "chief_proctor")
def start_room(db: Session, message: RoomIn) -> Reply:
    """Start the room: every ready seat gets its key."""
    actor, room_run = room_of(db, message)
    started = start_sittings(db, [room_run], now=utcnow())
    service.record_act(db, actor, "start_room", room_run, None)
    return {"started": started}


@live("start_exam_session")
@needs("chief_proctor")
def start_exam_session(db: Session, message: ExamSessionIn) -> Reply:
    """Start every room of an exam session."""
    actor = current_person()
    exam_session = led_exam_session_for(db, actor, message.exam_session)
    started = start_sittings(db, exam_session.rooms, now=utcnow())
    for room_run in exam_session.rooms:
        service.record_act(db, actor, "start_room", room_run, None)
    return {"started": started}


@live("grant_time")
@needs("proctor", "chief_proctor")
def grant_time(db: Session, message: GrantTimeIn) -> Reply:
    """Give a sitting or the room more minutes."""
    actor, room_run = room_of(db, message)
    gained = service.grant_time(
        db,
        actor,
        room_run,
        message.sitting,
        minutes=message.minutes,
        reason=message.reason,
        now=utcnow(),
    )
    return {"reached": gained}


@live("pause_sitting")
@needs("proctor", "chief_proctor")
def pause_sitting(db: Session, message: PauseIn) -> Reply:
    """Stop the time of a sitting or the room."""
    actor, room_run = room_of(db, message)
    reached = service.pause(
        db, actor, room_run, message.sitting, reason=message.reason, now=utcnow()
    )
    return {"reached": reached}


@live("resume_sitting")
@needs("proctor", "chief_proctor")
def resume_sitting(db: Session, message: TargetIn) -> Reply:
    """Let the time of a sitting or the room run on."""
    actor, room_run = room_of(db, message)
    return {"reached": service.resume(db, actor, room_run, message.sitting, now=utcnow())}


@live("send_message")
@needs("proctor", "chief_proctor")
def send_message(db: Session, message: MessageIn) -> Reply:
    """Send a text to a seat or the room."""
    actor, room_run = room_of(db, message)
    reached = service.send_message(
        db, actor, room_run, message.sitting, text=message.text, now=utcnow()
    )
    return {"reached": reached}


@live("answer_call")
@needs("proctor", "chief_proctor")
def answer_call(db: Session, message: SeatIn) -> Reply:
    """Take a raised hand down."""
    actor, room_run = room_of(db, message)
    service.answer_call(db, actor, room_run, message.sitting)
    return {}


@live("approve_move")
@needs("proctor", "chief_proctor")
def approve_move(db: Session, message: SeatIn) -> Reply:
    """Give a sitting to the device that asked for it."""
    actor, room_run = room_of(db, message)
    give_lease(db, sitting_in(db, room_run, message.sitting))
    service.record_act(db, actor, "approve_move", room_run, message.sitting)
    return {}


@open_live("force_hand_in")
@needs("proctor", "chief_proctor")
def force_hand_in(message: ForceHandInIn) -> Reply:
    """End a sitting on what the server holds; the journal does it behind what came before."""
    with database().writing() as db:
        actor, room_run = room_of(db, message)
        sitting_id = sitting_in(db, room_run, message.sitting).id
        service.record_act(
            db, actor, "force_hand_in", room_run, message.sitting, reason=message.reason
        )
    reply = lane().journal.ask(Close(sitting_id, "forced", utcnow()))
    if not reply["ok"]:
        raise RefusedError(reply["code"])
    return reply


@live("report_incident")
@needs("proctor", "chief_proctor")
def report_incident(db: Session, message: IncidentIn) -> Reply:
    """Note an incident."""
    actor, room_run = room_of(db, message)
    service.report_incident(
        db,
        actor,
        room_run,
        message.sitting,
        category=message.category,
        note=message.note,
        now=utcnow(),
    )
    return {"incidents": incidents_told(db, room_run)}


MESSAGES = (
    join_room,
    start_room,
    start_exam_session,
    grant_time,
    pause_sitting,
    resume_sitting,
    send_message,
    answer_call,
    approve_move,
    force_hand_in,
    report_incident,
)
