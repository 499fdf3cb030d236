"""What a made-up candidate answers: the right thing, or something plausibly wrong, by item type."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.registry import item_type

Content = Mapping[str, Any]
Pull = Mapping[str, float]

NUMBER_SLIPS = (Decimal(10), Decimal("0.1"), Decimal(2), Decimal("0.5"), Decimal("1.73"))
OTHER_WORDS = ("不清楚", "电流", "电压", "接触器")


def right_answer(kind: str, content: Content, key: Content) -> Any:
    """Return the answer that earns the full mark."""
    return item_type(kind).right_answer(content, key)


def wrong_answer(
    kind: str, content: Content, key: Content, pull: Pull, rng: np.random.Generator
) -> Any:
    """Return a plausible wrong answer; ``pull`` weighs the distractors of a choice."""
    if kind == "multiple":
        return _wrong_choices(content, key, rng)
    if kind == "numeric":
        slip = NUMBER_SLIPS[int(rng.integers(len(NUMBER_SLIPS)))]
        value = (Decimal(key["value"]) * slip).normalize()
        return f"{value:f}"
    if kind == "text_entry":
        right = right_answer(kind, content, key)
        spoilt = list(right)[int(rng.integers(len(right)))]
        return {**right, spoilt: OTHER_WORDS[int(rng.integers(len(OTHER_WORDS)))]}
    if kind == "matching":
        return _swapped_pairs(key["pairs"], rng)
    if kind == "ordering":
        return _swapped_neighbours(key["order"], rng)
    if kind == "hotspot":
        x, y = right_answer(kind, content, key)
        return [(x + content["width"] // 2) % content["width"], y]
    return _wrong_choice(content, key, pull, rng)


def _wrong_choice(content: Content, key: Content, pull: Pull, rng: np.random.Generator) -> str:
    others = [each["id"] for each in content["options"] if each["id"] not in key["correct"]]
    weights = np.array([pull.get(each, 1.0) for each in others])
    return str(others[int(rng.choice(len(others), p=weights / weights.sum()))])


def _wrong_choices(content: Content, key: Content, rng: np.random.Generator) -> list[str]:
    """Leave one right option out, or take one too many."""
    right = list(key["correct"])
    others = [each["id"] for each in content["options"] if each["id"] not in right]
    if others and (len(right) < 2 or rng.random() < 0.4):  # noqa: PLR2004 - one right option stays
        return sorted([*right, str(others[int(rng.integers(len(others)))])])
    place = int(rng.integers(len(right)))
    return sorted(right[:place] + right[place + 1 :])


def _swapped_pairs(pairs: list[list[str]], rng: np.random.Generator) -> list[list[str]]:
    swapped = [list(pair) for pair in pairs]
    first, second = (int(each) for each in rng.choice(len(swapped), size=2, replace=False))
    swapped[first][1], swapped[second][1] = swapped[second][1], swapped[first][1]
    return swapped


def _swapped_neighbours(order: list[str], rng: np.random.Generator) -> list[str]:
    swapped = list(order)
    place = int(rng.integers(len(swapped) - 1))
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    return swapped
