"""Planning: sites and rooms, exam sessions, duties and the seat draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.accounts.models import Person, RoleHolding
from exam_server.actors import Actor
from exam_server.batches.service import batch_for, registrations_of
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.forms.models import AssemblyRun, Form, FormItem
from exam_server.forms.service import run_for
from exam_server.inputs import In
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Seat, Site, Sitting
from itembank.shuffle import item_order, option_order
from proctor.seating_plan import Place, draw_seats

OFFICER = "exam_officer"


class RoomIn(In):
    """A room of a full grid of seats."""

    organization: int
    site: str = Field(min_length=1)
    name: str = Field(min_length=1)
    rows: int = Field(default=5, ge=1, le=30)
    columns: int = Field(default=6, ge=1, le=30)
    broken: str = ""


class ExamSessionIn(In):
    """A new exam session."""

    batch: str
    assembly_run: str
    name: str = Field(min_length=1)
    planned_start: datetime
    minutes: int = Field(ge=1, le=600)
    rooms: list[str] = Field(min_length=1)


class DutyIn(In):
    """Somebody on duty; no room for the chief proctor."""

    username: str
    room: str = ""


@dataclass(frozen=True)
class Drawing:
    """The seed of a draw and how many were seated."""

    seed: int
    seated: int


def rooms_of(db: Session, actor: Actor) -> Sequence[Room]:
    """Return the rooms of an officer's organizations."""
    ids = actor.organizations(OFFICER)
    chosen = select(Room).join(Site).where(Site.organization_id.in_(ids))
    return db.scalars(chosen.options(selectinload(Room.seats)).order_by(Site.name, Room.name)).all()


def exam_sessions_of(db: Session, actor: Actor) -> Sequence[ExamSession]:
    """Return the exam sessions of an officer's organizations, the newest first."""
    ids = actor.organizations(OFFICER)
    chosen = select(ExamSession).where(ExamSession.organization_id.in_(ids))
    return db.scalars(chosen.order_by(ExamSession.planned_start.desc())).all()


def create_room(db: Session, actor: Actor, sent: RoomIn) -> Room:
    """Create a room, and its site when new; raises ``room_exists``, ``broken_seats_wrong``."""
    if not actor.may(OFFICER, organization_id=sent.organization):
        raise NotFoundError("no_such_organization")
    named = (Site.organization_id == sent.organization, Site.name == sent.site)
    site = db.scalar(select(Site).where(*named))
    site = site or Site(organization_id=sent.organization, name=sent.site)
    if site.id and db.scalar(
        select(Room.id).where(Room.site_id == site.id, Room.name == sent.name)
    ):
        raise ConflictError("room_exists", name=sent.name)
    broken = _broken_seats(sent)
    room = Room(site=site, name=sent.name, rows=sent.rows, columns=sent.columns)
    room.seats = [
        Seat(
            number=n + 1,
            row=n // sent.columns + 1,
            column=n % sent.columns + 1,
            is_usable=n + 1 not in broken,
        )
        for n in range(sent.rows * sent.columns)
    ]
    db.add(room)
    db.flush()
    audit.record(db, "create_room", by=actor.id, of=f"room:{room.uid}")
    return room


def _broken_seats(sent: RoomIn) -> set[int]:
    numbers = sent.broken.replace(",", " ").replace("，", " ").split()
    if not all(number.isdecimal() for number in numbers):
        raise InvalidInputError("broken_seats_wrong", value=sent.broken)
    return {int(number) for number in numbers}


def create_exam_session(db: Session, actor: Actor, sent: ExamSessionIn) -> ExamSession:
    """Create an exam session in rooms; raises ``no_such_room``, ``time_zone_missing``."""
    batch = batch_for(db, actor, sent.batch)
    run = run_for(db, actor, sent.assembly_run)
    if sent.planned_start.tzinfo is None:
        raise InvalidInputError("time_zone_missing")
    rooms = [room for room in rooms_of(db, actor) if room.uid in sent.rooms]
    if len(rooms) != len(set(sent.rooms)):
        raise NotFoundError("no_such_room")
    exam_session = ExamSession(
        organization_id=batch.organization_id,
        batch=batch,
        assembly_run=run,
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


def add_duty(db: Session, actor: Actor, exam_session: ExamSession, sent: DutyIn) -> Duty:
    """Put somebody on duty; raises ``no_such_person``, ``role_not_held``, ``no_such_room``."""
    role = "proctor" if sent.room else "chief_proctor"
    person = db.scalar(select(Person).where(Person.username == sent.username))
    if person is None:
        raise NotFoundError("no_such_person", username=sent.username)
    held = (
        RoleHolding.person_id == person.id,
        RoleHolding.role == role,
        RoleHolding.organization_id == exam_session.organization_id,
    )
    if db.scalar(select(RoleHolding.id).where(*held)) is None:
        raise ConflictError("role_not_held", username=sent.username)
    rooms = {run.room.uid: run.room_id for run in exam_session.rooms}
    if sent.room and sent.room not in rooms:
        raise NotFoundError("no_such_room")
    duty = Duty(
        exam_session_id=exam_session.id,
        room_id=rooms.get(sent.room),
        person_id=person.id,
        role=role,
    )
    db.add(duty)
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "add_duty", by=actor.id, of=of, detail={"person": person.uid, "role": role})
    return duty


