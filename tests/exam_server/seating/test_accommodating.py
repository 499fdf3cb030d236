"""Accommodations reach a sitting once, as its papers are released."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Accommodation
from exam_server.delivery.service import start_sittings
from exam_server.delivery.state import sitting_state
from exam_server.seating import accommodating, planning
from exam_server.seating.clock_facts import clock_facts, room_clocks_of
from exam_server.seating.models import Sitting
from exam_server.seating.releasing import outlook, release
from proctor.clock import ends_at
from tests.exam_server.seating.test_planning import planned
from tests.factories import NOW

SECRET = b"s" * 32


def grant(db: Session, officer: Actor, sitting: Sitting, **values: object) -> Accommodation:
    row = Accommodation(
        candidate_id=sitting.registration.candidate_id,
        reason="文件",
        granted_at=NOW,
        granted_by=officer.id,
        **values,
    )
    db.add(row)
    db.flush()
    return row


def test_extra_time_is_frozen_at_the_release_and_is_the_seats_not_the_rooms(db: Session) -> None:
    officer, exam_session = planned(db, 3)
    planning.draw(db, officer, exam_session, seed=1)
    one, other, gone = db.query(Sitting).order_by(Sitting.id).all()
    granted = grant(db, officer, one, extra_percent=33, extra_minutes=5, is_large_text=True)
    grant(db, officer, gone, extra_percent=50, valid_to=date(2020, 1, 1))
    release(db, exam_session, by=None, secret=SECRET, now=NOW)
    granted.extra_percent = 100
    db.flush()
    told = sitting_state(db, one, now=NOW)
    assert (told["minutes"], told["extra_min"], told["large_text"]) == (85, 25, True)
    assert told["ends_at"] is None
    run = exam_session.rooms[0]
    start_sittings(db, [run], now=NOW)
    ends = [ends_at(clock_facts(db, each), NOW) for each in (one, other, gone)]
    minute = timedelta(minutes=1)
    assert ends == [NOW + 85 * minute, NOW + 60 * minute, NOW + 60 * minute]
    assert ends_at(room_clocks_of(db, [run.id])[run.id], NOW) == NOW + 60 * minute
    assert list(accommodating.granted_in(db, exam_session)) == [one.id]


def test_a_hard_end_that_cannot_hold_the_extra_time_is_named_before_the_release(
    db: Session,
) -> None:
    officer, exam_session = planned(db, 2)
    planning.draw(db, officer, exam_session, seed=1)
    one = db.query(Sitting).order_by(Sitting.id).first()
    assert one is not None
    grant(db, officer, one, extra_minutes=20, break_minutes=11)

    def checked(minutes: int) -> str:
        exam_session.hard_end = exam_session.planned_start + timedelta(minutes=minutes)
        db.flush()
        found = outlook(db, exam_session).checks
        return next(each.state for each in found if each.code == "hard_end")

    assert (checked(90), checked(91)) == ("attention", "ok")
