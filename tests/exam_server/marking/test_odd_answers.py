"""What one seat sends never keeps the others from being marked."""

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from exam_server.delivery.messages import parse_events
from exam_server.delivery.models import AnswerEvent
from exam_server.forms.custody import held_in, seal_items
from exam_server.marking.service import mark_exam_session
from itembank.items.registry import TYPES
from tests.factories import (
    NOW,
    add,
    items_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_sitting,
)
from tests.items import RIGHT

NUMERIC = {"type": "numeric", "key": {"value": "12.5", "tolerance": "0.1"}}
ODD: list[Any] = [{"1": [["a"]]}, [["a", "x"], 1], [1e308, -1], {"1": {"2": "x"}}, "B", [], {}]

WRITTEN = {"short_answer", "essay"}


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ({}, ["A"]),
        ({}, {"A": "A"}),
        (NUMERIC, "9.99999999999999999999999999999E+999999"),
        (NUMERIC, "1e999999999999"),
    ],
)
def test_an_answer_of_another_shape_earns_nothing_and_stops_nobody(
    db: Session, item: dict[str, Any], answer: Any
) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=1)
    for name, value in item.items():
        setattr(items_of(run.forms[0])[0].item_version, name, value)
    exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
    right = "12.5" if item else "A"
    for given in (answer, right):
        sitting = make_sitting(
            db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
        )
        event = AnswerEvent(
            sitting_id=sitting.id,
            seq=1,
            kind="answer",
            position=1,
            answer=json.dumps(given),
            at="2026-06-01T01:00:00.000Z",
            received_at=NOW,
            lease_number=1,
        )
        add(db, event)
    marked = mark_exam_session(db, exam_session, by=None, now=NOW)
    scores = sorted(marked.sitting_scores, key=lambda score: score.sitting_id)
    assert [score.mark for score in scores] == [Decimal(0), Decimal(1)]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_marks_its_right_answer_and_whatever_else_arrives(
    db: Session, name: str
) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=1)
    version = items_of(run.forms[0])[0].item_version
    version.type, (version.content, version.key, right) = name, RIGHT[name]
    db.flush()
    seal_items(db, run.forms[0], held_in(db, run.forms[0]))
    exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
    for given in (right, *ODD):
        (event,) = parse_events({"events": [sent(given)]}, 1).events  # type: ignore[union-attr]
        assert event.refused_code is None
        sitting = make_sitting(
            db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
        )
        row = AnswerEvent(
            sitting_id=sitting.id,
            **{**event._asdict(), "received_at": NOW, "lease_number": 1},
        )
        add(db, row)
    marked = mark_exam_session(db, exam_session, by=None, now=NOW)
    scores = sorted(marked.sitting_scores, key=lambda score: score.sitting_id)
    if WRITTEN & {name, *(part["type"] for part in version.content.get("parts", []))}:
        assert scores[0].mark is scores[0].theory is None  # a person has to tell
        return
    assert scores[0].mark == Decimal(1)
    assert all(score.mark < 1 for score in scores[1:] if name != "single")


def sent(answer: Any) -> dict[str, Any]:
    return {"seq": 1, "position": 1, "answer": answer, "at": "2026-06-01T01:00:00.000Z"}
