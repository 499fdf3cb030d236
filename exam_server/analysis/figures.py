"""Everything an analysis page shows, computed from arrays; plain values, ready to be stored."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.columns import column_of, known
from exam_server.analysis.item_figures import item_figures
from exam_server.analysis.pooling import is_many_forms, pooled
from exam_server.analysis.responses import FormResponses
from exam_server.analysis.trials import trial_figures
from exam_server.analysis.trust import decision_figures, speed_figures
from scoring.classical import analyse_items
from scoring.distractors import groups_for, option_statistics, quantile_groups
from scoring.distributions import score_bins
from scoring.moments import FloatArray
from scoring.reliability import feldt_interval, has_two_marks_only, sem_near

WHOLE: Final = 100.0


def figures_of(forms: Sequence[FormResponses], cut: float, cut_kind: str) -> dict[str, Any]:
    """Return the figures of an exam session."""
    tried = trial_figures(forms)
    forms = [pooled(forms)] if is_many_forms(forms) else forms
    shown = [form_figures(each, cut) for each in forms]
    theory = np.concatenate([each.theory for each in forms]) if forms else np.zeros(0)
    sem = _pooled([(each["n"], each["sem_theory"]) for each in shown])
    return {
        "cut": cut,
        "cut_kind": cut_kind,
        "n": len(theory),
        "mean": known(theory.mean()) if theory.size else None,
        "sd": known(theory.std(ddof=1)) if theory.size > 1 else None,
        "median": known(np.median(theory)) if theory.size else None,
        "least": known(theory.min()) if theory.size else None,
        "most": known(theory.max()) if theory.size else None,
        "passed": int((theory >= cut).sum()),
        "sem": sem,
        "near": None if sem is None else int((np.abs(theory - cut) <= sem).sum()),
        "bins": _bins(forms, cut),
        "forms": shown,
        "tried": tried,
    }


def form_figures(form: FormResponses, cut: float) -> dict[str, Any]:
    """Return the figures of one form: the test as a whole, then each item."""
    n_groups = groups_for(len(form.theory))
    groups = quantile_groups(form.theory if form.is_pooled else form.marks.sum(axis=1), n_groups)
    whole, items = _pooled_whole(form) if form.is_pooled else _whole(form, cut)
    return {
        "form": form.form,
        "is_pooled": form.is_pooled,
        "n": len(form.theory),
        "n_items": len(form.items),
        "max_mark": float(form.max_marks.sum()),
        **whole,
        "decision": decision_figures(form, cut, whole["alpha"]),
        "speed": speed_figures(form),
        "groups": _group_figures(form.theory, groups, n_groups),
        "items": [
            {
                "alpha_without": each.pop("alpha_without"),
                **item_figures(form.items[place], column_of(form, place, groups), **each),
            }
            for place, each in enumerate(items)
        ],
    }


def _whole(form: FormResponses, cut: float) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = analyse_items(form.marks, form.max_marks)
    n, k, most = found.n_persons, found.n_items, float(form.max_marks.sum())
    low, high = feldt_interval(found.alpha, n, k)
    near = sem_near(form.marks, form.max_marks, cut * most / WHOLE, _reach(found.sem))
    whole = {
        "mean": known(found.mean),
        "sd": known(found.sd),
        "alpha": known(found.alpha),
        "alpha_low": known(low),
        "alpha_high": known(high),
        "sem": known(found.sem),
        "sem_theory": known(found.sem * WHOLE / most),
        "sem_near": known(near * WHOLE / most),
        "is_kr20": has_two_marks_only(form.marks, form.max_marks),
    }
    items = [
        {"alpha_without": known(without), "p": known(p), "r": known(r)}
        for without, p, r in zip(
            found.alpha_if_deleted, found.difficulties, found.item_rest_r, strict=True
        )
    ]
    return whole, items


def _pooled_whole(form: FormResponses) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what forms put together say: each item against the rest of each own paper."""
    nothing = ("alpha", "alpha_low", "alpha_high", "sem", "sem_theory", "sem_near")
    whole = {
        "mean": known(form.theory.mean()),
        "sd": known(form.theory.std(ddof=1)) if len(form.theory) > 1 else None,
        **dict.fromkeys(nothing),
        "is_kr20": False,
    }
    items = []
    for place, most in enumerate(form.max_marks):
        column = column_of(form, place, np.zeros(len(form.theory), dtype=np.int64))
        r = option_statistics(column.marks[:, None], column.rest).correlations[0]
        items.append({"alpha_without": None, "p": known(column.marks.mean() / most), "r": known(r)})
    return whole, items


def _group_figures(
    theory: FloatArray, groups: NDArray[np.int64], n_groups: int
) -> list[dict[str, Any]]:
    members = [theory[groups == group] for group in range(n_groups)]
    return [
        {
            "n": len(each),
            "low": known(each.min()) if each.size else None,
            "high": known(each.max()) if each.size else None,
        }
        for each in members
    ]


def _bins(forms: Sequence[FormResponses], cut: float) -> dict[str, Any]:
    edges = score_bins([], cut=cut).edges
    return {
        "edges": [known(edge) for edge in edges],
        "counts": {each.form: score_bins(each.theory, cut=cut).counts.tolist() for each in forms},
    }


def _pooled(sems: Sequence[tuple[int, float | None]]) -> float | None:
    """Return the standard error over several forms: the root of the mean error variance."""
    sure = [(n, sem) for n, sem in sems if sem is not None]
    if not sure or len(sure) < len(sems):
        return None
    persons = sum(n for n, _ in sure)
    return known(np.sqrt(sum(n * sem**2 for n, sem in sure) / persons))


def _reach(sem: float) -> float:
    return 0.0 if np.isnan(sem) else sem
