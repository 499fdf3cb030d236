"""Rows for tests: valid by default; a test names only what matters to it."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy.orm import Session, object_session

from exam_server.accounts.models import Person, RoleHolding
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Point
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.delivery.models import AnswerEvent
from exam_server.forms.custody import Held, HeldItem, form_items, held_in, seal_items
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.programmes.models import Occupation, Organization, Programme, RuleSet
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Seat, Site, Sitting

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
_numbers = itertools.count(1)
T = TypeVar("T")


def add(db: Session, row: T, **values: Any) -> T:
    """Set the values, add the row and give it its id."""
    for name, value in values.items():
        setattr(row, name, value)
    db.add(row)
    db.flush()
    return row


def make_organization(db: Session, **values: Any) -> Organization:
    """Add an organization."""
    number = next(_numbers)
    row = Organization(code=f"ORG{number}", name=f"机构{number}", kind="enterprise")
    return add(db, row, **values)


def make_person(
    db: Session, *roles: str, organization: Organization | None = None, **values: Any
) -> Person:
    """Add an account (no usable password) holding the roles at the organization."""
    person = Person(username=f"person{next(_numbers)}", name="张三", password_hash="none")
    add(db, person, **values)
    if roles:
        organization = organization or make_organization(db)
    for role in roles:
        db.add(
            RoleHolding(person=person, role=role, organization_id=organization.id, granted_at=NOW)
        )
    db.flush()
    return person


def actor_of(person: Person) -> Actor:
    """Return the facts of a person as services get them."""
    holdings = frozenset((h.role, h.organization_id) for h in person.holdings)
    return Actor(person.id, person.name, person.username, holdings)


def make_programme(db: Session, organization: Organization, **values: Any) -> Programme:
    """Add a programme with an occupation of its own."""
    number = next(_numbers)
    occupation = add(
        db, Occupation(code=f"6-31-01-{number:02}", name="电工", name_en="Electrician")
    )
    row = Programme(organization=organization, occupation=occupation, level=4)
    return add(db, row, **values)


def make_rule_set(db: Session, organization: Organization, **values: Any) -> RuleSet:
    """Add a rule set: 40 % theory, 50 % practical, 10 % performance, 60 to pass."""
    row = RuleSet(
        organization=organization,
        name=f"规则{next(_numbers)}",
        valid_from=date(2026, 1, 1),
        pass_mark=Decimal(60),
        theory_weight=Decimal(40),
        practical_weight=Decimal(50),
        performance_weight=Decimal(10),
        theory_minimum=Decimal(60),
        practical_minimum=Decimal(60),
    )
    return add(db, row, **values)


def make_blueprint(
    db: Session, organization: Organization, *, n_areas: int = 2, n_points: int = 3, **values: Any
) -> Blueprint:
    """Add a blueprint of one tier: areas A, B, … with points 001, 002, …"""
    row = Blueprint(organization_id=organization.id, title=f"题库{next(_numbers)}", created_at=NOW)
    for place in range(n_areas):
        code = chr(ord("A") + place)
        area = Area(tier=1, place=place, code=code, path=code, name=f"范围{code}")
        area.points = [
            Point(place=n, code=f"{n + 1:03}", name=f"点{n + 1}") for n in range(n_points)
        ]
        row.areas.append(area)
    return add(db, row, **values)


def make_item(db: Session, point: Point, **values: Any) -> ItemVersion:
    """Add an active item of one version: single choice, A is right; return the version."""
    number = next(_numbers)
    item = add(
        db,
        Item(
            blueprint_id=point.area.blueprint_id,
            point=point,
            code=f"I{number:05}",
            state="active",
            created_at=NOW,
        ),
    )
    row = ItemVersion(
        item=item,
        number=1,
        type="single",
        content={
            "stem": f"<p>第{number}题</p>",
            "options": [{"id": o, "content": f"选项{o}", "fixed": False} for o in "ABCD"],
            "blanks": [],
            "unit": None,
        },
        key={"correct": ["A"]},
        search_text=f"第{number}题",
        created_at=NOW,
    )
    return add(db, row, **values)


def make_forms(
    db: Session, blueprint: Blueprint, *, n_forms: int = 2, n_items: int = 4, **values: Any
) -> AssemblyRun:
    """Add an assembly run with forms A, B, … of single-choice items, one mark each."""
    section = {"type": "single", "title": "单项选择题", "count": n_items, "mark": "1"}
    structure = PaperStructure(
        blueprint=blueprint,
        title="理论试卷",
        minutes=60,
        demand={"sections": [section]},
        created_at=NOW,
    )
    run = AssemblyRun(paper_structure=structure, n_forms=n_forms, created_at=NOW, result={})
    points = [point for area in blueprint.areas for point in area.points]
    for place in range(n_forms):
        made = [make_item(db, points[n % len(points)]) for n in range(1, n_items + 1)]
        run.forms.append(make_form(db, chr(ord("A") + place), made))
    return add(db, run, **values)


def make_form(
    db: Session, code: str, versions: Sequence[ItemVersion], *, mark: int = 1, **values: Any
) -> Form:
    """Return a form of item versions in one section, in custody and not yet added."""
    form = Form(code=code, **values)
    held = [Held(n, each.id, 1, Decimal(mark)) for n, each in enumerate(versions, start=1)]
    seal_items(db, form, held)
    return form


def held_at(position: int, version: ItemVersion, *, section: int, mark: str) -> Held:
    """Return an item at a place of a form."""
    return Held(position, version.id, section, Decimal(mark))


def items_of(form: Form | None) -> list[HeldItem]:
    """Return the items of a stored form."""
    db = object_session(form)
    assert form is not None
    assert db is not None
    return form_items(db, form)


def give_marks(form: Form, *marks: str) -> None:
    """Give the items of a form in custody other marks; one given goes to all."""
    db = object_session(form)
    assert db is not None
    held = held_in(db, form)
    given = marks if len(marks) > 1 else marks * len(held)
    pairs = zip(held, given, strict=True)
    seal_items(db, form, [replace(each, mark=Decimal(mark)) for each, mark in pairs])
    db.flush()


def make_batch(db: Session, organization: Organization, **values: Any) -> Batch:
    """Add a batch with a programme and a rule set."""
    row = Batch(
        organization_id=organization.id,
        programme=values.pop("programme", None) or make_programme(db, organization),
        rule_set=values.pop("rule_set", None) or make_rule_set(db, organization),
        code=f"B{next(_numbers)}",
        name="2026年第一批",
        exam_date=date(2026, 6, 1),
        created_at=NOW,
    )
    return add(db, row, **values)


def make_registration(db: Session, batch: Batch, **values: Any) -> Registration:
    """Add a candidate with a ticket."""
    number = next(_numbers)
    candidate = Candidate(
        organization_id=batch.organization_id,
        name=f"考生{number}",
        id_number=f"11010119900101{number:04}",
    )
    row = Registration(batch=batch, candidate=candidate, ticket=f"T{number:08}")
    return add(db, row, **values)


def make_room(
    db: Session, organization: Organization, *, rows: int = 5, columns: int = 6, **values: Any
) -> Room:
    """Add a room of a full grid of seats, numbered row by row."""
    number = next(_numbers)
    site = Site(organization_id=organization.id, name=f"考点{number}")
    row = Room(site=site, name=f"第{number}考场", rows=rows, columns=columns)
    row.seats = [
        Seat(number=n + 1, row=n // columns + 1, column=n % columns + 1)
        for n in range(rows * columns)
    ]
    return add(db, row, **values)


def make_exam_session(
    db: Session, batch: Batch, *, room: Room | None = None, **values: Any
) -> ExamSession:
    """Add an exam session of 60 minutes in one room."""
    organization = db.get_one(Organization, batch.organization_id)
    row = ExamSession(
        organization_id=organization.id,
        batch=batch,
        name="理论考试",
        planned_start=NOW,
        minutes=60,
    )
    row.rooms = [RoomRun(room=room or make_room(db, organization))]
    return add(db, row, **values)


def make_duty(
    db: Session, exam_session: ExamSession, person: Person, *, room: Room | None = None
) -> Duty:
    """Put a person on duty: proctor of the room, or chief proctor when no room is named."""
    role = "proctor" if room else "chief_proctor"
    row = Duty(
        exam_session_id=exam_session.id,
        room_id=room.id if room else None,
        person_id=person.id,
        role=role,
    )
    return add(db, row)


def make_sitting(db: Session, exam_session: ExamSession | None = None, **values: Any) -> Sitting:
    """Add a sitting on the first free seat of the exam session's first room."""
    if exam_session is None:
        organization = make_organization(db)
        exam_session = make_exam_session(db, make_batch(db, organization))
    room_run = values.pop("room_run", exam_session.rooms[0])
    taken = {
        seat_id
        for (seat_id,) in db.query(Sitting.seat_id).filter(Sitting.room_run_id == room_run.id)
    }
    seat = next(seat for seat in room_run.room.seats if seat.id not in taken)
    row = Sitting(
        exam_session=exam_session,
        room_run=room_run,
        seat=seat,
        registration=values.pop("registration", None) or make_registration(db, exam_session.batch),
    )
    return add(db, row, **values)


def make_answers(db: Session, sitting: Sitting, *answers: Any) -> None:
    """Add counted answer events at positions 1, 2, …; ``"-"`` leaves a position untouched."""
    for seq, given in enumerate(answers, start=1):
        if given != "-":
            row = AnswerEvent(
                sitting_id=sitting.id,
                seq=seq,
                kind="answer",
                position=seq,
                answer=json.dumps(given),
                at="2026-06-01T01:00:00.000Z",
                received_at=NOW,
                lease_number=1,
            )
            db.add(row)
    db.flush()
