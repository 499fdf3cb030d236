"""Giving items of an adaptive test one by one: chosen from what is stored, stored, then sent.

The choice reads only rows and the sealed seed, so that whoever makes it again after a kill finds
the same. It is computed outside any writing transaction; the one that stores it looks again at
what it was computed from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from exam_server.adaptive.models import RUNS, AdaptiveUse
from exam_server.announcements import announce
from exam_server.db import Database
from exam_server.delivery.standing import responses_of
from exam_server.forms.custody import Held, grow
from exam_server.seating.adaptive_models import GivenItem
from exam_server.seating.adaptive_pools import Engine, engine_of, shown_at
from exam_server.seating.models import ExamSession, Sitting
from itembank.adaptive.ability import Known, known_so_far
from itembank.adaptive.choosing import Progress, choose_item
from itembank.adaptive.rules import ending
from itembank.adaptive.simulating import too_often
from proctor.sitting_states import LIVE

GIVES = ("ready", "running")  # the first item stands ready before the start; nobody is told of it
TRIES = 5


@dataclass(frozen=True)
class Found:
    """What comes next at a sitting: an item's place, or why none does; and what decided it."""

    after: int
    known: Known
    place: int | None = None
    relaxed: str | None = None
    shadow: Sequence[int] = ()
    because: str | None = None
    times: int = 0


def due_sittings(db: Session) -> list[int]:
    """Return the sittings that wait for an item; most of the time there is no such exam at all."""
    adaptive = select(ExamSession.id).where(
        ExamSession.adaptive_trial_id.is_not(None), ExamSession.state == "released"
    )
    exam_sessions = db.scalars(adaptive).all()
    if not exam_sessions:
        return []
    chosen = select(Sitting.id).where(
        Sitting.exam_session_id.in_(exam_sessions),
        Sitting.status.in_(GIVES),
        Sitting.given_count == Sitting.confirmed_count,
        Sitting.finished_because.is_(None),
    )
    return list(db.scalars(chosen.order_by(Sitting.id)))


def give_next(database: Database, sitting_id: int, *, now: datetime) -> bool:
    """Choose and store the next item of a sitting, or that the test is over; say whether it was.

    Another process may have done so meanwhile, or given the same item elsewhere: then it is looked
    at again.
    """
    for turn in range(TRIES):
        with database.reading() as db:
            sitting = db.get_one(Sitting, sitting_id)
            if not is_due(sitting):
                return False
            found = find_next(db, sitting)
        with database.writing() as db:
            if _store(db, sitting_id, found, is_last_try=turn == TRIES - 1, now=now):
                return True
    return False


def is_due(sitting: Sitting) -> bool:
    """Say whether a sitting waits for an item."""
    return (
        sitting.given_count is not None
        and sitting.given_count == sitting.confirmed_count
        and sitting.finished_because is None
        and sitting.status in GIVES
    )


def find_next(db: Session, sitting: Sitting) -> Found:
    """Return what comes next, from the stored items and answers and the sealed seed alone."""
    engine = engine_of(db, sitting.exam_session)
    given = given_to(db, sitting.id)
    answers = responses_of(db, [sitting.id])[sitting.id].answers
    places = [row.place for row in given]
    rights = [engine.items[row.place].is_right(answers.get(str(row.position))) for row in given]
    known = known_so_far(engine.pool, engine.rules.stop, places, rights)
    after = len(given)
    because = ending(engine.rules.stop, after, known.standard_error, known.log_ratio)
    if because is not None:
        return Found(after, known, because=because)
    times, n_runs = _uses(db, engine)
    rng = np.random.default_rng([engine.seed, sitting.id, after])
    shadow = tuple(given[-1].shadow) if given else ()
    progress = Progress(tuple(places), known.ability, shadow)
    barred = too_often(times, n_runs + (not given), engine.rules.exposure)
    chosen = choose_item(engine.pool, engine.rules, progress, rng, barred)
    if chosen is None:
        return Found(after, known, because="no_item_left")
    return Found(
        after, known, chosen.place, chosen.relaxed, chosen.shadow, times=int(times[chosen.place])
    )


