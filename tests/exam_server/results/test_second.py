"""The second computation: it agrees with the first on whatever is answered, and finds faults."""

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam_server.delivery.models import AnswerEvent
from exam_server.marking.component_marks import MarksIn, enter_by_hand
from exam_server.marking.models import ComponentMark, ResponseScore, ScoringChange
from exam_server.marking.service import mark_exam_session
from exam_server.results.models import Decision
from exam_server.results.rules import COMPONENTS, Given, judge, rules_of
from exam_server.results.second.answers import earned, is_known
from exam_server.results.second.arithmetic import nearest, shares
from exam_server.results.second.comparing import compute_again
from exam_server.results.second.deciding import Marker, outcome_of, theory_of
from exam_server.results.second.facts import Asked, Attempt, Counting, Entered
from exam_server.results.second.own_modules import mark_by_own_module
from exam_server.results.service import decide_batch
from exam_server.seating.models import ExamSession, Sitting
from itembank.drawing import as_asked, drawn
from itembank.items.written_marks import FormPlace, mark_with
from scoring.composite import Rounding, rounded
from scoring.marks import split_mark
from tests.factories import (
    NOW,
    actor_of,
    give_marks,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_rule_set,
    make_sitting,
)
from tests.items import RIGHT

MARKS = st.decimals(min_value="0.1", max_value="60", places=2)
FRACTIONS = st.decimals(min_value=0, max_value=100, places=4)
TEXTS = (
    "A",
    "B",
    "C",
    "D",
    "E",
    "plc",
    "ＰＬＣ",
    " p l c",
    "",
    "  ",
    "12.6",
    "１２．４",
    "12.61",
    "-1",
    "1e1",
)
ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.sampled_from(TEXTS), st.integers(-5, 400), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["1", "2", "x"]), inner)
    ),
    max_leaves=6,
)
LETTERS = st.lists(st.sampled_from("ABCDE"), max_size=5)
PAIRS = st.lists(st.tuples(st.sampled_from("abq"), st.sampled_from("xyz")).map(list), max_size=4)
PLACES = st.lists(st.integers(0, 300) | st.floats(0, 300), min_size=2, max_size=2)
ANSWERS = st.one_of(LETTERS, PAIRS, PLACES, st.sampled_from(TEXTS), ODD)
POLICIES = st.sampled_from(["all_or_nothing", "part_marks", "minus", "by_option"])
AREAS = (
    {"shape": "rect", "coords": [10, 10, 200, 120]},
    {"shape": "poly", "coords": [0, 0, 300, 0, 300, 300, 150, 50, 0, 300]},
    {"shape": "circle", "coords": [90, 60, 20]},
)
CANNED = Counting(
    Fraction(60),
    {"theory": Fraction(40), "practical": Fraction(50), "performance": Fraction(10)},
    {"theory": Fraction(60), "practical": None, "performance": None},
    "half_up",
    1,
)


def keyed(kind: str, key: dict[str, Any], policy: str, area: dict[str, Any]) -> dict[str, Any]:
    """Return a key with another way of marking, where its type has any."""
    if kind in {"matching", "ordering"}:
        return {**key, "policy": "part_marks" if policy == "part_marks" else "all_or_nothing"}
    if kind == "multiple":
        return {**key, "policy": policy, "points": {"A": "2", "B": "-1.5", "C": "1"}}
    if kind == "single":
        by_option = {"policy": "by_option", "points": {"B": "3", "C": "1"}}
        return {**key, **by_option} if policy == "by_option" else key
    return {**key, "areas": [area]} if kind == "hotspot" else key


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(RIGHT)),
    MARKS,
    st.tuples(POLICIES, st.sampled_from(AREAS)),
    st.tuples(st.sampled_from(["right", "random"]), ANSWERS, st.fractions(0, 1)),
)
def test_both_computations_give_every_answer_the_same_mark(
    kind: str,
    full: Decimal,
    way: tuple[str, dict[str, Any]],
    said: tuple[str, Any, Fraction],
) -> None:
    content, key, right = RIGHT[kind]
    values = drawn(kind, content, key, np.random.default_rng(1), 0)
    kind, content, key = as_asked(kind, content, key, values)
    key = keyed(kind, dict(key), *way)
    whose, answer, generosity = said
    if whose == "right":
        answer = {**right, "3": answer} if kind == "item_set" else right
    answer = json.loads(json.dumps(answer))  # as it comes from the store
    parts = [(each["id"], each["mark_share"]) for each in content.get("parts", [])] or [("", "1")]
    marks = split_mark(full, [Decimal(weight) for _, weight in parts])
    given_marks = {
        part: Decimal(int(Fraction(most) * 10000 * generosity)) / 10000
        for (part, _), most in zip(parts, marks, strict=True)
    }
    first = mark_with(FormPlace(1, kind, content, key, full), answer, given_marks)
    second = earned(
        kind,
        content,
        key,
        answer,
        Fraction(full),
        {part: Fraction(mark) for part, mark in given_marks.items()},
    )
    assert is_known(kind, content, key)
    assert second == (None if first is None else Fraction(first))


