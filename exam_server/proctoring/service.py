"""The proctor's acts. Whatever changes a clock gives every touched sitting its next number."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.announcements import announce
from exam_server.delivery.models import SeatMessage
from exam_server.delivery.service import announce_clock
from exam_server.delivery.standing import message_text
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.proctoring.models import Incident
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import Pause, RoomRun, Sitting, TimeCredit
from exam_server.seating.service import sitting_in, sittings_in
from proctor.clock import credit_problem, ends_at, is_paused
from proctor.incidents import CATEGORIES
from proctor.sitting_states import OVER, next_state


def targets(db: Session, room_run: RoomRun, sitting_uid: str | None) -> list[Sitting]:
    """Return the one sitting named, or every sitting of the room that is not over."""
    if sitting_uid is not None:
        return [sitting_in(db, room_run, sitting_uid)]
    return [each for each in sittings_in(db, room_run) if each.status not in OVER]


def grant_time(  # noqa: PLR0913 - who gives whom how much, when and why
    db: Session,
    actor: Actor,
    room_run: RoomRun,
    sitting_uid: str | None,
    *,
    minutes: Decimal,
    reason: str,
    now: datetime,
) -> int:
    """Give one sitting or the room more minutes; return how many sittings gained.

    Raises ConflictError: ``not_started``, ``sitting_closed``, ``past_hard_end``;
    InvalidInputError: ``credit_not_positive``.
    """
    touched = targets(db, room_run, sitting_uid)
    for sitting in touched:
        _check_credit(db, sitting, timedelta(minutes=float(minutes)), now=now)
    if not touched:
        raise ConflictError("sitting_closed")
    credit = TimeCredit(
        room_run_id=room_run.id,
        sitting_id=touched[0].id if sitting_uid else None,
        minutes=minutes,
        reason=reason,
        granted_at=now,
        granted_by=actor.id,
    )
    db.add(credit)
    db.flush()
    for sitting in touched:
        _let_held_go_on(db, sitting, now=now)
    _change_clocks(db, touched, reason="time_granted", now=now, minutes_added=str(minutes))
    _record(db, actor, "grant_time", room_run, sitting_uid, minutes=str(minutes), reason=reason)
    return len(touched)


def _check_credit(db: Session, sitting: Sitting, added: timedelta, *, now: datetime) -> None:
    if sitting.status in OVER:
        raise ConflictError("sitting_closed")
    problem = credit_problem(clock_facts(db, sitting), added, now)
    if problem == "credit_not_positive":
        raise InvalidInputError("credit_not_positive")
    if problem == "past_hard_end":
        raise ConflictError("past_hard_end")
    if problem is not None:
        raise ConflictError("not_started")


def _let_held_go_on(db: Session, sitting: Sitting, *, now: datetime) -> None:
    end = ends_at(clock_facts(db, sitting), now)
    if sitting.status == "held" and end is not None and end > now:
        sitting.status = "running"


def pause(
    db: Session,
    actor: Actor,
    room_run: RoomRun,
    sitting_uid: str | None,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Stop the time of one sitting or of the room; raises ConflictError: ``not_running``."""
    running = [each for each in targets(db, room_run, sitting_uid) if _may(each, "pause")]
    if not running:
        raise ConflictError("not_running")
    stretch = Pause(
        room_run_id=room_run.id,
        sitting_id=running[0].id if sitting_uid else None,
        paused_at=now,
        reason=reason,
        paused_by=actor.id,
    )
    db.add(stretch)
    db.flush()
    for sitting in running:
        sitting.status = "paused"
    _change_clocks(db, running, reason="paused", now=now)
    _record(db, actor, "pause", room_run, sitting_uid, reason=reason)
    return len(running)


