"""How far examiners agree: over all marks, and panel by panel where the same people marked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from exam_server.analysis.columns import known
from scoring.agreement import (
    fleiss_kappa,
    intraclass_correlations,
    kendall_w,
)
from scoring.agreement_intervals import Estimate, absolute_agreement, weighted_kappa
from scoring.krippendorff import krippendorff_alpha
from scoring.moments import FloatArray

FEWEST_WORKS: Final = 10
MOST_WORKS: Final = 1000  # that enter the coefficient of all marks
MOST_PANELS: Final = 12
PASSED: Final = 60.0  # of 100: the usual line, for agreement on pass or fail
SEED: Final = 20260101
Works = Mapping[tuple[int, str], Mapping[str, float]]


def agreement_figures(works: Works) -> dict[str, Any]:
    """Return coefficients of agreement, or why there are none."""
    shared = [each for each in works.values() if len(each) > 1]
    if len(shared) < FEWEST_WORKS:
        return {"refused": "too_few_works", "n": len(shared), "fewest": FEWEST_WORKS}
    rng = np.random.default_rng(SEED)
    panels: dict[tuple[str, ...], list[list[float]]] = defaultdict(list)
    for each in shared:
        names = tuple(sorted(each))
        panels[names].append([each[name] for name in names])
    told = [
        _panel(names, np.array(marks), rng)
        for names, marks in sorted(panels.items(), key=lambda each: -len(each[1]))
        if len(marks) >= FEWEST_WORKS
    ]
    return {
        "n": len(shared),
        **_overall(shared, rng),
        "panels": told[:MOST_PANELS],
        "n_panels": len(panels),
    }


def _overall(shared: Sequence[Mapping[str, float]], rng: np.random.Generator) -> dict[str, Any]:
    """Return what needs no panel: an examiner's place in a row is drawn, so names mean nothing."""
    picked = rng.permutation(len(shared))[:MOST_WORKS]
    most = max(len(shared[each]) for each in picked)
    table = np.full((len(picked), most), np.nan)
    for row, each in enumerate(picked):
        given = list(shared[each].values())
        table[row, : len(given)] = np.round(rng.permutation(given))
    return {
        "alpha": known(krippendorff_alpha(table, "interval")),
        "icc_oneway": known(intraclass_correlations(table[:, :2]).oneway),
        "apart": known(np.mean([abs(a - b) for a, b in table[:, :2]])),
    }


def _panel(names: Sequence[str], marks: FloatArray, rng: np.random.Generator) -> dict[str, Any]:
    found = intraclass_correlations(marks)
    two = weighted_kappa(marks[:, 0], marks[:, 1], rng) if len(names) == 2 else None  # noqa: PLR2004
    return {
        "examiners": list(names),
        "n": len(marks),
        "kendall_w": known(kendall_w(marks)),
        "icc_agreement": _estimate(absolute_agreement(marks, rng)),
        "icc_consistency": known(found.consistency),
        "kappa_weighted": None if two is None else _estimate(two),
        "kappa_passed": known(fleiss_kappa((marks >= PASSED).astype(float))),
    }


def _estimate(found: Estimate) -> dict[str, Any]:
    return {"value": known(found.value), "low": known(found.low), "high": known(found.high)}
