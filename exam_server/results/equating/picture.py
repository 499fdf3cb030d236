"""The picture of an equating: what a mark gains or loses, by method, with the error of one.

It is SVG with its colours in attributes, so that the page may restyle it and a printed report
takes it as it is. It holds figures and letters only; words stand beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from exam_server.results.equating.rows import made_rows

Facts = Mapping[str, Any]
WIDTH: Final = 720
HEIGHT: Final = 300
LEFT: Final = 48
RIGHT: Final = 28
TOP: Final = 14
BOTTOM: Final = 34
DASHES: Final = ("", "7 4", "2 3", "10 3 2 3", "14 4", "4 2")
LETTERS: Final = "abcdefghijklmnop"
LEAST_REACH: Final = 1.0
TICKS: Final = (0.5, 1, 2, 5, 10, 20, 50)
MOST_TICKS: Final = 4
APART: Final = 13


class _Frame:
    """Where marks and differences lie in the picture."""

    def __init__(self, low: float, high: float, reach: float) -> None:
        self.low, self.high, self.reach = low, high, reach

    def x(self, mark: float) -> float:
        inside = (mark - self.low) / max(self.high - self.low, 1e-9)
        return LEFT + inside * (WIDTH - LEFT - RIGHT)

    def y(self, difference: float) -> float:
        cut = min(max(difference, -self.reach), self.reach)
        return TOP + (self.reach - cut) / (2 * self.reach) * (HEIGHT - TOP - BOTTOM)


def letter(place: int) -> str:
    """Return the letter that names a method's line."""
    return LETTERS[place % len(LETTERS)]


def picture(figures: Facts) -> str:
    """Return the picture as SVG; empty where no method has a table."""
    curves = [_curve(figures, row) for row in made_rows(figures)]
    if not curves or not curves[0]:
        return ""
    main = next((c for c in curves if any(e for _, _, e in c)), None)
    spread = [abs(d) for curve in curves for _, d, _ in curve]
    spread += [abs(d) + (e or 0) for _, d, e in main or []]
    marks = [mark for mark, _, _ in curves[0]]
    frame = _Frame(marks[0], marks[-1], max(LEAST_REACH, max(spread) * 1.1))
    parts = [
        *_axes(frame, float(figures["line"]["mark"])),
        *([_band(frame, main)] if main else []),
        *(_line(frame, curve, at) for at, curve in enumerate(curves)),
        *_names(frame, curves),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'class="equating-picture" font-family="Noto Sans SC, sans-serif" font-size="12">'
    )
    return f"{head}{''.join(parts)}</svg>"


def _curve(figures: Facts, row: Facts) -> list[tuple[float, float, float | None]]:
    """Return theory mark, difference and error of 100, where anybody had a mark."""
    most, reference = (float(Decimal(figures["most"][name])) for name in ("new", "reference"))
    low, high = figures["seen"]
    return [
        (
            float(raw) * 100 / most,
            worth * 100 / reference - float(raw) * 100 / most,
            None if error is None else error * 100 / reference,
        )
        for raw, worth, error in row["rows"]
        if low <= float(raw) <= high
    ]


def _axes(frame: _Frame, line: float) -> Iterator[str]:
    step = next((each for each in TICKS if frame.reach / each <= MOST_TICKS), TICKS[-1])
    value = -int(frame.reach / step) * step
    while value <= frame.reach:
        y = frame.y(value)
        kind = "zero" if value == 0 else "grid"
        stroke = "#555" if value == 0 else "#ddd"
        yield (
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{stroke}"/>'
        )
        words = f"{value:+g}".replace("-", "−") if value else "0"
        yield (f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#333">{words}</text>')
        value += step
    for mark in range(0, 101, 10):
        if frame.low <= mark <= frame.high:
            yield (
                f'<text x="{frame.x(mark):.1f}" y="{HEIGHT - 12}" text-anchor="middle" '
                f'fill="#333">{mark}</text>'
            )
    if frame.low <= line <= frame.high:
        x = frame.x(line)
        yield (
            f'<line class="cut" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" '
            f'stroke="#b00020" stroke-width="1.5" stroke-dasharray="5 3"/>'
        )


def _band(frame: _Frame, curve: Sequence[tuple[float, float, float | None]]) -> str:
    upper = [(frame.x(m), frame.y(d + (e or 0))) for m, d, e in curve]
    lower = [(frame.x(m), frame.y(d - (e or 0))) for m, d, e in reversed(curve)]
    return (
        f'<polygon class="band" points="{_points([*upper, *lower])}" fill="#9cc" opacity="0.45"/>'
    )


def _line(frame: _Frame, curve: Sequence[tuple[float, float, float | None]], at: int) -> str:
    points = [(frame.x(mark), frame.y(difference)) for mark, difference, _ in curve]
    dash = DASHES[at % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline class="curve" points="{_points(points)}" fill="none" stroke="#064e53" '
        f'stroke-width="2"{dashed}/>'
    )


def _names(
    frame: _Frame, curves: Sequence[Sequence[tuple[float, float, float | None]]]
) -> Iterator[str]:
    """Write each line's letter at its end, no two on top of each other."""
    ends = sorted((frame.y(curve[-1][1]), at) for at, curve in enumerate(curves))
    lowest = float(TOP - APART)
    for y, at in ends:
        lowest = max(y + 4, lowest + APART)
        yield (
            f'<text x="{WIDTH - RIGHT + 6}" y="{lowest:.1f}" font-weight="bold" '
            f'fill="#064e53">{letter(at)}</text>'
        )


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)
