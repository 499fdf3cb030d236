"""Safe Exam Browser at a seat: a fact for the proctor, who lets in whoever has none."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.audit import AuditEntry
from exam_server.delivery import service
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.safe_browser import Shown, let_in, note_browser
from exam_server.delivery.state import sitting_state
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.proctoring.seats import seats_told
from exam_server.seating.live import browser_rules_changed
from exam_server.seating.models import SafeBrowserRule, Sitting
from exam_server.seating.safe_browser import SafeBrowserIn, set_rule
from proctor.safe_browser import config_key, request_hash
from tests.factories import NOW
from tests.rooms import RoomAtWork, running_room

START = "https://exam.example.cn/sitting"
EXAM_KEY = "ab" * 32
BEFORE = NOW - timedelta(days=1)


@pytest.fixture
def room(db: Session) -> RoomAtWork:
    return running_room(db)


def asks(
    db: Session, room: RoomAtWork, use: str = "asked", *, keys: str = "", now: datetime = BEFORE
) -> SafeBrowserRule:
    return changes(db, room, {"use": use, "exam_keys": keys}, now=now)


def changes(
    db: Session, room: RoomAtWork, fields: dict[str, str], *, now: datetime
) -> SafeBrowserRule:
    sent = SafeBrowserIn.model_validate({"start_url": START, **fields})
    return set_rule(db, room.acting.actor, room.room_run.exam_session, sent, now=now)


def checked_in(room: RoomAtWork) -> Sitting:
    sitting = room.sittings[0]
    sitting.status, sitting.identity_confirmed_at = "checked_in", NOW
    return sitting


def needs(db: Session, sitting: Sitting) -> list[str]:
    (told,) = seats_told(db, LiveFacts(), [sitting.id], now=NOW)
    return [each["need"] for each in told["needs"] if each["urgency"] == 1]


def test_without_the_browser_a_seat_begins_only_when_it_is_let_in(
    db: Session, room: RoomAtWork
) -> None:
    asks(db, room)
    one = checked_in(room)
    assert note_browser(db, one, Shown(version="Firefox"), now=NOW) == "none"
    assert needs(db, one) == ["no_browser"]
    with pytest.raises(ConflictError, match="safe_browser_asked"):
        service.accept_pledge(db, one, now=NOW)
    assert one.status == "checked_in"
    by = room.person.id
    let_in(db, one, reason="机器无法安装", by=by, now=NOW)
    assert needs(db, one) == []
    told = sitting_state(db, one, now=NOW)["safe_browser"]
    assert (told["outcome"], told["let_in"], told["quit_url"]) == ("none", True, None)
    service.accept_pledge(db, one, now=NOW)
    assert one.status == "running"
    with pytest.raises(ConflictError, match="browser_not_missing"):
        let_in(db, one, reason="x", by=by, now=NOW)


def test_the_right_key_begins_and_a_seat_at_work_is_never_stopped(
    db: Session, room: RoomAtWork
) -> None:
    rule = asks(db, room)
    one = checked_in(room)
    right = request_hash(START, config_key(rule.settings))
    assert note_browser(db, one, Shown(config=right, version="3.9"), now=NOW) == "right"
    service.accept_pledge(db, one, now=NOW)
    # the page of an older version shows nothing more than its sign-in did
    assert note_browser(db, one, Shown(), now=NOW) == "right"
    assert note_browser(db, one, Shown(config="0" * 64), now=NOW) == "wrong"
    assert (one.status, needs(db, one)) == ("running", [])


def test_keys_of_other_configurations_count_and_a_saved_setting_keeps_its_key(
    db: Session, room: RoomAtWork
) -> None:
    first = dict(asks(db, room).settings)
    rule = asks(db, room, keys=f"{EXAM_KEY.upper()}\n{'cd' * 32}")
    assert rule.settings == first
    one = checked_in(room)
    shown = Shown(exam=request_hash("https://exam.example.cn/api/sittings/login", EXAM_KEY))
    assert note_browser(db, one, shown, now=NOW) == "right"
    with pytest.raises(InvalidInputError) as refused:
        asks(db, room, keys="short")
    assert [problem.code for problem in refused.value.problems] == ["not_an_exam_key"]


def test_where_it_is_not_used_nothing_is_stored_or_asked(db: Session, room: RoomAtWork) -> None:
    asks(db, room, use="off")
    one = checked_in(room)
    assert note_browser(db, one, Shown(config="0" * 64), now=NOW) is None
    assert sitting_state(db, one, now=NOW)["safe_browser"] is None
    assert needs(db, one) == []


def test_while_the_exam_is_live_it_changes_only_with_a_reason_that_stands_on_record(
    db: Session, room: RoomAtWork
) -> None:
    before = dict(asks(db, room).settings)
    turned_off = {"use": "off", "start_url": "https://other.example.cn/sitting"}
    with pytest.raises(ConflictError) as refused:
        changes(db, room, turned_off, now=NOW)
    assert refused.value.code == "safe_browser_while_live"
    assert [problem.where for problem in refused.value.problems] == ["reason"]
    rule = changes(db, room, {"use": "asked"}, now=BEFORE)
    assert (rule.use, rule.settings) == ("asked", before)
    rule = changes(db, room, {"use": "off", "reason": "新版无法启动"}, now=NOW)
    assert rule.use == "off"
    exam_session = room.room_run.exam_session
    (entry,) = browser_rules_changed(exam_session)
    assert entry.detail["reason"] == "新版无法启动"
    exam_session.state = "closed"
    db.flush()
    changes(db, room, {"use": "accepted"}, now=NOW)
    acts = db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts[-2:] == ["set_safe_browser_live", "set_safe_browser"]
