"""Forms put together: everybody's responses over every item version, missing by design."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

import numpy as np

from exam_server.analysis.responses import NOT_PRESENTED, AskedItem, FormResponses
from scoring.item_flags import FEWEST

POOLED: Final = "all"  # the name of the forms put together
FEWEST_FORMS: Final = 3


def is_many_forms(forms: Sequence[FormResponses]) -> bool:
    """Say whether forms are so many and small that only together they say anything."""
    sizes = [len(each.theory) for each in forms]
    return len(forms) >= FEWEST_FORMS and float(np.median(sizes)) < FEWEST <= sum(sizes)


def pooled(forms: Sequence[FormResponses]) -> FormResponses:
    """Return forms as one: an item that several of them hold is one column.

    Marks are NaN, statuses ``NOT_PRESENTED`` and answers None where a person's form had not the
    item. Items are numbered anew.
    """
    columns: dict[tuple[str, int], int] = {}
    items: list[AskedItem] = []
    max_marks: list[float] = []
    for form in forms:
        for item, most in zip(form.items, form.max_marks, strict=True):
            if (item.uid, item.version) not in columns:
                columns[item.uid, item.version] = len(items)
                items.append(replace(item, position=len(items) + 1))
                max_marks.append(float(most))
    shape = sum(len(each.theory) for each in forms), len(items)
    marks = np.full(shape, np.nan)
    statuses = np.full(shape, NOT_PRESENTED, dtype=np.int8)
    answers: list[list[Any]] = [[None] * shape[1] for _ in range(shape[0])]
    first = 0
    for form in forms:
        places = [columns[item.uid, item.version] for item in form.items]
        rows = slice(first, first + len(form.theory))
        worth = np.array([max_marks[place] for place in places]) / form.max_marks
        marks[rows, places] = form.marks * worth  # the same item may earn more on another form
        statuses[rows, places] = form.statuses
        for own, given in zip(answers[rows], form.answers, strict=True):
            for place, answer in zip(places, given, strict=True):
                own[place] = answer
        first = rows.stop
    return FormResponses(
        form=POOLED,
        items=items,
        max_marks=np.array(max_marks),
        marks=marks,
        statuses=statuses,
        answers=answers,
        theory=np.concatenate([each.theory for each in forms]) if forms else np.zeros(0),
        sittings=list(chain.from_iterable(each.sittings for each in forms)),
        is_pooled=True,
    )
