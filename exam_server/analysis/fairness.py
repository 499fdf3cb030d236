"""Whether equals of different groups had equal chances: items that work against a group (DIF)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy.special import chdtrc

from exam_server.analysis.columns import known
from exam_server.analysis.responses import FormResponses
from exam_server.analysis.seats import SeatOf
from scoring.dif import mantel_haenszel
from scoring.refusals import UnfitDataError
from scoring.similarity import adjusted_p

GROUPINGS: Final = ("sex", "employer", "room")
FEWEST_IN_GROUP: Final = 50  # persons on each side; fewer say nothing about an item
MOST_GROUPS: Final = 6
PAIR: Final = 2  # groups: then one comparison says it all
FALSE_ALARMS: Final = 0.05  # of the items shown, on average


def fairness_figures(
    forms: Sequence[FormResponses], seats: Mapping[int, SeatOf]
) -> dict[str, list[dict[str, Any]]]:
    """Return for each grouping of the register what each of its groups meets, form by form.

    A group is compared with everybody else whose group is known. One too small, or facing too
    few others, is named with its size and nothing is computed. Items are named whose
    difference is moderate or large, and hardly chance over all items of the form.
    """
    return {
        grouping: [each for form in forms for each in _of_form(form, grouping, seats)]
        for grouping in GROUPINGS
    }


def _of_form(
    form: FormResponses, grouping: str, seats: Mapping[int, SeatOf]
) -> list[dict[str, Any]]:
    labels = np.array(
        [seats[each].groups[grouping] if each in seats else "" for each in form.sittings]
    )
    counts = Counter(labels[labels != ""].tolist())
    if len(counts) < PAIR:
        return []
    by_size = counts.most_common(MOST_GROUPS)
    named = by_size[-1:] if len(counts) == PAIR else by_size
    return [_compared(form, labels, str(name)) for name, _ in named]


def _compared(form: FormResponses, labels: Any, name: str) -> dict[str, Any]:
    is_focal, is_in = labels == name, labels != ""
    told: dict[str, Any] = {
        "form": form.form,
        "group": name,
        "n": int(is_focal.sum()),
        "others": int((is_in & ~is_focal).sum()),
    }
    if min(told["n"], told["others"]) < FEWEST_IN_GROUP:
        return told | {"refused": "too_few_persons", "fewest": FEWEST_IN_GROUP}
    if form.is_pooled:
        return told | {"refused": "own_forms"}
    right = (form.marks >= form.max_marks).astype(np.float64)
    try:
        found = mantel_haenszel(right[is_in], is_focal[is_in], purify=True)
    except UnfitDataError as refused:
        return told | {"refused": refused.code}
    tails = adjusted_p(np.nan_to_num(chdtrc(1, found.chi_squares), nan=1.0), len(form.items))
    return told | {
        "items": [
            {
                "code": item.code,
                "position": item.position,
                "class": found.classes[place],
                "delta": known(found.deltas[place]),
                "error": known(found.standard_errors[place]),
                "favours": "others" if found.deltas[place] < 0 else "group",
            }
            for place, item in enumerate(form.items)
            if found.classes[place] in ("B", "C") and tails[place] <= FALSE_ALARMS
        ],
        "converged": bool(found.converged),
    }
