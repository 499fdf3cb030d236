"""Pairs that share rare wrong answers, with right and wrong answers alike weighed together (M4)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from exam_server.analysis.alike import FEWEST_ITEMS, MOST_PERSONS, chances_of, choices_of
from exam_server.analysis.columns import known
from exam_server.analysis.responses import FormResponses
from scoring.matched_answers import matched_answers
from scoring.moments import FloatArray
from scoring.rare_wrong import rare_wrong_pairs
from scoring.similarity import adjusted_p

FALSE_ALARMS: Final = 0.01
SCREEN: Final = 4.0  # standard deviations of the weight of wrong answers alike
MOST_LOOKED_AT: Final = 200
MOST_PAIRS: Final = 30


def pair_figures(
    form: FormResponses, abilities: FloatArray, alike: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """Return the pairs that stand out; ``alike`` are sittings that another index has flagged."""
    choices = choices_of(form)
    n, n_items = choices.codes.shape
    if n > MOST_PERSONS:
        return {"refused": "too_many_persons", "n": n, "most": MOST_PERSONS}
    if n_items < FEWEST_ITEMS or not np.isfinite(abilities).all():
        return {"refused": "too_few_items", "n": n_items, "fewest": FEWEST_ITEMS}
    keyed = choices.keys >= 0
    chances = chances_of(choices, abilities)[:, keyed]
    if not np.isfinite(chances).all():
        return {"refused": "no_model"}
    codes, keys = np.maximum(choices.codes[:, keyed], -1), choices.keys[keyed]
    found = rare_wrong_pairs(codes, chances, keys, SCREEN)
    order = np.argsort(-found.z)[:MOST_LOOKED_AT]
    weighed = {
        (int(found.first[at]), int(found.second[at])): (found.weights[at], found.z[at])
        for at in order
    }
    place = {sitting: at for at, sitting in enumerate(form.sittings)}
    for one, other in alike:
        if one not in place or other not in place:
            continue
        first, second = sorted((place[one], place[other]))
        weighed.setdefault((first, second), (float("nan"), float("nan")))
    tests = [matched_answers(codes, chances, keys, *pair) for pair in weighed]
    adjusted = adjusted_p([each.p_value for each in tests], found.n_pairs)
    told: list[dict[str, Any]] = [
        {
            "sittings": [form.sittings[one], form.sittings[other]],
            "right": test.right,
            "wrong": test.wrong,
            "weight": known(weight),
            "z": known(z),
            "p": float(test.p_value),
            "adjusted_p": float(p),
        }
        for ((one, other), (weight, z)), test, p in zip(
            weighed.items(), tests, adjusted, strict=True
        )
        if p <= FALSE_ALARMS
    ]
    told.sort(key=lambda each: each["adjusted_p"])
    return {
        "n_pairs": found.n_pairs,
        "n_looked_at": len(tests),
        "false_alarms": FALSE_ALARMS,
        "n_found": len(told),
        "pairs": told[:MOST_PAIRS],
    }
