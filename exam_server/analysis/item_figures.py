"""The figures of one item: shares, correlations, options, kinds of marks, written answers."""

from collections import Counter
from typing import Any, Final

import numpy as np

from exam_server.analysis.answers import answer_text, chance_of, chosen_options, questions_in
from exam_server.analysis.columns import Column, known
from exam_server.analysis.responses import ANSWERED, NOT_REACHED, OMITTED, AskedItem
from scoring.distractors import group_shares, option_statistics
from scoring.item_flags import Flag, ItemFacts, OptionFacts, flags_of

MOST_TEXTS: Final = 6


def item_figures(
    item: AskedItem, column: Column, *, p: float | None, r: float | None
) -> dict[str, Any]:
    """Return the figures of an item as its candidates met it."""
    questions = [
        _question_figures(question.part, question, column)
        for question in questions_in(item.type, item.content, item.key)
    ]
    facts = ItemFacts(
        n=len(column.rest),
        p=p,
        r=r,
        chance=chance_of(item.type, item.content),
        omitted=float((column.statuses == OMITTED).mean()),
        not_reached=float((column.statuses == NOT_REACHED).mean()),
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
        "max_mark": column.max_mark,
        "n": facts.n,
        "p": p,
        "r": r,
        "chance": known(facts.chance),
        "omitted": known(facts.omitted),
        "not_reached": known(facts.not_reached),
        "flags": [_flag_told(flag) for flag in flags_of(facts)],
        "questions": questions,
        "levels": _levels(column),
        "texts": [] if questions else _texts(column),
    }


def _question_figures(part: str, question: Any, column: Column) -> dict[str, Any]:
    chosen = chosen_options(question, column.answers)
    found = option_statistics(chosen, column.rest)
    curves = group_shares(chosen, column.groups, column.n_groups)
    return {
        "part": part,
        "type": question.type,
        "options": [
            {
                "id": option,
                "is_key": option in question.keys,
                "count": int(found.counts[place]),
                "share": known(found.shares[place]),
                "r": known(found.correlations[place]),
                "by_group": [known(each) for each in curves[:, place]],
            }
            for place, option in enumerate(question.options)
        ],
    }


def _levels(column: Column) -> dict[str, Any]:
    """Return how many earned the whole mark, a part, nothing, or gave no answer, by group."""
    marks, is_answered, most = column.marks, column.statuses == ANSWERED, column.max_mark
    levels = {
        "full": is_answered & (marks >= most),
        "part": is_answered & (marks > 0) & (marks < most),
        "none": is_answered & (marks <= 0),
        "blank": ~is_answered,
    }
    together = np.column_stack(list(levels.values()))
    curves = group_shares(together, column.groups, column.n_groups)
    return {
        name: {
            "count": int(found.sum()),
            "share": known(found.mean()),
            "by_group": [known(each) for each in curves[:, place]],
        }
        for place, (name, found) in enumerate(levels.items())
    }


def _texts(column: Column) -> list[dict[str, Any]]:
    """Return the most frequent written answers, what they earned and who gave them."""
    texts = [None if answer is None else answer_text(answer) for answer in column.answers]
    counts = Counter(text for text in texts if text)
    found = []
    for text, count in counts.most_common(MOST_TEXTS):
        gave = np.array([each == text for each in texts])
        figures = option_statistics(gave[:, None], column.rest)
        found.append(
            {
                "text": text,
                "count": count,
                "share": known(figures.shares[0]),
                "r": known(figures.correlations[0]),
                "mark": known(column.marks[gave].mean()),
            }
        )
    return found


def _flag_told(flag: Flag) -> dict[str, Any]:
    options = [
        {"id": each.id, "part": each.part, "count": each.count, "r": each.r}
        for each in flag.options
    ]
    return {"code": flag.code, "options": options}
