"""Fixed sets (套题): which of the ready sets an exam session gets, by chance or in turn.

``history`` names the sets of each earlier exam session, the newest first. A set is never taken
apart: the office chooses among whole papers that a bank or a group of experts has issued.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

History = Sequence[AbstractSet[str]]


@dataclass(frozen=True)
class TooFew:
    """Fewer sets may be taken than are wanted: how many may."""

    free: int


def free_sets(ready: Sequence[str], history: History, *, last: int) -> list[str]:
    """Return the ready sets that none of the last exam sessions had, in their order.

    Examples
    --------
    >>> free_sets(["A", "B", "C"], [{"B"}, {"A"}], last=1)
    ['A', 'C']
    """
    recent = frozenset[str]().union(*history[:last])
    return [each for each in ready if each not in recent]


def drawn_sets(
    ready: Sequence[str], history: History, *, count: int, last: int, rng: np.random.Generator
) -> list[str] | TooFew:
    """Draw sets by chance, each free one as likely as any other; in the order of ``ready``.

    Examples
    --------
    >>> drawn_sets(["A", "B"], [{"A"}], count=1, last=1, rng=np.random.default_rng(1))
    ['B']
    >>> drawn_sets(["A", "B"], [{"A"}], count=2, last=1, rng=np.random.default_rng(1))
    TooFew(free=1)
    """
    free = free_sets(ready, history, last=last)
    if len(free) < count:
        return TooFew(len(free))
    places = sorted(rng.choice(len(free), size=count, replace=False).tolist())
    return [free[place] for place in places]


def next_sets(ready: Sequence[str], history: History, *, count: int) -> list[str] | TooFew:
    """Return the sets whose turn it is: those never used first, then the longest unused.

    Examples
    --------
    >>> next_sets(["A", "B", "C"], [{"B"}, {"A"}], count=2)
    ['A', 'C']
    """
    if len(ready) < count:
        return TooFew(len(ready))
    never = len(history)
    since = {
        each: next((n for n, used in enumerate(history) if each in used), never) for each in ready
    }
    times = {each: sum(each in used for used in history) for each in ready}
    in_turn = sorted(ready, key=lambda each: (-since[each], times[each], ready.index(each)))
    return [each for each in ready if each in in_turn[:count]]
