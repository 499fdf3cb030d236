"""Staff live messages as consoles send them: many seats at once, roles, what is to be confirmed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask import session as cookie
from flask_login import current_user

from exam_server.accounts.models import Person
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.desks import staff_messages
from exam_server.proctoring.overview import rooms_told
from exam_server.programmes.models import Organization
from tests.factories import NOW, actor_of, make_duty, make_person, make_sitting
from tests.rooms import RoomAtWork, running_room

Say = Callable[..., dict[str, Any]]
MESSAGES: dict[str, Callable[[Any], dict[str, Any]]] = {
    message.live_name: message  # type: ignore[attr-defined] # set by live
    for message in staff_messages()
}


@pytest.fixture
def room(sqlite_database: Database, clock: TestClock) -> RoomAtWork:
    clock.instant = NOW + timedelta(minutes=10)
    with sqlite_database.writing() as db:
        return running_room(db)


@pytest.fixture
def say_as(app: Flask, room: RoomAtWork) -> Callable[[Person], Say]:
    """Let a person send messages about the room."""
    address = {
        "exam_session": room.room_run.exam_session.uid,
        "room": room.room_run.room.uid,
    }

    def speaker(person: Person) -> Say:
        def say(name: str, **more: Any) -> dict[str, Any]:
            with app.test_request_context():
                cookie["_user_id"] = f"{person.uid}:{person.sign_in_number}"
                assert current_user.is_authenticated
                return MESSAGES[name]({**address, **more})

        return say

    return speaker


def uids(room: RoomAtWork) -> list[str]:
    return [sitting.uid for sitting in room.sittings]


def test_each_seat_is_judged_on_its_own_and_every_refusal_is_named(
    say_as: Callable[[Person], Say], room: RoomAtWork, sqlite_database: Database
) -> None:
    one, other, third = room.sittings
    with sqlite_database.writing() as db:
        db.merge(other).status = "handed_in"
        foreign = running_room(db).sittings[0].uid
    say = say_as(room.person)
    chosen = [*uids(room), foreign]
    reply = say("grant_time", sittings=chosen, minutes="5", reason="restart")
    assert (reply["ok"], reply["reached"]) == (True, 2)
    assert {each["sitting"] for each in reply["awaits"]} == {one.uid, third.uid}
    assert {each["sitting"]: each["code"] for each in reply["refused"]} == {
        other.uid: "sitting_closed",
        foreign: "no_such_sitting",
    }
    with sqlite_database.reading() as db:
        numbers = {each.uid: db.get_one(type(one), each.id).clock_number for each in room.sittings}
    assert {each["sitting"]: each["clock"] for each in reply["awaits"]} == {
        one.uid: numbers[one.uid],
        third.uid: numbers[third.uid],
    }
    assert numbers[other.uid] == other.clock_number


def test_a_seat_named_twice_gains_once(say_as: Callable[[Person], Say], room: RoomAtWork) -> None:
    one = room.sittings[0]
    reply = say_as(room.person)("grant_time", sittings=[one.uid] * 2, minutes="5", reason="x")
    assert reply["reached"] == 1


def test_one_seat_named_alone_is_refused_as_a_whole(
    say_as: Callable[[Person], Say], room: RoomAtWork
) -> None:
    say = say_as(room.person)
    reply = say("take_back_time", sitting=room.sittings[0].uid, minutes="5", reason="x")
    assert reply["refused"][0]["code"] == "nothing_to_take_back"
    assert say("resume_sitting", sitting=room.sittings[0].uid)["code"] == "not_paused"


def test_what_is_for_seats_is_not_for_the_room(
    say_as: Callable[[Person], Say], room: RoomAtWork
) -> None:
    say = say_as(room.person)
    assert say("take_back_time", minutes="5", reason="x")["code"] == "seats_missing"
    assert say("grant_lost_time", reason="x")["code"] == "seats_missing"
    assert say("force_hand_in", reason="x")["code"] == "seats_missing"


def test_a_message_names_what_each_seat_must_confirm(
    say_as: Callable[[Person], Say], room: RoomAtWork, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        make_sitting(db, db.merge(room.room_run).exam_session)
    reply = say_as(room.person)("send_message", text="calm")
    assert reply["reached"] == 3
    assert len({each["message"] for each in reply["awaits"]}) == 3


def test_who_has_not_come_has_no_clock_to_confirm(
    say_as: Callable[[Person], Say], room: RoomAtWork, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        make_sitting(db, db.merge(room.room_run).exam_session)
    reply = say_as(room.person)("grant_time", minutes="5", reason="bell")
    assert (reply["reached"], len(reply["awaits"])) == (4, 3)


def test_a_supervisor_looks_and_acts_in_nothing(
    say_as: Callable[[Person], Say], room: RoomAtWork, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, room.room_run.exam_session.organization_id)
        supervisor = make_person(db, "quality_supervisor", organization=organization)
        also_proctor = make_person(db, "quality_supervisor", "proctor", organization=organization)
    looking = {"join_room", "join_wall", "fetch_seat", "fetch_rooms"}
    one = room.sittings[0].uid
    extra = {
        "grant_time": {"minutes": "5", "reason": "x"},
        "take_back_time": {"minutes": "5", "reason": "x", "sitting": one},
        "grant_lost_time": {"reason": "x", "sitting": one},
        "pause_sitting": {"reason": "x"},
        "let_in": {"sitting": one, "reason": "x"},
        "start_break": {"sitting": one},
        "extend_break": {"sitting": one, "minutes": 5, "reason": "x"},
        "end_break": {"sitting": one},
        "send_message": {"text": "x"},
        "answer_call": {"sitting": one},
        "approve_move": {"sitting": one},
        "mark_attendance": {"sitting": one, "mark": "present"},
        "mark_seen": {"sitting": one, "need": "lost"},
        "unmark_seen": {"sitting": one, "need": "lost"},
        "withdraw_incident": {"incidents": ["x"]},
        "force_hand_in": {"reason": "x", "sitting": one},
        "report_incident": {"category": "power", "note": "x"},
    }
    for name in set(MESSAGES) - looking - {"start_exam_session"}:
        assert say_as(supervisor)(name, **extra.get(name, {}))["code"] == "role_missing", name
        # whoever also proctors elsewhere is not on duty here
        assert say_as(also_proctor)(name, **extra.get(name, {}))["code"] == "no_such_room", name


def test_the_overview_counts_rooms_by_their_rows(
    room: RoomAtWork, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        exam_session = db.merge(room.room_run).exam_session
        organization = db.get_one(Organization, exam_session.organization_id)
        chief = make_person(db, "chief_proctor", organization=organization)
        make_duty(db, exam_session, chief)
        make_sitting(db, exam_session)
        db.merge(room.sittings[0]).called_at = NOW
        db.flush()
        other = actor_of(make_person(db, "chief_proctor", organization=organization))
        now = NOW + timedelta(minutes=10)
        (told,) = rooms_told(db, actor_of(chief), now=now)
        assert rooms_told(db, other, now=now) == []
    (counts,) = told["rooms"]
    assert told["may_start"]
    assert (counts["due"], counts["present"], counts["absent"]) == (4, 3, 1)
    assert (counts["working"], counts["needs"]) == (3, 3)
