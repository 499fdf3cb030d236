"""Unusual patterns computed: who does not follow the model, who knew some items too well.

Two signs are looked for in each candidate, each with a false alarm in 200 honest candidates, so
that of all honest candidates one in a hundred is shown.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from exam_server.analysis.categories import Chosen, categories_of
from exam_server.analysis.columns import known
from exam_server.analysis.patterns.pairs import pair_figures
from exam_server.analysis.pooling import pooled
from exam_server.analysis.responses import FormResponses
from exam_server.analysis.service import FEWEST_CALIBRATED
from scoring.ability import estimate_abilities
from scoring.calibrate import Calibration, UnfitDataError, calibrate
from scoring.irt.functions import category_chances, expected_scores
from scoring.irt.person_fit import corrected_person_fit
from scoring.moments import BoolArray, FloatArray
from scoring.preknowledge import Preknowledge, signs_of_preknowledge
from scoring.refusals import UnfitDataError as Unfit
from scoring.similarity import adjusted_p

STEPS: Final = 5
ALPHA: Final = 0.005  # of each sign
SIGNS: Final = 2
SURE: Final = 0.05  # share of false flags among those that stand over all candidates
SIMULATED: Final = 3000  # honest candidates at least
SEED: Final = 20260101
FEWEST_EXPOSED: Final = 5  # items on either side
TIMES_KNOWN: Final = 0.8
MOST_PERSONS: Final = 100


@dataclass(frozen=True)
class Sought:
    """What is looked at: the responses, which items are suspected, times, the keys in doubt."""

    forms: Sequence[FormResponses]
    suspected: Collection[str]
    doubted: Collection[tuple[str, int]]
    seconds: FloatArray | None = None
    alike: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True)
class Fitted:
    """The model in hand, and where each candidate stands on it."""

    whole: FormResponses
    chosen: Chosen
    model: Calibration
    abilities: FloatArray


def pattern_figures(sought: Sought, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Return the facts, or why there are none; ``progress`` may call the work off."""
    n = sum(len(form.theory) for form in sought.forms)
    if n < FEWEST_CALIBRATED:
        return {"refused": "too_few_persons", "n": n, "fewest": FEWEST_CALIBRATED}
    whole = pooled(sought.forms)
    progress(1, STEPS)
    fitted = _fitted(whole, sought)
    if fitted is None:
        return {"refused": "no_model", "n": n}
    progress(2, STEPS)
    fit = _fit_figures(fitted)
    progress(3, STEPS)
    known_before = _known_figures(fitted, sought)
    progress(4, STEPS)
    used = 2 if "refused" not in known_before else 1
    return {
        "n": n,
        "n_items": len(fitted.chosen.places),
        "alpha": ALPHA,
        "signs": used,
        "false_alarms": round(n * ALPHA * used, 1),
        "sure": SURE,
        "fit": fit,
        "known": known_before,
        "persons": _persons(fitted, fit, known_before),
        "pairs": pair_figures(whole, fitted.abilities, sought.alike),
    }


def _fitted(whole: FormResponses, sought: Sought) -> Fitted | None:
    flagged = {each.position: (each.uid, each.version) in sought.doubted for each in whole.items}
    chosen = categories_of(whole, flagged, has_slopes=False)
    try:
        model = calibrate(chosen.responses, chosen.models)
    except UnfitDataError:
        return None
    if not model.converged:
        return None
    abilities = estimate_abilities(model, chosen.responses).values
    return Fitted(whole, chosen, model, np.asarray(abilities))


