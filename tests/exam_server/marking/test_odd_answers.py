"""What one seat sends never keeps the others from being marked."""

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from exam_server.delivery.models import AnswerEvent
from exam_server.marking.service import mark_exam_session
from tests.factories import (
    NOW,
    add,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_sitting,
)

NUMERIC = {"type": "numeric", "key": {"value": "12.5", "tolerance": "0.1"}}


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
        setattr(run.forms[0].items[0].item_version, name, value)
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