@given(FRACTIONS, st.sampled_from(["half_up", "half_even", "down"]), st.integers(0, 4))
def test_both_round_alike(value: Decimal, mode: str, decimals: int) -> None:
    assert nearest(Fraction(value), mode, decimals) == rounded(value, Rounding(mode, decimals))


@given(MARKS, st.lists(st.integers(1, 30), min_size=1, max_size=9))
def test_both_split_marks_alike(mark: Decimal, weights: list[int]) -> None:
    first = split_mark(mark, [Decimal(each) for each in weights])
    assert shares(Fraction(mark), [Fraction(each) for each in weights]) == list(
        map(Fraction, first)
    )


ENTERED = st.one_of(
    FRACTIONS.map(lambda mark: Entered("marked", Fraction(mark))),
    st.sampled_from([Entered("absent", None), Entered("void", None)]),
    st.none(),
)


@given(
    st.one_of(st.none(), FRACTIONS),
    ENTERED,
    ENTERED,
    st.sampled_from(["handed_in", "void", "never", "none"]),
    st.sampled_from([(40, 50, 10), (100, 0, 0), (30, 70, 0)]),
)
def test_both_decide_alike(
    theory: Decimal | None,
    practical: Entered | None,
    performance: Entered | None,
    sat: str,
    weights: tuple[int, int, int],
) -> None:
    marks = dict(zip(COMPONENTS, weights, strict=True))
    theory = theory if sat == "handed_in" else None
    counting = Counting(
        CANNED.pass_mark, {n: Fraction(w) for n, w in marks.items()}, CANNED.minima, "half_up", 1
    )
    applied = {f"{name}_weight": str(weight) for name, weight in marks.items()} | {
        f"{name}_minimum": None for name in COMPONENTS
    }
    rules = rules_of(
        {**applied, "theory_minimum": "60", "pass_mark": "60", "rounding": "half_up", "decimals": 1}
    )
    own = {"practical": practical, "performance": performance}
    entered = {name: each for name, each in own.items() if each is not None}
    standing = {"void": "void", "never": "absent"}.get(sat)
    standings = ({"theory": standing} if standing else {}) | {
        name: each.standing for name, each in entered.items() if each.mark is None
    }
    first = judge(
        [
            Given(
                {"theory": theory}
                | {n: None if e.mark is None else exact(e.mark) for n, e in entered.items()},
                {name: each for name, each in standings.items() if marks[name]},
            )
        ],
        rules,
    )[0]
    attempts = {
        "handed_in": [attempt(is_handed_in=True, is_present=True)],
        "void": [attempt(is_void=True, is_present=True)],
        "never": [attempt(is_absent=True)],
        "none": [],
    }[sat]
    mark = None if theory is None else Fraction(theory)
    second = outcome_of(mark, attempts, entered, counting)
    assert (second.outcome, sorted(second.reasons)) == (first.outcome, sorted(first.reasons))
    assert second.composite == (None if first.composite is None else Fraction(first.composite))


def exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def attempt(**facts: bool) -> Attempt:
    known = {"is_handed_in": False, "is_void": False, "is_absent": False, "is_present": False}
    return Attempt(1, 1, "", 1, **(known | facts))


def test_what_the_rules_do_not_know_is_marked_by_its_own_module_and_told() -> None:
    content, key, right = RIGHT["numeric"]
    newer = {**content, "units": [{"unit": "kA", "factor": "1000"}]}
    marker = Marker(mark_by_own_module)
    asked = Asked(1, 1, "I1", "numeric", newer, (key,), Fraction(2))
    assert marker.mark(asked, json.dumps(right), {}) == 2
    assert marker.unknown == {"numeric": 1}
    assert theory_of([asked], {1: Fraction(1)}, CANNED) == 50


