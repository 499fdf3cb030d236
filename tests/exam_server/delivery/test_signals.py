"""Facts of seats and their lines: stored with detail, none where the rule set leaves them alone."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.db import Database
from exam_server.delivery import service
from exam_server.delivery.lines import Lines, Opened
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import SeatLine, SeatSignal
from exam_server.proctoring.seats import seats_told
from exam_server.proctoring.service import mark_seen
from exam_server.seating.models import Sitting
from tests.factories import NOW, make_sitting
from tests.rooms import running_room

SECOND = timedelta(seconds=1)


def kinds(db: Session, sitting: Sitting) -> list[str]:
    chosen = select(SeatSignal.kind).where(SeatSignal.sitting_id == sitting.id)
    return list(db.scalars(chosen.order_by(SeatSignal.id)))


def test_another_address_or_browser_is_a_fact_and_the_first_is_none(database: Database) -> None:
    with database.writing() as db:
        sitting = make_sitting(db)
        quiet = make_sitting(db)
        quiet.exam_session.batch.rule_set.signals = ["focus"]
    lines = Lines()

    def open_line(address: str, agent: str, *, of: Sitting = sitting, second: bool = False) -> None:
        lines.opened(Opened(of.id, of.room_run_id, address, agent, NOW, second))

    open_line("10.0.0.1", "A")
    open_line("10.0.0.1", "A")
    open_line("10.0.0.1", "A", of=quiet)
    assert lines.write(database) == []
    open_line("10.0.0.2", "A")
    open_line("10.0.0.2", "B", second=True)
    open_line("10.0.0.9", "Z", of=quiet, second=True)
    assert {line.sitting_id for line in lines.write(database)} == {sitting.id}
    with database.reading() as db:
        stored = db.get_one(SeatLine, sitting.id)
        assert (stored.address, stored.agent) == ("10.0.0.2", "B")
        assert kinds(db, sitting) == ["address_changed", "agent_changed", "line_replaced"]
        assert kinds(db, quiet) == []
        (first, *_) = db.scalars(select(SeatSignal)).all()
        assert first.detail == {"before": "10.0.0.1", "now": "10.0.0.2"}


def test_what_the_rule_set_leaves_alone_is_not_stored(db: Session) -> None:
    sitting = make_sitting(db)
    sitting.exam_session.batch.rule_set.signals = ["focus"]
    for kind in ("focus_back", "copy_tried", "not_me", "something_new"):
        service.report_signal(db, sitting, kind, {"seconds": 4, "text": "x"}, now=NOW)
    db.flush()
    assert kinds(db, sitting) == ["focus_back", "not_me", "other"]
    assert db.scalars(select(SeatSignal)).first().detail == {"seconds": 4}  # type: ignore[union-attr] # there is one


def test_a_wrong_running_clock_is_a_need_that_can_be_put_aside(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]

    def shown() -> list[str]:
        (told,) = seats_told(db, LiveFacts(), [one.id], now=NOW + 60 * SECOND)
        return [each["need"] for each in told["needs"] if each["urgency"] == 4]

    service.report_signal(db, one, "clock_slow", {"s_per_min": -3.1}, now=NOW)
    service.report_signal(db, one, "copy_tried", {}, now=NOW)
    db.flush()
    assert shown() == ["slow_clock", "signals"]
    mark_seen(db, room.acting, one.uid, need="signals", minutes=None)
    assert shown() == ["slow_clock"]
    mark_seen(db, room.acting, one.uid, need="slow_clock", minutes=None)
    assert shown() == []
