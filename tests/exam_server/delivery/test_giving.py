"""Items of an adaptive test: given one by one, never twice, never lost, never a way back."""

from typing import Any

import pytest
from sqlalchemy import select, update

from exam_server.adaptive.models import RUNS, AdaptiveUse
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.closing import close_rooms
from exam_server.delivery.entries import Close
from exam_server.delivery.giving import adaptive_told, due_sittings, find_next, give_next
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import AnswerEvent
from exam_server.forms.custody import held_in
from exam_server.proctoring.seats import seats_told
from exam_server.seating.adaptive_models import GivenItem
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from tests.adaptive_rooms import LONGEST, AdaptiveRoom, make_adaptive_room, sittings_in
from tests.exam_server.delivery.test_journal import event, save, write
from tests.factories import NOW


@pytest.fixture
def room(database: Database, settings: Settings) -> AdaptiveRoom:
    made = make_adaptive_room(database, settings, now=NOW)
    with database.writing() as db:
        db.get_one(RoomRun, made.room_run_id).started_at = NOW
        running = {"status": "running", "lease_number": 1, "started_at": NOW}
        db.execute(update(Sitting).where(Sitting.room_run_id == made.room_run_id).values(**running))
    return made


def first_of(database: Database, room: AdaptiveRoom) -> int:
    with database.reading() as db:
        return sittings_in(db, room)[0].id


def told_at(database: Database, sitting_id: int) -> dict[str, Any]:
    with database.reading() as db:
        sitting = db.get_one(Sitting, sitting_id)
        told = adaptive_told(db, sitting, sitting.exam_session)
        assert told is not None
        return told


def codes_of(database: Database, sitting_id: int) -> dict[int, str | None]:
    with database.reading() as db:
        chosen = select(AnswerEvent.seq, AnswerEvent.refused_code)
        rows = db.execute(chosen.where(AnswerEvent.sitting_id == sitting_id))
        return {row[0]: row[1] for row in rows}


def confirm(seq: int, position: int) -> dict[str, Any]:
    return event(seq, None, position=position, kind="confirmed")


def test_a_test_goes_to_its_end_one_item_at_a_time(database: Database, room: AdaptiveRoom) -> None:
    mine = first_of(database, room)
    shown = []
    for position in range(1, LONGEST + 1):
        assert give_next(database, mine, now=NOW)
        assert not give_next(database, mine, now=NOW)  # asked again: the open item stands
        told = told_at(database, mine)
        assert (told["given"], told["confirmed"], told["item"]["position"]) == (
            position,
            position - 1,
            position,
        )
        assert "key" not in told["item"]
        assert {"curve", "slope", "ability"}.isdisjoint(str(told).split("'"))
        shown.append(str(told["item"]))
        seq = 2 * position - 1
        right = "A" if position % 2 else "B"
        (reply,) = write(
            database, save(mine, event(seq, right, position=position), confirm(seq + 1, position))
        )
        assert reply == {"ok": True, "acked_seq": seq + 1, "refused": []}
    assert give_next(database, mine, now=NOW)
    told = told_at(database, mine)
    assert (told["is_finished"], told["item"], told["given"]) == (True, None, LONGEST)
    assert not give_next(database, mine, now=NOW)
    with database.reading() as db:
        sitting = db.get_one(Sitting, mine)
        assert sitting.form is not None
        held = held_in(db, sitting.form)
        assert [each.position for each in held] == list(range(1, LONGEST + 1))
        assert len({each.item_version_id for each in held}) == LONGEST
        assert mine not in due_sittings(db)
        trial_id = sitting.exam_session.adaptive_trial_id
        uses = select(AdaptiveUse.times).where(AdaptiveUse.trial_id == trial_id)
        assert sum(db.scalars(uses.where(AdaptiveUse.place != RUNS))) == LONGEST
        assert db.scalar(uses.where(AdaptiveUse.place == RUNS)) == 1


