"""The analysis of an adaptive exam session: what holds there, and nothing that does not."""

from typing import Any

import pytest

from exam_server.analysis import service, taking
from exam_server.analysis.computing import analyse_run
from exam_server.bank.models import Item, ItemVersion
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError
from exam_server.marking.models import ScoringChange
from exam_server.marking.service import mark_exam_session
from exam_server.seating.models import ExamSession
from tests.adaptive_rooms import LONGEST, AdaptiveRoom, make_adaptive_room, take_tests
from tests.factories import NOW, actor_of, make_person

RIGHTS = ((True,) * LONGEST, (False,) * LONGEST, (True, False, True))  # the third is cut short


@pytest.fixture
def room(database: Database, settings: Settings) -> AdaptiveRoom:
    made = make_adaptive_room(database, settings, now=NOW, seats=3)
    take_tests(database, made, RIGHTS, now=NOW)
    return made


def analysed(database: Database, room: AdaptiveRoom) -> dict[str, Any]:
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, room.exam_session_id)
        run = mark_exam_session(db, exam_session, by=None, now=NOW)
        return analyse_run(db, run, by=None, now=NOW).figures


def test_figures_are_of_tests_and_not_of_a_form(database: Database, room: AdaptiveRoom) -> None:
    figures = analysed(database, room)
    assert (figures["n"], figures["forms"], figures["sem"]) == (3, [], None)
    found = figures["adaptive"]
    assert found["length"]["counts"] == [[3, 1], [LONGEST, 2]]
    assert found["ended"] == {"most": 2, "stopped": 1}
    assert found["in_pool"] == 24
    # the item that the third left open was seen: it counts for exposure, and for nothing else
    items = found["fit"]["items"]
    assert sum(each["times"] for each in items) == 2 * LONGEST + 4
    assert sum(each["n"] for each in items) == 2 * LONGEST + 3
    assert sum(each["observed"] for each in items) == LONGEST + 2
    assert all(each["shift"] is None for each in items)  # too few to judge
    assert sum(each["given"] for each in found["ranges"]) == pytest.approx(1)
    assert 0 < found["overlap"]["mean"] <= found["overlap"]["greatest"] <= 1
    assert 0.5 <= found["again"] <= 1
    assert sum(count for _, count in found["ability"]["counts"]) == 3
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, room.exam_session_id)
        report = service.report_in(db, exam_session)
        report.figures = {**report.figures, "n": service.FEWEST_CALIBRATED}
        assert not service.may_deepen(report)
        officer = actor_of(make_person(db, "exam_officer"))
        with pytest.raises(ConflictError, match="adaptive_figures"):
            taking.take_over(db, officer, exam_session, report, now=NOW)


def test_an_item_that_everybody_gets_right_says_nothing_of_its_parameters(
    database: Database, room: AdaptiveRoom
) -> None:
    first = analysed(database, room)["adaptive"]["fit"]["items"][0]
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, room.exam_session_id)
        of_item = db.query(ItemVersion).join(Item, ItemVersion.item_id == Item.id)
        version = of_item.filter(Item.uid == first["uid"]).one().id
        one, other = make_person(db), make_person(db)
        change = ScoringChange(
            batch_id=exam_session.batch_id,
            item_version_id=version,
            way="full_marks",
            keys=[],
            reason="有误",
            asked_at=NOW,
            asked_by=one.id,
            outcome="approved",
            decided_at=NOW,
            decided_by=other.id,
        )
        db.add(change)
    again = {each["code"]: each for each in analysed(database, room)["adaptive"]["fit"]["items"]}
    assert first["n"] > 0
    assert (again[first["code"]]["n"], again[first["code"]]["times"]) == (0, first["times"])
