"""The earlier day sat: a room at a time is played through the answer journal and closed.

Each room starts and closes in one transaction: nothing of it is ever live, so the server that
runs beside this has no sitting to end and no room to close.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.service import issue_codes
from exam_server.delivery import closing
from exam_server.demo.history.casting import Cast, traits_by_form
from exam_server.demo.history.facts import Scene, batch_of, session_of
from exam_server.demo.office import SEED
from exam_server.demo.played.scripts import Act, script
from exam_server.demo.played.stage import Done, HandsIn, Player, ReplayClock, Sent, Stage
from exam_server.demo.programme import sample_staff
from exam_server.forms.custody import order_of
from exam_server.proctoring import room_acts
from exam_server.proctoring.service import Acting
from exam_server.seating.models import RoomRun, Sitting

PROCTOR = "proctor"
ABSENT = 0.015
LINE = timedelta(milliseconds=90)
LAST_MOMENT = timedelta(seconds=20)
Timeline = list[Sent | HandsIn | Done]
Codes = Mapping[int, tuple[str, str]]  # ticket and code by registration


def answer_everything(scene: Scene) -> None:
    """Play every room that is not over yet."""
    with scene.work.writing() as db:
        runs = [(run.id, run.closed_at) for run in session_of(db).rooms]
        codes = _codes(db, scene)
    for number, (run_id, closed_at) in enumerate(runs):
        if closed_at is None:
            _play_room(scene, run_id, number, codes)
        scene.work.progress(number + 1, len(runs))


def _play_room(scene: Scene, run_id: int, number: int, codes: Codes) -> None:
    with scene.work.reading() as db:
        scripts = _scripts(db, db.get_one(RoomRun, run_id), number)
    with scene.work.writing() as db:
        stage = Stage(db, scene.work.settings.secret, ReplayClock(scene.after(minutes=-20)))
        with stage.open():
            run = db.get_one(RoomRun, run_id)
            stage.run(_timeline(stage, run, scripts, codes))
            db.flush()
            db.expire_all()


def _codes(db: Session, scene: Scene) -> Codes:
    """Return tickets and fresh codes for everybody, by registration."""
    office, now = scene.office(db), scene.after(minutes=-30)
    issued = issue_codes(db, office.officer, batch_of(db), secret=office.secret, now=now)
    return {each.registration.id: (each.registration.ticket, each.code) for each in issued}


def _scripts(db: Session, run: RoomRun, number: int) -> dict[int, list[Act]]:
    """Return by sitting what is done there, worked out before anything is written."""
    sittings = _sittings(db, run)
    cast = Cast(traits_by_form(db, run.exam_session), sittings, number)
    found: dict[int, list[Act]] = {}
    for sitting in sittings:
        rng = np.random.default_rng([SEED, number, sitting.seat.number])
        if not cast.is_special(sitting) and rng.random() < ABSENT:
            continue
        role = cast.role_of(sitting, found, rng)
        order = (order_of(db, sitting.form, sitting.sealed_order) or {})["items"]
        found[sitting.id] = script(order, role.items, role.manner, rng)
    return found


def _timeline(
    stage: Stage, run: RoomRun, scripts: Mapping[int, list[Act]], codes: Codes
) -> Timeline:
    exam_session, proctor = run.exam_session, sample_staff(stage.db, PROCTOR)
    start = exam_session.planned_start
    end = start + timedelta(minutes=exam_session.minutes)
    timeline: Timeline = [
        Done(start, lambda now: room_acts.start(stage.db, [Acting(proctor, run, now)]))
    ]
    for sitting in _sittings(stage.db, run):
        if sitting.id in scripts:
            n_positions = max(act.position for act in scripts[sitting.id])
            ticket, code = codes[sitting.registration_id]
            player = Player(sitting, ticket, code, n_positions, f"earlier-{sitting.id}")
            timeline += _seat(stage, player, scripts[sitting.id], start, end)
    return [*timeline, Done(end + timedelta(minutes=1), lambda now: _close(stage, run, now))]


def _seat(
    stage: Stage, player: Player, acts: Sequence[Act], start: datetime, end: datetime
) -> Timeline:
    arrived = start - timedelta(minutes=10)
    told: Timeline = [
        Done(arrived, lambda now: stage.sign_in(player, now)),
        Done(arrived + timedelta(minutes=1), lambda now: stage.get_ready(player, now)),
    ]
    for act in acts:
        at = start + timedelta(seconds=act.second)
        if at >= end - LAST_MOMENT:
            return told  # the end comes first
        told.append(Sent(at, at + LINE, player, act.kind, act.position, act.answer))
    return [*told, HandsIn(told[-1].received_at + timedelta(seconds=9), player)]


def _close(stage: Stage, run: RoomRun, now: datetime) -> None:
    """End what is still running in this room, and close it; other rooms are others' affair."""
    own = {each.id for each in _sittings(stage.db, run)}
    for sitting_id in closing.due_sittings(stage.db, now=now):
        if sitting_id in own:
            stage.close(sitting_id, now)
    closing.close_rooms(stage.db, [run.id], now=now)
    stage.db.flush()


def _sittings(db: Session, run: RoomRun) -> list[Sitting]:
    chosen = select(Sitting).where(Sitting.room_run_id == run.id)
    return sorted(db.scalars(chosen), key=lambda sitting: sitting.seat.number)