def given_to(db: Session, sitting_id: int) -> Sequence[Row[tuple[int, int, list[Any]]]]:
    """Return position, place and shadow of the items given to a sitting, in order."""
    chosen = select(GivenItem.position, GivenItem.place, GivenItem.shadow)
    return db.execute(
        chosen.where(GivenItem.sitting_id == sitting_id).order_by(GivenItem.position)
    ).all()


def adaptive_told(
    db: Session, sitting: Sitting, exam_session: ExamSession
) -> dict[str, Any] | None:
    """Return how far an adaptive test is and the one item that is open, while the sitting lives."""
    if exam_session.adaptive_trial is None:
        return None
    rules = exam_session.adaptive_trial.plan.rules
    # chosen before the start, told at the start
    given = (sitting.given_count or 0) if sitting.started_at else 0
    confirmed = sitting.confirmed_count
    is_live = sitting.status in LIVE
    told = {
        "longest": rules["most"],
        "least": rules["least"],
        "may_end_earlier": rules["stop"] != "length",
        "given": given,
        "confirmed": confirmed,
        "is_finished": sitting.finished_because is not None,
        "item": None,
    }
    if is_live and given > confirmed:
        row = db.get_one(GivenItem, (sitting.id, given))
        told["item"] = {**shown_at(db, exam_session, row.place), "position": given}
    return told


def _store(db: Session, sitting_id: int, found: Found, *, is_last_try: bool, now: datetime) -> bool:
    sitting = db.get_one(Sitting, sitting_id, with_for_update={"key_share": True})
    if not is_due(sitting) or sitting.given_count != found.after:
        return True  # done elsewhere, or paused or over meanwhile
    if found.place is None:
        sitting.finished_because = found.because
    else:
        engine = engine_of(db, sitting.exam_session)
        if not _count(db, engine, found, is_last_try=is_last_try):
            return False
        _add(db, sitting, engine, found, found.place, now=now)
    announce(db, "item_chosen", {"sitting": sitting.id}, to=f"sitting:{sitting.uid}")
    return True


def _add(
    db: Session, sitting: Sitting, engine: Engine, found: Found, place: int, *, now: datetime
) -> None:
    position = found.after + 1
    db.add(
        GivenItem(
            sitting_id=sitting.id,
            position=position,
            place=place,
            relaxed=found.relaxed,
            shadow=list(found.shadow),
            ability=found.known.ability,
            standard_error=found.known.standard_error,
            given_at=now,
        )
    )
    sitting.given_count = position
    db.flush()
    if sitting.form is not None:
        grow(db, sitting.form, [_held(engine, row) for row in given_to(db, sitting.id)])


def _held(engine: Engine, row: Row[tuple[int, int, list[Any]]]) -> Held:
    item = engine.items[row.place]
    return Held(row.position, item.version_id, item.section, item.mark)


def _uses(db: Session, engine: Engine) -> tuple[Any, int]:
    """Return how often each item has been given by this trial, and how many tests were begun."""
    chosen = select(AdaptiveUse.place, AdaptiveUse.times)
    rows = db.execute(chosen.where(AdaptiveUse.trial_id == engine.trial_id))
    counts = {row.place: row.times for row in rows}
    n_runs = counts.pop(RUNS, 0)
    times = np.zeros(len(engine.items), np.int64)
    for place, where in enumerate(engine.places_in_trial):
        times[place] = counts.get(where, 0)
    return times, n_runs


def _count(db: Session, engine: Engine, found: Found, *, is_last_try: bool) -> bool:
    """Count an item's use, unless somebody else got it since it was chosen."""
    of_trial = AdaptiveUse.trial_id == engine.trial_id
    where = engine.places_in_trial[found.place or 0]
    as_seen = [] if is_last_try else [AdaptiveUse.times == found.times]
    counted = db.execute(
        update(AdaptiveUse)
        .where(of_trial, AdaptiveUse.place == where, *as_seen)
        .values(times=AdaptiveUse.times + 1)
    )
    if not counted.rowcount:  # type: ignore[attr-defined] # an update has a row count
        return False
    if found.after == 0:
        runs = (of_trial, AdaptiveUse.place == RUNS)
        db.execute(update(AdaptiveUse).where(*runs).values(times=AdaptiveUse.times + 1))
    return True
