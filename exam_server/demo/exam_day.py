"""The sample exam day: forms, thirty candidates, a room, an exam session ready to be started."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.accounts.service import actor_of
from exam_server.bank.models import Blueprint
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.batches.rules import CHECK_LETTERS, WEIGHTS
from exam_server.batches.service import IssuedCode, issue_codes
from exam_server.demo.programme import ORGANIZATION
from exam_server.errors import ConflictError
from exam_server.forms.assembling import pool_of, solve, store_forms
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.programmes.models import Organization, Programme, RuleSet
from exam_server.seating import planning
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Seat, Site
from exam_server.seating.releasing import release

SEED = 20260101
MINUTES = 60
SECTIONS = (
    ("single", "单项选择题", 14, "3"),
    ("multiple", "多项选择题", 4, "5"),
    ("true_false", "判断题", 8, "2"),
    ("numeric", "计算题", 2, "6"),
    ("text_entry", "填空题", 2, "5"),
)
AREAS = {"A-A": 2, "A-B": 6, "B-A": 9, "B-B": 7, "B-C": 6}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN = ("伟", "芳", "秀英", "敏", "静", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明")


@dataclass(frozen=True)
class Planner:
    """Who plans the sample day, for which organization, with which secret, and when."""

    officer: Person
    organization: Organization
    secret: bytes
    now: datetime


def add_forms(db: Session, blueprint: Blueprint, *, now: datetime) -> AssemblyRun:
    """Assemble two parallel forms of thirty items, 100 marks."""
    structure = PaperStructure(
        blueprint=blueprint,
        title="电工（四级）理论知识试卷（样例）",
        minutes=MINUTES,
        demand={
            "sections": [
                {"type": kind, "title": title, "count": count, "mark": mark}
                for kind, title, count, mark in SECTIONS
            ],
            "areas": AREAS,
            "importance": {},
            "difficulty": [2.2, 3.0],
        },
        created_at=now,
    )
    run = AssemblyRun(paper_structure=structure, n_forms=2, seed=str(SEED), created_at=now)
    db.add(run)
    db.flush()
    pool = pool_of(db, blueprint)
    store_forms(db, run, solve(structure, [item for item, _ in pool], 2, SEED), pool)
    if not run.forms:
        raise ConflictError("no_forms")
    return run


def open_exam_session(db: Session) -> ExamSession | None:
    """Return the sample exam session that is still to be sat, if there is one."""
    chosen = (
        select(ExamSession)
        .join(Organization, ExamSession.organization_id == Organization.id)
        .where(Organization.code == ORGANIZATION, ExamSession.state != "closed")
    )
    return db.scalar(chosen.order_by(ExamSession.id.desc()).limit(1))


def add_exam_day(db: Session, planner: Planner) -> list[IssuedCode]:
    """Add a batch, its candidates and an exam session, released; return the login codes."""
    actor = actor_of(db, planner.officer.uid, planner.officer.sign_in_number)
    if actor is None:
        raise ConflictError("no_such_person", username=planner.officer.username)
    batch = _batch(db, planner)
    issued = issue_codes(db, actor, batch, secret=planner.secret, now=planner.now)
    exam_session = ExamSession(
        organization_id=planner.organization.id,
        batch=batch,
        assembly_run=db.scalars(_own_runs(planner).limit(1)).one(),
        name="电工四级理论（样例场次）",
        planned_start=planner.now,
        minutes=MINUTES,
    )
    exam_session.rooms = [RoomRun(room=_room(db, planner))]
    db.add(exam_session)
    db.flush()
    _put_on_duty(db, exam_session)
    planning.draw(db, actor, exam_session, seed=SEED)
    release(db, exam_session, by=actor.id, secret=planner.secret, now=planner.now)
    return issued


def write_tickets(path: Path, issued: list[IssuedCode]) -> None:
    """Keep the sample codes beside the sample store: only a demonstration may."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "code", "name"])
        for each in issued:
            registration = each.registration
            writer.writerow([registration.ticket, each.code, registration.candidate.name])


def _own_runs(planner: Planner) -> Select[AssemblyRun]:
    return (
        select(AssemblyRun)
        .join(PaperStructure)
        .join(Blueprint)
        .where(Blueprint.organization_id == planner.organization.id, Blueprint.is_sample)
        .order_by(AssemblyRun.id)
    )


def _batch(db: Session, planner: Planner) -> Batch:
    organization_id = planner.organization.id
    count = db.scalar(
        select(func.count()).select_from(Batch).where(Batch.organization_id == organization_id)
    )
    number = (count or 0) + 1
    batch = Batch(
        organization_id=organization_id,
        programme=db.scalars(
            select(Programme).where(Programme.organization_id == organization_id).limit(1)
        ).one(),
        rule_set=db.scalars(
            select(RuleSet).where(RuleSet.organization_id == organization_id).limit(1)
        ).one(),
        code=f"DEMO{number}",
        name=f"样例批次 {number}",
        exam_date=planner.now.date(),
        is_sample=True,
        created_at=planner.now,
    )
    db.add(batch)
    for place, surname in enumerate(SURNAMES, start=1):
        candidate = _candidate(db, organization_id, place, surname)
        ticket = f"{batch.code}{place:04}"
        db.add(Registration(batch=batch, candidate=candidate, ticket=ticket))
    db.flush()
    return batch


def _candidate(db: Session, organization_id: int, place: int, surname: str) -> Candidate:
    number = _id_number(place)
    known = db.scalar(
        select(Candidate).where(
            Candidate.organization_id == organization_id, Candidate.id_number == number
        )
    )
    name = surname + GIVEN[place % len(GIVEN)]
    return known or Candidate(
        organization_id=organization_id, name=name, id_number=number, employer="示例企业"
    )


def _id_number(place: int) -> str:
    """Return a made-up number of the right form (area 000000 belongs to nobody)."""
    body = f"00000019900101{place:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK_LETTERS[total % len(CHECK_LETTERS)]


def _room(db: Session, planner: Planner) -> Room:
    organization_id = planner.organization.id
    found = db.scalar(select(Room).join(Site).where(Site.organization_id == organization_id))
    if found is not None:
        return found
    site = Site(organization_id=organization_id, name="示例考点", address="示例路 1 号")
    room = Room(site=site, name="第一考场", rows=5, columns=6)
    room.seats = [Seat(number=n + 1, row=n // 6 + 1, column=n % 6 + 1) for n in range(30)]
    db.add(room)
    db.flush()
    return room


def _put_on_duty(db: Session, exam_session: ExamSession) -> None:
    duties = (
        ("proctor", "proctor", exam_session.rooms[0].room_id),
        ("chief", "chief_proctor", None),
    )
    for username, role, room_id in duties:
        person = db.scalars(select(Person).where(Person.username == username)).one()
        duty = Duty(
            exam_session_id=exam_session.id, room_id=room_id, person_id=person.id, role=role
        )
        db.add(duty)
    db.flush()
