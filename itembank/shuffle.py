"""Orders in which a seat shows items and options; answers keep canonical positions and ids."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def item_order(sections: Sequence[Sequence[int]], rng: np.random.Generator) -> list[int]:
    """Return the positions as shown: shuffled inside each section, sections in their order.

    Examples
    --------
    >>> sorted(item_order([[1, 2, 3], [4]], np.random.default_rng(1))[:3])
    [1, 2, 3]
    """
    shown: list[int] = []
    for positions in sections:
        shown.extend(int(positions[index]) for index in rng.permutation(len(positions)))
    return shown


def option_order(options: Sequence[Mapping[str, Any]], rng: np.random.Generator) -> list[str]:
    """Return the option ids as shown: shuffled, but ``fixed`` ones keep their place.

    Examples
    --------
    >>> options = [{"id": "A"}, {"id": "B"}, {"id": "C", "fixed": True}]
    >>> option_order(options, np.random.default_rng(1))[2]
    'C'
    """
    free = [place for place, option in enumerate(options) if not option.get("fixed")]
    shown = [str(option["id"]) for option in options]
    for place, source in zip(free, rng.permutation(free), strict=True):
        shown[place] = str(options[source]["id"])
    return shown


def by_content(options: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return options in an order that says nothing of how they were written; ``fixed`` ones stay.

    What a seat gets must not stand in the order in which a writer typed it: often the right one.

    Examples
    --------
    >>> steps = [{"id": "A", "content": "lock"}, {"id": "B", "content": "test"}]
    >>> by_content(steps) == by_content(steps[::-1])
    True
    """

    def scattered(option: Mapping[str, Any]) -> str:
        return hashlib.sha256(str(option["content"]).encode(errors="replace")).hexdigest()

    free = iter(sorted((each for each in options if not each.get("fixed")), key=scattered))
    return [each if each.get("fixed") else next(free) for each in options]