def _fit_figures(fitted: Fitted) -> dict[str, Any]:
    """Return l_z* of everybody, and between which values honest candidates lie: simulated ones."""
    own = corrected_person_fit(fitted.model, fitted.chosen.responses).corrected
    rng = np.random.default_rng(SEED)
    rounds = max(1, -(-SIMULATED // len(own)))
    honest = np.concatenate([_honest(fitted, rng) for _ in range(rounds)])
    low, high, line = np.nanquantile(honest, [0.025, 0.975, ALPHA])
    from scipy.special import ndtr  # noqa: PLC0415 - pages import no scipy

    return {
        "values": [known(each) for each in own],
        "p": [known(each) for each in np.asarray(ndtr(own))],
        "low": known(low),
        "high": known(high),
        "line": known(line),
        "n_honest": int(np.isfinite(honest).sum()),
    }


def _honest(fitted: Fitted, rng: np.random.Generator) -> FloatArray:
    """Return l_z* of candidates of the same abilities who answer by the model."""
    chances = category_chances(fitted.model, fitted.abilities)
    drawn = (rng.random(chances.shape[:2])[:, :, None] > np.cumsum(chances, axis=2)).sum(axis=2)
    most = fitted.model.n_categories - 1
    answers = np.minimum(drawn, most).astype(np.float64)
    answers[np.isnan(fitted.chosen.responses)] = np.nan
    return np.asarray(corrected_person_fit(fitted.model, answers).corrected)


def _known_figures(fitted: Fitted, sought: Sought) -> dict[str, Any]:
    """Return the signs that suspected items were known, or why there are none."""
    codes = [fitted.whole.items[place].code for place in fitted.chosen.places]
    exposed = np.array([code in sought.suspected for code in codes])
    told: dict[str, Any] = {"n_suspected": int(exposed.sum()), "n_others": int((~exposed).sum())}
    if min(told["n_suspected"], told["n_others"]) < FEWEST_EXPOSED:
        return {**told, "refused": "too_few_items", "fewest": FEWEST_EXPOSED}
    seconds = _times(fitted, sought)
    signs = _signs(fitted, exposed, seconds)
    return {
        **told,
        "codes": [code for code, is_in in zip(codes, exposed, strict=True) if is_in],
        "has_times": not np.isnan(signs.speeds).all(),
        "p": [known(each) for each in signs.p_values],
        "score": [known(each) for each in signs.scores],
        "speed": [known(each) for each in signs.speeds],
        **_earned(fitted, exposed),
    }


def _times(fitted: Fitted, sought: Sought) -> FloatArray | None:
    if sought.seconds is None:
        return None
    own = sought.seconds[:, fitted.chosen.places]
    given = ~np.isnan(fitted.chosen.responses)
    shares = (~np.isnan(own) & given).sum() / max(int(given.sum()), 1)
    return own if shares >= TIMES_KNOWN else None


def _signs(fitted: Fitted, exposed: BoolArray, seconds: FloatArray | None) -> Preknowledge:
    """Compare suspected items with the others; without times where these are too few."""
    responses = fitted.chosen.responses
    if seconds is not None:
        try:
            return signs_of_preknowledge(fitted.model, responses, exposed, seconds)
        except Unfit:
            pass
    return signs_of_preknowledge(fitted.model, responses, exposed)


def _earned(fitted: Fitted, exposed: BoolArray) -> dict[str, Any]:
    """Return what each earned on suspected items, and what the other items let expect."""
    responses = fitted.chosen.responses
    steps = fitted.model.n_categories - 1
    others = np.where(exposed, np.nan, responses)
    abilities = estimate_abilities(fitted.model, others).values
    given = ~np.isnan(responses) & exposed
    earned = np.where(given, responses / steps, 0.0).sum(axis=1)
    expected = expected_scores(fitted.model, np.asarray(abilities)) / steps
    return {
        "given": given.sum(axis=1).tolist(),
        "earned": [known(each) for each in earned],
        "expected": [known(each) for each in np.where(given, expected, 0.0).sum(axis=1)],
    }


def _persons(
    fitted: Fitted, fit: Mapping[str, Any], before: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return who shows a sign; which of them stand when all candidates are counted."""
    n = len(fitted.whole.sittings)
    line = fit["line"]
    odd = [each is not None and line is not None and each <= line for each in fit["values"]]
    p_known = before.get("p", [None] * n)
    knew = [each is not None and each <= ALPHA for each in p_known]
    sure_fit, sure_known = _sure(fit["p"]), _sure(p_known)
    told = [
        {
            "sitting": fitted.whole.sittings[at],
            "odd": odd[at],
            "knew": knew[at],
            "fit": fit["values"][at],
            "fit_sure": sure_fit[at] and odd[at],
            "known_sure": sure_known[at] and knew[at],
            **({} if "refused" in before else _known_of(before, at)),
        }
        for at in range(n)
        if odd[at] or knew[at]
    ]
    return sorted(told, key=lambda each: (not each["knew"], each["fit"] or 0.0))[:MOST_PERSONS]


def _known_of(before: Mapping[str, Any], at: int) -> dict[str, Any]:
    names = ("given", "earned", "expected", "score", "speed")
    return {"p_known": before["p"][at], **{name: before[name][at] for name in names}}


def _sure(p_values: Sequence[float | None]) -> list[bool]:
    """Say which stand by Benjamini and Hochberg over all candidates."""
    filled = np.array([1.0 if each is None else each for each in p_values])
    return [bool(each <= SURE) for each in adjusted_p(filled, len(filled))]
