"""From stored events to a decision, recomputed by hand."""

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.delivery.models import AnswerEvent
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.marking import component_marks as entering
from exam_server.marking import service as marking
from exam_server.marking.models import ComponentMark, ResponseScore
from exam_server.results.service import decide_batch, decisions_in
from exam_server.seating.models import ExamSession, Sitting
from exam_server.tables_in import SheetRow
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_sitting,
)

N_ITEMS = 7


def sat_session(db: Session, *papers: str) -> tuple[ExamSession, list[Sitting]]:
    """Add a closed exam session; each paper gives the answers in order, ``-`` for none."""
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=N_ITEMS)
    exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
    sittings = []
    for paper in papers:
        sitting = make_sitting(
            db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
        )
        for position, answer in enumerate(paper, start=1):
            if answer != "-":
                add_event(db, sitting, position, position, answer)
        sittings.append(sitting)
    return exam_session, sittings


def add_event(
    db: Session, sitting: Sitting, seq: int, position: int, answer: Any, **more: Any
) -> None:
    values = {
        "kind": "answer",
        "answer": None if answer is None else json.dumps(answer),
        "at": "2026-06-01T01:00:00.000Z",
        "received_at": NOW,
        "lease_number": 1,
        **more,
    }
    db.add(AnswerEvent(sitting_id=sitting.id, seq=seq, position=position, **values))
    db.flush()


def officer_of(db: Session, batch: Batch) -> Actor:
    return actor_of(make_person(db))


def theory_of(db: Session, exam_session: ExamSession) -> list[Decimal]:
    run = marking.mark_exam_session(db, exam_session, by=None, now=NOW)
    db.refresh(run)
    return [score.theory for score in sorted(run.sitting_scores, key=lambda s: s.sitting_id)]


def test_theory_is_rounded_once_by_the_rule_set(db: Session) -> None:
    exam_session, _ = sat_session(db, "AAAAA--", "AAAAAAA", "-------")
    # 5 of 7 is 71.428571…: one decimal, half up.
    assert theory_of(db, exam_session) == [Decimal("71.4"), Decimal(100), Decimal(0)]


def test_the_latest_counted_answer_is_marked(db: Session) -> None:
    exam_session, (sitting,) = sat_session(db, "B")
    add_event(db, sitting, 2, 1, "A")
    add_event(db, sitting, 3, 1, "C", refused_code="malformed_answer")
    add_event(db, sitting, 4, 2, None, kind="seen")
    theory_of(db, exam_session)
    scores = {row.position: row for row in db.scalars(select(ResponseScore))}
    assert (scores[1].mark, scores[1].status) == (Decimal(1), "answered")
    assert scores[2].status == "omitted"
    assert scores[3].status == "not_reached"


def test_a_cleared_answer_earns_nothing(db: Session) -> None:
    exam_session, (sitting,) = sat_session(db, "A")
    add_event(db, sitting, 2, 1, None)
    assert theory_of(db, exam_session) == [Decimal(0)]


def test_nothing_is_marked_while_somebody_works(db: Session) -> None:
    exam_session, (sitting, _) = sat_session(db, "A", "A")
    sitting.status = "running"
    db.flush()
    with pytest.raises(ConflictError, match="still_running"):
        marking.mark_exam_session(db, exam_session, by=None, now=NOW)


def test_a_decision_follows_from_marks_weights_and_minima(db: Session) -> None:
    exam_session, sittings = sat_session(db, "AAAAA--", "AAAA---", "AAAAAAA")
    theory_of(db, exam_session)
    batch = exam_session.batch
    tickets = [sitting.registration.ticket for sitting in sittings]
    rows = [
        SheetRow(2, {"ticket": tickets[0], "practical": "60", "performance": "0.5"}),
        SheetRow(3, {"ticket": tickets[1], "practical": "100", "performance": "100"}),
        SheetRow(4, {"ticket": tickets[2], "practical": "59.99", "performance": ""}),
    ]
    entering.enter_marks(db, officer_of(db, batch), batch, rows, now=NOW)
    decisions = decisions_in(db, decide_batch(db, batch, by=None, now=NOW))
    told = [(each.composite, each.outcome, each.reasons) for each in decisions]
    assert told == [
        # 71.4 × 0.4 + 60 × 0.5 + 0.5 × 0.1 = 58.61
        (Decimal("58.6"), "fail", ["below_pass_mark"]),
        # 57.1 × 0.4 + 100 × 0.6 = 82.84, but theory is below 60
        (Decimal("82.8"), "fail", ["below_minimum_theory"]),
        (None, "incomplete", ["missing_performance", "below_minimum_practical"]),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("101", "mark_out_of_range"),
        ("-1", "mark_out_of_range"),
        ("6o", "mark_not_a_number"),
        ("NaN", "mark_not_a_number"),
        ("60.123", "mark_decimals"),
    ],
)
def test_one_wrong_mark_stops_the_list_and_is_named(db: Session, text: str, code: str) -> None:
    exam_session, (one, other) = sat_session(db, "A", "A")
    rows = [
        SheetRow(2, {"ticket": one.registration.ticket, "practical": "80"}),
        SheetRow(3, {"ticket": other.registration.ticket, "practical": text}),
    ]
    batch = exam_session.batch
    with pytest.raises(InvalidInputError) as refused:
        entering.enter_marks(db, officer_of(db, batch), batch, rows, now=NOW)
    (problem,) = refused.value.problems
    assert (problem.where, problem.code) == ("3 practical", code)
    assert db.scalars(select(ComponentMark)).all() == []


def test_a_correction_supersedes_and_keeps_the_mark_before(db: Session) -> None:
    exam_session, (one,) = sat_session(db, "A")
    batch = exam_session.batch
    officer = officer_of(db, batch)
    ticket = one.registration.ticket
    for mark in ("70", "70", "72.5"):
        rows = [SheetRow(2, {"ticket": ticket, "practical": mark})]
        entering.enter_marks(db, officer, batch, rows, now=NOW)
    marks = db.scalars(select(ComponentMark).order_by(ComponentMark.id)).all()
    assert [(each.mark, each.superseded_at is None) for each in marks] == [
        (Decimal(70), False),
        (Decimal("72.5"), True),
    ]
