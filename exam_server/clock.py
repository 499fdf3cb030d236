"""The server's time: one clock for everything, steady even when the wall clock steps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

# The zone in which people read instants; stored and sent they are UTC.
SITE_ZONE: Final = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that tells the time in UTC."""

    def now(self) -> datetime:
        """Return the current instant, with time zone UTC."""


@dataclass
class SteadyClock:
    """Start-up wall time plus the monotonic clock: a step of the wall clock changes nothing."""

    started_wall: datetime = field(default_factory=lambda: datetime.now(UTC))
    started_monotonic: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the current instant."""
        return self.started_wall + timedelta(seconds=time.monotonic() - self.started_monotonic)


@dataclass
class TestClock:
    """A clock that stands still until a test moves it."""

    __test__ = False
    instant: datetime

    def now(self) -> datetime:
        """Return the instant the test has set."""
        return self.instant

    def advance(self, **duration: float) -> None:
        """Move on by a duration given as for ``timedelta``."""
        self.instant += timedelta(**duration)


@dataclass
class _Current:
    clock: Clock = field(default_factory=SteadyClock)


_current = _Current()


def utcnow() -> datetime:
    """Return the server's time."""
    return _current.clock.now()


def wall_step() -> timedelta:
    """Return how far the machine's wall clock was moved since the process began.

    A clock that tests have set has no wall clock beside it.
    """
    if not isinstance(_current.clock, SteadyClock):
        return timedelta()
    return datetime.now(UTC) - _current.clock.now()


def use_clock(clock: Clock) -> None:
    """Replace the process's clock (tests and rehearsals of a past day)."""
    _current.clock = clock


@contextmanager
def played(clock: Clock) -> Iterator[None]:
    """Let another clock tell the time for a while (a past day replayed for the sample data)."""
    before = _current.clock
    _current.clock = clock
    try:
        yield
    finally:
        _current.clock = before


def rfc3339(instant: datetime) -> str:
    """Write an instant as the protocol does: UTC, milliseconds, ``Z``.

    Examples
    --------
    >>> rfc3339(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    '2026-03-01T09:30:00.000Z'
    """
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """Read an instant; raises ``ValueError`` when it has no time zone."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        msg = f"an instant needs a time zone: {text!r}"
        raise ValueError(msg)
    return instant.astimezone(UTC)
