"""What the answer path of a web process has done, in plain numbers: cheap to keep, rarely read."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

ACK_BOUNDS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
STORE_BOUNDS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
BATCH_BOUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass
class Tally:
    """How many values fell below each bound, and their sum."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        """Begin with nothing; one count more than bounds is for what is above all."""
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """Return the counts up to each bound, the last without one."""
        found: list[tuple[str, float]] = []
        below = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            below += count
            found.append((bound, below))
        return found


@dataclass
class Figures:
    """Counts since the start of the process."""

    acks: int = 0
    store_failures: int = 0
    ack_s: Tally = field(default_factory=lambda: Tally(ACK_BOUNDS_S))
    store_s: Tally = field(default_factory=lambda: Tally(STORE_BOUNDS_S))
    batch_sizes: Tally = field(default_factory=lambda: Tally(BATCH_BOUNDS))

    def stored(self, received: Iterable[datetime], *, now: datetime, store_s: float) -> None:
        """Count a batch whose replies have gone out: what came when, and how long storing took."""
        size = 0
        for size, at in enumerate(received, start=1):  # noqa: B007 - counted on the way
            self.ack_s.add((now - at).total_seconds())
        self.acks += size
        self.store_s.add(store_s)
        self.batch_sizes.add(size)
