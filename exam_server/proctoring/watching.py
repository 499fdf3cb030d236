"""What a console, a wall or an overview may ask to see; nothing here changes a fact."""

from flask import current_app, request

from exam_server.clock import utcnow
from exam_server.delivery.lane import Lane
from exam_server.proctoring.feed import Feed
from exam_server.proctoring.messages import NothingIn, RoomIn, SeatIn
from exam_server.proctoring.overview import rooms_told
from exam_server.proctoring.seats import room_snapshot
from exam_server.proctoring.timeline import seat_told
from exam_server.proctoring.wall import wall_told
from exam_server.seating.service import watched_room_for
from exam_server.web import Reply, current_person, database, needs, open_live


def lane() -> Lane:
    """Return this process's lane."""
    found: Lane = current_app.extensions["exam_server.lane"]
    return found


def feed() -> Feed:
    """Return this process's feed."""
    found: Feed = current_app.extensions["exam_server.feed"]
    return found


def line_id() -> str:
    """Return the id of the line that asks."""
    found: str = request.sid  # type: ignore[attr-defined] # set by flask-socketio
    return found


@open_live("join_room")
@needs("proctor", "chief_proctor", "quality_supervisor")
def join_room(message: RoomIn) -> Reply:
    """Watch a room: the snapshot now, changes from here on."""
    actor = current_person()
    with database().reading() as db:
        room_run, may_act = watched_room_for(db, actor, message.exam_session, message.room)
        number = feed().join(line_id(), actor.id, room_run.id)
        snapshot = room_snapshot(db, lane().facts, room_run, now=utcnow())
    return {"snapshot": {**snapshot, "number": number}, "may_act": may_act}


@open_live("join_wall")
@needs("proctor", "chief_proctor", "quality_supervisor")
def join_wall(message: RoomIn) -> Reply:
    """Show a room's clock on a wall, without anybody's name."""
    actor = current_person()
    with database().reading() as db:
        room_run, _ = watched_room_for(db, actor, message.exam_session, message.room)
        feed().join_wall(line_id(), actor.id, room_run.id)
        return {"wall": wall_told(db, room_run, now=utcnow())}


@open_live("fetch_rooms")
@needs("chief_proctor", "quality_supervisor")
def fetch_rooms(message: NothingIn) -> Reply:
    """Give the rooms of these days' exam sessions that this person leads or supervises."""
    del message
    now = utcnow()
    with database().reading() as db:
        return {"exam_sessions": rooms_told(db, current_person(), now=now)}


@open_live("fetch_seat")
@needs("proctor", "chief_proctor", "quality_supervisor")
def fetch_seat(message: SeatIn) -> Reply:
    """Give a seat's facts and timeline."""
    with database().reading() as db:
        room_run, _ = watched_room_for(db, current_person(), message.exam_session, message.room)
        return {"seat": seat_told(db, lane().facts, room_run, message.sitting)}


MESSAGES = (join_room, join_wall, fetch_rooms, fetch_seat)
