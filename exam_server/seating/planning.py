"""Planning: exam sessions and the seat draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import AwareDatetime, Field
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.service import batch_for, registrations_of
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.service import run_for
from exam_server.inputs import In
from exam_server.seating.adaptive_papers import CHOSEN, bare_run, chosen_trial
from exam_server.seating.forms_given import forms_given, is_drawn_later
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, SeatMove, Sitting
from exam_server.seating.orders import OrderFacts
from exam_server.seating.planning_rules import hold_planned
from exam_server.seating.room_times import refuse_taken
from exam_server.seating.rooms import rooms_of
from proctor.seating_plan import Place, draw_seats, form_at

OFFICER = "exam_officer"


class PlanIn(In):
    """What of an exam session may change until its papers are released; no rooms: as before."""

    name: str = Field(min_length=1)
    planned_start: AwareDatetime
    minutes: int = Field(ge=1, le=600)
    rooms: list[str] = Field(default=[])


class ExamSessionIn(PlanIn):
    """A new exam session."""

    batch: str
    assembly_run: str
    rooms: list[str] = Field(min_length=1)


@dataclass(frozen=True)
class Drawing:
    """The seed of a draw and how many were seated."""

    seed: int
    seated: int


def exam_sessions_of(db: Session, actor: Actor) -> Sequence[ExamSession]:
    """Return the exam sessions of an officer's organizations, the newest first."""
    ids = actor.organizations(OFFICER)
    chosen = select(ExamSession).where(ExamSession.organization_id.in_(ids))
    return db.scalars(chosen.order_by(ExamSession.planned_start.desc())).all()


def create_exam_session(
    db: Session, actor: Actor, sent: ExamSessionIn, *, now: datetime
) -> ExamSession:
    """Create an exam session in rooms, by forms or by an adaptive plan.

    Raises ``room_not_found``, ``room_taken``, and what ``chosen_trial`` does.
    """
    batch = batch_for(db, actor, sent.batch)
    trial = None
    if sent.assembly_run.startswith(CHOSEN):
        trial = chosen_trial(db, actor, sent.assembly_run.removeprefix(CHOSEN))
        run = bare_run(trial, by=actor.id, now=now)
    else:
        run = run_for(db, actor, sent.assembly_run)
    rooms = _rooms(db, actor, sent.rooms)
    refuse_taken(db, rooms, sent.planned_start, sent.minutes)
    exam_session = ExamSession(
        organization_id=batch.organization_id,
        batch=batch,
        assembly_run=run,
        adaptive_trial=trial,
        name=sent.name,
        planned_start=sent.planned_start,
        minutes=sent.minutes,
    )
    exam_session.rooms = [RoomRun(room=room) for room in rooms]
    db.add(exam_session)
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "create_exam_session", by=actor.id, of=of)
    return exam_session


def change_plan(db: Session, actor: Actor, exam_session: ExamSession, sent: PlanIn) -> None:
    """Change title, start, minutes or rooms; seats are drawn again when the rooms change.

    Raises ConflictError: ``already_released``, ``room_taken``; NotFoundError: ``room_not_found``.
    """
    hold_planned(db, exam_session)
    rooms = _rooms(db, actor, sent.rooms) or [run.room for run in exam_session.rooms]
    refuse_taken(db, rooms, sent.planned_start, sent.minutes, but=exam_session)
    values = sent.model_dump(exclude={"rooms"})
    detail = {name: [str(getattr(exam_session, name)), str(new)] for name, new in values.items()}
    for name, new in values.items():
        setattr(exam_session, name, new)
    if {room.id for room in rooms} != {run.room_id for run in exam_session.rooms}:
        _change_rooms(db, exam_session, rooms)
        detail["rooms"] = [room.uid for room in rooms]
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "change_plan", by=actor.id, of=of, detail=detail)


def _rooms(db: Session, actor: Actor, uids: Sequence[str]) -> list[Room]:
    rooms = [room for room in rooms_of(db, actor) if room.uid in uids]
    if len(rooms) != len(set(uids)):
        raise NotFoundError("room_not_found")
    return rooms


def _change_rooms(db: Session, exam_session: ExamSession, rooms: Sequence[Room]) -> None:
    clear_draw(db, exam_session)
    wanted = {room.id for room in rooms}
    left = [run for run in exam_session.rooms if run.room_id not in wanted]
    on_duty = (Duty.exam_session_id == exam_session.id, Duty.room_id.in_(r.room_id for r in left))
    db.execute(delete(Duty).where(*on_duty))
    for run in left:
        db.delete(run)
    db.flush()
    db.refresh(exam_session, ["rooms"])
    kept = {run.room_id for run in exam_session.rooms}
    exam_session.rooms += [RoomRun(room=room) for room in rooms if room.id not in kept]
    db.flush()


def clear_draw(db: Session, exam_session: ExamSession) -> None:
    """Take everybody's seat away, and what was moved by hand."""
    db.execute(delete(SeatMove).where(SeatMove.exam_session_id == exam_session.id))
    db.execute(delete(Sitting).where(Sitting.exam_session_id == exam_session.id))
    exam_session.seat_seed, exam_session.own_run = None, None
    db.flush()


def take_forms_back(db: Session, exam_session: ExamSession) -> None:
    """Let the candidates have no forms; what was made is removed by the next making."""
    here = Sitting.exam_session_id == exam_session.id
    db.execute(update(Sitting).where(here).values(form_id=None, sealed_order=None))
    exam_session.own_run_id = None
    db.flush()
    db.expire(exam_session, ["own_run"])


