"""Pairs of candidates whose answers agree more than two who worked alone would: facts to look at.

Only items with one choice count. Chances come from the nominal model at each candidate's ability;
seats near each other weigh more, which was settled before the answers were looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.columns import known
from exam_server.analysis.responses import FormResponses
from exam_server.analysis.seats import SeatOf
from exam_server.analysis.service import FEWEST_CALIBRATED
from itembank.items.registry import choice_of
from scoring.moments import FloatArray
from scoring.option_curves import nominal_curves
from scoring.similarity import SimilarPairs, adjusted_p, option_chances, similar_pairs

FEWEST_ITEMS: Final = 20
FALSE_ALARMS: Final = 0.01
SCREEN: Final = 3.0  # omegas below cannot stand out among all pairs
FAR: Final = 0.1  # what pairs of different rooms weigh beside neighbours
REACH: Final = 2.0  # seats over which nearness fades
MOST_PAIRS: Final = 50
MOST_PERSONS: Final = 4000


@dataclass(frozen=True)
class Choices:
    """Places of chosen options (-1: none, -2: not presented), and which place is the key."""

    codes: NDArray[np.int64]
    keys: NDArray[np.int64]
    n_options: list[int]


def alike_figures(
    form: FormResponses, abilities: FloatArray, seats: Mapping[int, SeatOf]
) -> dict[str, Any]:
    """Return the pairs that stand out among all, or why none can be looked for."""
    n = len(form.theory)
    if n < FEWEST_CALIBRATED:
        return {"refused": "too_few_persons", "n": n, "fewest": FEWEST_CALIBRATED}
    if n > MOST_PERSONS:
        return {"refused": "too_many_persons", "n": n, "most": MOST_PERSONS}
    choices = choices_of(form)
    if len(choices.n_options) < FEWEST_ITEMS:
        return {"refused": "too_few_items", "n": len(choices.n_options), "fewest": FEWEST_ITEMS}
    if not np.isfinite(abilities).all():
        return {"refused": "no_model"}
    found = similar_pairs(choices.codes, chances_of(choices, abilities), SCREEN)
    places = [seats.get(each) for each in form.sittings]
    adjusted = adjusted_p(found.gbt_p, found.n_pairs, _weights(found, places))
    stand_out = [int(each) for each in np.argsort(adjusted) if adjusted[each] <= FALSE_ALARMS]
    return {
        "n": n,
        "n_items": len(choices.n_options),
        "n_pairs": found.n_pairs,
        "false_alarms": FALSE_ALARMS,
        "n_found": len(stand_out),
        "pairs": [
            _told(found, at, form, choices, places) | {"adjusted_p": float(adjusted[at])}
            for at in stand_out[:MOST_PAIRS]
        ],
    }


def choices_of(form: FormResponses) -> Choices:
    """Return who chose which option of the items that take one choice."""
    asked = [choice_of(item.type, item.content, item.key) for item in form.items]
    taken = [(at, own) for at, own in enumerate(asked) if own is not None and own.is_one]
    codes = np.full((len(form.theory), len(taken)), -1, dtype=np.int64)
    keys, n_options = np.full(len(taken), -1, dtype=np.int64), []
    for column, (place, choice) in enumerate(taken):
        options = {each: at for at, each in enumerate(choice.options)}
        right = [options[each] for each in choice.keys if each in options]
        keys[column] = right[0] if right else -1
        n_options.append(len(options))
        for row, person in enumerate(form.answers):
            given = person[place]
            one = given[0] if isinstance(given, list) and len(given) == 1 else given
            codes[row, column] = options.get(one, -1) if isinstance(one, str) else -1
        codes[np.isnan(form.marks[:, place]), column] = -2
    return Choices(codes, keys, n_options)


def chances_of(choices: Choices, abilities: FloatArray) -> FloatArray:
    """Return chances of each option; 0 throughout where the item was not presented."""
    most = max(choices.n_options)
    slopes = np.full((len(choices.n_options), most), np.nan)
    intercepts = slopes.copy()
    for item, n in enumerate(choices.n_options):
        slopes[item, :n], intercepts[item, :n] = nominal_curves(
            choices.codes[:, item], abilities, n
        )
    chances = option_chances(slopes, intercepts, abilities)
    chances[choices.codes < 0] = 0.0  # left out or not presented: agrees with nobody
    return chances


def _weights(found: SimilarPairs, places: Sequence[SeatOf | None]) -> FloatArray:
    """Weigh the pairs found by nearness; over all pairs the mean is 1."""
    near = 0.0
    rooms: dict[int, list[SeatOf]] = {}
    for each in places:
        if each is not None:
            rooms.setdefault(each.room, []).append(each)
    for seats in rooms.values():
        at = np.array([(seat.row, seat.column) for seat in seats], dtype=np.float64)
        apart = np.abs(at[:, None] - at[None]).max(axis=2)
        near += float(np.exp(-apart / REACH)[np.triu_indices(len(at), 1)].sum())
    mean = FAR + (1 - FAR) * near / found.n_pairs
    raw = [
        FAR + (1 - FAR) * np.exp(-_apart(places[one], places[other]) / REACH)
        for one, other in zip(found.first, found.second, strict=True)
    ]
    return np.array(raw, dtype=np.float64) / mean


def _apart(one: SeatOf | None, other: SeatOf | None) -> float:
    """Return how many seats lie between two persons; infinite in different rooms."""
    if one is None or other is None or one.room != other.room:
        return np.inf
    return float(max(abs(one.row - other.row), abs(one.column - other.column)))


def _told(
    found: SimilarPairs,
    at: int,
    form: FormResponses,
    choices: Choices,
    places: Sequence[SeatOf | None],
) -> dict[str, Any]:
    one, other = int(found.first[at]), int(found.second[at])
    own, theirs = choices.codes[one], choices.codes[other]
    both = (own >= 0) & (theirs >= 0)
    is_alike = both & (own == theirs)
    apart = _apart(places[one], places[other])
    return {
        "sittings": [form.sittings[one], form.sittings[other]],
        "common": int(both.sum()),
        "matches": int(found.matches[at]),
        "expected": known(found.expected[at]),
        "wrong_alike": int((is_alike & (own != choices.keys)).sum()),
        "omega": known(found.omegas[at]),
        "p": float(found.gbt_p[at]),
        "apart": apart if np.isfinite(apart) else None,
    }
