"""The finished exam day from the first sign-in to the closed rooms."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.service import IssuedCode
from exam_server.delivery import closing
from exam_server.demo.content import miskeyed
from exam_server.demo.played import abilities
from exam_server.demo.played.abilities import Traits
from exam_server.demo.played.casting import ROOMS, SLOW_SECONDS, Part, minutes, part_of
from exam_server.demo.played.scripts import Manner, script
from exam_server.demo.played.seats import RoomTime, seat_timeline
from exam_server.demo.played.staff import part_timeline, room_timeline
from exam_server.demo.played.stage import Done, HandsIn, Player, Sent, Stage
from exam_server.demo.programme import sample_staff
from exam_server.forms.custody import form_items, order_of
from exam_server.forms.models import Form
from exam_server.proctoring import room_acts
from exam_server.proctoring.service import Acting
from exam_server.seating.models import ExamSession, RoomRun, Sitting

PLAY_SEED = 2  # with these answers the one wrong key stands out and no right one is suspected
PROCTORS = ("proctor", "proctor2")
MEAN_SECONDS, SPREAD = 2650.0, 0.14
STEP = timedelta(minutes=1)
LAST_STEP = timedelta(minutes=30)


def play_day(stage: Stage, exam_session: ExamSession, issued: Mapping[int, IssuedCode]) -> None:
    """Play the day: sign-in, start, answers and incidents, hand-ins, the rooms' closing."""
    rng = np.random.default_rng(PLAY_SEED)
    traits = {
        form.id: traits_in(stage.db, form, rng, is_first=form.code == "A")
        for form in _forms(exam_session)
    }
    start = exam_session.planned_start + timedelta(seconds=20)
    timeline: list[Sent | HandsIn | Done] = []
    for run, username in zip(exam_session.rooms, PROCTORS, strict=True):
        proctor = sample_staff(stage.db, username)
        time = RoomTime(start, minutes(exam_session.minutes), ROOMS[run.room.name])
        timeline += _room(stage, proctor, run, time, traits, issued, rng)
    timeline += _closing(stage, exam_session, start)
    stage.run(timeline)
    stage.db.flush()
    stage.db.expire_all()


def _room(  # noqa: PLR0913, PLR0917 - a room's day
    stage: Stage,
    proctor: Actor,
    run: RoomRun,
    time: RoomTime,
    traits: Mapping[int, Mapping[int, Traits]],
    issued: Mapping[int, IssuedCode],
    rng: np.random.Generator,
) -> list[Sent | HandsIn | Done]:
    sittings = _sittings_in(stage.db, run)
    talents = abilities.abilities(len(sittings), rng)
    present: dict[int, Player] = {}
    timeline: list[Sent | HandsIn | Done] = [
        Done(time.start, lambda now: _start(stage, proctor, run, now)),
    ]
    for sitting, ability in zip(sittings, talents, strict=True):
        part = part_of(run.room.name, sitting.seat.number)
        if part.is_absent:
            continue
        items = traits[sitting.form_id or 0]
        code = issued[sitting.registration_id]
        player = Player(
            sitting, code.registration.ticket, code.code, len(items), f"demo-{sitting.id}"
        )
        present[sitting.id] = player
        timeline += _arriving(stage, player, part, time, rng)
        order = (order_of(stage.db, sitting.form, sitting.sealed_order) or {})["items"]
        acts = script(order, items, _manner(part, ability, rng), rng)
        timeline += seat_timeline(stage, player, part, time, acts, rng)
        timeline += part_timeline(stage, proctor, player, part, time)
    return [*timeline, *room_timeline(stage, proctor, run, present, time)]


def _manner(part: Part, ability: float, rng: np.random.Generator) -> Manner:
    """Return how somebody works; the slow ones do not get to the end of the paper."""
    seconds = MEAN_SECONDS * float(rng.lognormal(0, SPREAD))
    if part.is_slow:
        seconds = max(seconds, SLOW_SECONDS)
    return Manner(ability, min(seconds, SLOW_SECONDS), part.begins_min * 60)


def _arriving(
    stage: Stage, player: Player, part: Part, time: RoomTime, rng: np.random.Generator
) -> list[Done]:
    """Return sign-in and pledge: before the start, or late."""
    at = time.start - timedelta(seconds=float(rng.uniform(180, 1300)))
    if part.begins_min:
        at = time.start + minutes(part.begins_min) - timedelta(seconds=50)
    wrong = [
        Done(
            at - timedelta(seconds=30 * (number + 1)),
            lambda now: stage.sign_in(player, now, code="WRONG234"),
        )
        for number in range(part.wrong_codes)
    ]
    return [
        *wrong,
        Done(at, lambda now: stage.sign_in(player, now)),
        Done(at + timedelta(seconds=25), lambda now: stage.get_ready(player, now)),
    ]


def _start(stage: Stage, proctor: Actor, run: RoomRun, now: datetime) -> None:
    stage.db.flush()
    room_acts.start(stage.db, [Acting(proctor, run, now)])


def _closing(stage: Stage, exam_session: ExamSession, start: datetime) -> list[Done]:
    """Look every minute, as the server does, whose time is over and which rooms can close."""

    def look(now: datetime) -> None:
        for sitting_id in closing.due_sittings(stage.db, now=now):
            stage.close(sitting_id, now)
        rooms = closing.rooms_to_close(stage.db, now=now)
        closing.close_rooms(stage.db, rooms, now=now)
        stage.db.flush()

    first = start + minutes(exam_session.minutes) + timedelta(seconds=4)
    count = int(LAST_STEP / STEP)
    return [Done(first + number * STEP, look) for number in range(count)]


def _forms(exam_session: ExamSession) -> Sequence[Form]:
    return exam_session.assembly_run.forms if exam_session.assembly_run else []


def _sittings_in(db: Session, run: RoomRun) -> list[Sitting]:
    chosen = select(Sitting).where(Sitting.room_run_id == run.id)
    return sorted(db.scalars(chosen), key=lambda sitting: sitting.seat.number)


def traits_in(
    db: Session, form: Form, rng: np.random.Generator, *, is_first: bool
) -> dict[int, Traits]:
    """Return a form's items as people meet them, with the flaws that analysis finds."""
    rows = [
        (held.position, held.item_version, held.item_version.item.code, held.asked)
        for held in form_items(db, form)
    ]
    traits = {
        position: abilities.traits_of(*asked, version.difficulty, rng)
        for position, version, _, asked in rows
    }
    wrong_code, meant = miskeyed()
    mistaken = [position for position, _, code, _ in rows if code == wrong_code]
    for position in mistaken:
        traits[position] = abilities.taken_for(traits[position], meant)
    if is_first:
        singles = [p for p, version, *_ in rows if version.type == "single" and p not in mistaken]
        easy, dull = singles[:2]
        traits[easy] = abilities.known_to_all(traits[easy])
        traits[dull] = abilities.with_dead_distractor(traits[dull])
    return traits
