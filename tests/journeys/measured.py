"""Exam sessions of real pools sat by simulated candidates whose abilities are known.

``python -m tests.journeys.measured FOLDER [CANDIDATES]`` makes a store to look at: the US
Technician pool with many candidates, and the class A pool of the Chinese amateur service with
thirty, too few for models.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.passwords import hash_password
from exam_server.analysis.computing import analyse_run
from exam_server.analysis.service import ask_to_deepen, may_deepen
from exam_server.bank.import_runs import run_import
from exam_server.bank.importing import Importing
from exam_server.bank.models import Blueprint
from exam_server.bank.uploads import read_files
from exam_server.batches.models import Batch
from exam_server.batches.registering import register_candidates
from exam_server.batches.service import BatchIn, create_batch, issue_codes
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import closing
from exam_server.demo.loading import sample_office
from exam_server.demo.office import CHIEF, Office, release_by_two
from exam_server.demo.people import SamplePerson, as_sheet, id_number
from exam_server.demo.played.abilities import Traits, traits_of
from exam_server.demo.played.scripts import Manner, script
from exam_server.demo.played.stage import Done, HandsIn, Player, ReplayClock, Sent, Stage
from exam_server.demo.programme import (
    PASSWORD,
    add_organization,
    add_programme,
    add_staff,
    sample_staff,
)
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.custody import form_items, order_of
from exam_server.forms.models import AssemblyRun
from exam_server.forms.seeds import Seed, seal_seed
from exam_server.forms.structuring import SectionIn, StructureIn, create_structure
from exam_server.marking.service import mark_batch, newest_run
from exam_server.migrating import upgrade
from exam_server.proctoring import room_acts
from exam_server.proctoring.service import Acting
from exam_server.programmes.models import Organization, Programme, RuleSet
from exam_server.seating import duties, planning
from exam_server.seating.models import ExamSession, Room, Seat, Site, Sitting
from itembank.assembly import Assembly

ROWS, COLUMNS, MINUTES = 5, 6, 60
TECHNICIAN = "us-amateur-radio/technician-2026-2030/technician-2026-2030.json"
CLASS_A = "cn-amateur-radio-2025/class_a.csv"


@dataclass(frozen=True)
class Pool:
    """A pool of the field and the paper that is made of it."""

    title: str
    file: str
    sections: tuple[tuple[str, str, int, str], ...]
    areas: Mapping[str, int]
    n_forms: int
    language: str


@dataclass(frozen=True)
class Measured:
    """An exam session that was sat, and the truth behind its answers."""

    uid: str
    abilities: dict[int, float]  # by sitting


def technician(shared: Path) -> Pool:
    """Return the US pool: 35 items, one of each group."""
    folder = (shared / "banks" / TECHNICIAN).parent
    rule = json.loads((folder / "exam-rule.json").read_text(encoding="utf-8"))
    areas = {code: n["questions"] for code, n in rule["subelements"].items()}
    sections = (("single", "Questions", int(rule["questions"]), "1"),)
    return Pool("US Technician", TECHNICIAN, sections, areas, 4, "en")


def class_a() -> Pool:
    """Return the Chinese pool: 32 with one right option, 8 with several."""
    sections = (("single", "单选题", 32, "2.5"), ("multiple", "多选题", 8, "2.5"))
    return Pool("业余无线电 A 类", CLASS_A, sections, {}, 2, "zh")


def staffed(settings: Settings) -> Database:
    """Make a store with the sample staff and programme and no bank."""
    settings.var.mkdir(parents=True, exist_ok=True)
    upgrade(settings.url, settings.keyring)
    database = Database(settings.url, keyring=settings.keyring)
    with database.writing() as db:
        organization = add_organization(db)
        add_staff(db, organization, password_hash=hash_password(PASSWORD), now=utcnow())
        add_programme(db, organization)
    return database


def add_measured(
    database: Database, settings: Settings, shared: Path, pool: Pool, *, people: int, seed: int
) -> Measured:
    """Import a pool, assemble, seat, play and mark an exam session; have it analysed."""
    bank = _import(database, shared, pool)
    with database.writing() as db:
        organization = db.scalars(select(Organization)).first()
        assert organization
        office = sample_office(db, organization, settings.secret)
        start = (utcnow() - timedelta(days=7 + seed)).replace(hour=1, minute=0)
        stage = Stage(db, settings.secret, ReplayClock(start - timedelta(days=1)))
        with stage.open():
            run = _forms(db, office, db.get_one(Blueprint, bank), pool, now=start)
            batch = _batch(db, office, pool, people, start, seed)
            exam_session = _planned(db, office, batch, run, pool, start, people)
            found = _played(stage, office, batch, exam_session, seed)
            stage.clock.instant = start + timedelta(days=1)
            mark_batch(db, batch, by=office.officer.id, now=stage.clock.instant)
            marking = newest_run(db, exam_session.id)
            assert marking
            report = analyse_run(db, marking, by=office.officer.id, now=stage.clock.instant)
            if may_deepen(report):
                by = office.officer.id
                ask_to_deepen(db, exam_session, marking, title=exam_session.name, by=by)
        return found


def _import(database: Database, shared: Path, pool: Pool) -> int:
    path = shared / "banks" / pool.file
    files = {path.name: path.read_bytes()}
    pictures = [*path.parent.glob("*.png"), *path.parent.glob("images/*.jpg")]
    parsed = read_files(files | {each.name: each.read_bytes() for each in pictures})
    with database.writing() as db:
        owner = db.scalars(select(Organization)).first()
        assert owner
        bank = Blueprint(organization_id=owner.id, title=pool.title, created_at=utcnow())
        bank.language = pool.language
        db.add(bank)
        db.flush()
        found = bank.id
    run_import(database, found, parsed, Importing(None, utcnow(), ""))
    return found


def _forms(
    db: Session, office: Office, bank: Blueprint, pool: Pool, *, now: datetime
) -> AssemblyRun:
    sections = [
        SectionIn(type=kind, title=title, count=count, mark=Decimal(mark))
        for kind, title, count, mark in pool.sections
    ]
    sent = StructureIn(
        blueprint=bank.uid,
        title=pool.title,
        minutes=MINUTES,
        sections=sections,
        areas=dict(pool.areas),
    )
    structure = create_structure(db, office.officer, sent, now=now)
    held = pool_of(db, structure)
    solved = solve(structure, [item for item, _ in held], pool.n_forms, 7)
    assert isinstance(solved, Assembly), solved
    run = AssemblyRun(paper_structure=structure, n_forms=pool.n_forms, created_at=now)
    seal_seed(db, run, Seed(7, is_keyed=False))
    db.add(run)
    db.flush()
    store_forms(db, run, solved, held)
    return run


def _batch(
    db: Session, office: Office, pool: Pool, people: int, start: datetime, seed: int
) -> Batch:
    programme = db.scalars(select(Programme).limit(1)).one()
    rules = db.scalars(select(RuleSet).limit(1)).one()
    sent = BatchIn(
        programme=programme.uid,
        rule_set=rules.uid,
        code=f"SIM{seed}",
        name=f"{pool.title}（模拟考生）",
        exam_date=start.date(),
    )
    batch = create_batch(db, office.officer, sent, now=start)
    register_candidates(db, office.officer, batch, as_sheet(_people(people, seed)), now=start)
    return batch


def _people(count: int, seed: int) -> list[SamplePerson]:
    return [
        SamplePerson(
            f"考生{place + 1:03}",
            "FM"[place % 2],
            id_number(place % 400, "FM"[place % 2], f"{1970 + seed + place // 400}-05-17"),
            f"单位{place % 3 + 1}",
        )
        for place in range(count)
    ]


def _planned(  # noqa: PLR0913, PLR0917 - an exam session is planned from all of it
    db: Session,
    office: Office,
    batch: Batch,
    run: AssemblyRun,
    pool: Pool,
    start: datetime,
    people: int,
) -> ExamSession:
    rooms = _rooms(db, office.organization, -(-people // (ROWS * COLUMNS)), batch.code)
    sent = planning.ExamSessionIn(
        batch=batch.uid,
        assembly_run=run.uid,
        name=f"{pool.title} 上午",
        planned_start=start,
        minutes=MINUTES,
        rooms=[room.uid for room in rooms],
    )
    exam_session = planning.create_exam_session(db, office.officer, sent)
    duties.add_duty(db, office.officer, exam_session, duties.DutyIn(username=CHIEF))
    planning.draw(db, office.officer, exam_session, seed=11)
    return exam_session


def _rooms(db: Session, organization: Organization, count: int, code: str) -> list[Room]:
    site = Site(organization_id=organization.id, name=f"考点 {code}", address="考试路 1 号")
    rooms = [
        Room(site=site, name=f"{code} 第 {n + 1} 考场", rows=ROWS, columns=COLUMNS)
        for n in range(count)
    ]
    for room in rooms:
        cells = ((row, column) for row in range(1, ROWS + 1) for column in range(1, COLUMNS + 1))
        room.seats = [
            Seat(number=number, row=row, column=column, is_usable=True)
            for number, (row, column) in enumerate(cells, start=1)
        ]
    db.add_all(rooms)
    db.flush()
    return rooms


def _played(
    stage: Stage, office: Office, batch: Batch, exam_session: ExamSession, seed: int
) -> Measured:
    db, rng = stage.db, np.random.default_rng(seed)
    issued = {
        each.registration.id: each
        for each in issue_codes(
            db, office.officer, batch, secret=office.secret, now=stage.clock.instant
        )
    }
    release_by_two(db, office, exam_session, now=exam_session.planned_start - timedelta(hours=1))
    traits = _traits(db, exam_session, rng)
    start, proctor = exam_session.planned_start, sample_staff(db, "proctor")
    timeline: list[Sent | HandsIn | Done] = [
        Done(start, lambda now: _start(stage, proctor, exam_session, now))
    ]
    known: dict[int, float] = {}
    for sitting in db.scalars(
        select(Sitting).where(Sitting.exam_session_id == exam_session.id).order_by(Sitting.id)
    ):
        ability = known[sitting.id] = float(rng.normal(0.6, 1.0))
        code = issued[sitting.registration_id]
        items = traits[sitting.form_id or 0]
        player = Player(
            sitting, code.registration.ticket, code.code, len(items), f"seat-{sitting.id}"
        )
        timeline += _seat(stage, player, items, ability, start, rng)
    timeline.append(Done(start + timedelta(minutes=MINUTES + 1), lambda now: _close(stage, now)))
    stage.run(timeline)
    db.flush()
    db.expire_all()
    return Measured(exam_session.uid, known)


def _seat(
    stage: Stage,
    player: Player,
    items: Mapping[int, Traits],
    ability: float,
    start: datetime,
    rng: np.random.Generator,
) -> list[Sent | HandsIn | Done]:
    arrived = start - timedelta(minutes=10)
    order = (order_of(stage.db, player.sitting.form, player.sitting.sealed_order) or {})["items"]
    seconds = float(np.clip(rng.lognormal(7.6, 0.2), 900, MINUTES * 60 - 60))
    sent: list[Sent | HandsIn | Done] = [
        Done(arrived, lambda now: stage.sign_in(player, now)),
        Done(arrived + timedelta(minutes=1), lambda now: stage.get_ready(player, now)),
    ]
    last = start
    for act in script(order, items, Manner(ability, seconds, 0), rng):
        at = start + timedelta(seconds=act.second)
        if at >= start + timedelta(minutes=MINUTES, seconds=-20):
            return sent
        last = at + timedelta(milliseconds=90)
        sent.append(Sent(at, last, player, act.kind, act.position, act.answer))
    return [*sent, HandsIn(last + timedelta(seconds=9), player)]


def _traits(
    db: Session, exam_session: ExamSession, rng: np.random.Generator
) -> dict[int, dict[int, Traits]]:
    """Return the traits of each form's items by place; an item has the same in every form."""
    known: dict[int, Traits] = {}
    found: dict[int, dict[int, Traits]] = {}
    run = exam_session.assembly_run
    for form in run.forms if run else []:
        for held in form_items(db, form):
            version = held.item_version
            if version.id not in known:
                level = 1 + int(rng.integers(5))
                known[version.id] = traits_of(*held.asked, level, rng)
            found.setdefault(form.id, {})[held.position] = known[version.id]
    return found


def _start(stage: Stage, proctor: Any, exam_session: ExamSession, now: datetime) -> None:
    stage.db.flush()
    for room in exam_session.rooms:
        room_acts.start(stage.db, [Acting(proctor, room, now)])


def _close(stage: Stage, now: datetime) -> None:
    for sitting_id in closing.due_sittings(stage.db, now=now):
        stage.close(sitting_id, now)
    closing.close_rooms(stage.db, closing.rooms_to_close(stage.db, now=now), now=now)
    stage.db.flush()


def main() -> None:
    """Make a store to look at."""
    shared = Path(__file__).parents[2].parent / "shared"
    settings = Settings(var=Path(sys.argv[1]))
    people = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    database = staffed(settings)
    for pool, count, seed in ((technician(shared), people, 1), (class_a(), 30, 2)):
        sys.stdout.write(
            f"{add_measured(database, settings, shared, pool, people=count, seed=seed).uid}\n"
        )
    database.close()


if __name__ == "__main__":
    main()
