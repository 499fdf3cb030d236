"""The second computation of a batch: equal where all is well, and every fault is found."""

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from exam_server.batches.models import Registration
from exam_server.db import Database
from exam_server.delivery.models import AnswerEvent, Receipt
from exam_server.delivery.receipts import add_receipt
from exam_server.marking.component_marks import MarksIn, enter_by_hand
from exam_server.marking.models import ComponentMark, ResponseScore, ScoringChange
from exam_server.marking.service import mark_exam_session
from exam_server.results.models import Decision
from exam_server.results.rules import COMPONENTS, Given, judge, rules_of
from exam_server.results.second.comparing import compute_again
from exam_server.results.second.deciding import outcome_of
from exam_server.results.second.facts import Attempt, Counting, Entered, Theory
from exam_server.results.service import decide_batch
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
    make_rule_set,
    make_sitting,
)

FRACTIONS = st.decimals(min_value=0, max_value=100, places=4)
CANNED = Counting(
    Fraction(60),
    {"theory": Fraction(40), "practical": Fraction(50), "performance": Fraction(10)},
    {"theory": Fraction(60), "practical": None, "performance": None},
    "half_up",
    1,
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
    second = outcome_of(Theory(mark), attempts, entered, counting)
    assert (second.outcome, sorted(second.reasons)) == (first.outcome, sorted(first.reasons))
    assert second.composite == (None if first.composite is None else Fraction(first.composite))


def exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def attempt(**facts: bool) -> Attempt:
    known = {"is_handed_in": False, "is_void": False, "is_absent": False, "is_present": False}
    return Attempt(1, 1, 1, "", 1, **(known | facts))


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


def sat_with_receipts(db: Session) -> ExamSession:
    """Return the same, each paper with a receipt; the first has two, as after late work."""
    exam_session = sat_batch(db)
    handed_in = select(Sitting).where(Sitting.status == "handed_in").order_by(Sitting.id)
    sittings = db.scalars(handed_in).all()
    for sitting in [*sittings, sittings[0]]:
        add_receipt(db, sitting, reason="handed_in", now=NOW)
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


def test_who_is_withdrawn_is_decided_by_neither_and_told_when_that_came_later(
    db: Session,
) -> None:
    exam_session = sat_batch(db)
    absent = db.scalars(select(Registration).order_by(Registration.id.desc())).first()
    assert absent is not None
    run = decide_batch(db, exam_session.batch, by=None, now=NOW)
    absent.withdrawn_at = NOW
    db.flush()
    (told,) = compute_again(db, run)["differences"]
    assert (told["kind"], told["ticket"], told["second"]) == ("candidate", absent.ticket, "")
    found = compute_again(db, decide_batch(db, exam_session.batch, by=None, now=NOW))
    assert (found["candidates"], found["differences"]) == (5, [])


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


def test_every_answer_is_held_against_its_receipt_on_both_stores(database: Database) -> None:
    with database.writing() as db:
        exam_session = sat_with_receipts(db)
        event = db.scalars(select(AnswerEvent).order_by(AnswerEvent.sitting_id)).first()
        assert event is not None
        event.at = "2026-06-01T01:00:00.000Z"
        event.answer = '{"1":[90,40.0],"2":"\u00fc\\n\u4fdd"}'  # numbers have a form of their own
        db.flush()
        add_receipt(db, db.get_one(Sitting, event.sitting_id), reason="late_work", now=NOW)
        mark_exam_session(db, exam_session, by=None, now=NOW)
    with database.reading() as db:
        exam_session = db.scalars(select(ExamSession)).one()
        found = compute_again(db, decide_batch(db, exam_session.batch, by=None, now=NOW))
        told = found["differences"], found["receipts"], found["without_receipt"]
        assert told == ([], 4, 0)
        db.rollback()


def spoil_answer(db: Session, event: AnswerEvent) -> None:
    event.answer = json.dumps("E")


def spoil_event(db: Session, event: AnswerEvent) -> None:
    """Add an event that changes no mark."""
    facts = {"kind": "seen", "position": 1, "at": event.at, "received_at": NOW, "lease_number": 1}
    db.add(AnswerEvent(sitting_id=event.sitting_id, seq=99, **facts))


def spoil_receipts(db: Session, event: AnswerEvent) -> None:
    db.execute(delete(Receipt).where(Receipt.sitting_id == event.sitting_id))


def spoil_hash(db: Session, event: AnswerEvent) -> None:
    db.execute(update(Receipt).where(Receipt.link == 2).values(hash="0" * 64))


def spoil_end(db: Session, event: AnswerEvent) -> None:
    db.execute(update(ExamSession).values(chain_link=4))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (spoil_answer, {"receipt"}),
        (spoil_event, {"receipt"}),
        (spoil_receipts, {"receipt", "chain"}),
        (spoil_hash, {"receipt", "chain"}),
        (spoil_end, {"chain"}),
    ],
)
def test_answers_changed_since_they_were_handed_in_are_found_though_all_marks_agree(
    db: Session, spoil: Callable[[Session, AnswerEvent], None], expected: set[str]
) -> None:
    exam_session = sat_with_receipts(db)
    assert kinds(db, exam_session) == set()
    handed_in = select(Receipt.sitting_id).where(Receipt.link == 1)
    chosen = select(AnswerEvent).where(AnswerEvent.sitting_id.in_(handed_in), AnswerEvent.seq == 1)
    spoil(db, db.scalars(chosen).one())
    db.flush()
    mark_exam_session(db, exam_session, by=None, now=NOW)  # by what stands there now
    assert kinds(db, exam_session) == expected


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
