"""The wall clock before what is stored: sittings wait until an operator confirms the time."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from exam_server.clock import SteadyClock, played, utcnow
from exam_server.db import Database
from exam_server.delivery import time_doubt
from exam_server.delivery.closing import beat
from exam_server.delivery.notices import time_notices
from exam_server.errors import ConflictError
from exam_server.seating.models import Sitting
from tests.factories import NOW, make_sitting

HOUR = timedelta(hours=1)


def test_a_clock_in_the_past_holds_what_runs_until_it_is_set_and_confirmed(
    database: Database,
) -> None:
    with database.writing() as db:
        running, ready = make_sitting(db, status="running").id, make_sitting(db, status="ready").id
        beat(db, now=NOW)
        assert not time_doubt.look(db, now=NOW - timedelta(milliseconds=900))
        assert time_doubt.look(db, now=NOW - HOUR)
        assert time_doubt.hold_all(db, now=NOW - HOUR) == 1
    with database.writing() as db:
        assert db.get_one(Sitting, running).status == "held"
        assert db.get_one(Sitting, ready).status == "ready"
        assert time_doubt.look(db, now=NOW + HOUR), "a doubt ends by nobody's doing"
        with pytest.raises(ConflictError, match="time_still_behind"):
            time_doubt.confirm(db, now=NOW - HOUR)
        time_doubt.confirm(db, now=NOW + HOUR)
        assert not time_doubt.is_doubted(db)
        with pytest.raises(ConflictError, match="time_not_doubted"):
            time_doubt.confirm(db, now=NOW + HOUR)


def test_an_operator_may_take_a_clock_as_right_that_stands_before_what_is_stored(
    sqlite_database: Database,
) -> None:
    with sqlite_database.writing() as db:
        beat(db, now=NOW)
        assert time_doubt.look(db, now=NOW - HOUR)
        time_doubt.confirm(db, now=NOW - HOUR, is_forced=True)
        assert not time_doubt.look(db, now=NOW - HOUR)


def test_pages_say_what_is_wrong_with_the_clock(office: Flask, sqlite_database: Database) -> None:
    with office.test_request_context(), sqlite_database.writing() as db:
        assert time_notices(db) == []
        beat(db, now=utcnow() + HOUR)
        time_doubt.look(db, now=utcnow())
        with played(SteadyClock(started_wall=utcnow() - timedelta(seconds=90))):
            for language, words in (("en", "changed by 90 s"), ("zh_Hans_CN", "改动了 90 秒")):
                with force_locale(language):
                    doubted, changed = time_notices(db)
                    assert "exam-server time confirm" in doubted
                    assert words in changed
