"""What at a seat needs a person, since when, and how urgently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from proctor.sitting_states import LIVE

# 1: somebody waits for a person; 2: a seat cannot work; 3: a clock is not confirmed; 4: facts.
URGENCIES: Final = {
    "called": 1,
    "not_me": 1,
    "held": 1,
    "move_asked": 1,
    "no_browser": 1,
    "void_asked": 1,
    "lost": 2,
    "not_ready": 2,
    "clock_late": 3,
    "break_over": 3,
    "slow_clock": 4,
    "signals": 4,
    "late_work": 4,
}
# What a proctor may put aside; the others end by their act only.
MAY_BE_SEEN: Final = frozenset(
    {"lost", "not_ready", "clock_late", "break_over", "slow_clock", "signals"}
)
# A line, a start or a clock gets this long before anybody is troubled with it.
PATIENCE: Final = {
    "lost": timedelta(seconds=30),
    "not_ready": timedelta(seconds=60),
    "clock_late": timedelta(seconds=15),
}
IN_THE_ROOM: Final = frozenset({"checked_in", "ready", *LIVE})
WRONG_CODES_NOTED: Final = 3


@dataclass(frozen=True)
class Seen:
    """A proctor has put a need aside; ``until`` names when it comes back by itself."""

    at: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Need:
    """A need: since when it stands and from when it is shown."""

    kind: str
    since: datetime
    shows_at: datetime

    @property
    def urgency(self) -> int:
        """Return its urgency; 1 comes first."""
        return URGENCIES[self.kind]


@dataclass(frozen=True)
class SeatFacts:
    """What decides the needs of a seat.

    Attributes
    ----------
    status
        The sitting's state.
    room_started_at
        ``None`` before the start.
    arrived_at
        When the candidate came: signed in, or marked present by a proctor.
    lost_at
        Since when there is no contact; ``None`` while a line stands.
    clock_changed_at
        When a clock was given that the seat has not confirmed.
    held_at, called_at, move_asked_at, not_me_at, void_asked_at, late_work_at
        Since when each stands; ``None`` when it does not.
    signals
        By kind: how many facts the seat has reported since a proctor last looked, and the newest.
    break_over_at
        When the allowance of the break that lasts is used up; ``None`` when none lasts. The need
        is told ahead and shown from then on.
    browser_missing_at
        Since when somebody may not begin without Safe Exam Browser; ``None`` for nobody.
    clock_wrong_at
        When the seat last told that its computer's clock runs slow or fast.
    seen
        What was put aside, by kind of need.
    """

    status: str
    room_started_at: datetime | None = None
    arrived_at: datetime | None = None
    lost_at: datetime | None = None
    clock_changed_at: datetime | None = None
    held_at: datetime | None = None
    called_at: datetime | None = None
    move_asked_at: datetime | None = None
    not_me_at: datetime | None = None
    break_over_at: datetime | None = None
    clock_wrong_at: datetime | None = None
    browser_missing_at: datetime | None = None
    void_asked_at: datetime | None = None
    late_work_at: datetime | None = None
    signals: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)


def needs_of(facts: SeatFacts) -> list[Need]:
    """Return what needs a person at a seat, the most urgent first, the oldest first within it.

    Examples
    --------
    >>> nine = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
    >>> [need.kind for need in needs_of(SeatFacts("running", called_at=nine, lost_at=nine))]
    ['called', 'lost']
    """
    standing = [
        Need(kind, since, since + PATIENCE.get(kind, timedelta()))
        for kind, since in _standing(facts)
    ]
    shown = [need for need in (_put_aside(need, facts) for need in standing) if need]
    return sorted(shown, key=lambda need: (need.urgency, need.since))


def _standing(facts: SeatFacts) -> Iterator[tuple[str, datetime]]:
    is_live = facts.status in LIVE
    newest = [at for kind, (count, at) in facts.signals.items() if _is_noted(kind, count)]
    found = {
        "called": facts.called_at,
        "not_me": facts.not_me_at,
        "held": facts.held_at if facts.status == "held" else None,
        "move_asked": facts.move_asked_at,
        "void_asked": facts.void_asked_at,
        "lost": facts.lost_at if facts.status in IN_THE_ROOM else None,
        "not_ready": _not_ready_since(facts),
        "clock_late": facts.clock_changed_at if is_live and facts.lost_at is None else None,
        "break_over": facts.break_over_at if is_live else None,
        "slow_clock": facts.clock_wrong_at,
        "no_browser": facts.browser_missing_at if facts.status == "checked_in" else None,
        "signals": max(newest, default=None),
        # It can be decided when the sitting is over, and in a void one there is nothing to decide.
        "late_work": facts.late_work_at if facts.status == "handed_in" else None,
    }
    return ((kind, since) for kind, since in found.items() if since is not None)


def _is_noted(kind: str, count: int) -> bool:
    """Say whether facts of a kind are worth a look: a mistyped code is not."""
    return count >= (WRONG_CODES_NOTED if kind == "wrong_code" else 1)


def _not_ready_since(facts: SeatFacts) -> datetime | None:
    """Return since when somebody sits there and cannot begin though the room has."""
    if facts.room_started_at is None or facts.arrived_at is None:
        return None
    if facts.status not in {"assigned", "checked_in", "ready"}:
        return None
    return max(facts.room_started_at, facts.arrived_at)


def _put_aside(need: Need, facts: SeatFacts) -> Need | None:
    seen = facts.seen.get(need.kind) if need.kind in MAY_BE_SEEN else None
    if seen is None or need.since > seen.at:
        return need
    if seen.until is None:
        return None
    return replace(need, shows_at=max(need.shows_at, seen.until))
