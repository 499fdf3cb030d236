"""Writing to order: how many items of which place and type, and how far each order has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

# What became of an item that was written, best first; a retired one counts for nothing.
STANDINGS: Final = ("accepted", "waiting", "sent_back")


@dataclass(frozen=True)
class Quota:
    """An order: ``at`` is a range's path or a point's code, empty anywhere; ``type`` likewise."""

    id: int
    at: str
    type: str
    wanted: int
    since: datetime
    due: date


@dataclass(frozen=True)
class Written:
    """An item as it counts: its point's full code, its type, when it was begun, its standing."""

    id: int
    point: str
    type: str
    since: datetime
    standing: str


@dataclass(frozen=True)
class Progress:
    """How far an order has come."""

    wanted: int
    accepted: int = 0
    waiting: int = 0
    sent_back: int = 0

    @property
    def begun(self) -> int:
        """Return how many have been begun, those that came back too."""
        return self.accepted + self.waiting + self.sent_back

    @property
    def delivered(self) -> int:
        """Return how many are out of the writer's hands."""
        return self.accepted + self.waiting

    @property
    def missing(self) -> int:
        """Return how many the writer still has to deliver."""
        return self.wanted - self.delivered

    @property
    def is_met(self) -> bool:
        """Say whether as many as wanted have passed their reviews."""
        return self.accepted >= self.wanted


def fits(quota: Quota, item: Written) -> bool:
    """Say whether an item may count for an order.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = datetime(2026, 6, 1, tzinfo=UTC)
    >>> order = Quota(1, "A-B", "", 5, day, day.date())
    >>> [fits(order, Written(1, at, "single", day, "waiting")) for at in ("A-B-001", "A-BC-001")]
    [True, False]
    """
    is_there = not quota.at or item.point == quota.at or item.point.startswith(f"{quota.at}-")
    return is_there and quota.type in {"", item.type} and item.since >= quota.since


def share_out(quotas: Iterable[Quota], items: Iterable[Written]) -> Mapping[int, Progress]:
    """Return how far each of a writer's orders has come; no item counts twice.

    The order that asks for the narrowest place and type takes first, then the one due first; of
    what fits, each takes what has come farthest.
    """
    left: list[Written] = sorted(
        (item for item in items if item.standing in STANDINGS),
        key=lambda item: (STANDINGS.index(item.standing), item.since, item.id),
    )
    found: dict[int, Progress] = {}
    for quota in sorted(quotas, key=_narrowest_first):
        taken = [item for item in left if fits(quota, item)][: quota.wanted]
        ids = {item.id for item in taken}
        left = [item for item in left if item.id not in ids]
        found[quota.id] = Progress(quota.wanted, *_counts(taken))
    return found


def _narrowest_first(quota: Quota) -> tuple[int, bool, date, int]:
    depth = quota.at.count("-") + 1 if quota.at else 0
    return -depth, not quota.type, quota.due, quota.id


def _counts(items: Sequence[Written]) -> list[int]:
    return [sum(item.standing == each for item in items) for each in STANDINGS]
