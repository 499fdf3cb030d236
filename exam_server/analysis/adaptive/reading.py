"""What a marking knows of an adaptive exam session: its tests, item by item, and its pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive import pooling
from exam_server.bank.models import Area, Item, ItemVersion
from exam_server.marking.adaptive_marks import SAYS_NOTHING, confirmed_in
from exam_server.marking.changes import changes_of_run
from exam_server.marking.models import AdaptiveMark, MarkingRun, ResponseScore, SittingScore
from exam_server.seating.adaptive_models import GivenItem
from exam_server.seating.adaptive_pools import trial_with_pool
from exam_server.seating.models import ExamSession, Sitting
from itembank.adaptive.pool import AdaptivePool

STOPPED: Final = "stopped"  # handed in, or out of time, before the test had its end
BAR_LOGITS: Final = 0.5  # of a picture of abilities
ERROR_BAR_LOGITS: Final = 0.05


@dataclass(frozen=True)
class Step:
    """An item of a test: its place in the pool, and whether it was right.

    ``is_done``: it was answered or closed. ``tells``: and its scoring was not changed to say
    nothing of an ability.
    """

    place: int
    is_right: bool
    is_done: bool
    tells: bool


@dataclass(frozen=True)
class TakenTest:
    """One candidate's test as it was marked; logits, and the theory mark of 100."""

    steps: Sequence[Step]
    ability: float
    standard_error: float
    theory: float
    ended: str | None  # why no further item came; None: handed in, or out of time, before that
    relaxed: frozenset[str]  # what had to give way for some item


@dataclass(frozen=True)
class AdaptiveTests:
    """The tests of an exam session, the pool they came from, and the plan they went by.

    ``cut``: the ability at which the mark that passes is expected. ``items``: uid and version of
    pool items that came, by place. ``ranges``: names of the bank's ranges by code.
    """

    tests: Sequence[TakenTest]
    pool: AdaptivePool
    rules: Mapping[str, Any]
    cut: float
    items: Mapping[int, tuple[str, int]]
    ranges: Mapping[str, str]


def tests_in(db: Session, run: MarkingRun) -> AdaptiveTests:
    """Return the tests that a marking has marked."""
    exam_session = db.get_one(ExamSession, run.exam_session_id)
    if exam_session.adaptive_trial_id is None:
        msg = f"no adaptive test: {exam_session.uid!r}"
        raise ValueError(msg)
    trial = trial_with_pool(db, exam_session.adaptive_trial_id)
    stored, structure = trial.pool or {}, trial.plan.structure
    demand = pooling.demand_in(structure.demand, trial.plan.rules)
    pool = pooling.adaptive_pool(pooling.entries_in(stored), demand, stored["forms"])
    places = {each["version"]: place for place, each in enumerate(stored["items"])}
    steps = _steps(db, run, exam_session, places)
    marks, relaxed = _marks(db, run), _relaxed(db, exam_session)
    areas = select(Area.path, Area.name).where(Area.blueprint_id == structure.blueprint_id)
    return AdaptiveTests(
        tests=[
            TakenTest(
                steps.get(sitting_id, ()),
                row.ability,
                row.standard_error,
                float(row.theory),
                row.finished_because,
                frozenset(relaxed.get(sitting_id, ())),
            )
            for sitting_id, row in marks.items()
        ],
        pool=pool,
        rules=trial.plan.rules,
        cut=next((row.cut for row in marks.values()), 0.0),
        items=_names(db, run, places),
        ranges={row.path: row.name for row in db.execute(areas)},
    )


def _marks(db: Session, run: MarkingRun) -> dict[int, Any]:
    chosen = (
        select(
            AdaptiveMark.sitting_id,
            AdaptiveMark.ability,
            AdaptiveMark.standard_error,
            AdaptiveMark.cut,
            SittingScore.theory,
            Sitting.finished_because,
        )
        .join(Sitting, AdaptiveMark.sitting_id == Sitting.id)
        .join(
            SittingScore,
            (SittingScore.sitting_id == AdaptiveMark.sitting_id)
            & (SittingScore.marking_run_id == AdaptiveMark.marking_run_id),
        )
        .where(AdaptiveMark.marking_run_id == run.id)
    )
    return {row.sitting_id: row for row in db.execute(chosen.order_by(AdaptiveMark.sitting_id))}


def _steps(
    db: Session, run: MarkingRun, exam_session: ExamSession, places: Mapping[int, int]
) -> dict[int, list[Step]]:
    closed = confirmed_in(db, exam_session.id)
    changes = changes_of_run(db, run, exam_session.batch_id)
    silent = {version for version, each in changes.items() if each.way in SAYS_NOTHING}
    chosen = (
        select(
            ResponseScore.sitting_id,
            ResponseScore.position,
            ResponseScore.item_version_id,
            ResponseScore.answer.is_not(None).label("is_answered"),
            (ResponseScore.mark == ResponseScore.max_mark).label("is_right"),
        )
        .where(ResponseScore.marking_run_id == run.id)
        .order_by(ResponseScore.sitting_id, ResponseScore.position)
    )
    found: dict[int, list[Step]] = {}
    for row in db.execute(chosen):
        is_done = bool(row.is_answered or row.position in closed.get(row.sitting_id, ()))
        tells = is_done and row.item_version_id not in silent
        step = Step(places[row.item_version_id], bool(row.is_right), is_done, tells)
        found.setdefault(row.sitting_id, []).append(step)
    return found


def _relaxed(db: Session, exam_session: ExamSession) -> dict[int, set[str]]:
    chosen = (
        select(GivenItem.sitting_id, GivenItem.relaxed)
        .join(Sitting, GivenItem.sitting_id == Sitting.id)
        .where(Sitting.exam_session_id == exam_session.id, GivenItem.relaxed.is_not(None))
    )
    found: dict[int, set[str]] = {}
    for sitting_id, what in db.execute(chosen):
        found.setdefault(sitting_id, set()).add(str(what))
    return found


def _names(db: Session, run: MarkingRun, places: Mapping[int, int]) -> dict[int, tuple[str, int]]:
    """Return uid and version of the items that came, by place."""
    chosen = (
        select(ItemVersion.id, ItemVersion.number, Item.uid)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(ResponseScore, ResponseScore.item_version_id == ItemVersion.id)
        .where(ResponseScore.marking_run_id == run.id)
    )
    return {places[row.id]: (row.uid, row.number) for row in db.execute(chosen.distinct())}
