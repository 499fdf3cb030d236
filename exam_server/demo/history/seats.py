"""Candidates of the earlier day, rooms of their own, seats drawn, papers released by two."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.registering import register_candidates
from exam_server.batches.service import BatchIn, create_batch, issue_codes
from exam_server.clock import played
from exam_server.demo.history.facts import (
    BATCH,
    SEATS_OF_A_ROOM,
    SESSION,
    Scene,
    batch_in,
    batch_of,
    run_in,
    session_in,
    session_of,
)
from exam_server.demo.office import CHIEF, SEED, Office, release_by_two
from exam_server.demo.papers import MINUTES
from exam_server.demo.people import SamplePerson, as_sheet, id_number, sample_people
from exam_server.demo.places import add_site, drawn_room
from exam_server.demo.played.stage import ReplayClock
from exam_server.programmes.models import Programme, RuleSet
from exam_server.seating import duties, planning
from exam_server.seating.models import ExamSession, Room

RULES = "示例规则（往届：分数可等值）"
SITE, ADDRESS = "示例考点四（往届考点）", "示例市示例区技能路 12 号"
ROOM_PLAN = ("oo ooo oo",) * 4
STEPS = 4


def seat_everybody(scene: Scene) -> None:
    """Register, plan, draw and release, each in a transaction of its own."""
    planned = scene.after(days=-20)
    with played(ReplayClock(planned)):
        with scene.work.writing() as db:
            if batch_in(db) is None:
                _add_batch(db, scene.office(db), scene)
        scene.work.progress(1, STEPS)
        with scene.work.writing() as db:
            if session_in(db) is None:
                _plan(db, scene.office(db), scene)
    scene.work.progress(2, STEPS)
    with played(ReplayClock(scene.after(days=-5))), scene.work.writing() as db:
        office, exam_session = scene.office(db), session_of(db)
        if exam_session.seat_seed is None:
            planning.draw(db, office.officer, exam_session, seed=SEED)
    scene.work.progress(3, STEPS)
    released = scene.after(hours=-1)
    with played(ReplayClock(released)), scene.work.writing() as db:
        office, exam_session = scene.office(db), session_of(db)
        if exam_session.state == "planned":
            issue_codes(db, office.officer, batch_of(db), secret=office.secret, now=released)
            release_by_two(db, office, exam_session, now=released)
    scene.work.progress(STEPS, STEPS)


def earlier_people(count: int) -> list[SamplePerson]:
    """Return made-up candidates: names of the sample dealt anew, half of them women."""
    known = sample_people()
    by_sex = {sex: [each for each in known if each.sex == sex] for sex in "FM"}
    people = []
    for place in range(count):
        sex = "FM"[place % 2]
        givers = by_sex[sex]
        given = givers[place // 2 % len(givers)].name[1:]
        family = known[(7 * place + 3) % len(known)].name[0]
        born = f"{1972 + place % 30}-{1 + place % 12:02}-{1 + place % 28:02}"
        employer = known[(5 * place + 1) % len(known)].employer
        people.append(SamplePerson(family + given, sex, id_number(place, sex, born), employer))
    return people


def _add_batch(db: Session, office: Office, scene: Scene) -> Batch:
    """Add a batch under a rule set of its own: equated marks may count."""
    owner = office.organization.id
    programme = select(Programme).where(Programme.organization_id == owner).limit(1)
    rules = RuleSet(
        organization=office.organization,
        name=RULES,
        valid_from=scene.after(days=-60).date(),
        pass_mark=Decimal(60),
        theory_weight=Decimal(40),
        practical_weight=Decimal(50),
        performance_weight=Decimal(10),
        theory_minimum=Decimal(60),
        practical_minimum=Decimal(60),
        equating="both_ways",
        late_limit_min=30,
        hand_in_after_min=0,
    )
    db.add(rules)
    db.flush()
    sent = BatchIn(
        programme=db.scalars(programme).one().uid,
        rule_set=rules.uid,
        code=BATCH,
        name=f"{scene.start.year} 年往届批次（示例）",
        name_en=f"{scene.start.year}, earlier batch (sample)",
        exam_date=scene.start.date(),
    )
    now = scene.after(days=-20)
    batch = create_batch(db, office.officer, sent, now=now)
    batch.is_sample = True
    people = as_sheet(earlier_people(scene.n_candidates))
    register_candidates(db, office.officer, batch, people, now=now)
    return batch


def _plan(db: Session, office: Office, scene: Scene) -> ExamSession:
    rooms = _add_rooms(db, office, -(-scene.n_candidates // SEATS_OF_A_ROOM))
    run = run_in(db)
    sent = planning.ExamSessionIn(
        batch=batch_of(db).uid,
        assembly_run=run.uid if run else "",
        name=SESSION,
        planned_start=scene.start,
        minutes=MINUTES,
        rooms=[room.uid for room in rooms],
    )
    exam_session = planning.create_exam_session(db, office.officer, sent, now=scene.after(days=-20))
    duties.add_duty(db, office.officer, exam_session, duties.DutyIn(username=CHIEF))
    return exam_session


def _add_rooms(db: Session, office: Office, count: int) -> list[Room]:
    site = add_site(db, office.organization, SITE, ADDRESS)
    rooms = [
        drawn_room(site, {"name": f"往届第{n}考场", "plan": ROOM_PLAN}) for n in range(1, count + 1)
    ]
    db.add_all(rooms)
    db.flush()
    return rooms
