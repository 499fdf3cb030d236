"""Seats given by hand between the draw and the release: each with its reason, each undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Registration
from exam_server.errors import ConflictError, NotFoundError
from exam_server.inputs import In
from exam_server.seating.forms_given import forms_given
from exam_server.seating.models import ExamSession, RoomRun, Seat, SeatMove, Sitting
from exam_server.seating.orders import OrderFacts
from exam_server.seating.planning_rules import hold_planned
from proctor.seating_plan import Place, form_at, same_form_neighbours


class MoveIn(In):
    """Who is moved (the seat's room and number) to which seat, and why."""

    room: str
    seat: int
    to_room: str
    to_seat: int
    reason: str = Field(min_length=1, max_length=500)


@dataclass(frozen=True)
class Spot:
    """A seat of an exam session's room, and who sits there."""

    run: RoomRun
    seat: Seat
    sitting: Sitting | None


def move_seat(
    db: Session, actor: Actor, exam_session: ExamSession, sent: MoveIn, *, now: datetime
) -> SeatMove:
    """Move a candidate to an empty seat, or exchange the seats of two.

    A shared form stays with the seat, so that neighbours keep different ones. Raises ConflictError:
    ``already_released``, ``nobody_sits_there``, ``seat_is_broken``, ``same_seat``;
    NotFoundError: ``no_such_seat``.
    """
    hold_planned(db, exam_session)
    one = spot_of(db, exam_session, sent.room, sent.seat)
    other = spot_of(db, exam_session, sent.to_room, sent.to_seat)
    if one.sitting is None:
        raise ConflictError("nobody_sits_there", seat=one.seat.number)
    if one.seat.id == other.seat.id:
        raise ConflictError("same_seat")
    if not other.seat.is_usable:
        raise ConflictError("seat_is_broken", seat=other.seat.number)
    move = SeatMove(
        exam_session_id=exam_session.id,
        registration=one.sitting.registration,
        other_registration=other.sitting.registration if other.sitting else None,
        from_seat=one.seat,
        to_seat=other.seat,
        reason=sent.reason,
        moved_at=now,
        moved_by=actor.id,
    )
    _exchange(db, exam_session, one, other)
    db.add(move)
    db.flush()
    _record(db, actor, "move_seat", exam_session, move)
    return move


def undo_move(db: Session, actor: Actor, exam_session: ExamSession, *, now: datetime) -> SeatMove:
    """Undo the newest move; raises ConflictError: ``already_released``, ``nothing_to_undo``."""
    hold_planned(db, exam_session)
    move = next(iter(moves_of(db, exam_session)), None)
    if move is None:
        raise ConflictError("nothing_to_undo")
    spots = [_spot(db, exam_session, seat) for seat in (move.to_seat, move.from_seat)]
    if not spots[1].seat.is_usable:
        raise ConflictError("seat_is_broken", seat=spots[1].seat.number)
    _exchange(db, exam_session, *spots)
    move.undone_at = now
    _record(db, actor, "undo_seat_move", exam_session, move)
    return move


def moves_of(db: Session, exam_session: ExamSession) -> Sequence[SeatMove]:
    """Return the moves that hold, the newest first."""
    chosen = select(SeatMove).where(
        SeatMove.exam_session_id == exam_session.id, SeatMove.undone_at.is_(None)
    )
    with_names = chosen.options(
        joinedload(SeatMove.registration).joinedload(Registration.candidate),
        joinedload(SeatMove.other_registration).joinedload(Registration.candidate),
    )
    return db.scalars(with_names.order_by(SeatMove.id.desc())).all()


def sharing_seats(exam_session: ExamSession, sittings: Sequence[Sitting]) -> set[int]:
    """Return the ids of seats whose neighbour has the same form."""
    shared: set[int] = set()
    if exam_session.has_own_forms:
        return shared
    for run in exam_session.rooms:
        here = {
            (sitting.seat.row, sitting.seat.column): sitting
            for sitting in sittings
            if sitting.room_run_id == run.id and sitting.form_id is not None
        }
        forms = {place: sitting.form_id for place, sitting in here.items()}
        for pair in same_form_neighbours(forms):
            shared |= {here[place].seat_id for place in pair}
    return shared


def spot_of(db: Session, exam_session: ExamSession, room: str, number: int) -> Spot:
    """Return a seat of an exam session's room; raises NotFoundError: ``no_such_seat``."""
    run = next((each for each in exam_session.rooms if each.room.uid == room), None)
    seats = run.room.seats if run else []
    seat = next((each for each in seats if each.number == number), None)
    if seat is None:
        raise NotFoundError("no_such_seat")
    return _spot(db, exam_session, seat)


def _spot(db: Session, exam_session: ExamSession, seat: Seat) -> Spot:
    run = next(each for each in exam_session.rooms if each.room_id == seat.room_id)
    taken = (Sitting.room_run_id == run.id, Sitting.seat_id == seat.id)
    return Spot(run, seat, db.scalar(select(Sitting).where(*taken)))


def _exchange(db: Session, exam_session: ExamSession, one: Spot, other: Spot) -> None:
    """Give each seat the other's candidate; the form and its order stay with the seat.

    A form of one's own goes along with its candidate.
    """
    who = [spot.sitting.registration if spot.sitting else None for spot in (one, other)]
    forms = [_form_of(db, exam_session, spot) for spot in (one, other)]
    if exam_session.has_own_forms:
        forms.reverse()
    for spot in (one, other):
        if spot.sitting is not None:
            db.delete(spot.sitting)
    db.flush()  # a candidate has one sitting, a seat one candidate: the old ones go first
    for spot, registration, drawn in zip((one, other), reversed(who), forms, strict=True):
        if registration is not None:
            db.add(
                Sitting(
                    exam_session=exam_session,
                    room_run=spot.run,
                    seat=spot.seat,
                    registration=registration,
                    **drawn,
                )
            )
    db.flush()


def _form_of(db: Session, exam_session: ExamSession, spot: Spot) -> dict[str, Any]:
    """Return a seat's form with its order, and the version that was drawn for."""
    if spot.sitting is not None:
        return {
            each: getattr(spot.sitting, each) for each in ("form", "sealed_order", "form_version")
        }
    if exam_session.has_own_forms:
        return {}
    forms = forms_given(exam_session)
    if not forms:  # sets that are still to be drawn
        return {}
    form = forms[form_at(Place(0, spot.seat.row, spot.seat.column), len(forms))]
    rng = np.random.default_rng([int(exam_session.seat_seed or 0), spot.seat.id])
    order = OrderFacts.of(db, form).drawn(db, rng)
    return {"form": form, "sealed_order": order, "form_version": form.version}


def _record(db: Session, actor: Actor, act: str, exam_session: ExamSession, move: SeatMove) -> None:
    detail = {
        "registration": move.registration.uid,
        "with": move.other_registration.uid if move.other_registration else None,
        "from": [move.from_seat.room.uid, move.from_seat.number],
        "to": [move.to_seat.room.uid, move.to_seat.number],
        "reason": move.reason,
    }
    audit.record(db, act, by=actor.id, of=f"exam_session:{exam_session.uid}", detail=detail)