def duties_in(db: Session, exam_session: ExamSession) -> Sequence[tuple[Duty, Person, Room | None]]:
    """Return who is on duty in an exam session."""
    chosen = (
        select(Duty, Person, Room)
        .join(Person, Duty.person_id == Person.id)
        .outerjoin(Room, Duty.room_id == Room.id)
        .where(Duty.exam_session_id == exam_session.id)
        .order_by(Duty.id)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(chosen)]


def draw(db: Session, actor: Actor, exam_session: ExamSession, *, seed: int) -> Drawing:
    """Seat every candidate of the batch; an earlier draw is replaced until papers are released.

    Raises ConflictError: ``already_released``, ``no_forms``; InvalidInputError:
    ``room_too_small``, ``no_candidates``.
    """
    if exam_session.state != "planned":
        raise ConflictError("already_released")
    forms = exam_session.assembly_run.forms if exam_session.assembly_run else []
    if not forms:
        raise ConflictError("no_forms")
    registrations = registrations_of(db, exam_session.batch)
    if not registrations:
        raise InvalidInputError("no_candidates")
    seats = [(run, seat) for run in exam_session.rooms for seat in run.room.seats if seat.is_usable]
    room_places = {run.id: number for number, run in enumerate(exam_session.rooms)}
    places = [Place(room_places[run.id], seat.row, seat.column) for run, seat in seats]
    rng = np.random.default_rng(seed)
    drawn = draw_seats(places, len(registrations), len(forms), rng)
    if drawn is None:
        raise InvalidInputError("room_too_small", seats=len(places), candidates=len(registrations))
    db.execute(delete(Sitting).where(Sitting.exam_session_id == exam_session.id))
    facts = {form.id: _OrderFacts.of(db, form) for form in forms}
    for registration, place, form in zip(registrations, drawn.places, drawn.forms, strict=True):
        run, seat = seats[place]
        db.add(
            Sitting(
                exam_session=exam_session,
                room_run=run,
                seat=seat,
                registration=registration,
                form=forms[form],
                display_order=facts[forms[form].id].shown(rng),
            )
        )
    exam_session.seat_seed = str(seed)
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "draw_seats", by=actor.id, of=of, detail={"seed": str(seed)})
    return Drawing(seed, len(registrations))


@dataclass(frozen=True)
class _OrderFacts:
    """What of a form may be shown in another order."""

    sections: list[list[int]]
    options: dict[int, list[dict[str, object]]]

    @classmethod
    def of(cls, db: Session, form: Form) -> "_OrderFacts":
        chosen = select(FormItem).where(FormItem.form_id == form.id)
        items = db.scalars(
            chosen.options(selectinload(FormItem.item_version)).order_by(FormItem.position)
        ).all()
        sections: dict[int, list[int]] = {}
        for item in items:
            sections.setdefault(item.section, []).append(item.position)
        options = {
            item.position: item.item_version.content["options"]
            for item in items
            if item.item_version.content.get("options")
        }
        return cls([sections[number] for number in sorted(sections)], options)

    def shown(self, rng: np.random.Generator) -> dict[str, object]:
        """Return one seat's order of items and options."""
        return {
            "items": item_order(self.sections, rng),
            "options": {
                str(position): option_order(options, rng)
                for position, options in self.options.items()
            },
        }


def sittings_by_room(db: Session, exam_session: ExamSession) -> dict[int, dict[int, Sitting]]:
    """Return the sittings of an exam session by room run and seat."""
    found: dict[int, dict[int, Sitting]] = {run.id: {} for run in exam_session.rooms}
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    with_names = chosen.options(selectinload(Sitting.registration), selectinload(Sitting.form))
    for sitting in db.scalars(with_names):
        found[sitting.room_run_id][sitting.seat_id] = sitting
    return found


def runs_of(db: Session, actor: Actor) -> Sequence[AssemblyRun]:
    """Return the assembly runs with forms an officer may use."""
    runs = db.scalars(select(AssemblyRun).order_by(AssemblyRun.id.desc())).all()
    return [
        run
        for run in runs
        if run.forms
        and actor.may(OFFICER, organization_id=run.paper_structure.blueprint.organization_id)
    ]
