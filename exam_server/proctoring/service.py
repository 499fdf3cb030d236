"""The proctor's acts that touch no clock: messages, calls, incidents, attendance."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.announcements import announce
from exam_server.clock import rfc3339
from exam_server.delivery.leases import approve_move as give_lease
from exam_server.delivery.models import SeatMessage
from exam_server.delivery.standing import message_text
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.proctoring.models import Attendance, Incident, SeenNeed
from exam_server.seating.models import RoomRun, Sitting
from exam_server.seating.service import sitting_in, sittings_in
from proctor.incidents import CATEGORIES
from proctor.needs import MAY_BE_SEEN
from proctor.sitting_states import OVER

# "present": here without a computer yet; the others: face and document compared.
# A slip of the hand is seen at once; what has stood longer is part of the record.
WITHDRAWN_WITHIN = timedelta(minutes=2)
MARKS = ("present", "checked", "doubtful")


@dataclass(frozen=True)
class Acting:
    """Who acts in which room, and when."""

    actor: Actor
    room_run: RoomRun
    now: datetime


@dataclass(frozen=True)
class Noted:
    """What is noted of an incident; ``at`` is when it happened, by default now."""

    category: str
    note: str
    at: datetime | None = None


def targets(db: Session, room_run: RoomRun, sitting_uid: str | None) -> list[Sitting]:
    """Return the one sitting named, or every sitting of the room that is not over."""
    if sitting_uid is not None:
        return [sitting_in(db, room_run, sitting_uid)]
    return [each for each in sittings_in(db, room_run) if each.status not in OVER]


def send_message(
    db: Session, acting: Acting, sitting_uid: str | None, *, text: str
) -> list[tuple[Sitting, SeatMessage]]:
    """Send a text to one seat or to all who have come; repeated until the seat has shown it.

    Raises ConflictError: ``nobody_there``, ``sitting_closed``.
    """
    touched = targets(db, acting.room_run, sitting_uid)
    if sitting_uid is None:
        touched = [sitting for sitting in touched if sitting.status != "assigned"]
    if not touched:
        raise ConflictError("nobody_there")
    if touched[0].status in OVER:
        raise ConflictError("sitting_closed")
    sent = []
    for sitting in touched:
        message = SeatMessage(
            sitting_id=sitting.id, text=text, sent_at=acting.now, sent_by=acting.actor.id
        )
        db.add(message)
        db.flush()
        announce(db, "message_sent", message_text(message), to=f"sitting:{sitting.uid}")
        sent.append((sitting, message))
    record_act(db, acting, "send_message", sitting_uid, text=text)
    return sent


def answer_call(db: Session, acting: Acting, sitting_uid: str) -> None:
    """Take a raised hand down; the record keeps when it was raised and with which words."""
    sitting = sitting_in(db, acting.room_run, sitting_uid)
    if sitting.called_at is None:
        return
    raised = {"called_at": rfc3339(sitting.called_at), "text": sitting.call_text or ""}
    sitting.called_at = sitting.call_text = sitting.call_kind = None
    announce(db, "call_answered", {}, to=f"sitting:{sitting.uid}")
    record_act(db, acting, "answer_call", sitting_uid, **raised)


def approve_move(db: Session, acting: Acting, sitting_uid: str) -> None:
    """Give a sitting to the device that asked for it; raises ConflictError: ``no_move_asked``."""
    give_lease(db, sitting_in(db, acting.room_run, sitting_uid), now=acting.now)
    record_act(db, acting, "approve_move", sitting_uid)


def report_incident(db: Session, acting: Acting, sitting_uid: str | None, noted: Noted) -> Incident:
    """Note an incident of a seat or of the room.

    Raises InvalidInputError: ``no_such_category``, ``note_missing``, ``not_yet``.
    """
    if noted.category not in CATEGORIES:
        raise InvalidInputError("no_such_category", category=noted.category)
    if not noted.note:
        raise InvalidInputError("note_missing")
    if noted.at is not None and noted.at > acting.now:
        raise InvalidInputError("not_yet")
    room_run = acting.room_run
    sitting = sitting_in(db, room_run, sitting_uid) if sitting_uid else None
    incident = Incident(
        exam_session_id=room_run.exam_session_id,
        room_run_id=room_run.id,
        sitting_id=sitting.id if sitting else None,
        category=noted.category,
        note=noted.note,
        at=noted.at or acting.now,
        person_id=acting.actor.id,
    )
    db.add(incident)
    db.flush()
    record_act(db, acting, "report_incident", sitting_uid, category=noted.category)
    tell_room(db, room_run)
    return incident


def mark_attendance(db: Session, acting: Acting, sitting_uid: str, *, mark: str | None) -> None:
    """Mark a candidate as here, as checked or as doubtful; no mark takes an earlier one away.

    Raises InvalidInputError: ``no_such_mark``.
    """
    if mark is not None and mark not in MARKS:
        raise InvalidInputError("no_such_mark", mark=mark)
    sitting = sitting_in(db, acting.room_run, sitting_uid)
    row = db.get(Attendance, sitting.id)
    if mark is None:
        if row is not None:
            db.delete(row)
    else:
        row = row or Attendance(sitting_id=sitting.id)
        row.mark, row.at, row.person_id = mark, acting.now, acting.actor.id
        db.add(row)
    record_act(db, acting, "mark_attendance", sitting_uid, mark=mark or "")
    tell_consoles(db, sitting)


def mark_seen(
    db: Session, acting: Acting, sitting_uid: str, *, need: str, minutes: int | None
) -> None:
    """Put a need aside until it happens anew, or for some minutes.

    Raises InvalidInputError: ``cannot_be_put_aside``.
    """
    if need not in MAY_BE_SEEN:
        raise InvalidInputError("cannot_be_put_aside")
    sitting = sitting_in(db, acting.room_run, sitting_uid)
    row = db.get(SeenNeed, (sitting.id, need)) or SeenNeed(sitting_id=sitting.id, need=need)
    row.before_at, row.before_until = row.at, row.until
    row.at, row.person_id = acting.now, acting.actor.id
    row.until = None if minutes is None else acting.now + timedelta(minutes=minutes)
    db.add(row)
    db.flush()
    record_act(db, acting, "mark_seen", sitting_uid, need=need)
    tell_consoles(db, sitting)


def unmark_seen(db: Session, acting: Acting, sitting_uid: str, *, need: str) -> None:
    """Take back the newest putting aside: what stood before it stands again."""
    sitting = sitting_in(db, acting.room_run, sitting_uid)
    row = db.get(SeenNeed, (sitting.id, need))
    if row is None:
        return
    if row.before_at is None:
        db.delete(row)
    else:
        row.at, row.until = row.before_at, row.before_until
        row.before_at = row.before_until = None
    db.flush()
    record_act(db, acting, "unmark_seen", sitting_uid, need=need)
    tell_consoles(db, sitting)


def withdraw_incident(db: Session, acting: Acting, incident_uid: str) -> None:
    """Withdraw an incident just noted in error; the audit record and the store keep it.

    Raises NotFoundError: ``no_such_incident`` (of this room, noted by this person);
    ConflictError: ``too_late_to_withdraw``.
    """
    incident = db.scalar(
        select(Incident).where(
            Incident.uid == incident_uid,
            Incident.room_run_id == acting.room_run.id,
            Incident.person_id == acting.actor.id,
        )
    )
    if incident is None:
        raise NotFoundError("no_such_incident")
    if incident.withdrawn_at is not None:
        return
    if acting.now - incident.at > WITHDRAWN_WITHIN:
        raise ConflictError("too_late_to_withdraw")
    incident.withdrawn_at = acting.now
    sitting = db.get(Sitting, incident.sitting_id) if incident.sitting_id else None
    detail = {"category": incident.category, "text": incident.note}
    record_act(db, acting, "withdraw_incident", sitting.uid if sitting else None, **detail)
    tell_room(db, acting.room_run)


def tell_consoles(db: Session, sitting: Sitting) -> None:
    """Have consoles told of a seat's facts; the seat itself hears nothing."""
    announce(db, "seat_noted", {}, to=f"seat:{sitting.uid}")


def tell_room(db: Session, room_run: RoomRun) -> None:
    """Have consoles and wall told of a room's own facts."""
    room = f"{room_run.exam_session.uid}:{room_run.room.uid}"
    announce(db, "room_noted", {"room_run": room_run.id}, to=f"room:{room}")


def record_act(
    db: Session, acting: Acting, act: str, sitting_uid: str | None, **detail: str
) -> None:
    """Write an act into the audit record."""
    of = f"sitting:{sitting_uid}" if sitting_uid else f"room_run:{acting.room_run.id}"
    audit.record(db, act, by=acting.actor.id, of=of, detail=detail)