def draw(db: Session, actor: Actor, exam_session: ExamSession, *, seed: int) -> Drawing:
    """Seat every candidate of the batch; an earlier draw is replaced until papers are released.

    Raises ConflictError: ``already_released``, ``no_forms``, ``no_set_chosen``; InvalidInputError:
    ``room_too_small``, ``no_candidates``.
    """
    hold_planned(db, exam_session)
    forms = forms_given(exam_session)
    if not forms and not (exam_session.is_adaptive or is_drawn_later(exam_session)):
        paper = exam_session.assembly_run
        raise ConflictError("no_set_chosen" if paper and paper.is_fixed else "no_forms")
    registrations = registrations_of(db, exam_session.batch)
    if not registrations:
        raise InvalidInputError("no_candidates")
    seats = [(run, seat) for run in exam_session.rooms for seat in run.room.seats if seat.is_usable]
    room_places = {run.id: number for number, run in enumerate(exam_session.rooms)}
    places = [Place(room_places[run.id], seat.row, seat.column) for run, seat in seats]
    rng = np.random.default_rng(seed)
    drawn = draw_seats(places, len(registrations), len(forms) or 1, rng)
    if drawn is None:
        raise InvalidInputError("room_too_small", seats=len(places), candidates=len(registrations))
    clear_draw(db, exam_session)
    facts = _order_facts(db, exam_session, forms)
    for registration, place, form in zip(registrations, drawn.places, drawn.forms, strict=True):
        run, seat = seats[place]
        db.add(
            Sitting(
                exam_session=exam_session,
                room_run=run,
                seat=seat,
                registration=registration,
                **_form_given(db, facts, forms[form] if forms else None, rng),
            )
        )
    exam_session.seat_seed = str(seed)
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "draw_seats", by=actor.id, of=of, detail={"seed": str(seed)})
    return Drawing(seed, len(registrations))


def seat_newcomers(db: Session, actor: Actor, exam_session: ExamSession, *, seed: int) -> int:
    """Seat those who came after the draw at empty seats; nobody else moves. Return how many.

    Raises ConflictError: ``already_released``, ``seats_not_drawn``; InvalidInputError:
    ``room_too_small``.
    """
    hold_planned(db, exam_session)
    forms = forms_given(exam_session)
    is_later = exam_session.is_adaptive or is_drawn_later(exam_session)
    if exam_session.seat_seed is None or not (forms or is_later):
        raise ConflictError("seats_not_drawn")
    seated = sittings_by_registration(db, exam_session)
    registered = registrations_of(db, exam_session.batch)
    newcomers = [each for each in registered if each.id not in seated]
    taken = {sitting.seat_id for sitting in seated.values()}
    seats = [(run, seat) for run in exam_session.rooms for seat in run.room.seats if seat.is_usable]
    free = [(run, seat) for run, seat in seats if seat.id not in taken]
    if len(free) < len(newcomers):
        raise InvalidInputError("room_too_small", seats=len(seats), candidates=len(registered))
    rng = np.random.default_rng(seed)
    facts = _order_facts(db, exam_session, forms)
    for place, (run, seat) in zip(rng.permutation(len(newcomers)), free, strict=False):
        place_of_form = form_at(Place(0, seat.row, seat.column), len(forms) or 1)
        form = forms[place_of_form] if forms else None
        db.add(
            Sitting(
                exam_session=exam_session,
                room_run=run,
                seat=seat,
                registration=newcomers[place],
                **_form_given(db, facts, form, rng),
            )
        )
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    detail = {"seed": str(seed), "count": len(newcomers)}
    audit.record(db, "seat_newcomers", by=actor.id, of=of, detail=detail)
    return len(newcomers)


def _order_facts(
    db: Session, exam_session: ExamSession, forms: Sequence[Form]
) -> dict[int, OrderFacts]:
    """Return what orders of the shared forms are drawn from; nothing where each has his own."""
    if exam_session.has_own_forms:
        return {}
    return {form.id: OrderFacts.of(db, form) for form in forms}


def _form_given(
    db: Session, facts: Mapping[int, OrderFacts], form: Form | None, rng: np.random.Generator
) -> dict[str, Any]:
    """Return a seat's form with its order, drawn now; others are made or drawn later."""
    if form is None or form.id not in facts:
        return {}
    order = facts[form.id].drawn(db, rng)
    return {"form": form, "sealed_order": order, "form_version": form.version}


def sittings_by_room(db: Session, exam_session: ExamSession) -> dict[int, dict[int, Sitting]]:
    """Return the sittings of an exam session by room run and seat."""
    found: dict[int, dict[int, Sitting]] = {run.id: {} for run in exam_session.rooms}
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    with_names = chosen.options(selectinload(Sitting.registration), selectinload(Sitting.form))
    for sitting in db.scalars(with_names):
        found[sitting.room_run_id][sitting.seat_id] = sitting
    return found


def sittings_by_registration(db: Session, exam_session: ExamSession) -> dict[int, Sitting]:
    """Return the sittings of an exam session by registration."""
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    return {each.registration_id: each for each in db.scalars(chosen)}


def runs_of(db: Session, actor: Actor) -> Sequence[AssemblyRun]:
    """Return the assembly runs with forms an officer may use."""
    chosen = select(AssemblyRun).where(AssemblyRun.pool_id.is_(None))
    runs = db.scalars(chosen.order_by(AssemblyRun.id.desc())).all()
    return [
        run
        for run in runs
        if run.forms
        and actor.may(OFFICER, organization_id=run.paper_structure.blueprint.organization_id)
    ]
