"""Rehearsals: an exam session of generated items and candidates, driven by the operator."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Point
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.batches.tickets import code_hash, new_code
from exam_server.db import new_uid
from exam_server.delivery.models import AnswerEvent
from exam_server.delivery.service import start_sittings
from exam_server.errors import NotFoundError
from exam_server.forms.custody import Held, seal_items
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.programmes.models import Occupation, Organization, Programme, RuleSet
from exam_server.seating.models import ExamSession, Room, RoomRun, Seat, Site, Sitting
from exam_server.seating.releasing import release

ROOM_SEATS = 30
COLUMNS = 6
ORGANIZATION = "REHEARSAL"


@dataclass(frozen=True)
class RehearsalTicket:
    """What a rehearsed seat signs in with, and where it sits."""

    ticket: str
    code: str
    room: str
    seat: int


def create_rehearsal(
    db: Session, *, seats: int, items: int, minutes: int, secret: bytes, now: datetime
) -> tuple[ExamSession, list[RehearsalTicket]]:
    """Add an exam session with sealed papers and one sitting per seat, to be started later."""
    organization = _organization(db)
    batch = _batch(db, organization, now=now)
    run = _forms(db, organization, items=items, minutes=minutes, now=now)
    exam_session = ExamSession(
        organization_id=organization.id,
        batch=batch,
        assembly_run=run,
        name=f"Rehearsal {now:%Y-%m-%d %H:%M:%S}",
        planned_start=now,
        minutes=minutes,
    )
    rooms = _rooms(db, organization, seats=seats, name=batch.code)
    exam_session.rooms = [RoomRun(room=room) for room in rooms]
    db.add(exam_session)
    db.flush()
    tickets = _sittings(db, exam_session, run.forms[0], seats=seats, secret=secret)
    release(db, exam_session, by=None, secret=secret, now=now)
    return exam_session, tickets


def start_rehearsal(db: Session, uid: str, *, now: datetime) -> int:
    """Start every room; return how many sittings were ready."""
    return start_sittings(db, rehearsal(db, uid).rooms, now=now)


def stored_events(db: Session, uid: str) -> list[dict[str, Any]]:
    """Return every stored event of a rehearsal, by ticket and number."""
    exam_session = rehearsal(db, uid)
    chosen = (
        select(Registration.ticket, AnswerEvent)
        .join(Sitting, Sitting.registration_id == Registration.id)
        .join(AnswerEvent, AnswerEvent.sitting_id == Sitting.id)
        .where(Sitting.exam_session_id == exam_session.id)
        .order_by(Registration.ticket, AnswerEvent.seq)
    )
    return [
        {
            "ticket": ticket,
            "seq": event.seq,
            "kind": event.kind,
            "position": event.position,
            "answer": "null" if event.answer is None else event.answer,
            "received_at": event.received_at,
        }
        for ticket, event in db.execute(chosen)
    ]


def rehearsal(db: Session, uid: str) -> ExamSession:
    """Return a rehearsal's exam session; raises NotFoundError: ``no_such_rehearsal``."""
    exam_session = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if exam_session is None or not exam_session.batch.is_rehearsal:
        raise NotFoundError("no_such_rehearsal", id=uid)
    return exam_session


def _organization(db: Session) -> Organization:
    found = db.scalar(select(Organization).where(Organization.code == ORGANIZATION))
    if found is None:
        found = Organization(code=ORGANIZATION, name="演练 Rehearsal", kind="rehearsal")
        db.add(found)
        db.flush()
    return found


def _batch(db: Session, organization: Organization, *, now: datetime) -> Batch:
    occupation = db.scalar(select(Occupation).where(Occupation.code == ORGANIZATION))
    occupation = occupation or Occupation(code=ORGANIZATION, name="演练", name_en="Rehearsal")
    programme = Programme(
        organization=organization, occupation=occupation, level=5, work_type=new_uid()
    )
    rules = RuleSet(
        organization=organization,
        name=new_uid(),
        valid_from=date(2026, 1, 1),
        pass_mark=Decimal(60),
        theory_weight=Decimal(100),
        practical_weight=Decimal(0),
        performance_weight=Decimal(0),
        late_limit_min=None,
        hand_in_after_min=0,
    )
    batch = Batch(
        organization_id=organization.id,
        programme=programme,
        rule_set=rules,
        code=f"R{new_uid()[:8].upper()}",
        name="演练 Rehearsal",
        exam_date=now.astimezone(UTC).date(),
        is_rehearsal=True,
        created_at=now,
    )
    db.add(batch)
    db.flush()
    return batch


