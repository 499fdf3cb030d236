"""How many examiners and tasks it takes: variance components and what other numbers would bring."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.columns import known
from scoring.generalizability import GStudy, d_study
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError
from scoring.unbalanced_components import Components, unbalanced_components

MOST_EXAMINERS: Final = 6
MOST_TASKS: Final = 6
MOST_MARKS: Final = 1200  # that enter: the work grows with their cube
SEED: Final = 20260101


def number_figures(
    persons: Sequence[int], examiners: Sequence[str], shares: FloatArray, tasks: Sequence[str]
) -> dict[str, Any]:
    """Return components, how dependable a mark is now, and what 1 to 6 of each would bring."""
    if not len(shares):
        return {"refused": ["no_marks"]}
    taken = _taken(np.asarray(persons))
    columns = [np.asarray(each)[taken] for each in (persons, examiners, tasks)]
    try:
        found = unbalanced_components(columns[0], columns[1], shares[taken], columns[2])
    except UnfitDataError as refused:
        return {"refused": [refused.code]}
    sizes = found.study.facets
    n_examiners, n_tasks = sizes["r"], sizes.get("t", 1)
    low, high = found.dependability_interval(n_examiners, n_tasks, np.random.default_rng(SEED))
    now = d_study(found.study, n_examiners, n_tasks)
    return {
        "n_marks": found.n_marks,
        "of_marks": len(shares),
        "converged": found.converged,
        "is_nested": found.is_nested,
        "has_tasks": "t" in sizes,
        "n_examiners": n_examiners,
        "n_tasks": n_tasks,
        "now": known(now.dependability),
        "low": known(low),
        "high": known(high),
        "error": known(now.absolute_error**0.5),
        "components": _components(found),
        "curve": _curve(found.study),
    }


def _taken(persons: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which marks enter: those of whole candidates, drawn at random where there are many."""
    if len(persons) <= MOST_MARKS:
        return np.ones(len(persons), dtype=bool)
    labels, codes, counts = np.unique(persons, return_inverse=True, return_counts=True)
    order = np.random.default_rng(SEED).permutation(len(labels))
    is_in = np.zeros(len(labels), dtype=bool)
    is_in[order[np.cumsum(counts[order]) <= MOST_MARKS]] = True
    return np.asarray(is_in[codes])


def _components(found: Components) -> list[dict[str, Any]]:
    whole = sum(max(each, 0.0) for each in found.study.components.values())
    told = []
    for name in found.names:
        value = found.study.components[name]
        low, high = found.interval(name)
        told.append(
            {
                "effect": name,
                "variance": known(max(value, 0.0)),
                "low": known(low),
                "high": known(high),
                "share": known(max(value, 0.0) / whole) if whole else None,
            }
        )
    return told


def _curve(study: GStudy) -> list[dict[str, Any]]:
    tasks = range(1, MOST_TASKS + 1) if "t" in study.facets else (1,)
    return [
        {
            "tasks": n_tasks,
            "dependability": [known(each.dependability) for each in own],
            "generalizability": [known(each.generalizability) for each in own],
            "error": [known(each.absolute_error**0.5) for each in own],
        }
        for n_tasks in tasks
        for own in [[d_study(study, n, n_tasks) for n in range(1, MOST_EXAMINERS + 1)]]
    ]
