"""What a round comes to: its ratings and judgements put together, and what each cut would mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.batches.models import Batch
from exam_server.marking.models import MarkingRun, SittingScore
from exam_server.marking.service import newest_run
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from exam_server.standards import cuts
from exam_server.standards.cuts import FloatArray, Found, MemberFigures
from exam_server.standards.judged import figures_of, judged_in
from exam_server.standards.models import PanelJudgement, PanelRating, PanelRound, StandardPanel
from exam_server.standards.rules import (
    BOOKMARK,
    BY_GROUPS,
    BY_ITEM,
    FEWEST_CANDIDATES,
    FEWEST_MEMBERS,
    QUESTIONS,
    WHOLE,
    places_of,
)
from exam_server.standards.service import members_of

REGULATION: Final = 60.0  # of 100, 60 included: what holds unless a body may set its own


@dataclass(frozen=True)
class Ratings:
    """A round's values by member and place; only of those who have filled every place."""

    people: Sequence[Person]
    values: Mapping[int, Mapping[int, float]]
    unfinished: Sequence[Person]


@dataclass(frozen=True)
class Row:
    """A line about one member: who, their figures, how their cut moved since the round before."""

    person: Person
    figures: MemberFigures
    change: float | None


@dataclass(frozen=True)
class Impact:
    """What a cut would mean: which cut it is, and how many would pass."""

    code: str
    cut: float
    n_pass: int
    share: float


@dataclass(frozen=True)
class Report:
    """Everything the page, the workbook and the printed report say of a round."""

    round: PanelRound
    found: Found
    ratings: Ratings
    members: Sequence[Row]
    compromise: Found | None
    before: Found | None
    marks: FloatArray
    marking: MarkingRun | None
    impact: Sequence[Impact]
    n_judged: int  # candidates with a judgement and a mark
    n_unmarked: int  # with a judgement, without a mark

    @property
    def n_raters(self) -> int:
        """Return how many members count."""
        return len(self.ratings.people)

    @property
    def is_thin(self) -> bool:
        """Say whether so few members or judged candidates stand behind it that it says little."""
        if self.round.panel.method in BY_GROUPS:
            return self.n_judged < FEWEST_CANDIDATES
        return self.n_raters < FEWEST_MEMBERS

    @property
    def is_impact_thin(self) -> bool:
        """Say whether too few candidates were marked for shares to say much."""
        return 0 < len(self.marks) < FEWEST_CANDIDATES


def report_of(db: Session, found: PanelRound) -> Report:
    """Put a round together as it stands."""
    panel = found.panel
    marking, marks = marks_of(db, panel.exam_session)
    scores = np.array([float(each) for each in marks.values()])
    ratings = ratings_in(db, found)
    judged = judgements_in(db, found)
    result = _found(db, panel, ratings, scores, _pairs(judged, marks))
    before = _before(db, found, scores, marks)
    return Report(
        round=found,
        found=result,
        ratings=ratings,
        members=_rows(ratings, result, before),
        compromise=_compromise(ratings, scores) if panel.rules["asks_hofstee"] else None,
        before=before[1] if before else None,
        marks=scores,
        marking=marking,
        impact=impact_of(db, panel, result, before[1] if before else None, scores),
        n_judged=len(judged.keys() & marks.keys()),
        n_unmarked=len(judged.keys() - marks.keys()),
    )


def marks_of(
    db: Session, exam_session: ExamSession | None
) -> tuple[MarkingRun | None, dict[int, Decimal]]:
    """Return the newest marking of an exam session and its theory marks by registration."""
    run = newest_run(db, exam_session.id) if exam_session else None
    if run is None:
        return None, {}
    chosen = (
        select(Sitting.registration_id, SittingScore.theory)
        .join(SittingScore, SittingScore.sitting_id == Sitting.id)
        .where(SittingScore.marking_run_id == run.id, Sitting.status != "void")
        .order_by(Sitting.id)
    )
    return run, {row[0]: row[1] for row in db.execute(chosen) if row[1] is not None}


def ratings_in(db: Session, found: PanelRound) -> Ratings:
    """Return the ratings of the members who have filled every place."""
    panel = found.panel
    chosen = select(PanelRating.person_id, PanelRating.place, PanelRating.value).where(
        PanelRating.round_id == found.id, PanelRating.value.is_not(None)
    )
    values: dict[int, dict[int, float]] = {}
    for person_id, place, value in db.execute(chosen):
        values.setdefault(person_id, {})[place] = float(value or 0)
    places = places_of(panel.method, panel.n_items, asks_hofstee=panel.rules["asks_hofstee"])
    people = members_of(db, panel)
    done = [each for each in people if places and values.get(each.id, {}).keys() >= set(places)]
    return Ratings(done, values, [each for each in people if each not in done])


