"""What the sample officers do: batches, candidates, exam sessions, duties, draws."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.batches.photos import store_photos
from exam_server.batches.registering import register_candidates
from exam_server.batches.service import (
    BatchIn,
    IssuedCode,
    create_batch,
    registrations_of,
)
from exam_server.demo.people import SamplePerson, as_sheet, sample_people
from exam_server.demo.pictures.portraits import portrait
from exam_server.demo.places import sample_room
from exam_server.demo.programme import sample_staff
from exam_server.forms.models import AssemblyRun
from exam_server.programmes.models import Organization, Programme, RuleSet
from exam_server.seating import duties, planning, release_asking
from exam_server.seating.models import ExamSession

SEED = 20260101
CHIEF = "chief"
ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Office:
    """The officer who acts, for which organization, with which secret."""

    officer: Actor
    organization: Organization
    secret: bytes


@dataclass(frozen=True)
class Plan:
    """An exam session to be planned: forms, name, start and minutes, rooms and who proctors."""

    run: AssemblyRun
    name: str
    start: datetime
    minutes: int
    proctors: tuple[tuple[str, str], ...]  # room and username


def add_batch(
    db: Session, office: Office, people: Sequence[SamplePerson], exam_day: datetime
) -> Batch:
    """Add the next batch of the year with its candidates."""
    owner = office.organization.id
    dates = db.scalars(select(Batch.exam_date).where(Batch.organization_id == owner)).all()
    of_year = sum(date.year == exam_day.year for date in dates) + 1
    programme = select(Programme).where(Programme.organization_id == owner).limit(1)
    rules = select(RuleSet).where(RuleSet.organization_id == owner).limit(1)
    sent = BatchIn(
        programme=db.scalars(programme).one().uid,
        rule_set=db.scalars(rules).one().uid,
        code=f"DEMO{len(dates) + 1}",
        name=f"{exam_day.year} 年第{_ordinal(of_year)}批（示例）",
        name_en=f"{exam_day.year}, batch {of_year} (sample)",
        exam_date=exam_day.date(),
    )
    batch = create_batch(db, office.officer, sent, now=exam_day)
    batch.is_sample = True
    register_candidates(db, office.officer, batch, as_sheet(people), now=exam_day)
    return batch


def add_portraits(db: Session, office: Office, batch: Batch, *, now: datetime) -> None:
    """Give every candidate of a batch a drawn portrait."""
    women = {person.id_number: person.sex == "F" for person in sample_people()}
    photos = {
        each.candidate_id: portrait(place, is_woman=women[each.candidate.id_number])
        for place, each in enumerate(registrations_of(db, batch))
    }
    store_photos(db, office.officer.id, batch, photos, now=now)


def plan_exam_session(db: Session, office: Office, batch: Batch, plan: Plan) -> ExamSession:
    """Plan an exam session with its duties; the chief proctor leads it."""
    rooms = {name: sample_room(db, office.organization, name) for name, _ in plan.proctors}
    sent = planning.ExamSessionIn(
        batch=batch.uid,
        assembly_run=plan.run.uid,
        name=plan.name,
        planned_start=plan.start,
        minutes=plan.minutes,
        rooms=[room.uid for room in rooms.values()],
    )
    exam_session = planning.create_exam_session(db, office.officer, sent, now=plan.start)
    for name, username in plan.proctors:
        duty = duties.DutyIn(username=username, room=rooms[name].uid)
        duties.add_duty(db, office.officer, exam_session, duty)
    duties.add_duty(db, office.officer, exam_session, duties.DutyIn(username=CHIEF))
    return exam_session


def release_by_two(
    db: Session, office: Office, exam_session: ExamSession, *, now: datetime
) -> None:
    """Ask for the release as the officer, release as the chief proctor; only staff may lack."""
    reason = "样例场次，监考员人数从简"
    asked = release_asking.AskIn(reason=reason)
    request = release_asking.ask_for_release(db, office.officer, exam_session, asked, now=now)
    release_asking.release_asked(
        db,
        sample_staff(db, CHIEF),
        exam_session,
        release_asking.ReleaseIn(request=request.uid),
        secret=office.secret,
        now=now,
    )


def write_tickets(path: Path, issued: Sequence[IssuedCode]) -> None:
    """Keep the sample codes beside the sample store: only a demonstration may."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "code", "name"])
        for each in issued:
            registration = each.registration
            writer.writerow([registration.ticket, each.code, registration.candidate.name])


def _ordinal(number: int) -> str:
    return ORDINALS[number - 1] if number <= len(ORDINALS) else f" {number} "
