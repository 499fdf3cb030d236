"""A round as a picture: candidates' marks as bars, members' cuts as dots, the cut and its error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exam_server.standards.cuts import FloatArray
from exam_server.standards.reporting import REGULATION, Report

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, FOOT = 16, 16, 56, 188
BINS = 20
DOT_ROWS, DOT_HEIGHT, DOT_FOOT = 4, 9, 46
WHOLE = 100.0


@dataclass(frozen=True)
class Chart:
    """Places in a box of 640 by 220."""

    bars: Sequence[tuple[float, float, float, float]]
    dots: Sequence[tuple[float, float, bool]]  # the last: far from the others
    ticks: Sequence[tuple[float, str]]
    regulation: float
    cut: float | None
    band: tuple[float, float] | None
    tallest: int  # candidates of the tallest bar


def chart_of(report: Report) -> Chart:
    """Return the picture of a round; marks go from 0 to 100."""
    found = report.found
    band = None
    if found.cut is not None and found.error is not None:
        low, high = max(found.cut - found.error, 0), min(found.cut + found.error, WHOLE)
        band = (_x(low), round(_x(high) - _x(low), 1))
    return Chart(
        bars=_bars(report.marks),
        dots=_dots([(each.cut, each.is_far) for each in found.members]),
        ticks=[(_x(mark), str(mark)) for mark in range(0, 101, 10)],
        regulation=_x(REGULATION),
        cut=None if found.cut is None else _x(found.cut),
        band=band,
        tallest=int(_counts(report.marks)[0].max()) if len(report.marks) else 0,
    )


def _x(mark: float) -> float:
    return round(LEFT + mark / WHOLE * (WIDTH - LEFT - RIGHT), 1)


def _counts(marks: FloatArray) -> tuple[Any, Any]:
    return np.histogram(marks, bins=BINS, range=(0, WHOLE))


def _bars(
    marks: FloatArray,
) -> list[tuple[float, float, float, float]]:
    if not len(marks):
        return []
    counts, edges = _counts(marks)
    tallest = counts.max()
    found = []
    for count, low, high in zip(counts, edges, edges[1:], strict=False):
        height = round(float(count / tallest) * (FOOT - TOP), 1)
        if height:
            found.append((_x(low) + 1, FOOT - height, round(_x(high) - _x(low) - 2, 1), height))
    return found


def _dots(cuts: Sequence[tuple[float, bool]]) -> list[tuple[float, float, bool]]:
    """Return dots, those at the same mark above one another."""
    found: list[tuple[float, float, bool]] = []
    stacked: dict[int, int] = {}
    for cut, is_far in sorted(cuts):
        place = round(cut)
        row = stacked.get(place, 0)
        stacked[place] = row + 1
        found.append((_x(cut), DOT_FOOT - (row % DOT_ROWS) * DOT_HEIGHT, is_far))
    return found
