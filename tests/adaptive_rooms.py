"""Rooms of an adaptive test: a plan in force by a trial written by hand, its pool sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import update
from sqlalchemy.orm import Session

from exam_server.adaptive import pooling, service
from exam_server.adaptive.models import AdaptivePlan, AdaptiveTrial
from exam_server.adaptive.rules import USUAL, PlanIn
from exam_server.bank.models import ItemFigure
from exam_server.batches.models import Candidate, Registration
from exam_server.batches.tickets import code_hash
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.closing import close_rooms
from exam_server.delivery.entries import Close
from exam_server.delivery.giving import give_next
from exam_server.forms.models import PaperStructure
from exam_server.jobs import Work
from exam_server.seating import adaptive_papers, planning
from exam_server.seating.adaptive_sealing import seal_pool
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from exam_server.seating.releasing import release
from tests.exam_server.delivery.test_journal import event, save, write
from tests.factories import (
    actor_of,
    add,
    make_batch,
    make_blueprint,
    make_item,
    make_organization,
    make_person,
    make_room,
    make_rule_set,
)
from tests.seats import LIMIT_S, SeatClient

CODE = "ABCD2345"
LONGEST = 6
SHORT: dict[str, Any] = {
    **USUAL,
    "use": "test",
    "least": 4,
    "most": LONGEST,
    "stop": "length",
    "exposure": 100,
    "n_best": 3,
    "limit_bias": 1,
    "limit_rmse": 1.5,
    "limit_accuracy": 50,
    "limit_unused": 100,
}


@dataclass
class AdaptiveRoom:
    """An exam session of one room with its tickets, the same code for all."""

    exam_session_uid: str
    exam_session_id: int
    room_run_id: int
    tickets: list[str]


def plan_in_force(db: Session, organization: Any, *, now: datetime, **rules: Any) -> AdaptivePlan:
    """Add a bank of two ranges, calibrated, with a plan for tests that two people stand for."""
    writer, second = (
        actor_of(make_person(db, "exam_officer", organization=organization)) for _ in range(2)
    )
    blueprint = make_blueprint(db, organization, n_points=12)
    for number, point in enumerate(p for area in blueprint.areas for p in area.points):
        version = make_item(db, point)
        figure = {"slope": 1.2, "location": (number - 12) / 6, "persons": 500}
        db.add(ItemFigure(item_id=version.item_id, version_number=1, computed_at=now, **figure))
    section = {"type": "single", "title": "单项选择题", "count": 20, "mark": "1"}
    structure = add(
        db,
        PaperStructure(
            blueprint=blueprint,
            title="自适应理论卷",
            minutes=60,
            demand={"sections": [section], "areas": {"A": 10, "B": 10}},
            created_at=now,
        ),
    )
    sent = PlanIn(title="自适应考试", **{**SHORT, **rules})
    plan = service.create_plan(db, writer, structure, sent, now=now)
    entries = pooling.entries_of(db, structure, is_supposed=False)
    ids = [each.item.id for each in entries]
    half = plan.rules["most"] // 2
    rng = np.random.default_rng(1)
    forms = [
        [*rng.choice(ids[:12], half, replace=False), *rng.choice(ids[12:], half, replace=False)]
        for _ in range(3)
    ]
    trial = AdaptiveTrial(
        plan=plan,
        is_supposed=False,
        pool_sha256=pooling.pool_digest(entries),
        pool=pooling.stored_pool(entries, [[str(each) for each in form] for form in forms]),
        result={"cut": 0.0},
        has_passed=True,
        asked_at=now,
        asked_by=writer.id,
    )
    add(db, trial)
    service.approve(db, second, plan, now=now)
    return plan


def make_adaptive_room(
    database: Database,
    settings: Settings,
    *,
    now: datetime,
    seats: int = 2,
    minutes: int = 60,
    rules: dict[str, Any] | None = None,
    **plan: Any,
) -> AdaptiveRoom:
    """Add a released adaptive exam session whose candidates may sign in at once."""
    with database.writing() as db:
        organization = make_organization(db, name="江城职业技能评价中心")
        by = plan_in_force(db, organization, now=now, **plan)
        officer = actor_of(make_person(db, "exam_officer", organization=organization))
        rule_set = make_rule_set(
            db, organization, **{"late_limit_min": 30, "hand_in_after_min": 0, **(rules or {})}
        )
        batch = make_batch(db, organization, rule_set=rule_set)
        tickets = [_registered(db, batch, place, settings.secret) for place in range(seats)]
        room = make_room(db, organization)
        sent = planning.ExamSessionIn(
            batch=batch.uid,
            assembly_run=f"{adaptive_papers.CHOSEN}{by.uid}",
            name="理论",
            planned_start=now,
            minutes=minutes,
            rooms=[room.uid],
        )
        exam_session = planning.create_exam_session(db, officer, sent, now=now)
        planning.draw(db, officer, exam_session, seed=5)
        job = adaptive_papers.ask_to_seal(db, officer, exam_session, title="题库")
        job_id, payload, found = job.id, dict(job.payload), exam_session
    seal_pool(Work(database, settings, job_id, officer.id, payload, None))
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, found.id)
        job_row = adaptive_papers.pool_standing(db, exam_session).job
        assert job_row is not None
        job_row.status = "done"
        release(db, exam_session, by=None, secret=settings.secret, now=now)
        run = exam_session.rooms[0].id
    return AdaptiveRoom(found.uid, found.id, run, tickets)


def take_tests(
    database: Database, room: AdaptiveRoom, rights: Sequence[Sequence[bool]], *, now: datetime
) -> list[int]:
    """Let each candidate answer and confirm so many items, right or wrong; then it is over.

    The key of each item is A. What comes after the last answer stays open; return the sittings.
    """
    with database.writing() as db:
        db.get_one(RoomRun, room.room_run_id).started_at = now
        running = {"status": "running", "lease_number": 1, "started_at": now}
        db.execute(update(Sitting).where(Sitting.room_run_id == room.room_run_id).values(**running))
        ids = [each.id for each in sittings_in(db, room)]
    for sitting_id, answers in zip(ids, rights, strict=True):
        for position, is_right in enumerate(answers, start=1):
            give_next(database, sitting_id, now=now)
            answer = event(2 * position - 1, "A" if is_right else "B", position=position)
            closed = event(2 * position, None, position=position, kind="confirmed")
            write(database, save(sitting_id, answer, closed))
        give_next(database, sitting_id, now=now)
        write(database, Close(sitting_id, "forced", now))
    with database.writing() as db:
        close_rooms(db, [room.room_run_id], now=now)
    return ids


def sittings_in(db: Session, room: AdaptiveRoom) -> Sequence[Sitting]:
    """Return the sittings of a room by their ids."""
    found = db.query(Sitting).filter_by(exam_session_id=room.exam_session_id)
    return found.order_by(Sitting.id).all()


def waited_for(seat: SeatClient, given: int, *, is_finished: bool = False) -> dict[str, Any]:
    """Return what is told once so many items have been given; asked again when it gets late."""
    told = seat.state["adaptive"]
    while told["given"] < given or (is_finished and not told["is_finished"]):
        heard, data = seat.told.get(timeout=LIMIT_S)
        if heard == "item_given":
            told = data
        elif heard == "sitting_state":
            told = data["adaptive"]
    seat.state["adaptive"] = told
    return told


def _registered(db: Session, batch: Any, place: int, secret: bytes) -> str:
    candidate = Candidate(
        organization_id=batch.organization_id,
        name=("王秀英", "李伟", "张敏", "刘静")[place % 4],
        id_number=f"1101011990010111{place:02}",
    )
    row = Registration(batch=batch, candidate=candidate, ticket=f"{batch.code}X{place + 1:04}")
    row.code_hash = code_hash(secret, row.ticket, CODE)
    db.add(row)
    db.flush()
    return row.ticket
