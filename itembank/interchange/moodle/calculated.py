"""Moodle's calculated questions: one numeric item for each row of drawn values it brings along."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Final
from xml.etree.ElementTree import Element

from itembank.expressions import (
    Expression,
    NoValueError,
    UnreadableExpressionError,
    Value,
    read_expression,
    rounded_half_up,
)
from itembank.interchange.moodle.items import Gathered, add_question, code_of
from itembank.interchange.moodle.questions import Answer, Question, RefusedQuestionError, Said
from itembank.item_models import plain
from scoring.marks import read_number

KINDS: Final = ("calculated", "calculatedsimple")
MOST_ROWS: Final = 10  # items made of one question
WILD: Final = re.compile(r"\{([A-Za-z][^{}<>\s]{0,60})\}")
IN_TEXT: Final = re.compile(r"\{=((?:[^{}]|\{[^{}]*\})+)\}")
POWER: Final = re.compile(r"\bpow\(([^(),]+),([^(),]+)\)")
PI: Final = ("pi()", "3.14159265358979323846")
TOLERANCES: Final[Mapping[str, str]] = {"1": "relative", "2": "absolute", "": "relative"}
DIGITS: Final = 12


def is_calculated(kind: str) -> bool:
    """Say whether a question's values are drawn and its answer is a formula."""
    return kind in KINDS


def calculated(question: Question, gathered: Gathered) -> None:
    """Add the items of a question; those of one question are enemies of each other."""
    try:
        made = list(_made(question))
    except RefusedQuestionError as wrong:
        code = code_of(question)
        gathered.refuse(question.row, code, wrong.where, wrong.code, wrong.detail)
        return
    before = len(gathered.items)
    for each in made:
        add_question(each, gathered)
    codes = [item.code for item in gathered.items[before:]]
    gathered.enemies += list(combinations(codes, 2))


def _made(question: Question) -> Iterator[Question]:
    element: Element = question.facts["element"]
    rows = _rows(element)
    answer, mode = _answer(question, element)
    names = sorted(rows[0]) if rows else []
    formula = _expression(answer.said.text, names)
    own = code_of(question)
    unit = [
        ((each.findtext("unit_name") or "").strip(), each.findtext("multiplier") or "1")
        for each in element.findall("units/unit")
    ]
    facts = {"units": unit, "tolerance_mode": mode, "hints": question.facts.get("hints")}
    for number, row in enumerate(rows[:MOST_ROWS], start=1):
        value = _told(formula, row, names, answer.tolerance)
        yield replace(
            question,
            row=question.row,
            kind="numerical",
            id=f"{own[:60]}-{number:02}",
            stem=replace(question.stem, text=_filled(question.stem.text, row)),
            answers=(replace(answer, said=Said(value, "plain")),),
            feedback=replace(question.feedback, text=_filled(question.feedback.text, row)),
            facts=facts if len(rows) <= MOST_ROWS else {**facts, "left_out": len(rows) - MOST_ROWS},
        )


def _rows(element: Element) -> list[dict[str, Decimal]]:
    """Return the values by row; raises RefusedQuestionError ``drawn_values_missing``."""
    columns: dict[str, list[Decimal]] = {}
    for each in element.findall("dataset_definitions/dataset_definition"):
        name = (each.findtext("name/text") or "").strip()
        said = [one.findtext("value") or "" for one in each.findall("dataset_items/dataset_item")]
        numbers = [number for number in map(read_number, said) if number is not None]
        if not name or not numbers or len(numbers) < len(said):
            raise RefusedQuestionError("drawn_values_missing", "dataset", name=name[:40])
        columns[name] = numbers
    if not columns:
        raise RefusedQuestionError("drawn_values_missing", "dataset", name="?")
    count = min(map(len, columns.values()))
    return [{name: numbers[n] for name, numbers in columns.items()} for n in range(count)]


def _answer(question: Question, element: Element) -> tuple[Answer, str]:
    full = [
        (answer, (each.findtext("tolerancetype") or "").strip())
        for answer, each in zip(question.answers, element.findall("answer"), strict=True)
        if answer.fraction == 100  # noqa: PLR2004 - the full mark
    ]
    if not full:
        raise RefusedQuestionError("no_full_answer", "key")
    if len(full) > 1:
        raise RefusedQuestionError("several_numbers_right", "key", count=len(full))
    answer, kind = full[0]
    if kind not in TOLERANCES:
        raise RefusedQuestionError("tolerance_not_carried", "key")
    return answer, TOLERANCES[kind]


def _expression(text: str, names: list[str]) -> Expression:
    written = text.strip().replace(*PI)
    for place, name in enumerate(names):
        written = written.replace(f"{{{name}}}", f"v{place}")
    while POWER.search(written):
        written = POWER.sub(r"((\1)**(\2))", written)
    try:
        read = read_expression(written)
    except UnreadableExpressionError:
        raise RefusedQuestionError("formula_not_carried", "key", text=text[:80]) from None
    if not read.names <= {f"v{place}" for place in range(len(names))}:
        raise RefusedQuestionError("formula_not_carried", "key", text=text[:80])
    return read


def _told(formula: Expression, row: Mapping[str, Decimal], names: list[str], within: str) -> str:
    """Return the answer for a row: exact, or to many digits where a tolerance allows that."""
    try:
        value = formula.value({f"v{n}": Fraction(row[name]) for n, name in enumerate(names)})
        told = _rounded(value)
    except NoValueError:
        raise RefusedQuestionError("formula_not_carried", "key", text=formula.text[:80]) from None
    if not (read_number(within) or Decimal(0)) and Fraction(told) != value.number:
        raise RefusedQuestionError("tolerance_missing", "key")
    return plain(told)


def _rounded(value: Value) -> Decimal:
    size = len(str(abs(int(value.number))))
    return rounded_half_up(value, max(2, DIGITS - size + (size == 1) * 3))


def _filled(text: str, row: Mapping[str, Decimal]) -> str:
    """Return a text with its values, and what it works out of them."""
    names = sorted(row)

    def worked(found: re.Match[str]) -> str:
        exact = {f"v{n}": Fraction(row[name]) for n, name in enumerate(names)}
        try:
            return plain(_rounded(_expression(found[1], names).value(exact)))
        except NoValueError:
            raise RefusedQuestionError("formula_not_carried", "stem", text=found[1][:80]) from None

    def value(found: re.Match[str]) -> str:
        return plain(row[found[1]]) if found[1] in row else found[0]

    return WILD.sub(value, IN_TEXT.sub(worked, text))
