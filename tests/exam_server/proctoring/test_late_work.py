"""Late work is decided by a person, through the journal, on both stores."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as store_event
from sqlalchemy import select

from exam_server.audit import AuditEntry
from exam_server.clock import TestClock, rfc3339
from exam_server.db import Database
from exam_server.delivery.entries import Close, SaveAnswers, SendLateWork
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.lane import Lane
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.delivery.models import AnswerEvent, LateDecision, LateWork, Receipt
from exam_server.delivery.receipts import chain_hash, events_hash
from exam_server.delivery.standing import responses_of
from exam_server.jobs import Job
from exam_server.marking.models import SittingScore
from exam_server.marking.service import mark_exam_session, newest_run
from exam_server.proctoring.late_decisions import DecideLateWork
from exam_server.proctoring.late_work import late_work_of
from exam_server.proctoring.todos import todos
from exam_server.results.models import Decision, DecisionRun
from exam_server.seating.models import ExamSession, Sitting
from exam_server.working import JobFunctions
from tests.factories import NOW, actor_of, add, make_blueprint, make_forms
from tests.rooms import RoomAtWork, running_room
from tests.staff import Desk, sign_in

END = 60


def at(minute: float) -> Any:
    return NOW + timedelta(minutes=minute)


def event(seq: int, answer: Any, minute: float, *, position: int = 1) -> dict[str, Any]:
    return {"seq": seq, "position": position, "answer": answer, "at": rfc3339(at(minute))}


def parsed(*events: dict[str, Any]) -> Parsed:
    found = parse_events({"events": list(events)}, 4)
    assert isinstance(found, Parsed)
    return found


def write(database: Database, *entries: Any) -> list[dict[str, Any]]:
    with database.writing() as db:
        batch = open_batch(db, entries)
        replies = [entry.write(batch) for entry in entries]
        batch.flush()
    return replies


def make_room(database: Database) -> RoomAtWork:
    """Add a room whose first seat has answered 1 and 2 in time and moved to a second computer."""
    with database.writing() as db:
        room = running_room(db, 2)
        blueprint = make_blueprint(db, room.room_run.exam_session.batch.programme.organization)
        forms = make_forms(db, blueprint, n_forms=1)
        room.room_run.exam_session.assembly_run = forms
        for sitting in room.sittings:
            sitting.form_id = forms.forms[0].id
            sitting.lease_number = 1
        assert room.person.holdings
        assert actor_of(room.person)
    sitting = room.sittings[0].id
    first = parsed(event(1, "B", 5), event(2, "B", 6, position=2))
    write(database, SaveAnswers(sitting, 1, first, at(7)))
    with database.writing() as db:
        db.get_one(Sitting, sitting).lease_number = 2
    write(database, SaveAnswers(sitting, 2, parsed(event(3, "C", 20)), at(20)))
    return room


def hand_over(database: Database, sitting: int) -> None:
    """Let both computers hand over: an older and a newer answer, and one to a new question."""
    old = parsed(event(3, "A", 10), event(4, "A", 50, position=2))
    write(database, SendLateWork(sitting, 1, old, at(61)))
    new = parsed(event(4, "A", 59, position=3), event(5, {"x": 1}, 59, position=1))
    write(database, SaveAnswers(sitting, 2, new, at(END + 5)))


def decide(room: RoomAtWork, *, is_accepted: bool = True, groups: Any = ()) -> DecideLateWork:
    return DecideLateWork(
        sitting_id=room.sittings[0].id,
        groups=frozenset(groups),
        is_accepted=is_accepted,
        reason="机器故障，监考员在场",
        person_id=room.person.id,
        now=at(70),
        has_result=lambda _db, _registration: False,
        title="重新评分",
    )


def responses(database: Database, sitting: int) -> dict[str, Any]:
    with database.reading() as db:
        return responses_of(db, [sitting])[sitting].answers


def test_accepted_work_counts_by_its_own_time_and_is_chained(database: Database) -> None:
    room = make_room(database)
    sitting = room.sittings[0].id
    hand_over(database, sitting)
    (early,) = write(database, decide(room))
    assert early["code"] == "late_work_not_over"
    write(database, Close(sitting, "time_over", at(END + 1)))
    before = responses(database, sitting)
    with database.reading() as db:
        found = late_work_of(db, db.get_one(Sitting, sitting), now=at(70))
        told = {(g.lease_number, g.cause): (g.changes, g.idle) for g in found.waiting}
    assert before == {"1": "C", "2": "B"}
    assert told == {(1, "lease_ended"): ([2], 1), (2, "time_over"): ([3], 1)}

    assert write(database, decide(room))[0] == {"ok": True, "events": 4}
    # answer 1 of the old computer is older than what stands; the malformed one never counts
    assert responses(database, sitting) == {"1": "C", "2": "A", "3": "A"}
    with database.reading() as db:
        rows = db.scalars(select(AnswerEvent).order_by(AnswerEvent.seq)).all()
        assert [(row.seq, row.late_lease_number, row.late_seq, row.refused_code) for row in rows][
            3:
        ] == [
            (4, 1, 3, "older_than_standing"),
            (5, 1, 4, None),
            (6, 2, 4, None),
            (7, 2, 5, "malformed_answer"),
        ]
        first, second = db.scalars(select(Receipt).order_by(Receipt.link)).all()
        exam_session = db.get_one(ExamSession, first.exam_session_id)
        uid = db.get_one(Sitting, sitting).uid
        assert (second.reason, second.count, second.previous) == ("late_work", 7, first.chain)
        assert second.hash == events_hash(db, sitting)[0]
        assert exam_session.chain_head == chain_hash(first.chain, uid, second.hash, 2)
        acts = db.scalars(select(AuditEntry.act).where(AuditEntry.act == "accept_late_work")).all()
        assert len(acts) == 2
        assert late_work_of(db, db.get_one(Sitting, sitting), now=at(70)).waiting == []
    assert write(database, decide(room))[0]["code"] == "nothing_to_decide"
    # the computer sends once more what was taken in: nothing new waits
    hand_over(database, sitting)
    assert write(database, decide(room))[0]["code"] == "nothing_to_decide"


def test_links_of_one_batch_follow_each_other(database: Database) -> None:
    room = make_room(database)
    first, second = (sitting.id for sitting in room.sittings)
    hand_over(database, first)
    write(database, Close(first, "time_over", at(END + 1)))
    others = [Close(second, "time_over", at(END + 1)), decide(room, groups=[(2, "time_over")])]
    assert all(reply["ok"] for reply in write(database, *others, decide(room)))
    with database.reading() as db:
        chain = db.scalars(select(Receipt).order_by(Receipt.link)).all()
        assert [each.link for each in chain] == [1, 2, 3, 4]
        assert [each.previous for each in chain[1:]] == [each.chain for each in chain[:-1]]
        exam_session = db.get_one(ExamSession, chain[0].exam_session_id)
        assert (exam_session.chain_link, exam_session.chain_head) == (4, chain[3].chain)
        assert chain[3].hash == events_hash(db, first)[0]
        assert chain[0].hash == events_hash(db, first, first=chain[0].count)[0]


def test_refused_work_changes_nothing_that_stands(database: Database) -> None:
    room = make_room(database)
    sitting = room.sittings[0].id
    hand_over(database, sitting)
    write(database, Close(sitting, "time_over", at(END + 1)))
    with database.reading() as db:
        before = events_hash(db, sitting), db.scalar(select(Receipt.link))
    refuse = decide(room, is_accepted=False, groups=[(1, "lease_ended")])
    assert write(database, refuse)[0] == {"ok": True, "events": 2}
    with database.reading() as db:
        assert (events_hash(db, sitting), db.scalar(select(Receipt.link))) == before
        found = late_work_of(db, db.get_one(Sitting, sitting), now=at(70))
        assert [group.key for group in found.waiting] == ["2:time_over"]
        assert [group.decision.reason for group in found.decided if group.decision] == [
            refuse.reason
        ]
        assert len(db.scalars(select(LateWork)).all()) == 4
        assert db.scalars(select(Job)).all() == []


def test_work_that_was_stored_after_all_is_no_late_work(database: Database) -> None:
    room = make_room(database)
    sitting = room.sittings[1].id
    with database.writing() as db:
        db.get_one(Sitting, sitting).status = "held"
    kept = parsed(event(1, "A", 59))
    write(database, SaveAnswers(sitting, 1, kept, at(59.5)))
    with database.writing() as db:
        row = db.get_one(Sitting, sitting)
        row.status = "running"  # the proctor has credited the outage
        assert late_work_of(db, row, now=at(59.6)).waiting[0].cause == "sitting_held"
    write(database, SaveAnswers(sitting, 1, kept, at(59.7)))
    with database.reading() as db:
        assert late_work_of(db, db.get_one(Sitting, sitting), now=at(60)).waiting == []


def test_a_standing_result_lets_late_work_be_refused_only(database: Database) -> None:
    room = make_room(database)
    sitting = room.sittings[0].id
    hand_over(database, sitting)
    write(database, Close(sitting, "time_over", at(END + 1)))
    stands = {"has_result": lambda _db, _registration: True}
    accept = DecideLateWork(**{**vars(decide(room)), **stands})
    refuse = DecideLateWork(**{**vars(decide(room, is_accepted=False)), **stands})
    assert write(database, accept)[0]["code"] == "results_stand"
    assert write(database, refuse)[0]["ok"]


def test_of_two_proctors_who_decide_at_once_one_decides(database: Database) -> None:
    room = make_room(database)
    sitting = room.sittings[0].id
    hand_over(database, sitting)
    write(database, *(Close(each.id, "time_over", at(END + 1)) for each in room.sittings))
    other = Database(
        database.engine.url.render_as_string(hide_password=False), keyring=database.keyring
    )
    is_asking = threading.Event()
    store_event.listen(other.engine, "before_cursor_execute", lambda *_: is_asking.set())
    store_event.listen(other.engine, "begin", lambda _: is_asking.set(), insert=True)
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as db:
            batch = open_batch(db, [decide(room)])
            second = pool.submit(write, other, decide(room, is_accepted=False))
            assert is_asking.wait(120)
            assert decide(room).write(batch)["ok"]
            batch.flush()
            assert not second.done()
        assert second.result(60)[0]["code"] == "nothing_to_decide"
    with database.reading() as db:
        decisions = db.scalars(select(LateDecision)).all()
        assert {each.is_accepted for each in decisions} == {True}
        assert len(db.scalars(select(Receipt).where(Receipt.sitting_id == sitting)).all()) == 2
    other.close()


@pytest.fixture
def journal(client: FlaskClient, sqlite_database: Database) -> Iterator[Lane]:
    """A web process's lane beside the pages."""
    app = client.application
    lane = Lane(app.extensions["exam_server.settings"], sqlite_database)
    app.extensions["exam_server.lane"] = lane
    writer = gevent.spawn(lane.journal.run)
    yield lane
    lane.journal.stop()
    writer.join()
    del app.extensions["exam_server.lane"]


