"""One item of a form as its candidates met it; figures as they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.responses import FormResponses
from scoring.distractors import groups_for
from scoring.moments import FloatArray

DIGITS: Final = 6


@dataclass(frozen=True)
class Column:
    """An item's responses of those who were presented it, each of shape (n_persons,).

    ``rest`` is the mark on all other items; on forms put together its share of the own paper's.
    ``groups`` are of all persons of the form.
    """

    max_mark: float
    marks: FloatArray
    statuses: NDArray[np.int8]
    answers: Sequence[Any]
    rest: FloatArray
    groups: NDArray[np.int64]
    n_groups: int


def column_of(form: FormResponses, place: int, groups: NDArray[np.int64]) -> Column:
    """Return one item of a form."""
    marks = form.marks[:, place]
    seen = ~np.isnan(marks)
    most = float(form.max_marks[place])
    rest = np.nansum(form.marks[seen], axis=1) - marks[seen]
    if form.is_pooled:
        whole = np.where(np.isnan(form.marks[seen]), 0.0, form.max_marks).sum(axis=1) - most
        rest = np.divide(rest, whole, out=np.zeros(len(rest)), where=whole > 0)
    return Column(
        max_mark=most,
        marks=marks[seen],
        statuses=form.statuses[seen, place],
        answers=[
            person[place] for person, is_seen in zip(form.answers, seen, strict=True) if is_seen
        ],
        rest=rest,
        groups=groups[seen],
        n_groups=groups_for(len(form.theory)),
    )


def known(value: float | np.floating[Any]) -> float | None:
    """Return a value that can be stored: rounded; nothing where it is undefined."""
    return round(float(value), DIGITS) if np.isfinite(value) else None
