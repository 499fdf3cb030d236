"""The feed: what an answer changes is told without reading a row, anything else wholly."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from socketio import Server
from sqlalchemy import event

from exam_server.clock import rfc3339
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.entries import AckClock, SaveAnswers
from exam_server.delivery.lane import Lane
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.proctoring.feed import Feed
from exam_server.seating.models import Sitting
from tests.factories import NOW, make_batch, make_exam_session, make_organization, make_sitting


class Consoles:
    """A Socket.IO server on which a console watches every room."""

    def __init__(self) -> None:
        self.manager = self
        self.told: list[dict[str, Any]] = []

    def get_participants(self, _namespace: str, _room: str) -> Iterator[tuple[str, str]]:
        return iter([("console", "line")])

    def emit(self, _name: str, message: dict[str, Any], to: str, namespace: str) -> None:
        self.told.append(message)


@pytest.fixture
def lane(database: Database, tmp_path: Path) -> Lane:
    return Lane(Settings(var=tmp_path), database)


def seat_at_work(lane: Lane) -> Sitting:
    with lane.database.writing() as db:
        exam_session = make_exam_session(db, make_batch(db, make_organization(db)))
        exam_session.rooms[0].started_at = NOW
        return make_sitting(db, exam_session, status="running", lease_number=1)


def answer(lane: Lane, sitting: Sitting, seq: int, said: str | None = "A") -> None:
    sent = {"seq": seq, "position": seq % 3 + 1, "answer": said, "at": rfc3339(NOW)}
    parsed = parse_events({"events": [sent]}, 10)
    assert isinstance(parsed, Parsed)
    lane.journal._write_together([SaveAnswers(sitting.id, 1, parsed, NOW)])  # noqa: SLF001 - without its greenlet


def test_answers_alone_are_told_from_memory_and_everything_else_wholly(lane: Lane) -> None:
    consoles = Consoles()
    feed = Feed(lane, cast("Server", consoles))
    sitting = seat_at_work(lane)
    answer(lane, sitting, 1)
    feed.tick()
    asked: list[str] = []
    event.listen(lane.database.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
    answer(lane, sitting, 2)
    by_journal = len(asked)
    feed.tick()
    assert len(asked) == by_journal, "rows were read for an answer"
    answer(lane, sitting, 4, None)  # position 2 again, which seq 1 had filled
    feed.tick()
    assert [told["changed"] for told in consoles.told] == [
        [{"sitting": sitting.uid, "answered": count, "last_contact_at": None}]
        for count in (1, 2, 1)
    ]

    answer(lane, sitting, 6)
    lane.journal._write_together([AckClock(sitting.id, 1, 1)])  # noqa: SLF001 - without its greenlet
    feed.tick()
    feed.tick()
    (whole,) = consoles.told[-1]["changed"]
    assert (whole["answered"], whole["clock_confirmed"], whole["status"]) == (2, True, "running")
    assert [told["number"] for told in consoles.told] == [1, 2, 3, 4]


def test_what_could_not_be_told_is_told_with_the_next_tick(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    consoles = Consoles()
    feed = Feed(lane, cast("Server", consoles))
    sitting = seat_at_work(lane)
    answer(lane, sitting, 1)
    with monkeypatch.context() as away:
        away.setattr(lane.facts, "answered_counts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            feed.tick()
    feed.tick()
    assert consoles.told[0]["changed"][0]["answered"] == 1
