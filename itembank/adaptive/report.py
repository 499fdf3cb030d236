"""What a trial of an adaptive test says: bias, error, length, exposure, decisions, blueprint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from itembank.adaptive.pool import FloatArray, IntArray
from itembank.adaptive.simulating import Trial

CORE = 2.0  # logits: within are 95 of 100 candidates, and there bias and error must hold


@dataclass(frozen=True)
class Limits:
    """What a plan must keep in its trial before it may be switched on."""

    bias: float
    rmse: float
    accuracy: float  # share of right decisions, 0 to 1
    blueprint: float  # share of tests that keep it, 0 to 1
    unused: float  # share of the pool that may never come, 0 to 1
    exposure: float


def by_ability(trial: Trial) -> list[dict[str, float]]:
    """Return bias, RMSE, standard error and length at each true ability of a grid."""
    rows = []
    for truth in np.unique(trial.truths):
        own = trial.truths == truth
        misses = trial.estimates[own] - truth
        rows.append(
            {
                "ability": float(truth),
                "bias": float(misses.mean()),
                "rmse": float(np.sqrt((misses**2).mean())),
                "error": float(trial.errors[own].mean()),
                "length": float(trial.lengths[own].mean()),
            }
        )
    return rows


def fixed_by_ability(truths: FloatArray, estimates: FloatArray) -> list[dict[str, float]]:
    """Return bias and RMSE of a fixed form at each true ability."""
    rows = []
    for truth in np.unique(truths):
        misses = estimates[truths == truth] - truth
        rmse = float(np.sqrt((misses**2).mean()))
        rows.append({"ability": float(truth), "bias": float(misses.mean()), "rmse": rmse})
    return rows


def population_figures(trial: Trial, times_given: IntArray, cut: float) -> dict[str, Any]:
    """Return what candidates of a population N(0, 1) met: lengths, exposure, decisions."""
    n_tests = len(trial.truths)
    exposures = times_given / n_tests
    is_right = trial.is_above == (trial.truths >= cut)
    lengths, counts = np.unique(trial.lengths, return_counts=True)
    return {
        "n": n_tests,
        "length": float(trial.lengths.mean()),
        "lengths": [[int(n), int(count)] for n, count in zip(lengths, counts, strict=True)],
        "error": float(trial.errors.mean()),
        "rmse": float(np.sqrt(((trial.estimates - trial.truths) ** 2).mean())),
        "accuracy": float(is_right.mean()),
        "highest_exposure": float(exposures.max()),
        "unused": float((times_given == 0).mean()),
        "exposures": [round(float(each), 4) for each in np.sort(exposures)[::-1]],
        "kept": float(trial.is_kept.mean()),
        "precise": _share_of("precise", trial),
        "decided": _share_of("decided", trial),
        "n_relaxed": trial.n_relaxed,
    }


def core_of(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return the greatest bias and the RMSE over the abilities within the core."""
    core = [row for row in rows if abs(row["ability"]) <= CORE]
    return {
        "bias": max(abs(row["bias"]) for row in core),
        "rmse": float(np.sqrt(np.mean([row["rmse"] ** 2 for row in core]))),
    }


def checks_of(
    figures: Mapping[str, Any], core: Mapping[str, float], limits: Limits
) -> list[dict[str, Any]]:
    """Return each limit with the figure found and whether it is kept.

    Examples
    --------
    >>> limits = Limits(0.25, 0.4, 0.85, 1.0, 0.6, 0.25)
    >>> figures = {"accuracy": 0.9, "kept": 1.0, "unused": 0.1, "highest_exposure": 0.3}
    >>> [each["code"] for each in checks_of(figures, {"bias": 0.1, "rmse": 0.3}, limits)
    ...  if not each["kept"]]
    ['exposure']
    """
    found = [
        ("bias", core["bias"], limits.bias, True),
        ("rmse", core["rmse"], limits.rmse, True),
        ("accuracy", figures["accuracy"], limits.accuracy, False),
        ("blueprint", figures["kept"], limits.blueprint, False),
        ("exposure", figures["highest_exposure"], limits.exposure, True),
        ("unused", figures["unused"], limits.unused, True),
    ]
    return [
        {
            "code": code,
            "value": value,
            "limit": limit,
            "is_most": is_most,
            "kept": value <= limit + 1e-9 if is_most else value >= limit - 1e-9,
        }
        for code, value, limit, is_most in found
    ]


def _share_of(ending: str, trial: Trial) -> float:
    return sum(each == ending for each in trial.endings) / len(trial.endings)
