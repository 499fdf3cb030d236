"""Choices of QTI (simple, inline, text, picture): one or several options, or a judgement."""

import re
from itertools import combinations
from random import Random
from typing import Any, Final

from itembank.interchange.qti.bodies import Body, inner_html, is_blank, plain
from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import Element, words
from itembank.interchange.qti.parts import (
    MANY,
    Part,
    ShapeError,
    is_true,
    keyed,
    said,
)
from itembank.interchange.sources import is_about_others
from itembank.items.choices import FEWEST, IDS, MOST

CHOICES: Final = ("simpleChoice", "inlineChoice", "hottext")
ALL_TRIED: Final = 5  # options up to which every set of them is tried
TRUE_WORDS: Final = words("true 正确 对 √ ✓ yes 是 t richtig wahr vrai waar juist")
FALSE_WORDS: Final = words("false 错误 错 × ✗ no 否 f falsch faux onwaar onjuist")


def choice_part(interaction: Element, declared: Declaration, body: Body) -> Part:
    """Return a choice; raises ShapeError: ``option_count``."""
    choices = _choices(interaction, declared, body)
    if not FEWEST <= len(choices) <= MOST:
        raise ShapeError("option_count", count=len(choices))
    names = [each.get("identifier") for each in choices]
    if len(set(names)) < len(names):
        raise ShapeError("qti_identifier_twice")
    letters = _letters(names)
    is_shuffled = is_true(interaction, "shuffle")
    options = [
        _option(each, letters[each.get("identifier")], body, is_shuffled=is_shuffled)
        for each in choices
    ]
    right = [each for each in keyed(declared) if each in letters]
    is_single = declared.cardinality == "single" or interaction.name == "inlineChoiceInteraction"
    if not is_single and interaction.get("maxChoices") == "1":
        is_single = len(right) <= 1
    correct = [letters[each] for each in right][: 1 if is_single else None]
    kind = "single" if is_single else "multiple"
    if is_single and is_judgement(interaction, options):
        kind, options, letters, correct = _as_judgement(options, letters, correct)
    by_letter = {letter: name for name, letter in letters.items()}

    def say(answer: Any) -> dict[str, Any]:
        given = [answer] if isinstance(answer, str) else answer or []
        return {declared.name: said(declared, [by_letter[each] for each in given])}

    ids = [option["id"] for option in options]
    samples = [None, *ids] if is_single else _sets(ids, correct)
    content = {"stem": "", "options": options}
    key = {"correct": correct} if correct else {}
    right_answer = (correct[0] if is_single else correct) if correct else None
    return Part(kind, content, key, say, samples, right_answer)


def _choices(interaction: Element, declared: Declaration, body: Body) -> list[Element]:
    """Return the choices, without those of a list that only say "nothing chosen yet"."""
    choices = interaction.find(*CHOICES)
    if interaction.name != "inlineChoiceInteraction":
        return choices
    right = keyed(declared)
    kept = [each for each in choices if each.children or each.get("identifier") in right]
    for each in choices:
        if each not in kept:
            body.lose("qti_empty_option", each.get("identifier"))
    return kept


def _letters(names: list[str]) -> dict[str, str]:
    if sorted(names) == list(IDS[: len(names)]):
        return {each: each for each in names}
    return dict(zip(names, IDS, strict=False))


def _option(element: Element, letter: str, body: Body, *, is_shuffled: bool) -> dict[str, Any]:
    if body.keeps_space:
        own = {"id": letter, "content": inner_html(element, body)}
        return {**own, "fixed": True} if is_true(element, "fixed") else own
    text = _unwrapped(inner_html(element, body))
    if is_blank(text) and "<img" not in text and "data-latex" not in text:
        text = ""
    is_fixed = is_true(element, "fixed") or is_about_others(plain(text))
    option = {"id": letter, "content": text}
    return {**option, "fixed": True} if is_fixed and is_shuffled else option


def _unwrapped(text: str) -> str:
    """Return an option without the one paragraph or box around it."""
    found = re.fullmatch(r"<(p|div)>((?:(?!</?(?:p|div)\b).)*)</\1>", text, re.DOTALL)
    return found[2].strip() if found else text


def is_judgement(interaction: Element, options: list[dict[str, Any]]) -> bool:
    """Say whether two options are "true" and "false"."""
    if len(options) != 2:  # noqa: PLR2004 - true and false
        return False
    if "judgement" in interaction.get("class").split():
        return True
    words = {plain(each["content"]).strip(" .。").casefold() for each in options}
    return len(words & TRUE_WORDS) == 1 and len(words & FALSE_WORDS) == 1


def _as_judgement(
    options: list[dict[str, Any]], letters: dict[str, str], correct: list[str]
) -> tuple[str, list[dict[str, Any]], dict[str, str], list[str]]:
    """Return the options with "true" first, both keeping their places."""
    first = plain(options[0]["content"]).strip(" .。").casefold()
    order = options[::-1] if first in FALSE_WORDS else options
    new = {each["id"]: letter for each, letter in zip(order, "AB", strict=True)}
    turned = [{**each, "id": new[each["id"]], "fixed": True} for each in order]
    names = {name: new[letter] for name, letter in letters.items()}
    return "true_false", turned, names, [new[each] for each in correct]


def _sets(ids: list[str], correct: list[str]) -> list[Any]:
    """Return sets of options that tell one rule from another; all of them where they are few."""
    if len(ids) <= ALL_TRIED:
        return [list(each) for n in range(len(ids) + 1) for each in combinations(ids, n)]
    wrong = [each for each in ids if each not in correct]
    sets = [[], list(ids), correct, wrong, *([each] for each in ids)]
    sets += [[each for each in correct if each != out] for out in correct]
    sets += [[*correct, into] for into in wrong]
    sets += [[*(e for e in correct if e != out), into] for out in correct for into in wrong]
    rng = Random(len(ids))  # noqa: S311 - samples, no secret
    sets += [[each for each in ids if rng.random() < 0.5] for _ in range(MANY)]  # noqa: PLR2004
    return sets
