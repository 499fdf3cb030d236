"""A made-up candidate's hour: which question when, what is answered, changed, flagged, left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exam_server.demo.played.abilities import Traits

# Shares of time a question takes, by type; scaled so that the paper takes as long as planned.
EFFORT = {
    "single": 1.0,
    "true_false": 0.6,
    "multiple": 1.7,
    "numeric": 3.0,
    "text_entry": 1.4,
    "matching": 2.2,
    "ordering": 2.2,
    "hotspot": 1.4,
    "item_set": 4.0,
}
SKIPPED, FLAGGED, CHANGED = 0.03, 0.07, 0.06
FIRST_LOOK_S = 4.0
SECOND_LOOK_S = 12.0
CLICK_S = 2.5


@dataclass(frozen=True)
class Act:
    """Something done at a seat, so many seconds after the room's start without pauses."""

    second: float
    kind: str
    position: int
    answer: Any = None


@dataclass(frozen=True)
class Manner:
    """How somebody works: ability, seconds for the whole paper, second of the first look."""

    ability: float
    seconds: float
    begins: float


def script(
    order: Sequence[int], items: Mapping[int, Traits], manner: Manner, rng: np.random.Generator
) -> list[Act]:
    """Return everything somebody does, in order, until the paper is done."""
    efforts = np.array([EFFORT.get(items[position].kind, 1.0) for position in order])
    efforts *= rng.lognormal(0, 0.35, len(efforts))
    dwells = efforts / efforts.sum() * (manner.seconds - SECOND_LOOK_S)
    acts: list[Act] = []
    later: list[int] = []
    second = manner.begins + FIRST_LOOK_S
    for position, dwell in zip(order, map(float, dwells), strict=True):
        acts.append(Act(second, "seen", position))
        if rng.random() < SKIPPED:
            acts.append(Act(second + 0.6 * dwell, "flagged", position))
            later.append(position)
        else:
            acts += _answering(items[position], position, second, dwell, manner.ability, rng)
            if rng.random() < FLAGGED:
                acts.append(Act(second + dwell, "flagged", position))
                later.append(position)
        second += dwell
    return [*acts, *_second_look(later, items, second, manner.ability, rng)]


def _answering(
    item: Traits,
    position: int,
    second: float,
    dwell: float,
    ability: float,
    rng: np.random.Generator,
) -> list[Act]:
    """Return the answer as it comes to be: option by option, part by part, or changed once."""
    final = item.answer(ability, rng)
    steps = _steps(item.kind, final)
    if len(steps) == 1 and rng.random() < CHANGED:
        steps = [item.answer(ability - 1, rng), final]
    first = second + max(0.5 * dwell, dwell - CLICK_S * len(steps))
    room = (second + dwell - first) / len(steps)
    return [
        Act(first + room * number, "answer", position, step) for number, step in enumerate(steps)
    ]


def _steps(kind: str, final: Any) -> list[Any]:
    if kind == "multiple":
        return [final[: number + 1] for number in range(len(final))]
    if kind == "matching":
        return [final[: number + 1] for number in range(len(final))]
    if kind == "item_set":
        parts = list(final)
        return [{part: final[part] for part in parts[: n + 1]} for n in range(len(parts))]
    return [final]


def _second_look(
    later: Sequence[int],
    items: Mapping[int, Traits],
    second: float,
    ability: float,
    rng: np.random.Generator,
) -> list[Act]:
    """Go back to what was flagged: some of it is answered anew, most flags are taken off."""
    acts = []
    for position in later:
        second += SECOND_LOOK_S * float(rng.uniform(0.6, 1.6))
        if rng.random() < 0.7:  # noqa: PLR2004 - the others leave it as it is
            answer = items[position].answer(ability, rng)
            acts.append(Act(second, "answer", position, answer))
            acts.append(Act(second + 1, "unflagged", position))
    return acts
