"""A trial's figures as lines and bars of a picture: places in a box, drawn by the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 40
STEP = 0.4
MOST_TICKS = 9
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)  # ends of the axis, so that its quarters are whole per cent


@dataclass(frozen=True)
class Line:
    """A line of a chart: its name, how it is drawn, its points as SVG takes them."""

    name: str
    points: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """A chart: marks along the axes with their places, lines, and bars if it has some."""

    across: tuple[tuple[float, str], ...]
    upright: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[tuple[float, float, float, float], ...] = ()
    limit: float | None = None
    cut: float | None = None


def by_ability(
    rows: Sequence[Mapping[str, Any]],
    fixed: Sequence[Mapping[str, Any]],
    what: str,
    *,
    cut: float,
    low: float,
    high: float,
) -> Chart:
    """Return a figure by ability: of the adaptive test and of a fixed form, the cut drawn.

    From ``low`` to ``high``, or further where a value lies outside.
    """
    low, high = _reach([float(row[what]) for row in (*rows, *fixed) if what in row], low, high)
    first, last = float(rows[0]["ability"]), float(rows[-1]["ability"])

    def across(ability: float) -> float:
        return round(LEFT + (ability - first) / (last - first) * (WIDTH - LEFT - RIGHT), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    def line(name: str, of: Sequence[Mapping[str, Any]]) -> Line:
        dots = tuple((across(row["ability"]), up(row[what])) for row in of)
        return Line(name, " ".join(f"{x},{y}" for x, y in dots), dots)

    lines = [line("adaptive", rows)]
    if fixed and what in fixed[0]:
        lines.append(line("fixed", fixed))
    steps = [low + (high - low) * n / 4 for n in range(5)]
    return Chart(
        across=tuple((across(row["ability"]), _signed(row["ability"])) for row in rows[::2]),
        upright=tuple((up(each), _signed(each)) for each in steps),
        lines=tuple(lines),
        cut=across(cut) if first <= cut <= last else None,
    )


def _signed(value: float) -> str:
    """Write a number of an axis with a minus as wide as a figure.

    Examples
    --------
    >>> _signed(-0.5), _signed(22.5), _signed(0.3000000001)
    ('−0.5', '22.5', '0.3')
    """
    return f"{value:.3g}".replace("-", "−")


def _reach(values: Sequence[float], low: float, high: float) -> tuple[float, float]:
    """Return ends that hold all values, in steps of the quarter that marks the axis.

    Examples
    --------
    >>> _reach([-1.79, 1.89], -1, 1), _reach([0.3, 1.9], 0, 1.2), _reach([4, 6], 0, 6)
    ((-2.0, 2.0), (0, 2.0), (0, 6))
    """
    furthest = max(map(abs, values))
    if furthest <= high:
        return low, high
    reach = round(ceil(furthest / STEP) * STEP, 1)
    return (-reach if low < 0 else low), reach


def exposures(shares: Sequence[float], limit: float) -> Chart:
    """Return how often each item came, the most used first, as bars under the limit."""
    high = next(each for each in SHARES if each >= max(limit, shares[0]))
    width = (WIDTH - LEFT - RIGHT) / len(shares)
    room = HEIGHT - TOP - BOTTOM

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / high * room, 1)

    bars = tuple(
        (round(LEFT + n * width, 2), up(share), round(width, 2), round(share / high * room, 1))
        for n, share in enumerate(shares)
        if share > 0
    )
    ends = ((float(LEFT), "1"), (float(WIDTH - RIGHT), str(len(shares))))
    steps = [high * n / 4 for n in range(5)]
    return Chart(
        ends, tuple((up(each), f"{each * 100:.0f} %") for each in steps), bars=bars, limit=up(limit)
    )


def histogram(
    counts: Sequence[tuple[float, float]], width: float, *, cut: float | None = None
) -> Chart:
    """Return bars that begin at a value, each so wide, from the first to the last with anybody."""
    held = [n for n, (_, count) in enumerate(counts) if count]
    shown = counts[held[0] : held[-1] + 1] if held else counts[:1]
    first, last = shown[0][0], shown[-1][0] + width
    if cut is not None:
        first, last = min(first, cut - width), max(last, cut + width)
    step = ceil(max(4, *(count for _, count in shown)) / 4)
    room = HEIGHT - TOP - BOTTOM

    def across(value: float) -> float:
        return round(LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT), 2)

    bars = tuple(
        (
            across(start) + 0.5,
            round(HEIGHT - BOTTOM - count / (4 * step) * room, 1),
            round(across(start + width) - across(start) - 1, 2),
            round(count / (4 * step) * room, 1),
        )
        for start, count in shown
        if count
    )
    every = ceil(len(shown) / MOST_TICKS)
    is_whole = width == 1
    ticks = [start + width / 2 if is_whole else start for start, _ in shown[::every]]
    return Chart(
        across=tuple(
            (across(at), f"{at - width / 2 if is_whole else at:.4g}".replace("-", "−"))
            for at in ticks
        ),
        upright=tuple((round(HEIGHT - BOTTOM - n / 4 * room, 1), str(n * step)) for n in range(5)),
        bars=bars,
        cut=None if cut is None else across(cut),
    )
