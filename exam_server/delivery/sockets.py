"""What a seat may say on its line; each needs the candidate's token, checked when it connects."""

from typing import Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.delivery import away, service
from exam_server.delivery.entries import AckClock, HandIn, SaveAnswers, SendLateWork
from exam_server.delivery.greeting import file_key
from exam_server.delivery.journal import Entry
from exam_server.delivery.lane import Lane
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.delivery.safe_browser import Shown, note_browser
from exam_server.delivery.state import sitting_state
from exam_server.delivery.transport import Seat, SeatHandler
from exam_server.errors import NotAllowedError
from exam_server.inputs import In, parse
from exam_server.seating.breaks import lasting_breaks
from exam_server.seating.models import Sitting


class AckClockIn(In):
    """The clock a seat shows."""

    clock_number: int


class AckMessageIn(In):
    """A message a seat has shown."""

    id: str


class CallProctorIn(In):
    """A raised hand; ``break`` asks for a break."""

    text: str = ""
    kind: Literal["break"] | None = None


class SignalIn(In):
    """A fact of the seat's surroundings, with its numbers."""

    kind: str
    detail: dict[str, Any] = Field(default_factory=dict)


class BrowserIn(In):
    """What Safe Exam Browser shows of itself to the page; empty: it is another browser."""

    config_key: str = Field(default="", max_length=200)
    exam_key: str = Field(default="", max_length=200)
    version: str = Field(default="", max_length=500)


class HandInIn(In):
    """A hand-in names the highest event number the seat has used."""

    last_seq: int


def confirm_identity(lane: Lane, seat: Seat, _data: Any) -> dict[str, Any]:
    """The candidate says: this is me."""
    with lane.database.writing() as db:
        sitting = leased(db, seat)
        service.confirm_identity(sitting, now=utcnow())
        return told(lane, db, sitting)


def accept_pledge(lane: Lane, seat: Seat, _data: Any) -> dict[str, Any]:
    """The candidate accepts rules and pledge."""
    with lane.database.writing() as db:
        sitting = leased(db, seat)
        service.accept_pledge(db, sitting, now=utcnow())
        reply = told(lane, db, sitting)
    if sitting.given_count is not None:
        lane.due.add([sitting.id])  # the first item is chosen before the start
    return reply


def fetch_state(lane: Lane, seat: Seat, _data: Any) -> dict[str, Any]:
    """The seat asks where it stands."""
    with lane.database.reading() as db:
        return told(lane, db, leased(db, seat))


def save_answers(_lane: Lane, seat: Seat, data: Any) -> dict[str, Any] | Entry:
    """The seat sends what changed."""
    received_at = utcnow()
    parsed = parse_events(data, seat.n_positions)
    if not isinstance(parsed, Parsed):
        return {"ok": False, "code": parsed}
    return SaveAnswers(seat.sitting_id, seat.lease_number, parsed, received_at)


def send_late_work(_lane: Lane, seat: Seat, data: Any) -> dict[str, Any] | Entry:
    """The seat sends what it still holds after its end."""
    received_at = utcnow()
    parsed = parse_events(data, seat.n_positions)
    if not isinstance(parsed, Parsed):
        return {"ok": False, "code": parsed}
    return SendLateWork(seat.sitting_id, seat.lease_number, parsed, received_at)


def hand_in(_lane: Lane, seat: Seat, data: Any) -> Entry:
    """The candidate hands in."""
    received_at = utcnow()
    last_seq = parse(HandInIn, data or {}).last_seq
    return HandIn(seat.sitting_id, seat.lease_number, last_seq, received_at)


def ack_clock(_lane: Lane, seat: Seat, data: Any) -> Entry:
    """The seat shows a clock."""
    number = parse(AckClockIn, data or {}).clock_number
    return AckClock(seat.sitting_id, seat.lease_number, number)


def ack_message(lane: Lane, seat: Seat, data: Any) -> dict[str, Any]:
    """The seat has shown a message."""
    message = parse(AckMessageIn, data or {})
    with lane.database.writing() as db:
        service.ack_message(db, leased(db, seat), message.id, now=utcnow())
    lane.facts.touch(seat.room_run_id, [seat.sitting_id])
    return {"ok": True}


def call_proctor(lane: Lane, seat: Seat, data: Any) -> dict[str, Any]:
    """The candidate raises a hand."""
    call = parse(CallProctorIn, data or {})
    with lane.database.writing() as db:
        service.call_proctor(leased(db, seat), call.text, kind=call.kind, now=utcnow())
    lane.facts.touch(seat.room_run_id, [seat.sitting_id])
    return {"ok": True}


def end_break(lane: Lane, seat: Seat, _data: Any) -> dict[str, Any]:
    """The candidate is back from a break; saying so again changes nothing."""
    with lane.database.writing() as db:
        sitting = leased(db, seat)
        db.refresh(sitting, with_for_update={"key_share": True})
        if lasting_breaks(db, [sitting.id]):
            away.end_break(db, sitting, now=utcnow())
        return told(lane, db, sitting)


def report_browser(lane: Lane, seat: Seat, data: Any) -> dict[str, Any]:
    """The seat shows the keys of its browser; it never stops a seat."""
    sent = parse(BrowserIn, data or {})
    shown = Shown(sent.config_key, sent.exam_key, sent.version)
    with lane.database.writing() as db:
        outcome = note_browser(db, leased(db, seat), shown, now=utcnow())
    lane.facts.touch(seat.room_run_id, [seat.sitting_id])
    return {"ok": True, "outcome": outcome}


def report_signal(lane: Lane, seat: Seat, data: Any) -> dict[str, Any]:
    """The seat reports a fact; it never stops a seat."""
    signal = parse(SignalIn, data or {})
    with lane.database.writing() as db:
        service.report_signal(db, leased(db, seat), signal.kind, signal.detail, now=utcnow())
    lane.facts.touch(seat.room_run_id, [seat.sitting_id])
    return {"ok": True}


def leased(db: Session, seat: Seat) -> Sitting:
    """Return the line's sitting; raises NotAllowedError: ``lease_ended`` when it has moved."""
    sitting = db.get_one(Sitting, seat.sitting_id)
    if sitting.lease_number != seat.lease_number:
        raise NotAllowedError("lease_ended")
    return sitting


def told(lane: Lane, db: Session, sitting: Sitting) -> dict[str, Any]:
    """Return the state as a reply, with the key while the sitting runs."""
    lane.facts.touch(sitting.room_run_id, [sitting.id])
    state = sitting_state(db, sitting, now=utcnow())
    reply = {"ok": True, **state, **file_key(lane, sitting)}
    key = service.form_key(db, sitting, lane.settings.secret)
    return {**reply, "key": key} if key is not None else reply


HANDLERS: dict[str, SeatHandler] = {
    handler.__name__: handler
    for handler in (
        confirm_identity,
        accept_pledge,
        fetch_state,
        save_answers,
        send_late_work,
        hand_in,
        ack_clock,
        ack_message,
        call_proctor,
        end_break,
        report_browser,
        report_signal,
    )
}

# What only the journal writes: nothing here waits, so it is dealt with as it is read.
PROMPT = frozenset({"save_answers", "send_late_work", "hand_in", "ack_clock"})
