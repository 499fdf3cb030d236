"""A sitting is made void by two people, through the journal, on both stores."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam_server.announcements import Announcement
from exam_server.db import Database
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.models import Receipt
from exam_server.errors import RefusedError
from exam_server.proctoring import voiding
from exam_server.proctoring.models import VoidRequest
from exam_server.proctoring.todos import todos
from exam_server.proctoring.voiding import EndVoidRequest, VoidDecisionIn
from exam_server.seating.models import Sitting
from tests.factories import NOW, actor_of, make_duty, make_person
from tests.rooms import RoomAtWork, running_room


def end(database: Database, request: VoidRequest, outcome: str, person_id: int) -> dict[str, Any]:
    """End a request as the journal does."""
    now = NOW + timedelta(minutes=20)
    entry = EndVoidRequest(request.sitting_id, request.id, outcome, "属实", person_id, now)
    with database.writing() as db:
        batch = open_batch(db, [entry])
        reply = entry.write(batch)
        batch.flush()
    return reply


def ask(db: Session, room: RoomAtWork, seat: int = 0) -> VoidRequest:
    uid = room.sittings[seat].uid
    return voiding.ask_void(db, room.acting, uid, category="device", reason="使用手机")


def test_a_second_person_makes_a_sitting_void_and_it_closes_on_what_was_there(
    database: Database,
) -> None:
    with database.writing() as db:
        room = running_room(db)
        chief = make_person(
            db,
            "chief_proctor",
            organization=room.room_run.exam_session.batch.programme.organization,
        )
        make_duty(db, room.room_run.exam_session, chief)
        request = ask(db, room)
        with pytest.raises(RefusedError, match="void_asked"):
            ask(db, room)
        for person, waits in ((room.person, False), (chief, True)):
            codes = [todo.code for todo in todos(db, actor_of(person), now=NOW)]
            assert ("void_to_decide" in codes) is waits
        assert voiding.may_decide(db, actor_of(chief), room.room_run.exam_session)
        assert not voiding.may_decide(db, actor_of(room.person), room.room_run.exam_session)
    assert end(database, request, "void", room.person.id)["code"] == "void_own"
    assert end(database, request, "void", chief.id) == {"ok": True}
    assert end(database, request, "refused", chief.id)["code"] == "void_decided"
    with database.reading() as db:
        sitting = db.get_one(Sitting, request.sitting_id)
        assert (sitting.status, sitting.end_reason) == ("void", "void")
        assert db.scalars(select(Receipt)).one().reason == "void"
        told = db.scalars(select(Announcement).where(Announcement.name == "sitting_closed")).one()
        assert told.payload["reason"] == "void"
    with database.writing() as db, pytest.raises(RefusedError, match="void_already"):
        ask(db, room)


def test_a_request_refused_or_taken_back_leaves_the_sitting_at_work(database: Database) -> None:
    with database.writing() as db:
        room = running_room(db)
        officer = make_person(db, "exam_officer")
        first, second = ask(db, room), ask(db, room, 1)
    assert end(database, second, "withdrawn", officer.id)["code"] == "void_own"
    assert end(database, first, "refused", officer.id)["ok"]
    assert end(database, second, "withdrawn", room.person.id)["ok"]
    with database.writing() as db:
        states = [db.get_one(Sitting, each.id).status for each in room.sittings]
        assert states == ["running"] * 3
        ask(db, room)  # what was refused may be asked for again


def test_only_some_may_end_a_request(db: Session) -> None:
    room = running_room(db)
    request, other = ask(db, room), actor_of(make_person(db, "proctor"))
    own = room.acting.actor
    cases = [
        (own, "void", True, "void_own"),
        (other, "withdrawn", True, "void_not_own"),
        (other, "refused", False, "void_not_yours"),
        (other, "void", True, "void_reason_missing"),
    ]
    for actor, outcome, is_decider, code in cases:
        with pytest.raises(RefusedError, match=code):
            voiding.check_end(
                request, actor, VoidDecisionIn(outcome=outcome), is_decider=is_decider
            )
    request.outcome, request.decided_at = "void", NOW
    request.decided_by = request.asked_by
    with pytest.raises(IntegrityError):
        db.flush()
