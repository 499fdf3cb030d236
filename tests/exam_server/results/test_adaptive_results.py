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
from exam_server.results.service import decide_batch
from exam_server.seating.models import ExamSession, Sitting
from tests.adaptive_rooms import LONGEST, AdaptiveRoom, make_adaptive_room, take_tests
from tests.factories import NOW, make_person

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
        best, worst, cut_short = (theory[each] for each in ids)
        assert best is not None
        assert worst is not None
        assert best > Decimal(60) > worst
        assert [behind[each].n_given for each in ids] == [LONGEST, LONGEST, 3]
        assert behind[ids[0]].ability > 0 > behind[ids[1]].ability
        assert cut_short is not None
        assert (cut_short == 0) == (short == "zero")
        decided = decide_batch(db, exam_session.batch, by=None, now=NOW)
        found = compute_again(db, decided)
        assert (found["papers"], found["n_differences"], found["differences"]) == (3, 0, [])


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
