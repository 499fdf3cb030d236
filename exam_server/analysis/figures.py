"""Everything an analysis page shows, computed from arrays; plain values, ready to be stored."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.answers import answer_text, chance_of, chosen_options, questions_in
from exam_server.analysis.responses import ANSWERED, NOT_REACHED, OMITTED, FormResponses
from scoring.classical import analyse_items
from scoring.distractors import group_shares, groups_for, option_statistics, quantile_groups
from scoring.distributions import score_bins
from scoring.item_flags import Flag, ItemFacts, OptionFacts, flags_of
from scoring.moments import FloatArray
from scoring.reliability import feldt_interval, has_two_marks_only, sem_near

WHOLE: Final = 100.0
MOST_TEXTS: Final = 6
DIGITS: Final = 6


def figures_of(forms: Sequence[FormResponses], cut: float, cut_kind: str) -> dict[str, Any]:
    """Return the figures of an exam session."""
    shown = [form_figures(each, cut) for each in forms]
    theory = np.concatenate([each.theory for each in forms]) if forms else np.zeros(0)
    sem = _pooled([(each["n"], each["sem_theory"]) for each in shown])
    return {
        "cut": cut,
        "cut_kind": cut_kind,
        "n": len(theory),
        "mean": _known(theory.mean()) if theory.size else None,
        "sd": _known(theory.std(ddof=1)) if theory.size > 1 else None,
        "median": _known(np.median(theory)) if theory.size else None,
        "least": _known(theory.min()) if theory.size else None,
        "most": _known(theory.max()) if theory.size else None,
        "passed": int((theory >= cut).sum()),
        "sem": sem,
        "near": None if sem is None else int((np.abs(theory - cut) <= sem).sum()),
        "bins": _bins(forms, cut),
        "forms": shown,
    }


def form_figures(form: FormResponses, cut: float) -> dict[str, Any]:
    """Return the figures of one form: the test as a whole, then each item."""
    found = analyse_items(form.marks, form.max_marks)
    n, k, most = found.n_persons, found.n_items, float(form.max_marks.sum())
    low, high = feldt_interval(found.alpha, n, k)
    near = sem_near(form.marks, form.max_marks, cut * most / WHOLE, _reach(found.sem))
    totals = form.marks.sum(axis=1)
    n_groups = groups_for(n)
    groups = quantile_groups(totals, n_groups)
    return {
        "form": form.form,
        "n": n,
        "n_items": k,
        "max_mark": most,
        "mean": _known(found.mean),
        "sd": _known(found.sd),
        "alpha": _known(found.alpha),
        "alpha_low": _known(low),
        "alpha_high": _known(high),
        "sem": _known(found.sem),
        "sem_theory": _known(found.sem * WHOLE / most),
        "sem_near": _known(near * WHOLE / most),
        "is_kr20": has_two_marks_only(form.marks, form.max_marks),
        "groups": _group_figures(form.theory, groups, n_groups),
        "items": [
            {
                "alpha_without": _known(found.alpha_if_deleted[place]),
                **_item_figures(
                    form,
                    place,
                    p=_known(found.difficulties[place]),
                    r=_known(found.item_rest_r[place]),
                    groups=groups,
                ),
            }
            for place in range(k)
        ],
    }


def _item_figures(
    form: FormResponses,
    place: int,
    *,
    p: float | None,
    r: float | None,
    groups: NDArray[np.int64],
) -> dict[str, Any]:
    item, rest = form.items[place], form.marks.sum(axis=1) - form.marks[:, place]
    answers = [person[place] for person in form.answers]
    statuses = form.statuses[:, place]
    questions = [
        _question_figures(question.part, question, answers, rest, groups)
        for question in questions_in(item.type, item.content, item.key)
    ]
    facts = ItemFacts(
        n=len(rest),
        p=p,
        r=r,
        chance=chance_of(item.type, item.content),
        omitted=float((statuses == OMITTED).mean()),
        not_reached=float((statuses == NOT_REACHED).mean()),
        options=tuple(
            OptionFacts(each["id"], each["is_key"], each["count"], each["r"], question["part"])
            for question in questions
            for each in question["options"]
        ),
    )
    return {
        "uid": item.uid,
        "code": item.code,
        "version": item.version,
        "type": item.type,
        "position": item.position,
        "max_mark": float(form.max_marks[place]),
        "n": facts.n,
        "p": p,
        "r": r,
        "chance": _known(facts.chance),
        "omitted": _known(facts.omitted),
        "not_reached": _known(facts.not_reached),
        "flags": [_flag_told(flag) for flag in flags_of(facts)],
        "questions": questions,
        "levels": _levels(form, place, groups),
        "texts": [] if questions else _texts(answers, form.marks[:, place], rest),
    }


def _question_figures(
    part: str, question: Any, answers: Sequence[Any], rest: FloatArray, groups: NDArray[np.int64]
) -> dict[str, Any]:
    chosen = chosen_options(question, answers)
    found = option_statistics(chosen, rest)
    curves = group_shares(chosen, groups, groups_for(len(rest)))
    return {
        "part": part,
        "type": question.type,
        "options": [
            {
                "id": option,
                "is_key": option in question.keys,
                "count": int(found.counts[place]),
                "share": _known(found.shares[place]),
                "r": _known(found.correlations[place]),
                "by_group": [_known(each) for each in curves[:, place]],
            }
            for place, option in enumerate(question.options)
        ],
    }


def _levels(form: FormResponses, place: int, groups: NDArray[np.int64]) -> dict[str, Any]:
    """Return how many earned the whole mark, a part, nothing, or gave no answer, by group."""
    marks, is_answered = form.marks[:, place], form.statuses[:, place] == ANSWERED
    most = form.max_marks[place]
    levels = {
        "full": is_answered & (marks >= most),
        "part": is_answered & (marks > 0) & (marks < most),
        "none": is_answered & (marks <= 0),
        "blank": ~is_answered,
    }
    together = np.column_stack(list(levels.values()))
    curves = group_shares(together, groups, groups_for(len(marks)))
    return {
        name: {
            "count": int(found.sum()),
            "share": _known(found.mean()),
            "by_group": [_known(each) for each in curves[:, column]],
        }
        for column, (name, found) in enumerate(levels.items())
    }


def _texts(answers: Sequence[Any], marks: FloatArray, rest: FloatArray) -> list[dict[str, Any]]:
    """Return the most frequent written answers, what they earned and who gave them."""
    texts = [None if answer is None else answer_text(answer) for answer in answers]
    counts = Counter(text for text in texts if text)
    found = []
    for text, count in counts.most_common(MOST_TEXTS):
        gave = np.array([each == text for each in texts])
        figures = option_statistics(gave[:, None], rest)
        found.append(
            {
                "text": text,
                "count": count,
                "share": _known(figures.shares[0]),
                "r": _known(figures.correlations[0]),
                "mark": _known(marks[gave].mean()),
            }
        )
    return found


def _group_figures(
    theory: FloatArray, groups: NDArray[np.int64], n_groups: int
) -> list[dict[str, Any]]:
    members = [theory[groups == group] for group in range(n_groups)]
    return [
        {
            "n": len(each),
            "low": _known(each.min()) if each.size else None,
            "high": _known(each.max()) if each.size else None,
        }
        for each in members
    ]


def _bins(forms: Sequence[FormResponses], cut: float) -> dict[str, Any]:
    edges = score_bins([], cut=cut).edges
    return {
        "edges": [_known(edge) for edge in edges],
        "counts": {each.form: score_bins(each.theory, cut=cut).counts.tolist() for each in forms},
    }


def _flag_told(flag: Flag) -> dict[str, Any]:
    options = [
        {"id": each.id, "part": each.part, "count": each.count, "r": each.r}
        for each in flag.options
    ]
    return {"code": flag.code, "options": options}


def _pooled(sems: Sequence[tuple[int, float | None]]) -> float | None:
    """Return the standard error over several forms: the root of the mean error variance."""
    known = [(n, sem) for n, sem in sems if sem is not None]
    if not known or len(known) < len(sems):
        return None
    persons = sum(n for n, _ in known)
    return _known(np.sqrt(sum(n * sem**2 for n, sem in known) / persons))


def _reach(sem: float) -> float:
    return 0.0 if np.isnan(sem) else sem


def _known(value: float | np.floating[Any]) -> float | None:
    """Return a value that can be stored: rounded; nothing where it is undefined."""
    return None if np.isnan(value) else round(float(value), DIGITS)
