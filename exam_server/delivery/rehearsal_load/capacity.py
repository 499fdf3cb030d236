"""How many seats a server carries: what was measured, drawn out to what runs out first."""

from dataclasses import dataclass
from typing import Final

# A core fuller than this answers late whenever something else happens.
FULL_CORE: Final = 0.6
FULL_MEMORY: Final = 0.5
START_WITHIN_S: Final = 5.0
SPARE_FILES: Final = 500
LEAST_SEAT_BYTES: Final = 20_000
# Beyond so many times what was tried, nobody should believe a straight line.
FURTHEST: Final = 20


@dataclass(frozen=True)
class Measured:
    """What a rehearsal has measured, per unit; ``None``: it could not be measured.

    Attributes
    ----------
    seats
        Seats that were tried.
    workers
        Web processes that can work at the same time: no more than cores.
    cpu_s_per_answer
        Processor seconds for one answer at a calm pace, everything beside it included.
    interval_s
        Seconds between two answers of one seat.
    seat_bytes, free_bytes
        Memory one seat took, and what the machine still has.
    files
        Open files one web process may have.
    first_s, last_s
        Seconds from the start signal to a readable paper at the first and at the last seat.
    """

    seats: int
    workers: int
    interval_s: float
    first_s: float
    last_s: float
    cpu_s_per_answer: float | None = None
    seat_bytes: int | None = None
    free_bytes: int | None = None
    files: int | None = None


@dataclass(frozen=True)
class Capacity:
    """Seats a server carries and what would run out: a name of ``limits``."""

    seats: int
    limit: str
    limits: dict[str, int]


def capacity_of(measured: Measured) -> Capacity:
    """Return how many seats are carried: the least of what each resource allows.

    ``processor``: the seats whose answers fill 60 % of each web process's core. ``start``: the
    papers of so many are readable within five seconds, as was seen one after another.
    ``memory``: seats that take
    half of what is free. ``open_files``: one a seat, some spare. ``trust``: twenty times what was
    tried, beyond which a straight line proves nothing. Rounded down to two digits.

    Examples
    --------
    >>> measured = Measured(300, 1, 30.0, 0.25, 0.75, cpu_s_per_answer=0.002)
    >>> capacity_of(measured).limits
    {'trust': 6000, 'start': 2800, 'processor': 9000}
    >>> capacity_of(measured).limit
    'start'
    """
    limits = {
        "trust": measured.seats * FURTHEST,
        "start": _readable_in_time(measured),
    }
    if measured.cpu_s_per_answer:
        share = measured.cpu_s_per_answer / measured.interval_s
        limits["processor"] = int(measured.workers * FULL_CORE / share)
    if measured.seat_bytes is not None and measured.free_bytes is not None:
        each = max(measured.seat_bytes, LEAST_SEAT_BYTES)
        limits["memory"] = measured.seats + int(measured.free_bytes * FULL_MEMORY / each)
    if measured.files is not None:
        limits["open_files"] = max(0, measured.files - SPARE_FILES) * measured.workers
    limits = {name: two_digits(count) for name, count in limits.items()}
    limit = min(limits, key=lambda name: limits[name])
    return Capacity(limits[limit], limit, limits)


def _readable_in_time(measured: Measured) -> int:
    each = max(measured.last_s - measured.first_s, 0.001) / measured.seats
    return max(0, int((START_WITHIN_S - measured.first_s) / each))


def two_digits(count: int) -> int:
    """Round down to two digits.

    Examples
    --------
    >>> two_digits(8765), two_digits(94)
    (8700, 94)
    """
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return count // unit * unit
