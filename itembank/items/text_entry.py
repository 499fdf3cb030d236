"""Fill-in (填空): one or more blanks in the stem. An answer maps blank ids to texts.

A key may ask for all or nothing (``whole``), and name ``groups`` of blanks whose order is free.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import KeyField, Option, Typed, said
from itembank.items.shapes import rows, text
from itembank.problems import Problem
from scoring.blanks import match_texts

NAME = "text_entry"
ABOUT = About(
    letter="T",
    words={"zh_Hans_CN": "填空", "en": "fill-in"},
    titles={"zh_Hans_CN": "填空题", "en": "Fill in the blanks"},
    content=("stem", "blanks"),
    key=("blanks", "case_sensitive", "whole", "groups"),
    ask={
        "zh": "将正确的答案填在横线上，",
        "en": "write the right answer on the line; ",
    },
    place=50,
)
LONGEST_ANSWER = 2000
BLANK_WORDS = {"zh_Hans_CN": "正确填法，每行一种", "en": "Right texts, one to a line"}
CASE = {"zh_Hans_CN": "大小写", "en": "Upper and lower case"}
CASE_MATTERS = {"zh_Hans_CN": "区分大小写", "en": "must be as in the key"}
GROUPS = {"zh_Hans_CN": "顺序任意的空", "en": "Blanks of free order"}
GROUPS_HELP = {
    "zh_Hans_CN": "每行一组，写空的编号，如 1 2",
    "en": "One group to a line, by the blanks’ numbers, such as 1 2",
}
MOST_BLANKS = 20


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    problems = stem_problems(content)
    blanks = [text(blank, "id") for blank in rows(content, "blanks")]
    if not all(blanks) or not 1 <= len(set(blanks)) == len(blanks) <= MOST_BLANKS:
        return [*problems, Problem("blanks", "blank_missing", {"most": MOST_BLANKS})]
    for blank in blanks:
        if f'data-blank="{blank}"' not in text(content, "stem"):
            problems.append(Problem("stem", "blank_not_in_stem", {"blank": blank}))
        if not _accepted(key, blank):
            problems.append(Problem(f"key.blanks.{blank}", "blank_without_key", {"blank": blank}))
    return problems + _group_problems(key, blanks)


def _group_problems(key: Mapping[str, Any], blanks: list[str]) -> list[Problem]:
    """Return ``blank_groups`` unless groups name blanks of the stem, two or more, each once."""
    said = key.get("groups") or []
    groups = said if isinstance(said, list) else [said]
    is_right = all(isinstance(group, list) and len(group) > 1 for group in groups)
    named = [blank for group in groups for blank in group] if is_right else []
    is_right = is_right and all(isinstance(each, str) and each in blanks for each in named)
    is_right = is_right and len(set(named)) == len(named)
    return [] if is_right else [Problem("key.groups", "blank_groups")]


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_blanks`` unless the answer maps blanks to texts."""
    if not isinstance(answer, dict):
        return "answer_not_blanks"
    blanks = {blank["id"] for blank in content["blanks"]}
    is_right_shape = set(answer) <= blanks and all(
        isinstance(text, str) and len(text) <= LONGEST_ANSWER for text in answer.values()
    )
    return None if is_right_shape else "answer_not_blanks"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the share of right blanks of the full mark; with ``whole`` all of it or nothing."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    accepted = {blank["id"]: _accepted(key, blank["id"]) for blank in content["blanks"]}
    is_case_sensitive = bool(key.get("case_sensitive", False))
    return match_texts(
        answer,
        accepted,
        max_mark,
        key.get("groups") or [],
        is_case_sensitive=is_case_sensitive,
        is_whole=bool(key.get("whole", False)),
    )


def told(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a candidate is told: that all blanks must be right, and whose order is free."""
    groups = key.get("groups") or []
    said: dict[str, Any] = {"whole": True} if key.get("whole") else {}
    return {**said, "groups": groups} if groups else said


def right_answer(content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return {blank["id"]: _accepted(key, blank["id"])[0] for blank in content["blanks"]}


def _accepted(key: Mapping[str, Any], blank: str) -> list[str]:
    """Return the texts that fill a blank; nothing but a list of texts counts as a key."""
    blanks = key.get("blanks")
    texts = blanks.get(blank) if isinstance(blanks, dict) else None
    if not isinstance(texts, list):
        return []
    return [each for each in texts if isinstance(each, str) and each.strip()]


def key_words(_view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return what each blank accepts; behind it the groups of free order."""
    blanks = key.get("blanks", {})
    if len(blanks) == 1:
        return " / ".join(next(iter(blanks.values())))
    said = "　".join(f"[{blank}] {' / '.join(texts)}" for blank, texts in blanks.items())
    free = "　".join(" ⇄ ".join(f"[{blank}]" for blank in group) for group in key.get("groups", []))
    return f"{said}　({free})" if free else said


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    blanks = [{"id": blank["id"]} for blank in content["blanks"]]
    return {"stem": content["stem"], "blanks": blanks}


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: blanks stand where the stem has them."""
    return {}


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form: each blank's texts, whether case matters, groups of free order."""
    blanks = [text(blank, "id") for blank in rows(content, "blanks")]
    fields = [
        KeyField(f"blanks.{each}", "lines", BLANK_WORDS, _accepted(key, each), html=f"[{each}]")
        for each in blanks
    ]
    case = [Option("yes", words=CASE_MATTERS)]
    said_now = ["yes"] if key.get("case_sensitive") else []
    fields.append(KeyField("case_sensitive", "some", CASE, said_now, case))
    if len(blanks) > 1:
        groups = [" ".join(map(str, group)) for group in key.get("groups") or []]
        fields.append(KeyField("groups", "lines", GROUPS, groups, help=GROUPS_HELP))
    return fields


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    blanks = [text(blank, "id") for blank in rows(content, "blanks")]
    groups = [line.replace(",", " ").replace("，", " ").split() for line in typed.lines("groups")]
    new = {
        "blanks": {each: typed.lines(f"blanks.{each}") for each in blanks},
        "case_sensitive": bool(typed.all("case_sensitive")),
        "groups": groups,
    }
    return said(new, key, "case_sensitive", "groups")
