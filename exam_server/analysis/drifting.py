"""Items against their earlier administrations, and the calibration against the bank's scale."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from exam_server.analysis.columns import known
from exam_server.bank.administrations import Earlier
from exam_server.bank.parameters import Known
from scoring.equating.curves import Items
from scoring.item_drift import drift_of
from scoring.item_flags import FEWEST
from scoring.linking import Linking, link
from scoring.refusals import UnfitDataError

FEWEST_ANCHORS: Final = 5
FAR: Final = 0.5  # logits by which an anchor may lie off the line


def drift_figures(
    items: Sequence[Mapping[str, Any]], earlier: Mapping[tuple[str, int], Earlier]
) -> dict[str, Any]:
    """Return how items did against earlier exam sessions, or why that cannot be said.

    ``items`` are those of all forms; an item of several forms counts where most met it.
    """
    now: dict[tuple[str, int], Mapping[str, Any]] = {}
    for item in items:
        key = item["uid"], item["version"]
        if key not in now or item["n"] > now[key]["n"]:
            now[key] = item
    common = [
        (item, earlier[key])
        for key, item in now.items()
        if key in earlier
        and item["p"] is not None
        and min(item["n"], earlier[key].persons) >= FEWEST
    ]
    told: dict[str, Any] = {"n_seen_before": sum(key in earlier for key in now)}
    try:
        found = drift_of(
            [old.difficulty for _, old in common],
            [old.persons for _, old in common],
            [item["p"] for item, _ in common],
            [item["n"] for item, _ in common],
        )
    except UnfitDataError as refused:
        return told | {"refused": refused.code, "n_common": len(common)}
    return told | {
        "n_common": len(common),
        "overall": known(found.overall),
        "items": [
            {
                "code": item["code"],
                "position": item["position"],
                "then": known(old.difficulty),
                "n_then": old.persons,
                "name": old.name,
                "now": item["p"],
                "n": item["n"],
                "shift": known(found.shifts[at]),
                "error": known(found.standard_errors[at]),
                "has_moved": bool(found.has_moved[at]),
            }
            for at, (item, old) in enumerate(common)
        ],
    }


def linking_figures(
    items: Sequence[Mapping[str, Any]], bank: Mapping[tuple[str, int], Known]
) -> dict[str, Any]:
    """Return how this calibration lies to the bank's scale.

    ``linked``: by the bank's items that were sat again, those that moved left out; ``refused``:
    too few of them stand.
    """
    anchors = [
        (item, bank[item["uid"], item["version"]])
        for item in items
        if item["is_binary"] and (item["uid"], item["version"]) in bank and _is_usable(item)
    ]
    if len(anchors) < FEWEST_ANCHORS:
        return {"kind": "refused", "code": "too_few_anchors", "n": len(anchors)}
    base = _items([(held.slope, held.difficulty) for _, held in anchors])
    new = _items([(item["slope"], item["difficulty"]) for item, _ in anchors])
    kept = np.ones(len(anchors), dtype=bool)
    try:
        line = _line(base, new, kept)
        moved = new.moved(line.slope, line.intercept).difficulties - base.difficulties
        kept = np.abs(moved - np.median(moved)) <= FAR
        if kept.sum() < FEWEST_ANCHORS:
            return {"kind": "refused", "code": "anchors_moved", "n": int(kept.sum())}
        line = _line(base, new, kept)
    except UnfitDataError as refused:
        return {"kind": "refused", "code": refused.code, "n": len(anchors)}
    if not line.converged:
        return {"kind": "refused", "code": "not_converged", "n": len(anchors)}
    moved = new.moved(line.slope, line.intercept).difficulties - base.difficulties
    first = anchors[0][1]
    return {
        "kind": "linked",
        "scale": first.scale,
        "scale_name": first.scale_name,
        "slope": known(line.slope),
        "intercept": known(line.intercept),
        "n_anchors": int(kept.sum()),
        "moved": [
            {
                "code": item["code"],
                "position": item["position"],
                "difference": known(moved[at]),
            }
            for at, (item, _) in enumerate(anchors)
            if not kept[at]
        ],
    }


def _is_usable(item: Mapping[str, Any]) -> bool:
    return (item["slope"] or 0) > 0 and item["difficulty"] is not None


def _items(pairs: Sequence[tuple[float, float]]) -> Items:
    slopes, difficulties = np.array(pairs, dtype=np.float64).T
    return Items(slopes, difficulties, np.zeros(len(pairs)))


def _line(base: Items, new: Items, kept: Any) -> Linking:
    def chosen(items: Items) -> Items:
        return Items(items.slopes[kept], items.difficulties[kept], items.guessings[kept])

    return link(chosen(base), chosen(new))
