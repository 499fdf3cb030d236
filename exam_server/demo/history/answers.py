"""The earlier day sat: a room at a time is played through the answer journal and closed.

Each room starts and closes in one transaction: nothing of it is ever live, so the server that
runs beside this has no sitting to end and no room to close.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.service import issue_codes
from exam_server.delivery import closing
from exam_server.demo.history.facts import Scene, batch_of, session_of
from exam_server.demo.office import SEED
from exam_server.demo.played.abilities import Traits
from exam_server.demo.played.day import traits_in
from exam_server.demo.played.scripts import Act, Manner, script
from exam_server.demo.played.stage import Done, HandsIn, Player, ReplayClock, Sent, Stage
from exam_server.demo.programme import sample_staff
from exam_server.forms.custody import order_of
from exam_server.proctoring import room_acts
from exam_server.proctoring.service import Acting
from exam_server.seating.models import ExamSession, RoomRun, Sitting

PROCTOR = "proctor"
MEAN_ABILITY, SPREAD = 0.75, 0.95
MEAN_SECONDS, SPREAD_OF_SECONDS = 2600.0, 0.16
SLOW, SLOW_SECONDS = 0.08, 4600.0  # what share gets no further than three quarters
ABSENT = 0.015
HARDER_FOR_WOMEN = 2.2  # logits, one item
ROOM_OF_THE_PAIR = 1  # the second room
SHARE_COPIED = 0.9
ABILITIES_OF_THE_PAIR = (0.3, -0.6)
SEX_DIGIT = 16
LINE = timedelta(milliseconds=90)
LAST_MOMENT = timedelta(seconds=20)
Timeline = list[Sent | HandsIn | Done]
Items = Mapping[int, Traits]
Codes = Mapping[int, tuple[str, str]]  # ticket and code by registration


@dataclass(frozen=True)
class Copied(Traits):
    """An item whose answer somebody else's screen shows."""

    shown: Any = None

    def answer(self, ability: float, rng: np.random.Generator) -> Any:
        """Return what was seen, most times."""
        if rng.random() < SHARE_COPIED:
            return self.shown
        return super().answer(ability, rng)


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
    traits = _traits(db, run.exam_session)
    sittings = _sittings(db, run)
    pair = _pair(sittings) if number == ROOM_OF_THE_PAIR else ()
    found: dict[int, list[Act]] = {}
    for sitting in sittings:
        rng = np.random.default_rng([SEED, number, sitting.seat.number])
        if sitting not in pair and rng.random() < ABSENT:
            continue
        items, ability = _as_met(sitting, traits[sitting.form_id or 0]), _ability(rng)
        if sitting in pair:
            ability = ABILITIES_OF_THE_PAIR[pair.index(sitting)]
        if len(pair) > 1 and sitting is pair[1]:
            items = _copied(items, found[pair[0].id])
        order = (order_of(db, sitting.form, sitting.sealed_order) or {})["items"]
        found[sitting.id] = script(order, items, Manner(ability, _seconds(rng), 0), rng)
    return found


def _traits(db: Session, exam_session: ExamSession) -> dict[int, dict[int, Traits]]:
    """Return each form's items as these people meet them; the same whenever it is asked."""
    run = exam_session.assembly_run
    return {
        form.id: traits_in(
            db, form, np.random.default_rng([SEED, place]), is_first=place == 0
        )
        for place, form in enumerate(run.forms if run else [])
    }


def _as_met(sitting: Sitting, items: Items) -> Items:
    """Return a form's items as one candidate meets them: one is harder for women."""
    is_woman = int(sitting.registration.candidate.id_number[SEX_DIGIT]) % 2 == 0
    place = harder_place(items)
    if not is_woman or place is None:
        return items
    met = items[place]
    return {**items, place: replace(met, difficulty=met.difficulty + HARDER_FOR_WOMEN)}


def harder_place(items: Items) -> int | None:
    """Return the place of the item of a form that is harder for women: a judgement of medium."""
    judged = [place for place, each in items.items() if each.kind == "single"]
    return min(judged, key=lambda place: abs(items[place].difficulty), default=None)


def _pair(sittings: Sequence[Sitting]) -> tuple[Sitting, ...]:
    """Return two who have the same form and sit close together."""
    first = sittings[len(sittings) // 2]
    others = [each for each in sittings if each.form_id == first.form_id and each is not first]
    near = sorted(others, key=lambda each: _distance(first, each))[:1]
    return tuple(sorted([first, *near], key=lambda each: each.seat.number))


def _distance(one: Sitting, other: Sitting) -> int:
    return abs(one.seat.row - other.seat.row) + abs(one.seat.column - other.seat.column)


def _copied(items: Items, acts: Sequence[Act]) -> Items:
    shown = {act.position: act.answer for act in acts if act.kind == "answer"}
    return {
        place: Copied(**{each.name: getattr(item, each.name) for each in fields(Traits)}, shown=shown[place])
        if place in shown
        else item
        for place, item in items.items()
    }


def _ability(rng: np.random.Generator) -> float:
    return float(rng.normal(MEAN_ABILITY, SPREAD))


def _seconds(rng: np.random.Generator) -> float:
    if rng.random() < SLOW:
        return SLOW_SECONDS
    return float(np.clip(rng.lognormal(np.log(MEAN_SECONDS), SPREAD_OF_SECONDS), 1200, 3500))


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
