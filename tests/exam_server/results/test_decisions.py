"""Decisions from raw answers, recomputed here by other means; absence, void sittings, changes."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError
from exam_server.marking.component_marks import MarksIn, enter_by_hand
from exam_server.marking.service import mark_exam_session
from exam_server.results.models import Decision
from exam_server.results.progress import progress_of
from exam_server.results.rules import explanation
from exam_server.results.service import (
    count_changed,
    decide_batch,
    decisions_in,
    newest_decisions,
)
from exam_server.seating.models import ExamSession, Sitting
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
    make_registration,
    make_rule_set,
    make_sitting,
)

MARKS = ("0.5", "0.5", "0.5", "1.5", "2", "2")  # seven in all
# Answers, practical, performance; A is right everywhere.
PEOPLE: Sequence[tuple[str, str, str]] = (
    ("AAAAAA", "100", "100"),
    ("AAABAA", "60", "60"),
    ("AAAA-A", "60", "59.99"),
    ("AAAAA", "59.99", "100"),
    ("BAABAA", "88.5", "12.25"),
    ("----AA", "100", "100"),
    ("BBBBBB", "60", "60"),
    ("", "60", "60"),
    ("AAAAAA", "", "60"),
    ("AAAAAA", "59", ""),
)


@pytest.fixture
def examiner(db: Session) -> Actor:
    return actor_of(make_person(db, "examiner"))


def exam_session_of(db: Session, **rules: object) -> ExamSession:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=len(MARKS))
    give_marks(run.forms[0], *MARKS)
    batch = make_batch(db, organization, rule_set=make_rule_set(db, organization, **rules))
    return make_exam_session(db, batch, assembly_run=run)


def sit(db: Session, exam_session: ExamSession, answers: str, status: str = "handed_in") -> Sitting:
    form = exam_session.assembly_run.forms[0] if exam_session.assembly_run else None
    sitting = make_sitting(db, exam_session, form=form, status=status, started_at=NOW)
    make_answers(db, sitting, *answers)
    return sitting


def by_ticket(db: Session, batch: Batch) -> dict[int, Decision]:
    run = newest_decisions(db, batch)
    assert run is not None
    return {each.registration_id: each for each in decisions_in(db, run)}


def half_up(value: Fraction) -> Fraction:
    return Fraction(floor(value * 10 + Fraction(1, 2)), 10)


def expected(answers: str, practical: str, performance: str) -> tuple[Fraction | None, str]:
    """Return composite and outcome by fractions: 40, 50, 10 per cent, 60 and 60 and 60 to pass."""
    raw = sum(
        Fraction(mark)
        for mark, given in zip(MARKS, answers.ljust(len(MARKS), "-"), strict=True)
        if given == "A"
    )
    theory = half_up(Fraction(raw) * 100 / 7)
    if not practical or not performance:
        return None, "incomplete"
    whole = (theory * 40 + Fraction(practical) * 50 + Fraction(performance) * 10) / 100
    composite = half_up(whole)
    is_pass = theory >= 60 and Fraction(practical) >= 60 and composite >= 60
    return composite, "pass" if is_pass else "fail"


def test_a_list_from_raw_answers_is_what_fractions_say(db: Session, examiner: Actor) -> None:
    exam_session = exam_session_of(db)
    told = {}
    for answers, practical, performance in PEOPLE:
        registration = sit(db, exam_session, answers).registration
        sent = MarksIn(practical=practical, performance=performance)
        enter_by_hand(db, examiner, registration, sent, now=NOW)
        told[registration.id] = expected(answers, practical, performance)
    mark_exam_session(db, exam_session, by=None, now=NOW)
    decide_batch(db, exam_session.batch, by=None, now=NOW)
    decided = by_ticket(db, exam_session.batch)
    assert {
        key: (None if each.composite is None else Fraction(each.composite), each.outcome)
        for key, each in decided.items()
    } == told
    assert {outcome for _, outcome in told.values()} == {"pass", "fail", "incomplete"}


@pytest.mark.parametrize(
    ("rounding", "decimals", "outcome"),
    [("half_up", 1, "pass"), ("down", 1, "fail"), ("half_up", 2, "fail"), ("half_even", 1, "pass")],
)
def test_59_95_passes_only_where_the_rule_set_rounds_it_up(
    db: Session, examiner: Actor, rounding: str, decimals: int, outcome: str
) -> None:
    exam_session = exam_session_of(
        db,
        rounding=rounding,
        decimals=decimals,
        theory_weight=Decimal(0),
        practical_weight=Decimal(50),
        performance_weight=Decimal(50),
        practical_minimum=None,
    )
    registration = make_registration(db, exam_session.batch)
    sent = MarksIn(practical="59.9", performance="60")
    enter_by_hand(db, examiner, registration, sent, now=NOW)
    decide_batch(db, exam_session.batch, by=None, now=NOW)
    assert by_ticket(db, exam_session.batch)[registration.id].outcome == outcome


def test_who_never_started_is_absent_once_the_room_has_closed(db: Session, examiner: Actor) -> None:
    exam_session = exam_session_of(db)
    sit(db, exam_session, "AAAAAA")
    absent = make_sitting(db, exam_session, status="assigned").registration
    unseated = make_registration(db, exam_session.batch)
    enter_by_hand(db, examiner, absent, MarksIn(practical="90", performance="90"), now=NOW)
    decide_batch(db, exam_session.batch, by=None, now=NOW)
    assert by_ticket(db, exam_session.batch)[absent.id].outcome == "incomplete"
    exam_session.rooms[0].closed_at = NOW
    decide_batch(db, exam_session.batch, by=None, now=NOW)
    decided = by_ticket(db, exam_session.batch)
    assert (decided[absent.id].outcome, decided[absent.id].reasons) == ("absent", ["absent_theory"])
    assert decided[unseated.id].outcome == "incomplete"


def test_a_void_sitting_decides_alone_even_after_it_was_marked(
    db: Session, examiner: Actor
) -> None:
    exam_session = exam_session_of(db)
    sitting = sit(db, exam_session, "AAAAAA")
    sent = MarksIn(practical="90", performance="90")
    enter_by_hand(db, examiner, sitting.registration, sent, now=NOW)
    mark_exam_session(db, exam_session, by=None, now=NOW)
    run = decide_batch(db, exam_session.batch, by=None, now=NOW)
    assert by_ticket(db, exam_session.batch)[sitting.registration_id].outcome == "pass"
    sitting.status = "void"
    db.flush()
    assert count_changed(db, exam_session.batch, run) == 1
    decide_batch(db, exam_session.batch, by=None, now=NOW)
    decision = by_ticket(db, exam_session.batch)[sitting.registration_id]
    assert (decision.theory, decision.outcome, decision.reasons) == (None, "void", ["void_theory"])


def test_marks_that_change_after_a_decision_are_counted_until_decided_again(
    db: Session, examiner: Actor
) -> None:
    exam_session = exam_session_of(db)
    batch = exam_session.batch
    one = sit(db, exam_session, "AAAAAA").registration
    sit(db, exam_session, "AAAAAA")
    mark_exam_session(db, exam_session, by=None, now=NOW)
    first = decide_batch(db, batch, by=None, now=NOW)
    assert count_changed(db, batch, first) == 0
    enter_by_hand(db, examiner, one, MarksIn(practical="80", performance="80"), now=NOW)
    assert count_changed(db, batch, first) == 1
    make_registration(db, batch)
    assert count_changed(db, batch, first) == 2
    second = decide_batch(db, batch, by=None, now=NOW)
    assert count_changed(db, batch, second) == 0
    assert len(decisions_in(db, first)) == 2  # what was decided stays as it was


def test_a_decision_keeps_the_rules_it_was_made_under(db: Session) -> None:
    exam_session = exam_session_of(db, pass_mark=Decimal("62.5"), decimals=2)
    sit(db, exam_session, "A")
    rules = decide_batch(db, exam_session.batch, by=None, now=NOW).rules
    assert (rules["pass_mark"], rules["decimals"], rules["theory_weight"]) == ("62.5", 2, "40")


def test_a_batch_without_candidates_is_not_decided(db: Session) -> None:
    batch = make_batch(db, make_organization(db))
    with pytest.raises(ConflictError, match="no_candidates"):
        decide_batch(db, batch, by=None, now=NOW)
    assert newest_decisions(db, batch) is None


def test_progress_counts_marks_that_stand_and_outcomes(db: Session, examiner: Actor) -> None:
    exam_session = exam_session_of(db)
    other = make_batch(db, make_organization(db))
    one, two = (sit(db, exam_session, answers) for answers in ("AAAAAA", "A"))
    for mark in ("70", "75"):
        enter_by_hand(db, examiner, one.registration, MarksIn(practical=mark), now=NOW)
    for _ in range(2):
        mark_exam_session(db, exam_session, by=None, now=NOW)
        decide_batch(db, exam_session.batch, by=None, now=NOW)
    two.status = "void"
    db.flush()
    found = progress_of(db, [exam_session.batch, other])
    here = found[exam_session.batch_id]
    assert here.marked == {"theory": 1, "practical": 1}
    assert (here.decided_at, here.outcomes) == (NOW, {"incomplete": 2})
    assert (found[other.id].marked.total(), found[other.id].decided_at) == (0, None)


def test_an_explanation_adds_up_and_shows_where_it_was_rounded() -> None:
    weights = {"theory_weight": "40", "practical_weight": "50", "performance_weight": "10"}
    marks = {"theory": Decimal(72), "practical": Decimal("80.5"), "performance": Decimal(90)}
    told = explanation(marks, Decimal("78.1"), {**weights, "decimals": 1})
    assert told == "72.0 × 40 % + 80.5 × 50 % + 90 × 10 % = 78.05 → 78.1"
    exact = explanation(marks, Decimal("78.05"), {**weights, "decimals": 2})
    assert exact.endswith(" = 78.05")