def sat_batch(db: Session) -> ExamSession:
    """Return an exam session of six: several answers, one void, one absent; marked and decided."""
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=4)
    give_marks(run.forms[0], "0.5", "1.5", "2", "3")
    batch = make_batch(db, organization, rule_set=make_rule_set(db, organization))
    exam_session = make_exam_session(db, batch, assembly_run=run)
    exam_session.rooms[0].closed_at = NOW
    examiner = actor_of(make_person(db, "examiner"))
    for place, answers in enumerate(("AAAA", "AAAB", "BA-A", "", "AAAA")):
        sitting = make_sitting(
            db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
        )
        make_answers(db, sitting, *answers)
        sent = MarksIn(practical=str(58 + place), performance="70.25")
        enter_by_hand(db, examiner, sitting.registration, sent, now=NOW)
        sitting.status = "void" if place == 4 else "handed_in"
    make_sitting(db, exam_session, form=run.forms[0])
    mark_exam_session(db, exam_session, by=None, now=NOW)
    return exam_session


def kinds(db: Session, exam_session: ExamSession) -> set[str]:
    found = compute_again(db, decide_batch(db, exam_session.batch, by=None, now=NOW))
    return {each["kind"] for each in found["differences"]}


def test_a_marked_batch_is_found_equal_with_figures(db: Session) -> None:
    exam_session = sat_batch(db)
    found = compute_again(db, decide_batch(db, exam_session.batch, by=None, now=NOW))
    assert found["differences"] == []
    told = found["candidates"], found["papers"], found["responses"], found["not_again"]
    assert told == (6, 4, 16, {})


def spoil_response(db: Session, exam_session: ExamSession) -> None:
    values = {"mark": Decimal("2.5")}
    db.execute(update(ResponseScore).where(ResponseScore.position == 4).values(**values))


def spoil_events(db: Session, exam_session: ExamSession) -> None:
    handed_in = select(Sitting.id).where(Sitting.status == "handed_in")
    chosen = select(AnswerEvent).where(AnswerEvent.sitting_id.in_(handed_in), AnswerEvent.seq == 1)
    event = db.scalars(chosen).first()
    assert event is not None
    event.answer = json.dumps("E")


def spoil_change(db: Session, exam_session: ExamSession) -> None:
    """Let a change of scoring be approved by which nothing was marked."""
    people = [make_person(db, "exam_officer").id for _ in range(2)]
    version = db.scalars(select(ResponseScore.item_version_id)).first()
    db.add(
        ScoringChange(
            batch_id=exam_session.batch_id,
            item_version_id=version,
            way="dropped",
            keys=[],
            reason="x",
            asked_at=NOW,
            asked_by=people[0],
            outcome="approved",
            decided_at=NOW,
            decided_by=people[1],
        )
    )


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [(spoil_response, "response"), (spoil_events, "response"), (spoil_change, "counts")],
)
def test_a_fault_in_the_marking_is_found(
    db: Session, spoil: Callable[[Session, ExamSession], None], kind: str
) -> None:
    exam_session = sat_batch(db)
    assert kinds(db, exam_session) == set()
    spoil(db, exam_session)
    db.flush()
    assert kind in kinds(db, exam_session)


@pytest.mark.parametrize("name", ["theory", "practical", "composite", "outcome", "reasons"])
def test_a_fault_in_a_decision_is_found_with_both_values(db: Session, name: str) -> None:
    exam_session = sat_batch(db)
    run = decide_batch(db, exam_session.batch, by=None, now=NOW)
    decision = db.scalars(select(Decision).where(Decision.outcome == "fail")).first()
    assert decision is not None
    wrong: dict[str, Any] = {"outcome": "pass", "reasons": ["below_pass_mark", "void_theory"]}
    setattr(decision, name, wrong.get(name, Decimal("61.5")))
    db.flush()
    found = compute_again(db, run)
    told = found["differences"][0]
    assert (found["n_differing"], told["kind"]) == (1, name)
    assert told["ticket"] == decision.registration.ticket
    assert told["first"] != told["second"]


def test_a_mark_entered_since_is_a_difference(db: Session) -> None:
    exam_session = sat_batch(db)
    run = decide_batch(db, exam_session.batch, by=None, now=NOW)
    row = db.scalars(select(ComponentMark).where(ComponentMark.component == "practical")).first()
    assert row is not None
    row.mark = Decimal(99)
    db.flush()
    assert "practical" in {each["kind"] for each in compute_again(db, run)["differences"]}
