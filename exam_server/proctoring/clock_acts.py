"""Acts on clocks. Whatever changes a clock gives every touched sitting its next number."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.delivery.models import ContactLoss
from exam_server.delivery.service import announce_clock
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.proctoring.service import Acting, record_act, targets, tell_room
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import Pause, Sitting, TimeCredit
from exam_server.seating.service import sitting_in
from proctor.clock import correction_problem, credit_problem, ends_at, is_paused
from proctor.contact import lost_time, whole_minutes
from proctor.sitting_states import OVER, next_state

WRONG_INPUT = frozenset({"credit_not_positive", "correction_not_positive"})


def grant_time(
    db: Session, acting: Acting, sitting_uid: str | None, *, minutes: Decimal, reason: str
) -> list[Sitting]:
    """Give one sitting or the room more minutes; return the sittings that gain.

    Raises ConflictError: ``not_started``, ``sitting_closed``, ``past_hard_end``;
    InvalidInputError: ``credit_not_positive``.
    """
    added = _span(minutes)

    def problem(sitting: Sitting) -> str | None:
        return credit_problem(clock_facts(db, sitting), added, acting.now)

    touched = _those_that_may(targets(db, acting.room_run, sitting_uid), problem)
    _change_credit(db, acting, touched, sitting_uid, minutes=minutes, reason=reason)
    detail = {"minutes": str(minutes), "reason": reason}
    record_act(db, acting, "grant_time", sitting_uid, **detail)
    return touched


def take_back_time(
    db: Session, acting: Acting, sitting_uid: str, *, minutes: Decimal, reason: str
) -> Sitting:
    """Take back minutes that were added by mistake; what was given in time never becomes late.

    Raises ConflictError: ``not_started``, ``sitting_closed``, ``nothing_to_take_back``,
    ``too_little_left``; InvalidInputError: ``correction_not_positive``.
    """

    def problem(sitting: Sitting) -> str | None:
        return correction_problem(clock_facts(db, sitting), _span(minutes), acting.now)

    touched = _those_that_may(targets(db, acting.room_run, sitting_uid), problem)
    _change_credit(db, acting, touched, sitting_uid, minutes=-minutes, reason=reason)
    detail = {"minutes": str(minutes), "reason": reason}
    record_act(db, acting, "take_back_time", sitting_uid, **detail)
    return touched[0]


def grant_lost_time(db: Session, acting: Acting, sitting_uid: str, *, reason: str) -> Sitting:
    """Give a sitting the minutes it was measured to be without contact, each only once.

    Raises ConflictError: ``nothing_lost``, and what ``grant_time`` refuses.
    """
    sitting = sitting_in(db, acting.room_run, sitting_uid)
    chosen = select(ContactLoss).where(
        ContactLoss.sitting_id == sitting.id,
        ContactLoss.time_credit_id.is_(None),
        ContactLoss.regained_at.isnot(None),
    )
    losses = db.scalars(chosen).all()
    stretches = [(loss.lost_at, loss.regained_at) for loss in losses]
    minutes = whole_minutes(lost_time(stretches, clock_facts(db, sitting), acting.now))
    if minutes == 0:
        raise ConflictError("nothing_lost")
    grant_time(db, acting, sitting_uid, minutes=Decimal(minutes), reason=reason)
    newest = select(TimeCredit.id).where(TimeCredit.sitting_id == sitting.id)
    credit_id = db.scalars(newest.order_by(TimeCredit.id.desc()).limit(1)).one()
    for loss in losses:
        loss.time_credit_id = credit_id
    db.flush()
    return sitting


def pause(db: Session, acting: Acting, sitting_uid: str | None, *, reason: str) -> list[Sitting]:
    """Stop the time of one sitting or of the room; raises ConflictError: ``not_running``."""
    room_run = acting.room_run
    may = [
        each
        for each in targets(db, room_run, sitting_uid)
        if next_state(each.status, "pause") is not None
    ]
    if not may:
        raise ConflictError("not_running")
    stretch = Pause(
        room_run_id=room_run.id,
        sitting_id=may[0].id if sitting_uid else None,
        paused_at=acting.now,
        reason=reason,
        paused_by=acting.actor.id,
    )
    db.add(stretch)
    db.flush()
    for sitting in may:
        sitting.status = "paused"
    _change_clocks(db, acting, may, reason="paused")
    record_act(db, acting, "pause", sitting_uid, reason=reason)
    _tell_of_room(db, acting, sitting_uid)
    return may


def resume(db: Session, acting: Acting, sitting_uid: str | None) -> list[Sitting]:
    """End the pause of one sitting or of the room; raises ConflictError: ``not_paused``.

    A sitting paused for itself stays so when the room goes on, and the other way round.
    """
    room_run = acting.room_run
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
        stretch.resumed_at = acting.now
    db.flush()
    for sitting in touched:
        if not is_paused(clock_facts(db, sitting)):
            sitting.status = "running"
    _change_clocks(db, acting, touched, reason="resumed")
    record_act(db, acting, "resume", sitting_uid)
    _tell_of_room(db, acting, sitting_uid)
    return touched


def _those_that_may(
    sittings: list[Sitting], problem: Callable[[Sitting], str | None]
) -> list[Sitting]:
    """Return the sittings without a problem; when there is none, refuse with the first."""
    codes = ["sitting_closed" if each.status in OVER else problem(each) for each in sittings]
    may = [each for each, code in zip(sittings, codes, strict=True) if code is None]
    if may:
        return may
    code = codes[0] if codes and codes[0] else "sitting_closed"
    if code in WRONG_INPUT:
        raise InvalidInputError(code)
    raise ConflictError(code)


def _change_credit(
    db: Session,
    acting: Acting,
    touched: list[Sitting],
    sitting_uid: str | None,
    *,
    minutes: Decimal,
    reason: str,
) -> None:
    credit = TimeCredit(
        room_run_id=acting.room_run.id,
        sitting_id=touched[0].id if sitting_uid else None,
        minutes=minutes,
        reason=reason,
        granted_at=acting.now,
        granted_by=acting.actor.id,
    )
    db.add(credit)
    db.flush()
    for sitting in touched:
        _let_held_go_on(db, sitting, acting)
    if minutes > 0:
        _change_clocks(db, acting, touched, reason="time_granted", minutes_added=str(minutes))
    else:
        taken = str(-minutes)
        _change_clocks(db, acting, touched, reason="time_taken_back", minutes_taken=taken)
    _tell_of_room(db, acting, sitting_uid)


def _let_held_go_on(db: Session, sitting: Sitting, acting: Acting) -> None:
    clock = clock_facts(db, sitting)
    end = ends_at(clock, acting.now)
    if sitting.status == "held" and end is not None and end > acting.now:
        sitting.status = "paused" if is_paused(clock) else "running"


def _change_clocks(
    db: Session, acting: Acting, touched: Iterable[Sitting], *, reason: str, **more: str
) -> None:
    for sitting in touched:
        sitting.clock_number += 1
    db.flush()
    for sitting in touched:
        announce_clock(db, sitting, reason=reason, now=acting.now, **more)


def _tell_of_room(db: Session, acting: Acting, sitting_uid: str | None) -> None:
    if sitting_uid is None:
        tell_room(db, acting.room_run)


def _span(minutes: Decimal) -> timedelta:
    return timedelta(minutes=float(minutes))
