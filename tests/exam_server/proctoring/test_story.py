"""The whole timeline of a sitting: for a dispute, without the content of an answer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.audit import AuditEntry
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.delivery.models import AnswerEvent, ContactLoss, SeatSignal, ServerOutage
from exam_server.errors import RefusedError
from exam_server.forms.custody import sealed_order
from exam_server.proctoring import clock_acts, service
from exam_server.proctoring.models import Incident, SeenNeed
from exam_server.proctoring.service import Acting, Noted
from exam_server.proctoring.story import Wanted, chosen, story_of
from exam_server.proctoring.story_bar import bar_of
from exam_server.seating.models import Sitting
from tests.factories import NOW, actor_of, make_blueprint, make_duty, make_forms, make_person
from tests.rooms import RoomAtWork, running_room
from tests.staff import sign_in

SECRET_ANSWER = "绝不出现的答案"


def at(minute: float) -> Any:
    return NOW + timedelta(minutes=minute)


def add_events(db: Session, sitting: Sitting) -> None:
    """Add answers at minutes 1 to 4: given, changed, cleared, and a visit."""
    for seq, (kind, answer) in enumerate(
        [("answer", SECRET_ANSWER), ("answer", "乙"), ("answer", None), ("seen", None)], start=1
    ):
        row = AnswerEvent(sitting_id=sitting.id, seq=seq, kind=kind, position=2, lease_number=1)
        row.answer = None if answer is None else f'"{answer}"'
        row.at, row.received_at = f"2026-06-01T01:0{seq}:00.000Z", at(seq)
        db.add(row)
    db.flush()


def lived(db: Session) -> RoomAtWork:
    """Add a room whose first seat has answers, a loss, an outage, a pause and more time."""
    room = running_room(db, 2)
    sitting = room.sittings[0]
    organization = room.room_run.exam_session.batch.programme.organization
    sitting.form = make_forms(db, make_blueprint(db, organization), n_forms=1).forms[0]
    sitting.sealed_order = sealed_order(db, sitting.form, {"items": [3, 2, 1]})
    add_events(db, sitting)
    db.add(ContactLoss(sitting_id=sitting.id, lost_at=at(5), regained_at=at(8)))
    db.add(ServerOutage(began_at=at(6), ended_at=at(7)))
    db.add(SeatSignal(sitting_id=sitting.id, kind="focus_lost", at=at(9), detail={}))
    clock_acts.pause(db, room.at(10), None, reason="停电")
    clock_acts.resume(db, room.at(12), None)
    sitting.clock_acked = sitting.clock_number
    clock_acts.grant_time(db, room.at(13), sitting.uid, minutes=Decimal(5), reason="补时")
    db.flush()
    return room


def test_the_story_is_in_order_and_says_what_the_seat_has_confirmed(db: Session) -> None:
    sitting = lived(db).sittings[0]
    story = story_of(db, sitting, now=at(20))
    assert [event.at for event in story] == sorted(event.at for event in story)
    kinds = [event.kind for event in story]
    answers, later = ["answer"] * 3, ["lost", "outage", "signal", "paused", "time_granted"]
    assert kinds == ["started", *answers, *later]
    changes = [event.facts["change"] for event in story if event.kind == "answer"]
    assert changes == ["answered", "changed", "cleared"]
    clocks = {
        e.kind: (e.facts["clock"], e.facts["is_confirmed"]) for e in story if "clock" in e.facts
    }
    assert clocks == {"started": (2, True), "paused": (3, True), "time_granted": (5, False)}


def test_a_reader_asks_for_kinds_and_for_a_stretch_of_time(db: Session) -> None:
    sitting = lived(db).sittings[0]
    story = story_of(db, sitting, now=at(20))
    between = chosen(story, Wanted(start=at(6.5), end=at(9)))
    assert [event.kind for event in between] == ["lost", "outage", "signal"]
    talk = chosen(story, Wanted(kinds=frozenset({"answers"}), start=at(2)))
    assert len(talk) == 2
    bar = bar_of(story, sitting, Wanted(start=at(0), end=at(10)), now=at(20))
    assert bar is not None
    assert [(band.kind, band.x, band.width) for band in bar.bands][:2] == [
        ("lost", 500.0, 300.0),
        ("outage", 600.0, 100.0),
    ]
    assert bar.ticks == [100.0, 200.0, 300.0]


def test_the_page_answers_a_dispute_without_showing_an_answer_and_goes_out_as_a_table(
    client: FlaskClient, sqlite_database: Database, clock: TestClock
) -> None:
    clock.instant = at(20)
    with sqlite_database.writing() as db:
        room = lived(db)
        sitting, run = room.sittings[0], room.room_run
        address = (
            f"/proctoring/{run.exam_session.uid}/{run.room.uid}/sittings/{sitting.uid}/timeline"
        )
        organization = run.exam_session.batch.programme.organization
        officer = make_person(db, "exam_officer", organization=organization)
        stranger = make_person(db, "proctor", organization=organization)
    sign_in(client, room.person)
    text = client.get(address).text
    assert SECRET_ANSWER not in text
    assert "第 2 题作答" in text
    narrow = client.get(f"{address}?from=09:05&until=09:08").text
    assert "第 2 题作答" not in narrow
    assert "服务器中断" in narrow
    assert client.get(f"{address}?from=9%20o").status_code == 422
    sign_in(client, officer)
    table = client.get(f"{address}?kind=answers&format=csv").text
    assert len(table.strip().splitlines()) == 4
    assert SECRET_ANSWER not in table
    with sqlite_database.reading() as db:
        exported = db.scalars(select(AuditEntry).where(AuditEntry.act == "export_table")).one()
        assert (exported.person_id, exported.detail["rows"]) == (officer.id, 3)
    sign_in(client, stranger)
    assert client.get(address).status_code == 404


def test_an_incident_just_noted_is_withdrawn_and_stays_in_the_audit_record(db: Session) -> None:
    room = running_room(db)
    uid = room.sittings[0].uid
    incident = service.report_incident(db, room.acting, uid, Noted("other", "误记"))
    colleague = make_person(db, "proctor")
    make_duty(db, room.room_run.exam_session, colleague, room=room.room_run.room)
    other = Acting(actor_of(colleague), room.room_run, room.acting.now)
    with pytest.raises(RefusedError, match="no_such_incident"):
        service.withdraw_incident(db, other, incident.uid)
    with pytest.raises(RefusedError, match="too_late_to_withdraw"):
        service.withdraw_incident(db, room.at(13), incident.uid)
    for _ in range(2):
        service.withdraw_incident(db, room.at(11), incident.uid)
    assert db.scalars(select(Incident.withdrawn_at)).one() == at(11)
    acts = db.scalars(select(AuditEntry).where(AuditEntry.act == "withdraw_incident")).all()
    assert [entry.detail["text"] for entry in acts] == ["误记"]
    story = story_of(db, room.sittings[0], now=at(20))
    assert [e.facts["is_withdrawn"] for e in story if e.kind == "incident"] == [True]


def test_seen_is_taken_back_to_what_stood_before(db: Session) -> None:
    room = running_room(db)
    uid = room.sittings[0].uid
    service.mark_seen(db, room.at(5), uid, need="lost", minutes=5)
    service.mark_seen(db, room.at(12), uid, need="lost", minutes=None)
    service.unmark_seen(db, room.at(12.1), uid, need="lost")
    row = db.scalars(select(SeenNeed)).one()
    assert (row.at, row.until) == (at(5), at(10))
    service.unmark_seen(db, room.at(12.2), uid, need="lost")
    assert db.scalars(select(SeenNeed)).all() == []