def judgements_in(db: Session, found: PanelRound) -> dict[int, int]:
    """Return what experts said of candidates, by registration."""
    chosen = select(PanelJudgement).where(PanelJudgement.round_id == found.id)
    return {row.registration_id: row.rating for row in db.scalars(chosen)}


def _found(
    db: Session,
    panel: StandardPanel,
    ratings: Ratings,
    scores: FloatArray,
    pairs: tuple[FloatArray, FloatArray],
) -> Found:
    if panel.method in BY_GROUPS:
        return cuts.cut_by_groups(panel.method, *pairs)
    if panel.method == "hofstee":
        return _compromise(ratings, scores)
    if not ratings.people:
        return Found(refused="too_few_judges")
    items = figures_of(judged_in(db, panel))
    if panel.method in BY_ITEM:
        return cuts.cut_by_items(_matrix(ratings, range(1, panel.n_items + 1)), items)
    pages = _matrix(ratings, [BOOKMARK])[:, 0]
    return cuts.cut_by_bookmarks(pages, items, panel.rules["response_chance"] / WHOLE)


def _compromise(ratings: Ratings, scores: FloatArray) -> Found:
    return cuts.cut_by_compromise(_matrix(ratings, QUESTIONS), scores)


def _matrix(ratings: Ratings, places: Sequence[int]) -> FloatArray:
    rows = [[ratings.values[each.id][place] for place in places] for each in ratings.people]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(places))


def _pairs(
    judged: Mapping[int, int], marks: Mapping[int, Decimal]
) -> tuple[FloatArray, FloatArray]:
    both = [each for each in judged if each in marks]
    return (
        np.array([float(marks[each]) for each in both]),
        np.array([float(judged[each]) for each in both]),
    )


def _before(
    db: Session, found: PanelRound, scores: FloatArray, marks: Mapping[int, Decimal]
) -> tuple[Ratings, Found] | None:
    earlier = [each for each in found.panel.rounds if each.number == found.number - 1]
    if not earlier:
        return None
    ratings = ratings_in(db, earlier[0])
    pairs = _pairs(judgements_in(db, earlier[0]), marks)
    return ratings, _found(db, found.panel, ratings, scores, pairs)


def _rows(ratings: Ratings, found: Found, before: tuple[Ratings, Found] | None) -> list[Row]:
    earlier: dict[int, float] = {}
    if before:
        people, was = before
        earlier = {who.id: each.cut for who, each in zip(people.people, was.members, strict=False)}
    return [
        Row(who, each, each.cut - earlier[who.id] if who.id in earlier else None)
        for who, each in zip(ratings.people, found.members, strict=False)
    ]


def impact_of(
    db: Session,
    panel: StandardPanel,
    found: Found,
    before: Found | None,
    scores: FloatArray,
) -> list[Impact]:
    """Return what each cut would mean for the candidates of the exam session, the lowest first."""
    asked = {"regulation": REGULATION, "in_force": _in_force(db, panel)}
    asked["round_before"] = before.cut if before else None
    if found.cut is not None:
        asked["recommended"] = found.cut
        for code, errors in (
            ("minus_two", -2),
            ("minus_one", -1),
            ("plus_one", 1),
            ("plus_two", 2),
        ):
            at = None if found.error is None else found.cut + errors * found.error
            asked[code] = at if at is not None and 0 <= at <= WHOLE else None
    if asked["in_force"] == REGULATION:
        del asked["in_force"]
    listed = sorted((cut, code) for code, cut in asked.items() if cut is not None)
    if not len(scores):
        return []
    shares = cuts.impact(scores, [cut for cut, _ in listed])
    return [
        Impact(code, cut, round(share * len(scores)), share)
        for (cut, code), share in zip(listed, shares, strict=True)
    ]


def _in_force(db: Session, panel: StandardPanel) -> float | None:
    """Return the theory mark that the exam session's rule set asked for, if it asked for one."""
    if panel.exam_session is None:
        return None
    rules = db.get_one(RuleSet, db.get_one(Batch, panel.exam_session.batch_id).rule_set_id)
    return None if rules.theory_minimum is None else float(rules.theory_minimum)
