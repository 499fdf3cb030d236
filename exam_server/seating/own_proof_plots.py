"""Plots for the proof of candidates' own forms: curves as a band over all forms, use of items."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

Said = Mapping[str, Any]
Plot = dict[str, Any]
MOST_TICKS: Final = 6


def band_plots(curves: Mapping[str, Any], said: Said) -> list[Plot]:
    """Return information and expected share of the marks: least, middle, greatest of all forms."""
    found = {
        name: np.array([each[name] for each in curves["curves"]])
        for name in ("information", "expected")
    }
    tops = {"information": axis(float(found["information"].max())), "expected": axis(1.0)}
    digits = {"information": 2 if tops["information"]["step"] < 1 else 0, "expected": 1}
    return [
        {
            "title": said[name],
            "x": {"name": said["ability"], "low": -3, "high": 3, "step": 1},
            "y": {"name": "", **tops[name], "digits": digits[name]},
            "cut": None,
            "series": _band(curves["abilities"], values, said),
        }
        for name, values in found.items()
    ]


def _band(abilities: Sequence[float], values: Any, said: Said) -> list[dict[str, Any]]:
    least, middle, most = values.min(axis=0), np.median(values, axis=0), values.max(axis=0)
    band = [list(each) for each in zip(abilities, least.tolist(), most.tolist(), strict=True)]
    line = [list(each) for each in zip(abilities, middle.tolist(), strict=True)]
    return [
        {"name": said["middle"], "kind": "line", "points": line},
        {"name": said["range"], "kind": "band", "points": band},
    ]


def exposure_plot(uses: Sequence[int], n_forms: int, said: Said) -> Plot:
    """Return the share of forms that each item stands in, the most used item first."""
    shares = [100 * each / max(n_forms, 1) for each in sorted(uses, reverse=True)]
    up = axis(max(shares, default=0.0))
    return {
        "title": said["exposure"],
        "x": {"name": said["rank"], **axis(float(len(shares)))},
        "y": {"name": said["share"], **up, "digits": 0 if up["step"] >= 1 else 1},
        "cut": None,
        "series": [
            {
                "name": said["exposure"],
                "kind": "line",
                "points": [[place, share] for place, share in enumerate(shares, start=1)],
            }
        ],
    }


def axis(most: float) -> dict[str, float]:
    """Return an axis from 0 over the most, with at most six steps of 1, 2 or 5 times a power.

    Examples
    --------
    >>> axis(37.0)
    {'low': 0, 'high': 40.0, 'step': 10.0}
    >>> axis(1.0)
    {'low': 0, 'high': 1.0, 'step': 0.2}
    """
    most = most if most > 0 else 1.0
    power = 10.0 ** math.floor(math.log10(most / MOST_TICKS))
    step = next(
        each for each in (power, 2 * power, 5 * power, 10 * power) if most <= MOST_TICKS * each
    )
    return {"low": 0, "high": round(math.ceil(most / step - 1e-9) * step, 9), "step": step}
