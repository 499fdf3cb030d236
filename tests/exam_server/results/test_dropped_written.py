"""A written item that is dropped needs no marks; what was given stays, and may be needed again."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError
from exam_server.forms.custody import Held, seal_items
from exam_server.marking.models import ScoringChange
from exam_server.marking.service import mark_exam_session
from exam_server.results import rescoring
from exam_server.results.releasing import ask_for_second, second_of
from exam_server.results.rescoring import Asked, ChangeIn, ask_change
from exam_server.results.service import decide_batch, newest_decisions
from exam_server.written.duties import give_duty
from exam_server.written.giving import give_mark
from exam_server.written.holding import take_next
from exam_server.written.models import WrittenMark, WrittenTask
from exam_server.written.todos import todos
from tests.exam_server.results.test_rescoring import Made, enqueue, theory, work
from tests.exam_server.written.desks import ESSAY, KEY, points
from tests.factories import (
    NOW,
    actor_of,
    items_of,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_item,
    make_organization,
    make_person,
    make_rule_set,
    make_sitting,
)


def make(db: Session, n_essays: int) -> tuple[Made, Any]:
    """Mark two papers of a choice and essays, of which one answer has a mark."""
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    run = make_forms(db, blueprint, n_forms=1, n_items=1)
    form, choice = run.forms[0], items_of(run.forms[0])[0].item_version
    point = blueprint.areas[0].points[0]
    essays = [make_item(db, point, type="essay", content=ESSAY, key=KEY) for _ in range(n_essays)]
    held = [Held(1, choice.id, 1, Decimal(1))]
    held += [Held(n, each.id, 1, Decimal(10)) for n, each in enumerate(essays, start=2)]
    seal_items(db, form, held)
    batch = make_batch(db, organization, rule_set=make_rule_set(db, organization))
    exam_session = make_exam_session(db, batch, assembly_run=run)
    for answer in ("A", "B"):
        sitting = make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
        make_answers(db, sitting, answer, *["断电。" for _ in essays])
    mark_exam_session(db, exam_session, by=None, now=NOW)
    officers = [
        actor_of(make_person(db, "exam_officer", organization=organization)) for _ in range(2)
    ]
    marker = make_person(db, "examiner", organization=organization)
    give_duty(db, officers[0], exam_session, marker.username, is_chief=False, now=utcnow())
    for task in db.scalars(select(WrittenTask)):
        task.n_markers = 1
    made = Made(batch, exam_session, officers[0], officers[1], essays[0], essays[0].item.uid)
    return made, actor_of(marker)


def change(db: Session, made: Made, way: str) -> ScoringChange:
    asked = Asked(made.version, ChangeIn(way=way, reason="not in the blueprint"))
    found = ask_change(db, made.officer, made.batch, asked, now=NOW)
    found.outcome, found.decided_at, found.decided_by = "approved", NOW, made.second.id
    return found


def waiting(db: Session, marker: Any) -> int:
    return sum(each.count for each in todos(db, marker, now=NOW) if each.code == "written_to_mark")


@pytest.mark.parametrize(
    ("way", "expected"), [("dropped", [100, 0]), ("full_marks", [100, Decimal("90.9")])]
)
def test_it_neither_blocks_the_decision_nor_waits_at_the_marking_desk(
    sqlite_database: Database, settings: Settings, way: str, expected: list[Any]
) -> None:
    with sqlite_database.writing() as db:
        made, marker = make(db, 1)
        assert theory(db, made) == [None, None]
        with pytest.raises(ConflictError, match="written_marks_missing"):
            decide_batch(db, made.batch, by=None, now=NOW)
        assert waiting(db, marker) == 2
        asked = change(db, made, way).uid
    enqueue(sqlite_database, made, asked, rescoring.APPLY)
    work(sqlite_database, settings)
    with sqlite_database.writing() as db:
        assert theory(db, made) == expected
        assert waiting(db, marker) == 0
        batch = db.get_one(Batch, made.batch.id)
        run = decide_batch(db, batch, by=None, now=NOW)
        ask_for_second(db, batch, run, by=None, title="x")
    work(sqlite_database, settings)
    with sqlite_database.reading() as db:
        run = newest_decisions(db, db.get_one(Batch, made.batch.id))
        assert run is not None
        second = second_of(db, run)
        assert second is not None
        assert second.figures["differences"] == []


def test_marks_given_stay_and_count_again_when_it_is_marked_as_the_paper_says(
    db: Session,
) -> None:
    made, marker = make(db, 2)
    first = db.scalars(
        select(WrittenTask).where(WrittenTask.item_version_id == made.version.id)
    ).one()
    held = take_next(db, first, marker.id, now=NOW)
    assert held is not None
    give_mark(db, marker, held[0], points("6", "2"), now=NOW)
    change(db, made, "dropped")
    mark_exam_session(db, made.exam_session, by=None, now=NOW)
    assert first.closed_at is not None
    assert waiting(db, marker) == 2  # the other essay's
    with pytest.raises(ConflictError, match="written_marks_missing"):
        decide_batch(db, made.batch, by=None, now=NOW)
    change(db, made, "original")
    mark_exam_session(db, made.exam_session, by=None, now=NOW)
    db.refresh(first)
    assert first.closed_at is None
    assert waiting(db, marker) == 3
    kept = db.scalars(select(WrittenMark)).one()
    assert (kept.mark, kept.superseded_at) == (Decimal(8), None)