@pytest.mark.usefixtures("journal")
def test_on_its_page_late_work_is_accepted_and_what_was_marked_is_marked_anew(
    client: FlaskClient, sqlite_database: Database, clock: TestClock
) -> None:
    clock.instant = at(70)
    room = make_room(sqlite_database)
    sitting = room.sittings[0]
    hand_over(sqlite_database, sitting.id)
    closings = [Close(each.id, "time_over", at(END + 1)) for each in room.sittings]
    write(sqlite_database, *closings)
    with sqlite_database.writing() as db:
        exam_session = db.get_one(ExamSession, sitting.exam_session_id)
        mark_exam_session(db, exam_session, by=None, now=at(65))
        waiting = todos(db, actor_of(room.person), now=at(70))
        assert "late_work_to_decide" in [todo.code for todo in waiting]
    sign_in(client, room.person)
    base = f"/proctoring/{room.room_run.exam_session.uid}/{room.room_run.room.uid}"
    page = f"{base}/sittings/{sitting.uid}/late-work"
    text = client.get(page).text
    assert "1:lease_ended" in text
    assert json.dumps("A") not in text
    assert "1 条待决定" not in client.get(f"{base}/record").text
    assert "4 条待决定" in client.get(f"{base}/record").text

    refused = client.post(page, data={"act": "accept", "group": "", "reason": ""})
    assert refused.status_code == 422
    sent = {"act": "accept", "group": "1:lease_ended", "reason": "原机器故障"}
    assert client.post(page, data=sent).status_code == 302
    again = client.post(page, data=sent)
    assert again.status_code == 409
    assert "原机器故障" in client.get(f"{base}/record").text
    assert "采纳" in client.get(f"{base}/sittings/{sitting.uid}/timeline").text

    desk = Desk(client, sqlite_database, 0, room.person.id)
    assert desk.work(JobFunctions())
    with sqlite_database.writing() as db:
        job = db.scalars(select(Job)).one()
        assert (job.status, job.result) == (
            "done",
            {"exam_session": room.room_run.exam_session.uid, "is_marked": True},
        )
        run = newest_run(db, sitting.exam_session_id)
        assert run is not None
        score = db.get_one(SittingScore, (run.id, sitting.id))
        assert int(score.mark) == 1  # position 2 is A now; position 3 still waits
        registration = db.get_one(Sitting, sitting.id).registration
        decided = add(db, DecisionRun(batch_id=registration.batch_id, decided_at=at(80), rules={}))
        db.add(
            Decision(
                decision_run_id=decided.id,
                registration_id=registration.id,
                outcome="fail",
                reasons=[],
            )
        )
    late = client.post(page, data={**sent, "group": "2:time_over"})
    assert late.status_code == 409
    assert "重新评分" in late.text
