"""Planning: exam sessions and the seat draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import AwareDatetime, Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.batches.service import batch_for, registrations_of
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.forms.models import AssemblyRun, Form, FormItem
from exam_server.forms.service import run_for
from exam_server.inputs import In
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from exam_server.seating.rooms import rooms_of
from itembank.items.registry import item_type
from itembank.shuffle import item_order
from proctor.seating_plan import Place, draw_seats

OFFICER = "exam_officer"


class PlanIn(In):
    """What of an exam session may change until its papers are released."""

    name: str = Field(min_length=1)
    planned_start: AwareDatetime
    minutes: int = Field(ge=1, le=600)


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


def create_exam_session(db: Session, actor: Actor, sent: ExamSessionIn) -> ExamSession:
    """Create an exam session in rooms; raises ``room_not_found``."""
    batch = batch_for(db, actor, sent.batch)
    run = run_for(db, actor, sent.assembly_run)
    rooms = [room for room in rooms_of(db, actor) if room.uid in sent.rooms]
    if len(rooms) != len(set(sent.rooms)):
        raise NotFoundError("room_not_found")
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


def change_plan(db: Session, actor: Actor, exam_session: ExamSession, sent: PlanIn) -> None:
    """Change title, start or minutes; raises ConflictError: ``already_released``."""
    _hold_planned(db, exam_session)
    values = sent.model_dump()
    detail = {name: [str(getattr(exam_session, name)), str(new)] for name, new in values.items()}
    for name, new in values.items():
        setattr(exam_session, name, new)
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "change_plan", by=actor.id, of=of, detail=detail)


def _hold_planned(db: Session, exam_session: ExamSession) -> None:
    """Keep a release at the same moment waiting; refuse what comes after one."""
    db.refresh(exam_session, with_for_update=True)
    if exam_session.state != "planned":
        raise ConflictError("already_released")


def draw(db: Session, actor: Actor, exam_session: ExamSession, *, seed: int) -> Drawing:
    """Seat every candidate of the batch; an earlier draw is replaced until papers are released.

    Raises ConflictError: ``already_released``, ``no_forms``; InvalidInputError:
    ``room_too_small``, ``no_candidates``.
    """
    _hold_planned(db, exam_session)
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
    items: dict[int, ItemVersion]

    @classmethod
    def of(cls, db: Session, form: Form) -> "_OrderFacts":
        chosen = select(FormItem).where(FormItem.form_id == form.id)
        items = db.scalars(
            chosen.options(selectinload(FormItem.item_version)).order_by(FormItem.position)
        ).all()
        sections: dict[int, list[int]] = {}
        for item in items:
            sections.setdefault(item.section, []).append(item.position)
        versions = {item.position: item.item_version for item in items}
        return cls([sections[number] for number in sorted(sections)], versions)

    def shown(self, rng: np.random.Generator) -> dict[str, object]:
        """Return one seat's order of items and options; those of a part are named ``7.2``."""
        shown = item_order(self.sections, rng)
        options: dict[str, list[str]] = {}
        for position, version in self.items.items():
            orders = item_type(version.type).seat_orders(version.content, version.key, rng)
            for part, order in orders.items():
                options[f"{position}.{part}".rstrip(".")] = order
        return {"items": shown, "options": options}


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
    runs = db.scalars(select(AssemblyRun).order_by(AssemblyRun.id.desc())).all()
    return [
        run
        for run in runs
        if run.forms
        and actor.may(OFFICER, organization_id=run.paper_structure.blueprint.organization_id)
    ]
