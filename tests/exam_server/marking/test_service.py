"""Machine marking of a batch: what is over is marked, exactly, and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.errors import ConflictError
from exam_server.forms.custody import held_in, seal_items
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.marking.papers import theory_mark
from exam_server.marking.service import mark_batch, mark_exam_session, newest_run
from exam_server.seating.models import ExamSession, Sitting
from scoring.composite import Rounding
from tests.factories import (
    NOW,
    give_marks,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_rule_set,
    make_sitting,
)

HALF_UP = Rounding("half_up", 1)


@pytest.fixture
def batch(db: Session) -> Batch:
    return make_batch(db, make_organization(db))


def exam_session_in(db: Session, batch: Batch, *statuses: str, mark: str = "0.5") -> ExamSession:
    """Add an exam session of a paper of eight items, with a sitting in each of the states."""
    organization = batch.programme.organization
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=8)
    give_marks(run.forms[0], mark)
    exam_session = make_exam_session(db, batch, assembly_run=run)
    for status in statuses:
        make_sitting(db, exam_session, form=run.forms[0], status=status)
    return exam_session


def sittings_of(db: Session, exam_session: ExamSession) -> list[Sitting]:
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    return list(db.scalars(chosen.order_by(Sitting.id)))


def test_half_marks_are_added_exactly(db: Session, batch: Batch) -> None:
    exam_session = exam_session_in(db, batch, "handed_in", mark="0.1")
    make_answers(db, sittings_of(db, exam_session)[0], *"AAABBB")
    mark_exam_session(db, exam_session, by=None, now=NOW)
    score = db.scalars(select(SittingScore)).one()
    assert (score.mark, score.max_mark) == (Decimal("0.3"), Decimal("0.8"))
    assert score.theory == Decimal("37.5")


@pytest.mark.parametrize(
    ("mark", "maximum", "mode", "decimals", "theory"),
    [
        ("59.95", "100", "half_up", 1, "60.0"),
        ("59.95", "100", "half_even", 1, "60.0"),
        ("59.85", "100", "half_even", 1, "59.8"),
        ("59.95", "100", "down", 1, "59.9"),
        ("59.949", "100", "half_up", 1, "59.9"),
        ("59.5", "100", "half_up", 0, "60"),
        ("59.5", "100", "down", 0, "59"),
        ("2", "3", "half_up", 4, "66.6667"),
        ("41.965", "70", "half_up", 1, "60.0"),  # 59.95 exactly
        ("41.9649", "70", "half_up", 1, "59.9"),
        ("0", "35", "half_up", 1, "0.0"),
        ("35", "35", "down", 1, "100.0"),
    ],
)
def test_a_mark_of_100_is_rounded_once_as_the_rule_set_says(
    mark: str, maximum: str, mode: str, decimals: int, theory: str
) -> None:
    found = theory_mark(Decimal(mark), Decimal(maximum), Rounding(mode, decimals))
    assert str(found) == theory


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 4))
def test_a_mark_of_100_is_never_further_than_half_a_step(mark: int, most: int, places: int) -> None:
    raw, maximum = Decimal(min(mark, most)) / 2, Decimal(most) / 2
    found = theory_mark(raw, maximum, Rounding("half_up", places))
    assert 0 <= found <= 100
    assert abs(found * maximum - raw * 100) * 2 <= maximum * Decimal(1).scaleb(-places)


def test_exam_sessions_that_are_over_are_marked_and_the_others_told(
    db: Session, batch: Batch
) -> None:
    over = exam_session_in(db, batch, "handed_in", "assigned")
    live = exam_session_in(db, batch, "handed_in", "running")
    to_come = exam_session_in(db, batch, "assigned")
    done = mark_batch(db, batch, by=None, now=NOW)
    assert [each.id for each in done.marked] == [over.id]
    assert {(each.id, code) for each, code in done.waiting} == {
        (live.id, "still_running"),
        (to_come.id, "nothing_to_mark"),
    }
    assert [run.exam_session_id for run in db.scalars(select(MarkingRun))] == [over.id]


@pytest.mark.parametrize("status", ["running", "paused", "held"])
def test_a_sitting_that_may_go_on_keeps_its_exam_session_from_being_marked(
    db: Session, batch: Batch, status: str
) -> None:
    exam_session_in(db, batch, "handed_in", status)
    with pytest.raises(ConflictError, match="still_running"):
        mark_batch(db, batch, by=None, now=NOW)
    assert db.scalar(select(func.count()).select_from(MarkingRun)) == 0


def test_a_batch_without_exam_session_has_nothing_to_mark(db: Session, batch: Batch) -> None:
    with pytest.raises(ConflictError, match="no_exam_sessions"):
        mark_batch(db, batch, by=None, now=NOW)


def test_marking_again_supersedes_and_keeps_the_run_before(db: Session, batch: Batch) -> None:
    exam_session = exam_session_in(db, batch, "handed_in")
    first = mark_exam_session(db, exam_session, by=None, now=NOW)
    second = mark_exam_session(db, exam_session, by=None, now=NOW)
    standing = newest_run(db, exam_session.id)
    assert standing is not None
    assert (standing.id, first.id != second.id) == (second.id, True)
    counted = select(ResponseScore.marking_run_id, func.count())
    rows = db.execute(counted.group_by(ResponseScore.marking_run_id))
    assert {row[0]: row[1] for row in rows} == {first.id: 8, second.id: 8}


def test_void_and_absent_sittings_are_not_marked(db: Session, batch: Batch) -> None:
    exam_session = exam_session_in(db, batch, "handed_in", "void", "assigned")
    mark_exam_session(db, exam_session, by=None, now=NOW)
    (marked,) = db.scalars(select(SittingScore))
    assert marked.sitting_id == sittings_of(db, exam_session)[0].id


def test_the_batch_says_how_theory_is_rounded(db: Session) -> None:
    organization = make_organization(db)
    rules = make_rule_set(db, organization, rounding="down", decimals=2)
    exam_session = exam_session_in(
        db, make_batch(db, organization, rule_set=rules), "handed_in", mark="1"
    )
    (sitting,) = sittings_of(db, exam_session)
    assert sitting.form is not None
    seal_items(db, sitting.form, held_in(db, sitting.form)[:7])
    db.flush()
    make_answers(db, sitting, *"AAAAA")
    mark_exam_session(db, exam_session, by=None, now=NOW)
    assert db.scalars(select(SittingScore)).one().theory == Decimal("71.42")
