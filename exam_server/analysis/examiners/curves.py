"""Where the pictures of the examiners' page have their points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

Facts = Mapping[str, Any]
WIDTH, HEIGHT = 460.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 74.0, 10.0, 42.0
ROW: Final = 26.0
NAMES: Final = 150.0
GOOD: Final = 0.8
LINE_OF_TEXT: Final = 20.0  # as tall as letters stand on a phone


@dataclass(frozen=True)
class Line:
    """A curve: a point for each number of examiners."""

    tasks: int
    points: Sequence[tuple[float, float]]
    is_now: bool
    is_named: bool = False

    @property
    def path(self) -> str:
        """The points as an SVG polyline has them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True)
class Curve:
    """How dependable a mark is by the number of examiners, one line for each number of tasks."""

    lines: Sequence[Line]
    ticks_x: Sequence[tuple[float, int]]
    ticks_y: Sequence[tuple[float, str]]
    good: float
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


def curve_of(numbers: Facts) -> Curve:
    """Return the curves of the decision study."""
    count = len(numbers["curve"][0]["dependability"])
    step = (WIDTH - LEFT - RIGHT) / (count - 1)
    lines = [
        Line(
            row["tasks"],
            [(LEFT + at * step, _height(value)) for at, value in enumerate(_known(row))],
            row["tasks"] == numbers["n_tasks"],
        )
        for row in numbers["curve"]
    ]
    return Curve(
        _named(lines),
        [(LEFT + at * step, at + 1) for at in range(count)],
        [(_height(each / 5), f"{each / 5:.1f}") for each in range(6)],
        _height(GOOD),
    )


def _named(lines: Sequence[Line]) -> list[Line]:
    """Let as many curves have their names beside them as find room, the present one first."""
    taken: list[float] = []
    named = set()
    for line in sorted(lines, key=lambda each: (not each.is_now, each.tasks > 1, -each.tasks)):
        y = line.points[-1][1]
        if all(abs(y - other) >= LINE_OF_TEXT for other in taken):
            taken.append(y)
            named.add(line.tasks)
    return [replace(each, is_named=each.tasks in named) for each in lines]


def _known(row: Facts) -> list[float]:
    return [0.0 if each is None else each for each in row["dependability"]]


def _height(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


@dataclass(frozen=True)
class Bar:
    """An examiner's severity with its interval, as places on the picture."""

    name: str
    y: float
    at: float
    low: float
    high: float
    is_sure: bool


@dataclass(frozen=True)
class Bars:
    """The severities of all examiners on one axis of points."""

    bars: Sequence[Bar]
    zero: float
    ticks: Sequence[tuple[float, str]]
    height: float
    width: float = WIDTH
    left: float = NAMES


def severities_of(examiners: Sequence[Facts]) -> Bars | None:
    """Return where each examiner stands, the most severe on top; nothing where none is known."""
    shown = sorted(
        (each for each in examiners if each["severity"] is not None),
        key=lambda each: -each["severity"],
    )
    if not shown:
        return None
    most = max(max(abs(each["low"]), abs(each["high"])) for each in shown)
    reach = max(1.0, float(int(most) + 1))
    middle = (NAMES + WIDTH - 16) / 2
    unit = (WIDTH - 16 - NAMES) / 2 / reach

    def place(points: float) -> float:
        return middle + points * unit

    bars = [
        Bar(
            each["name"],
            TOP + (at + 0.5) * ROW,
            place(each["severity"]),
            place(each["low"]),
            place(each["high"]),
            each["low"] > 0 or each["high"] < 0,
        )
        for at, each in enumerate(shown)
    ]
    ticks = [
        (place(each), f"{each:+g}".replace("-", "−") if each else "0")
        for each in (-reach, 0.0, reach)
    ]
    return Bars(bars, middle, ticks, TOP + len(shown) * ROW + 30)
