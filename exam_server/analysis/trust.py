"""How far a pass by a paper can be trusted, and whether time ran out; refused when data is thin."""

from typing import Any, Final

import numpy as np

from exam_server.analysis.columns import known
from exam_server.analysis.responses import NOT_REACHED, FormResponses
from scoring.classification import classify_totals
from scoring.item_flags import FEWEST
from scoring.refusals import UnfitDataError
from scoring.score_groups import speededness

WHOLE: Final = 100.0
SOUND_DECISIONS: Final = 100  # persons: from here on shares of right decisions are steady
MOST_REACH: Final = 0.80  # Swineford's rule: fewer at the end, and time ran out


def decision_figures(form: FormResponses, cut: float, alpha: float | None) -> dict[str, Any]:
    """Return how many decisions at the pass mark are right and would be made again.

    Shares of persons, by Livingston and Lewis; or ``refused``: why there are none.
    """
    if len(form.theory) < FEWEST:
        return {"refused": "too_few_persons"}
    if form.is_pooled or alpha is None:
        return {"refused": "no_reliability"}
    most = float(form.max_marks.sum())
    try:
        found, _ = classify_totals(form.marks.sum(axis=1), most, [cut * most / WHOLE], alpha)
    except UnfitDataError as refused:
        return {"refused": refused.code}
    if not np.isfinite([found.accuracy, found.consistency]).all():
        return {"refused": "no_variation"}
    return {
        "accuracy": known(found.accuracy),
        "consistency": known(found.consistency),
        "kappa": known(found.kappa),
        "wrongly_passed": known(found.joint[0, 1]),
        "wrongly_failed": known(found.joint[1, 0]),
        "is_steady": len(form.theory) >= SOUND_DECISIONS,
    }


def speed_figures(form: FormResponses) -> dict[str, Any]:
    """Return whether time ran out, by what was not reached; or why it cannot be said."""
    if len(form.theory) < FEWEST:
        return {"refused": "too_few_persons"}
    if form.is_pooled:
        left = (form.statuses == NOT_REACHED).sum(axis=1)
        return {
            "reached_last": known((left == 0).mean()),
            "mean_not_reached": known(left.mean()),
            "is_speeded": bool((left == 0).mean() < MOST_REACH),
        }
    found = speededness(form.statuses == NOT_REACHED, form.marks / form.max_marks)
    return {
        "reached_last": known(found.reached_last),
        "reached_three_quarters": known(found.reached_three_quarters),
        "mean_not_reached": known(found.mean_not_reached),
        "ratio": known(found.ratio),
        "is_speeded": found.is_speeded,
    }