def test_there_is_no_way_back_and_none_ahead(database: Database, room: AdaptiveRoom) -> None:
    mine = first_of(database, room)
    give_next(database, mine, now=NOW)
    write(database, save(mine, event(1, "A"), confirm(2, 1)))
    (reply,) = write(
        database,
        save(mine, event(3, "B"), event(4, "C", position=2), confirm(5, 2), confirm(6, 1)),
    )
    assert reply["acked_seq"] == 6  # refused for good: they hold nothing up
    assert codes_of(database, mine) == {
        1: None,
        2: None,
        3: "item_confirmed",
        4: "item_not_given",
        5: "item_not_given",
        6: "item_confirmed",
    }
    give_next(database, mine, now=NOW)
    (reply,) = write(database, save(mine, event(7, "C", position=2)))
    assert reply["refused"] == []


def test_a_confirmation_waits_for_what_was_done_before_it(
    database: Database, room: AdaptiveRoom
) -> None:
    mine = first_of(database, room)
    give_next(database, mine, now=NOW)
    (reply,) = write(database, save(mine, confirm(2, 1)))
    assert reply["acked_seq"] == 0
    assert told_at(database, mine)["confirmed"] == 0
    write(database, save(mine, event(1, "B"), confirm(2, 1)))
    assert told_at(database, mine)["confirmed"] == 1
    assert codes_of(database, mine) == {1: None, 2: None}


def test_the_choice_is_the_same_from_the_same_rows(database: Database, room: AdaptiveRoom) -> None:
    """A kill between the choice and its commit changes nothing of what comes."""
    mine = first_of(database, room)
    give_next(database, mine, now=NOW)
    write(database, save(mine, event(1, "A"), confirm(2, 1)))
    with database.reading() as db:
        found = [find_next(db, db.get_one(Sitting, mine)).place for _ in range(3)]
    assert len(set(found)) == 1
    give_next(database, mine, now=NOW)
    with database.reading() as db:
        assert db.get_one(GivenItem, (mine, 2)).place == found[0]


def test_nothing_is_given_while_a_sitting_stands(database: Database, room: AdaptiveRoom) -> None:
    mine = first_of(database, room)
    for status in ("assigned", "paused", "held", "handed_in", "void"):
        with database.writing() as db:
            db.get_one(Sitting, mine).status = status
        assert not give_next(database, mine, now=NOW)
        with database.reading() as db:
            assert mine not in due_sittings(db)
    with database.writing() as db:
        db.get_one(Sitting, mine).status = "ready"
    assert give_next(database, mine, now=NOW)  # chosen before the start, told at the start
    assert told_at(database, mine) | {"item": None} == told_at(database, mine)


def test_the_given_items_are_the_form_when_time_is_over(
    database: Database, room: AdaptiveRoom
) -> None:
    mine = first_of(database, room)
    give_next(database, mine, now=NOW)
    write(database, save(mine, event(1, "A"), confirm(2, 1)))
    give_next(database, mine, now=NOW)
    write(database, Close(mine, "forced", NOW))
    with database.writing() as db:
        db.execute(update(Sitting).where(Sitting.id != mine).values(status="handed_in"))
        close_rooms(db, [room.room_run_id], now=NOW)
        assert db.get_one(ExamSession, room.exam_session_id).state == "closed"
        form = db.get_one(Sitting, mine).form
        assert form is not None
        assert (form.n_items, len(held_in(db, form))) == (2, 2)


def test_a_proctor_is_told_when_a_test_may_end_and_that_it_has(
    database: Database, settings: Settings
) -> None:
    room = make_adaptive_room(database, settings, now=NOW, stop="precision")
    mine = first_of(database, room)

    def told() -> tuple[Any, ...]:
        with database.reading() as db:
            (seat,) = seats_told(db, LiveFacts(), [mine], now=NOW)
            assert "item" not in seat
            return seat["ends_from"], seat["total"], seat["is_over"]

    assert told() == (4, LONGEST, False)
    with database.writing() as db:
        db.get_one(Sitting, mine).finished_because = "precise"
    assert told() == (4, LONGEST, True)
    with database.writing() as db:
        plan = db.get_one(ExamSession, room.exam_session_id).adaptive_trial.plan  # type: ignore[union-attr]
        plan.rules = {**plan.rules, "stop": "length"}
    assert told()[0] is None
