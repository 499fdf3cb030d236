"""Marks of two groups on a common grid of whole steps, as equating methods take them."""

from dataclasses import dataclass
from math import gcd
from typing import Final

import numpy as np

from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

TEN_THOUSANDTHS: Final = 10_000
MOST_STEPS: Final = 500


@dataclass(frozen=True)
class Group:
    """Raw marks of those who sat a form, and their marks on the anchor, in ten-thousandths."""

    marks: FloatArray  # (n_persons,)
    anchor: FloatArray  # (n_persons,)
    most: int
    most_anchor: int


@dataclass(frozen=True)
class Samples:
    """Two groups in steps of ``step`` ten-thousandths of a mark."""

    step: int
    new: FloatArray  # (n_persons, 2): the whole, the anchor
    reference: FloatArray
    most_new: int
    most_reference: int
    most_anchor: int


def samples_of(new: Group, reference: Group, single: list[int]) -> Samples:
    """Bring two groups onto the coarsest grid that all their marks lie on.

    ``single`` are marks of items, which the grid has to carry too.

    Raises
    ------
    UnfitDataError
        ``marks_off_grid``: part marks would make more than 500 steps.
    """
    seen = [
        *single,
        *(int(each) for group in (new, reference) for each in np.unique(group.marks)),
        *(int(each) for group in (new, reference) for each in np.unique(group.anchor)),
        *(each for group in (new, reference) for each in (group.most, group.most_anchor)),
    ]
    step = gcd(*seen)
    if not step or max(new.most, reference.most) // step > MOST_STEPS:
        raise UnfitDataError("marks_off_grid", str(step / TEN_THOUSANDTHS))
    return Samples(
        step=step,
        new=np.column_stack([new.marks, new.anchor]) / step,
        reference=np.column_stack([reference.marks, reference.anchor]) / step,
        most_new=new.most // step,
        most_reference=reference.most // step,
        most_anchor=new.most_anchor // step,
    )
