"""From the given items of adaptive tests to marks, and the second computation that agrees."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.forms.custody import held_in
from exam_server.marking.models import AdaptiveMark, ScoringChange, SittingScore
from exam_server.marking.service import mark_exam_session
from exam_server.results.second.comparing import compute_again
from exam_server.results.service import borderline_in, decide_batch, decisions_in
from exam_server.results.theory_errors import TheoryErrors, theory_errors
from exam_server.seating.models import ExamSession, Sitting
from tests.adaptive_rooms import LONGEST, AdaptiveRoom, make_adaptive_room, take_tests
from tests.factories import NOW, make_person

THEORY_ALONE = {"theory_weight": "100", "practical_weight": "0", "performance_weight": "0"}
RIGHTS = ((True,) * LONGEST, (False,) * LONGEST, (True, False, True))  # the third is cut short


def sat(database: Database, room: AdaptiveRoom) -> list[int]:
    """Let three candidates work; the last one leaves his fourth item open and unanswered."""
    return take_tests(database, room, RIGHTS, now=NOW)


@pytest.mark.parametrize(("estimate", "short"), [("eap", "proportional"), ("wle", "zero")])
def test_marks_come_from_abilities_and_both_computations_agree(
    database: Database, settings: Settings, estimate: str, short: str
) -> None:
    room = make_adaptive_room(
        database, settings, now=NOW, seats=3, estimate=estimate, short=short, least=5
    )
    ids = sat(database, room)
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, room.exam_session_id)
        run = mark_exam_session(db, exam_session, by=None, now=NOW)
        theory = {
            row.sitting_id: row.theory
            for row in db.scalars(select(SittingScore).where(SittingScore.marking_run_id == run.id))
        }
        behind = {row.sitting_id: row for row in db.scalars(select(AdaptiveMark))}
        people = {each: db.get_one(Sitting, each).registration_id for each in ids}
        best, worst, cut_short = (theory[each] for each in ids)
        assert best is not None
        assert worst is not None
        assert best > Decimal(60) > worst
        assert [behind[each].n_given for each in ids] == [LONGEST, LONGEST, 3]
        assert behind[ids[0]].ability > 0 > behind[ids[1]].ability
        assert cut_short is not None
        assert (cut_short == 0) == (short == "zero")
        decided = decide_batch(db, exam_session.batch, by=None, now=NOW)
        errors = theory_errors(db, decided)
        assert errors.shared is None
        for sitting_id in ids:
            row, known = behind[sitting_id], errors.of(people[sitting_id])
            assert known == row.mark_error
            assert known is not None
            assert (known == 0) == (row.n_given < 5 and short == "zero")
        found = compute_again(db, decided)
        assert (found["papers"], found["n_differences"], found["differences"]) == (3, 0, [])
        # with nothing but the theory mark to decide by, whoever is near by his own error is named
        decided.rules = {**decided.rules, **THEORY_ALONE, "pass_mark": str(best - 1)}
        decisions = [d for d in decisions_in(db, decided) if d.registration_id == people[ids[0]]]
        decisions[0].outcome = "pass"
        assert borderline_in(decided, decisions, errors) == {people[ids[0]]}
        assert not borderline_in(decided, decisions, TheoryErrors(None, {}))


def test_a_change_of_scoring_takes_an_item_out_of_the_estimate(
    database: Database, settings: Settings
) -> None:
    room = make_adaptive_room(database, settings, now=NOW, seats=3)
    ids = sat(database, room)
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, room.exam_session_id)
        first = mark_exam_session(db, exam_session, by=None, now=NOW)
        sitting = db.get_one(Sitting, ids[1])
        assert sitting.form is not None
        changed = held_in(db, sitting.form)[0].item_version_id
        one, other = make_person(db), make_person(db)
        db.add(
            ScoringChange(
                batch_id=exam_session.batch_id,
                item_version_id=changed,
                way="full_marks",
                keys=[],
                reason="有误",
                asked_at=NOW,
                asked_by=one.id,
                outcome="approved",
                decided_at=NOW,
                decided_by=other.id,
            )
        )
        db.flush()
        second = mark_exam_session(db, exam_session, by=None, now=NOW)
        of = {run.id: db.get_one(AdaptiveMark, (run.id, ids[1])).ability for run in (first, second)}
        assert of[second.id] > of[first.id]  # one wrong answer fewer to tell against him
        decided = decide_batch(db, exam_session.batch, by=None, now=NOW)
        assert compute_again(db, decided)["n_differences"] == 0
