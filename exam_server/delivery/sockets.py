"""What a seat may say on its line; each needs the candidate's token, checked when it connects."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.delivery import away, service
from exam_server.delivery.answer_sealing import answer_file_key, key_text
from exam_server.delivery.entries import AckClock, HandIn, SaveAnswers, SendLateWork
from exam_server.delivery.journal import Entry
from exam_server.delivery.lane import Lane
from exam_server.delivery.leases import lease_by_token
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.delivery.safe_browser import Shown, note_browser
from exam_server.delivery.standing import shared_rows, unread_of
from exam_server.delivery.state import sitting_state, sitting_states
from exam_server.delivery.transport import Emit, Seat, SeatHandler
from exam_server.errors import NotAllowedError
from exam_server.forms.models import FormItem
from exam_server.inputs import In, parse
from exam_server.seating.breaks import lasting_breaks
from exam_server.seating.models import Sitting
from proctor.sitting_states import OVER


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


def identify(lane: Lane, token: str) -> Seat:
    """Return whose line a token opens; raises NotAllowedError: ``bad_token``."""
    with lane.database.reading() as db:
        sitting, lease_number = lease_by_token(db, token, now=utcnow())
        n_positions = db.scalar(
            select(func.count()).select_from(FormItem).where(FormItem.form_id == sitting.form_id)
        )
        return Seat(
            sitting_id=sitting.id,
            sitting_uid=sitting.uid,
            room_run_id=sitting.room_run_id,
            lease_number=lease_number,
            n_positions=n_positions or 0,
            has_lease=lease_number == sitting.lease_number,
        )


def greet(lane: Lane, seat: Seat) -> list[Emit]:
    """Return what a line gets first: state, key and messages, or that its lease has ended."""
    with lane.database.reading() as db:
        sitting = db.get_one(Sitting, seat.sitting_id)
        if not seat.has_lease:
            return [("lease_ended", {"lease_number": sitting.lease_number})]
        return opening(lane, db, sitting)


def opening(lane: Lane, db: Session, sitting: Sitting) -> list[Emit]:
    """Return what a seat gets on connecting and when its room starts."""
    return openings(lane, db, [sitting])[sitting.id]


def openings(lane: Lane, db: Session, sittings: Sequence[Sitting]) -> dict[int, list[Emit]]:
    """Return what many seats get, by their sittings' ids: state, key while running, messages."""
    held = shared_rows(db, sittings)
    states = sitting_states(db, sittings, now=utcnow())
    unread = unread_of(db, list(states))
    found = {}
    for sitting in sittings:
        told = {**states[sitting.id], **file_key(lane, sitting)}
        emits: list[Emit] = [("sitting_state", told)]
        key = service.form_key(db, sitting, lane.settings.secret)
        if key is not None:
            emits.append(("form_key", {"key": key}))
        emits += [("message_sent", message) for message in unread.get(sitting.id, ())]
        found[sitting.id] = emits
    del held
    return found


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
        return told(lane, db, sitting)


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


def file_key(lane: Lane, sitting: Sitting) -> dict[str, str]:
    """Return what a seat seals an answer file with, while its sitting is not over."""
    if sitting.status in OVER:
        return {}
    key = answer_file_key(lane.settings.secret, sitting.uid, sitting.lease_number)
    return {"answer_file_key": key_text(key)}


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
