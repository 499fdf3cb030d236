"""The figures of an equating: what its page, its workbook and its report are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from exam_server.results.equating.computing import (
    Made,
    Parameters,
    Progress,
    round_trip,
    tables_of,
)
from exam_server.results.equating.conversion import converted, frozen, plain
from exam_server.results.equating.designs import (
    Anchor,
    Key,
    Side,
    anchor_of,
    coverage,
    designs_of,
    is_short,
)
from exam_server.results.equating.gathering import SideMarks
from exam_server.results.equating.methods import COMMON, FEWEST_ANCHORS, IRT, METHODS
from exam_server.results.equating.samples import TEN_THOUSANDTHS, Group, Samples, samples_of
from exam_server.results.equating.warnings import warnings_of
from scoring.composite import Rounding, rounded
from scoring.equating.curves import Items
from scoring.item_drift import drift_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

WHOLE: Final = Decimal(100)
MIDDLE: Final = (5, 95)  # percentiles between which there and back is looked at


@dataclass(frozen=True)
class Line:
    """The theory mark of 100 that passes: a minimum of its own, or the pass mark."""

    mark: Decimal
    kind: str
    rounding: Rounding


def figures_of(
    new: SideMarks,
    reference: SideMarks,
    methods: Sequence[str],
    line: Line,
    rng: np.random.Generator,
    progress: Progress,
) -> dict[str, Any]:
    """Return the figures, or ``refused`` with why there are none."""
    designs = designs_of(new.side, reference.side)
    possible = {each.name for each in designs if each.refused is None}
    anchor, drifted = _anchor(new, reference)
    if len(anchor.keys) < FEWEST_ANCHORS:
        possible.discard(COMMON)
    told: dict[str, Any] = {
        "n": {"new": len(new.marks), "reference": len(reference.marks)},
        "most": {"new": plain(new.side.most), "reference": plain(reference.side.most)},
        "line": {"mark": plain(line.mark), "kind": line.kind},
        "rounding": [line.rounding.mode, line.rounding.decimals],
        "seen": _seen(new),
        "items": {"new": len(new.side.items), "reference": len(reference.side.items)},
        "anchor": _anchor_figures(new, reference, anchor, drifted),
        "groups": {"new": _group_figures(new), "reference": _group_figures(reference)},
    }
    chosen = [name for name in methods if METHODS[name].design in possible]
    lost = [name for name in methods if name not in chosen]
    try:
        samples = _samples(new, reference, anchor.keys)
        made = tables_of(
            chosen, samples, _parameters(new.side, reference.side, samples, possible), rng, progress
        )
    except UnfitDataError as refused:
        return told | {"refused": refused.code, "methods": [], "warnings": []}
    rows = [
        *(_method_figures(name, made[name], samples, new, line) for name in chosen),
        *({"method": name, "refused": "design_not_possible"} for name in lost),
    ]
    told |= {"refused": None, "methods": rows, "agreement": _agreement(rows)}
    return told | {"warnings": warnings_of(told)}


def _anchor(new: SideMarks, reference: SideMarks) -> tuple[Anchor, dict[Key, float]]:
    """Return the anchor without items that became easier or harder against the others."""
    shared = anchor_of(new.side, reference.side)
    if not shared.keys or not len(new.marks) or not len(reference.marks):
        return shared, {}
    full = {each.key: float(each.mark) * TEN_THOUSANDTHS for each in new.side.items}
    order = [each.key for each in new.side.items if each.key in set(shared.keys)]
    p = [_shares(new, order, full), _shares(reference, order, full)]
    sizes = [np.full(len(order), len(each.marks)) for each in (new, reference)]
    try:
        drift = drift_of(p[1], sizes[1], p[0], sizes[0])
    except UnfitDataError:
        return shared, {}
    codes = {each.key: each.code for each in new.side.items}
    moved = {key: float(drift.shifts[at]) for at, key in enumerate(order) if drift.has_moved[at]}
    kept = [key for key in order if key not in moved]
    left_out = [*shared.left_out, *((codes[key], "drifted") for key in moved)]
    return Anchor(kept, left_out), moved


def _shares(side: SideMarks, keys: Sequence[Key], full: Mapping[Key, float]) -> FloatArray:
    means = {
        item.key: float(side.marks[:, at].mean()) / full[item.key]
        for at, item in enumerate(side.side.items)
        if item.key in full
    }
    return np.array([means[key] for key in keys])


def _anchor_figures(
    new: SideMarks, reference: SideMarks, anchor: Anchor, drifted: Mapping[Key, float]
) -> dict[str, Any]:
    codes = {each.key: each.code for each in new.side.items}
    shifts = {codes[key]: shift for key, shift in drifted.items()}
    n_items = min(len(new.side.items), len(reference.side.items))
    return {
        "codes": [codes[key] for key in anchor.keys],
        "n": len(anchor.keys),
        "share": len(anchor.keys) / n_items if n_items else 0.0,
        "is_short": is_short(len(anchor.keys), n_items),
        "left_out": [
            {"code": code, "reason": reason, "shift": shifts.get(code)}
            for code, reason in anchor.left_out
        ],
        "coverage": coverage(new.side, anchor.keys) if anchor.keys else [],
        "apart": _apart(new.of(anchor.keys), reference.of(anchor.keys)),
    }


def _apart(new: FloatArray, reference: FloatArray) -> float | None:
    """Return by how many standard deviations the groups differ on the anchor."""
    if not new.shape[1] or min(len(new), len(reference)) < 2:  # noqa: PLR2004 - two vary
        return None
    one, other = new.sum(axis=1), reference.sum(axis=1)
    spread = float(np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2))
    return float((one.mean() - other.mean()) / spread) if spread else None


def _group_figures(side: SideMarks) -> dict[str, float]:
    theory = side.marks.sum(axis=1) / TEN_THOUSANDTHS / float(side.side.most) * float(WHOLE)
    sd = float(theory.std(ddof=1)) if len(theory) > 1 else 0.0
    return {"mean": float(theory.mean()) if len(theory) else 0.0, "sd": sd}


def _seen(side: SideMarks) -> list[float]:
    """Return the least and the greatest raw mark that anybody had."""
    marks = side.marks.sum(axis=1) / TEN_THOUSANDTHS
    return [float(marks.min()), float(marks.max())] if len(marks) else [0.0, 0.0]


def _samples(new: SideMarks, reference: SideMarks, keys: Sequence[Key]) -> Samples:
    groups = [
        Group(
            marks=each.marks.sum(axis=1),
            anchor=each.of(keys).sum(axis=1),
            most=_steps(each.side.most),
            most_anchor=sum(_steps(i.mark) for i in each.side.items if i.key in set(keys)),
        )
        for each in (new, reference)
    ]
    single = [_steps(item.mark) for each in (new, reference) for item in each.side.items]
    return samples_of(groups[0], groups[1], single)


def _steps(mark: Decimal) -> int:
    return int(mark * TEN_THOUSANDTHS)


def _parameters(
    new: Side, reference: Side, samples: Samples, possible: set[str]
) -> Parameters | None:
    if IRT not in possible:
        return None
    sides = [
        np.array([side.parameters[item.key][:2] for item in side.items], dtype=np.float64)
        for side in (new, reference)
    ]
    items = [Items(each[:, 0], each[:, 1], np.zeros(len(each))) for each in sides]
    marks = [_steps(side.items[0].mark) // samples.step for side in (new, reference)]
    return Parameters(items[0], items[1], marks[0], marks[1])


def _method_figures(
    name: str, made: Made, samples: Samples, new: SideMarks, line: Line
) -> dict[str, Any]:
    if made.table is None:
        return {"method": name, "refused": made.refused}
    unit = Decimal(samples.step) / TEN_THOUSANDTHS
    table, step = made.table, float(unit)
    worth, errors = table.equivalents * step, table.standard_errors * step
    most = samples.most_new * unit, samples.most_reference * unit
    marks = [unit * at for at in range(samples.most_new + 1)]
    passing = _passing(frozen(marks, worth.tolist(), *most), samples.new[:, 0], unit, line)
    seen = np.percentile(samples.new[:, 0], MIDDLE)
    inside = np.arange(np.ceil(seen[0]), np.floor(seen[1]) + 1)
    away = round_trip(made, inside) if len(inside) else None
    return {
        "method": name,
        "refused": None,
        "rows": [
            [plain(mark), round(float(worth[at]), 4), _known(errors[at])]
            for at, mark in enumerate(marks)
        ],
        "at_line": _at_line(worth, errors, step, most, line),
        "passing": passing,
        "round_trip": None if away is None else away * step,
        "n": len(new.marks),
    }


def _at_line(
    worth: FloatArray, errors: FloatArray, step: float, most: tuple[Decimal, Decimal], line: Line
) -> dict[str, float | None]:
    """Return the difference, and its error, of a raw mark at the line; of 100 on both forms."""
    raw = float(line.mark * most[0] / WHOLE) / step
    scale = float(WHOLE / most[1])
    at = np.arange(len(worth))
    error = float(np.interp(raw, at, errors)) * scale
    difference = float(np.interp(raw, at, worth)) * scale - float(line.mark)
    return {"difference": difference, "error": _known(error)}


def _passing(
    table: Mapping[str, Any], scores: FloatArray, unit: Decimal, line: Line
) -> dict[str, int]:
    """Return how many reach the line as marked, and by the table."""
    most = Decimal(table["most"])
    now = then = 0
    for score, count in zip(*np.unique(np.rint(scores), return_counts=True), strict=True):
        mark = unit * int(score)
        worth = converted(table, mark, most, line.rounding)
        now += int(count) * (rounded(mark * WHOLE / most, line.rounding) >= line.mark)
        then += int(count) * (worth is not None and worth >= line.mark)
    return {"now": now, "equated": then}


def _agreement(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return how far apart the methods are at the line; nothing for fewer than two."""
    told = [
        row["at_line"]["difference"]
        for row in rows
        if row["refused"] is None and row["method"] != "identity"
    ]
    if len(told) < 2:  # noqa: PLR2004 - two agree or not
        return None
    return {"n": len(told), "range": max(told) - min(told)}


def _known(value: Any) -> float | None:
    found = float(value)
    return round(found, 4) if np.isfinite(found) else None
