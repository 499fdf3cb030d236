"""Items calibrated: their curves, the candidates' abilities, what the paper tells at the cut.

Everything is told on one scale on which these candidates have mean 0 and SD 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.categories import Chosen, categories_of
from exam_server.analysis.columns import known
from exam_server.analysis.responses import FormResponses
from exam_server.analysis.service import FEWEST_CALIBRATED
from scoring.ability import estimate_abilities
from scoring.calibrate import Calibration, UnfitDataError, calibrate
from scoring.distractors import quantile_groups
from scoring.irt.fit import item_mean_squares
from scoring.irt.functions import expected_scores, item_information
from scoring.moments import FloatArray

GRID: Final = np.linspace(-4, 4, 33)
PERSONS_OF_A_POINT: Final = 25
MOST_POINTS: Final = 10
INFIT: Final = (0.7, 1.3)
SURE: Final = 2.0
BIN: Final = 0.25
WHOLE: Final = 100.0


@dataclass(frozen=True)
class Modelled:
    """A calibration in hand: what is stored of it, and what other figures go on with."""

    figures: dict[str, Any]
    abilities: FloatArray
    chosen: Chosen | None = None


def modelled(form: FormResponses, flagged: Mapping[int, bool], *, slopes_from: int) -> Modelled:
    """Calibrate everybody's responses; ``flagged`` says of which items the key is in doubt.

    From ``slopes_from`` candidates on each item has a slope of its own (2PL), below all have one
    (Rasch); 0: never.
    """
    n = len(form.theory)
    nothing = np.full(n, np.nan)
    if n < FEWEST_CALIBRATED:
        refused = {"refused": ["too_few_persons"], "n": n, "fewest": FEWEST_CALIBRATED}
        return Modelled(refused, nothing)
    has_slopes = bool(slopes_from) and n >= slopes_from
    chosen = categories_of(form, flagged, has_slopes=has_slopes)
    told = {
        "n": n,
        "model": "2pl" if has_slopes else "rasch",
        "slopes_from": slopes_from,
        "left_out": chosen.left_out,
    }
    try:
        found = calibrate(chosen.responses, chosen.models)
    except UnfitDataError as refused:
        codes = [each.code for each in refused.refusals]
        return Modelled({**told, "refused": codes}, nothing)
    sd = float(found.sds[0])
    raw = estimate_abilities(found, chosen.responses)
    abilities, errors = raw.values / sd, raw.standard_errors / sd
    explained = float(abilities.var())
    return Modelled(
        {
            **told,
            "converged": bool(found.converged),
            "warnings": [each.code for each in found.warnings],
            "reliability": known(explained / (explained + float((errors**2).mean()))),
            "grid": GRID.tolist(),
            "items": _items(form, found, chosen, abilities, sd),
            "persons": _bins(abilities),
        },
        abilities,
        chosen,
    )


def _items(
    form: FormResponses, found: Calibration, chosen: Chosen, abilities: FloatArray, sd: float
) -> list[dict[str, Any]]:
    fit = item_mean_squares(found, chosen.responses)
    steps = found.n_categories - 1
    curves = expected_scores(found, GRID * sd) / steps
    information = item_information(found, GRID * sd) * sd**2
    told = []
    for at, place in enumerate(chosen.places):
        item = form.items[place]
        infit, z = float(fit.infit[at]), float(fit.z_infit[at])
        told.append(
            {
                "uid": item.uid,
                "version": item.version,
                "code": item.code,
                "position": item.position,
                "mark": float(form.max_marks[place]),
                "n": int((~np.isnan(chosen.responses[:, at])).sum()),
                "is_binary": bool(steps[at] == 1),
                "slope": known(found.slopes[at] * sd),
                "slope_error": known(found.slope_errors[at] * sd),
                "difficulty": known(found.difficulties[at] / sd),
                "difficulty_error": known(found.difficulty_errors[at] / sd),
                "infit": known(infit),
                "fits": bool(INFIT[0] <= infit <= INFIT[1] or abs(z) < SURE),
                "curve": np.round(curves[:, at], 4).tolist(),
                "information": np.round(information[:, at], 4).tolist(),
                "points": _points(chosen.responses[:, at] / steps[at], abilities),
            }
        )
    return told


def _points(shares: FloatArray, abilities: FloatArray) -> list[dict[str, Any]]:
    """Return what groups of about equal ability earned: where they stand, how many, the share."""
    is_given = ~np.isnan(shares) & np.isfinite(abilities)
    theta, earned = abilities[is_given], shares[is_given]
    n_groups = min(MOST_POINTS, len(theta) // PERSONS_OF_A_POINT)
    if n_groups < 2:  # noqa: PLR2004 - one point is no curve
        return []
    groups = quantile_groups(theta, n_groups)
    members = [groups == group for group in range(n_groups)]
    return [
        {
            "ability": known(theta[who].mean()),
            "share": known(earned[who].mean()),
            "n": int(who.sum()),
        }
        for who in members
        if who.any()
    ]


def _bins(abilities: FloatArray) -> dict[str, Any]:
    edges = np.arange(GRID[0], GRID[-1] + BIN / 2, BIN)
    counts: NDArray[np.int64] = np.histogram(np.clip(abilities, GRID[0], GRID[-1]), edges)[0]
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def information_figures(
    forms: Sequence[FormResponses], model: Mapping[str, Any], cut: float
) -> list[dict[str, Any]]:
    """Return for each form what it tells at each ability, and where the pass mark lies.

    Items that could not be calibrated are left out; ``known`` says how many are in.
    """
    items = {(each["uid"], each["version"]): each for each in model.get("items", [])}
    told = []
    for form in forms:
        own = [items[key] for each in form.items if (key := (each.uid, each.version)) in items]
        marks = [each["mark"] for each in own]
        if not own:
            continue
        information = np.sum([each["information"] for each in own], axis=0)
        shares = np.average([each["curve"] for each in own], axis=0, weights=marks) * WHOLE
        at = _crossing(shares, cut)
        here = None if at is None else float(np.interp(at, GRID, information))
        told.append(
            {
                "form": form.form,
                "known": len(own),
                "items": len(form.items),
                "information": np.round(information, 4).tolist(),
                "cut": known(at) if at is not None else None,
                "at_cut": known(here) if here is not None else None,
                "error_at_cut": known(here**-0.5) if here else None,
            }
        )
    return told


def on_average(told: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return the information of many forms as one: the mean of their curves, and the least."""
    if not told:
        return []
    found = np.mean([each["information"] for each in told], axis=0)
    cuts = [each["cut"] for each in told if each["cut"] is not None]
    least = [each["at_cut"] for each in told if each["at_cut"] is not None]
    at = float(np.mean(cuts)) if cuts else None
    here = None if at is None else float(np.interp(at, GRID, found))
    return [
        {
            "form": name,
            "n_forms": len(told),
            "known": sum(each["known"] for each in told) // len(told),
            "items": sum(each["items"] for each in told) // len(told),
            "information": np.round(found, 4).tolist(),
            "cut": None if at is None else known(at),
            "at_cut": None if here is None else known(here),
            "least_at_cut": min(least, default=None),
            "error_at_cut": known(here**-0.5) if here else None,
        }
    ]


def _crossing(shares: FloatArray, cut: float) -> float | None:
    """Return the ability whose expected share is the cut."""
    if not shares[0] <= cut <= shares[-1]:
        return None
    return float(np.interp(cut, shares, GRID))