def _forms(
    db: Session, organization: Organization, *, items: int, minutes: int, now: datetime
) -> AssemblyRun:
    """Add one form of generated single-choice items, options A to D."""
    blueprint = Blueprint(
        organization_id=organization.id, title=f"演练题库 {new_uid()[:8]}", created_at=now
    )
    area = Area(tier=1, place=0, code="R", path="R", name="演练")
    point = Point(place=0, code="001", name="演练")
    area.points.append(point)
    blueprint.areas.append(area)
    structure = PaperStructure(
        blueprint=blueprint,
        title="演练试卷 Rehearsal",
        minutes=minutes,
        demand={"sections": [{"type": "single", "title": "单项选择题", "mark": "1"}]},
        created_at=now,
    )
    run = AssemblyRun(paper_structure=structure, n_forms=1, result={}, created_at=now)
    versions = [_item(blueprint, point, position, now=now) for position in range(1, items + 1)]
    db.add_all([run, *versions])
    db.flush()
    form = Form(code="A")
    held = [Held(place, each.id, 1, Decimal(1)) for place, each in enumerate(versions, start=1)]
    seal_items(db, form, held)
    run.forms.append(form)
    db.flush()
    return run


def _item(blueprint: Blueprint, point: Point, position: int, *, now: datetime) -> ItemVersion:
    options = [
        {"id": letter, "content": f"选项 {letter} · option {letter}", "fixed": False}
        for letter in "ABCD"
    ]
    stem = f"<p>演练第 {position} 题：请任选一项。Rehearsal item {position}: choose any.</p>"
    item = Item(
        blueprint=blueprint, point=point, code=f"R{position:04}", state="active", created_at=now
    )
    return ItemVersion(
        item=item,
        number=1,
        type="single",
        content={"stem": stem, "options": options, "blanks": [], "unit": None},
        key={"correct": ["ABCD"[position % 4]]},
        search_text=f"演练第 {position} 题",
        created_at=now,
    )


def _rooms(db: Session, organization: Organization, *, seats: int, name: str) -> list[Room]:
    site = Site(organization_id=organization.id, name=f"演练考点 {name}")
    rooms = []
    for first in range(0, seats, ROOM_SEATS):
        number = first // ROOM_SEATS + 1
        room = Room(site=site, name=f"{name}-{number:03}", rows=5, columns=COLUMNS)
        room.seats = [
            Seat(number=n + 1, row=n // COLUMNS + 1, column=n % COLUMNS + 1)
            for n in range(ROOM_SEATS)
        ]
        rooms.append(room)
    db.add_all(rooms)
    db.flush()
    return rooms


def _sittings(
    db: Session, exam_session: ExamSession, form: Form, *, seats: int, secret: bytes
) -> list[RehearsalTicket]:
    """Add candidates, tickets and sittings in bulk: a rehearsal may have thousands."""
    batch = exam_session.batch
    places = [(run, seat) for run in exam_session.rooms for seat in run.room.seats][:seats]
    tickets = [
        RehearsalTicket(f"{batch.code}{n:05}", new_code(), run.room.name, seat.number)
        for n, (run, seat) in enumerate(places, start=1)
    ]
    candidate_ids = db.scalars(
        insert(Candidate).returning(Candidate.id, sort_by_parameter_order=True),
        [
            {
                "organization_id": batch.organization_id,
                "name": f"演练考生 {each.ticket[-5:]}",
                "id_type": "rehearsal",
                "id_number": each.ticket,
            }
            for each in tickets
        ],
    ).all()
    registration_ids = db.scalars(
        insert(Registration).returning(Registration.id, sort_by_parameter_order=True),
        [
            {
                "batch_id": batch.id,
                "candidate_id": candidate_id,
                "ticket": each.ticket,
                "code_hash": code_hash(secret, each.ticket, each.code),
            }
            for each, candidate_id in zip(tickets, candidate_ids, strict=True)
        ],
    ).all()
    rows = [
        {
            "exam_session_id": exam_session.id,
            "room_run_id": run.id,
            "seat_id": seat.id,
            "registration_id": registration_id,
            "form_id": form.id,
        }
        for (run, seat), registration_id in zip(places, registration_ids, strict=True)
    ]
    db.execute(insert(Sitting), rows)
    return tickets
