"""Pilot items as they were tried: each over all forms that had it, against the scored total."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from exam_server.analysis.columns import Column, known
from exam_server.analysis.item_figures import item_figures
from exam_server.analysis.pooling import pooled
from exam_server.analysis.responses import FormResponses
from scoring.distractors import groups_for, option_statistics, quantile_groups
from scoring.item_flags import Flag
from scoring.pilot_advice import pilot_advice

TRIED: Final = "pilot"  # the name of the pilot items put together


def trial_figures(forms: Sequence[FormResponses]) -> dict[str, Any] | None:
    """Return the figures of the pilot items of an exam session; None where there are none.

    The total is each candidate's share of the scored marks of the own form; it has nothing of
    pilot items in it.
    """
    tried = [form.tried for form in forms if form.tried is not None]
    if not tried:
        return None
    whole = pooled(tried)
    totals = np.concatenate([form.theory for form in forms if form.tried is not None])
    n_groups = groups_for(len(totals))
    groups = quantile_groups(totals, n_groups)
    members = [totals[groups == group] for group in range(n_groups)]
    return {
        "form": TRIED,
        "is_pooled": True,
        "n": len(totals),
        "n_items": len(whole.items),
        "groups": [
            {
                "n": len(each),
                "low": known(each.min()) if each.size else None,
                "high": known(each.max()) if each.size else None,
            }
            for each in members
        ],
        "items": [_figures(whole, place, groups, n_groups) for place in range(len(whole.items))],
    }


def _figures(whole: FormResponses, place: int, groups: Any, n_groups: int) -> dict[str, Any]:
    marks = whole.marks[:, place]
    seen = ~np.isnan(marks)
    column = Column(
        max_mark=float(whole.max_marks[place]),
        marks=marks[seen],
        statuses=whole.statuses[seen, place],
        answers=[
            person[place] for person, is_seen in zip(whole.answers, seen, strict=True) if is_seen
        ],
        rest=whole.theory[seen],
        groups=groups[seen],
        n_groups=n_groups,
    )
    p = known(column.marks.mean() / column.max_mark)
    r = known(option_statistics(column.marks[:, None], column.rest).correlations[0])
    found = item_figures(whole.items[place], column, p=p, r=r)
    flags = tuple(Flag(flag["code"]) for flag in found["flags"])
    return {"alpha_without": None, **found, "advice": pilot_advice(found["n"], r, flags)}