def resume(
    db: Session, actor: Actor, room_run: RoomRun, sitting_uid: str | None, *, now: datetime
) -> int:
    """End the pause of one sitting or of the room; raises ConflictError: ``not_paused``.

    A sitting paused for itself stays so when the room goes on, and the other way round.
    """
    touched = [each for each in targets(db, room_run, sitting_uid) if each.status == "paused"]
    of = Pause.sitting_id == touched[0].id if touched and sitting_uid else None
    chosen = select(Pause).where(
        Pause.room_run_id == room_run.id,
        Pause.resumed_at.is_(None),
        of if of is not None else Pause.sitting_id.is_(None),
    )
    stretches = db.scalars(chosen).all()
    if not touched or not stretches:
        raise ConflictError("not_paused")
    for stretch in stretches:
        stretch.resumed_at = now
    db.flush()
    for sitting in touched:
        if not is_paused(clock_facts(db, sitting)):
            sitting.status = "running"
    _change_clocks(db, touched, reason="resumed", now=now)
    _record(db, actor, "resume", room_run, sitting_uid)
    return len(touched)


def send_message(
    db: Session,
    actor: Actor,
    room_run: RoomRun,
    sitting_uid: str | None,
    *,
    text: str,
    now: datetime,
) -> int:
    """Send a text to one seat or to all; it is repeated until the seat has shown it."""
    touched = targets(db, room_run, sitting_uid)
    for sitting in touched:
        message = SeatMessage(sitting_id=sitting.id, text=text, sent_at=now, sent_by=actor.id)
        db.add(message)
        db.flush()
        announce(db, "message_sent", message_text(message), to=f"sitting:{sitting.uid}")
    _record(db, actor, "send_message", room_run, sitting_uid, text=text)
    return len(touched)


def answer_call(db: Session, actor: Actor, room_run: RoomRun, sitting_uid: str) -> None:
    """Take a raised hand down."""
    sitting = sitting_in(db, room_run, sitting_uid)
    sitting.called_at = sitting.call_text = None
    announce(db, "call_answered", {}, to=f"sitting:{sitting.uid}")
    _record(db, actor, "answer_call", room_run, sitting_uid)


def report_incident(  # noqa: PLR0913 - who notes what about whom, and when
    db: Session,
    actor: Actor,
    room_run: RoomRun,
    sitting_uid: str | None,
    *,
    category: str,
    note: str,
    now: datetime,
) -> Incident:
    """Note an incident of a seat or of the room; raises ``no_such_category``, ``note_missing``."""
    if category not in CATEGORIES:
        raise InvalidInputError("no_such_category", category=category)
    if not note:
        raise InvalidInputError("note_missing")
    sitting = sitting_in(db, room_run, sitting_uid) if sitting_uid else None
    incident = Incident(
        exam_session_id=room_run.exam_session_id,
        room_run_id=room_run.id,
        sitting_id=sitting.id if sitting else None,
        category=category,
        note=note,
        at=now,
        person_id=actor.id,
    )
    db.add(incident)
    db.flush()
    _record(db, actor, "report_incident", room_run, sitting_uid, category=category)
    return incident


def record_act(
    db: Session, actor: Actor, act: str, room_run: RoomRun, sitting_uid: str | None, **detail: str
) -> None:
    """Write an act that another desk has carried out into the audit record."""
    _record(db, actor, act, room_run, sitting_uid, **detail)


def _change_clocks(
    db: Session, touched: Iterable[Sitting], *, reason: str, now: datetime, **more: str
) -> None:
    for sitting in touched:
        sitting.clock_number += 1
    db.flush()
    for sitting in touched:
        announce_clock(db, sitting, reason=reason, now=now, **more)


def _may(sitting: Sitting, action: str) -> bool:
    return next_state(sitting.status, action) is not None


def _record(
    db: Session, actor: Actor, act: str, room_run: RoomRun, sitting_uid: str | None, **detail: str
) -> None:
    of = f"sitting:{sitting_uid}" if sitting_uid else f"room_run:{room_run.id}"
    audit.record(db, act, by=actor.id, of=of, detail=detail)
