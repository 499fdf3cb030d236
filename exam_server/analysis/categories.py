"""Responses as a calibration reads them: categories from 0, and which items it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from exam_server.analysis.responses import NOT_REACHED, FormResponses
from scoring.moments import FloatArray

FEWEST_ON_AN_ITEM: Final = 50
FEWEST_IN_A_CATEGORY: Final = 5
FEWEST_IN_PART: Final = 20


@dataclass(frozen=True)
class Chosen:
    """Items that are calibrated: their places in the form, categories, models; who stays out."""

    places: list[int]
    responses: FloatArray
    models: tuple[str, ...]
    left_out: list[dict[str, Any]]


def categories_of(form: FormResponses, flagged: Mapping[int, bool], *, has_slopes: bool) -> Chosen:
    """Return the responses to calibrate; not reached is missing, left out is nothing earned.

    Two categories are all or nothing; an item of which enough earned a part has three.
    """
    places, columns, models, left_out = [], [], [], []
    for place, item in enumerate(form.items):
        shares = form.marks[:, place] / form.max_marks[place]
        shares = np.where(form.statuses[:, place] == NOT_REACHED, np.nan, shares)
        why, column = _column(shares, is_flagged=flagged.get(item.position, False))
        if why:
            left_out.append({"code": item.code, "position": item.position, "why": why})
            continue
        is_binary = np.nanmax(column) == 1
        places.append(place)
        columns.append(column)
        models.append(_model(is_binary=bool(is_binary), has_slopes=has_slopes))
    responses = np.column_stack(columns) if columns else np.zeros((len(form.theory), 0))
    return Chosen(places, responses, tuple(models), left_out)


def _model(*, is_binary: bool, has_slopes: bool) -> str:
    if is_binary:
        return "2pl" if has_slopes else "rasch"
    return "gpcm" if has_slopes else "pcm"


def _column(shares: FloatArray, *, is_flagged: bool) -> tuple[str, FloatArray]:
    """Return why an item is left out, or nothing; and its categories."""
    if is_flagged:
        return "key_in_doubt", shares
    if (~np.isnan(shares)).sum() < FEWEST_ON_AN_ITEM:
        return "too_few_persons", shares
    in_part = (shares > 0) & (shares < 1)
    column = np.where(np.isnan(shares), np.nan, np.where(shares >= 1, 1.0, 0.0))
    counts = [int((column == each).sum()) for each in (0, 1)]
    if (
        in_part.sum() >= FEWEST_IN_PART
        and min(counts[1], counts[0] - in_part.sum()) >= FEWEST_IN_A_CATEGORY
    ):
        return "", np.where(in_part, 1.0, column * 2)
    if min(counts) < FEWEST_IN_A_CATEGORY:
        return "one_sided", shares
    return "", column
