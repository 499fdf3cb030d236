"""Moodle's calculated questions: a calculation, or an item for each row of its drawn values."""

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
from itembank.interchange.moodle.calculations import (
    calculation_kind,
    own_calculation,
    read_calculation,
)
from itembank.interchange.moodle.formulas import own_formula
from itembank.interchange.moodle.items import Gathered, add_question, code_of
from itembank.interchange.moodle.kinds import FULL
from itembank.interchange.moodle.making import Making
from itembank.interchange.moodle.questions import Answer, Question, RefusedQuestionError, Said
from itembank.item_models import plain
from itembank.items.registry import item_problems
from scoring.marks import read_number

CHOICE: Final = "calculatedmulti"
KINDS: Final = ("calculated", "calculatedsimple", CHOICE)
MOST_ROWS: Final = 10  # items made of one question
WILD: Final = re.compile(r"\{([A-Za-z][^{}<>\s]{0,60})\}")
IN_TEXT: Final = re.compile(r"\{=((?:[^{}]|\{[^{}]*\})+)\}")
PI_NAME: Final = re.compile(r"\bpi\b")
PI: Final = "3.14159265358979323846"
TOLERANCES: Final[Mapping[str, str]] = {"1": "relative", "2": "absolute", "": "relative"}
DIGITS: Final = 12
LENGTHS: Final = tuple("0123456789")
Figures = tuple[bool, int] | None  # whether significant ones, and how many


def is_calculated(kind: str) -> bool:
    """Say whether a question's values are drawn and its answer is a formula."""
    return kind in KINDS


def calculated(question: Question, gathered: Gathered) -> None:
    """Add the items of a question; those of one question are enemies of each other."""
    try:
        made = _calculation(question) or list(_made(question))
    except RefusedQuestionError as wrong:
        code = code_of(question)
        gathered.refuse(question.row, code, wrong.where, wrong.code, wrong.detail)
        return
    before = len(gathered.items)
    for each in made:
        add_question(each, gathered)
    codes = [item.code for item in gathered.items[before:]]
    gathered.enemies += list(combinations(codes, 2))


def _calculation(question: Question) -> list[Question]:
    """Return a question whose values stay drawn; none where each row becomes an item."""
    said = own_calculation(question)
    if said is not None:
        return [replace(question, kind="calculation", facts={**question.facts, "own": said})]
    if question.kind == CHOICE:
        return []
    element: Element = question.facts["element"]
    answer, mode = full_answer(question, element)
    read = read_calculation(
        question,
        values_by_row(element),
        (answer.said.text, answer.tolerance.strip() or "0", mode),
        units_of(element),
    )
    if read is None or any(0 < each.fraction < FULL for each in question.answers):
        return []
    facts = {**question.facts, "read": read, "left_out": read["left_out"]}
    drawing = replace(question, kind="calculation", facts=facts)
    _, content, key = calculation_kind(Making(drawing, {}))
    return [] if item_problems("calculation", content, key) else [drawing]


def _made(question: Question) -> Iterator[Question]:
    element: Element = question.facts["element"]
    rows = values_by_row(element)
    left_out = max(0, len(rows) - MOST_ROWS)
    make = _choice if question.kind == CHOICE else _number
    own = code_of(question)
    for number, row in enumerate(rows[:MOST_ROWS], start=1):
        made = make(question, element, row)
        facts = {**made.facts, "left_out": left_out} if left_out else made.facts
        yield replace(
            made,
            id=f"{own[:60]}-{number:02}",
            stem=replace(question.stem, text=_filled(question.stem.text, row)),
            feedback=replace(question.feedback, text=_filled(question.feedback.text, row)),
            facts=facts,
        )


def _number(question: Question, element: Element, row: Mapping[str, Decimal]) -> Question:
    answer, mode = full_answer(question, element)
    names = sorted(row)
    value = _told(_expression(answer.said.text, names), row, names, answer.tolerance)
    facts = {
        "units": units_of(element),
        "tolerance_mode": mode,
        "hints": question.facts.get("hints"),
        "unit_penalty": question.facts.get("unit_penalty"),
    }
    said = replace(answer, said=Said(value, "plain"))
    return replace(question, kind="numerical", answers=(said,), facts=facts)


def _choice(question: Question, element: Element, row: Mapping[str, Decimal]) -> Question:
    """Return a choice among texts with their values worked out."""

    def filled(said: Said, figures: Figures) -> Said:
        return replace(said, text=_filled(said.text, row, figures))

    answers = tuple(
        replace(
            each,
            said=filled(each.said, _figures(its)),
            feedback=filled(each.feedback, _figures(its)),
        )
        for each, its in zip(question.answers, element.findall("answer"), strict=True)
    )
    return replace(question, kind="multichoice", answers=answers)


def _figures(answer: Element) -> Figures:
    """Return to how many decimals or figures what an answer works out is shown."""
    length = (answer.findtext("correctanswerlength") or "").strip()
    kind = (answer.findtext("correctanswerformat") or "1").strip()
    return (kind == "2", int(length)) if length in LENGTHS else None


def units_of(element: Element) -> list[tuple[str, str]]:
    """Return the units of a question with their multipliers."""
    return [
        ((each.findtext("unit_name") or "").strip(), each.findtext("multiplier") or "1")
        for each in element.findall("units/unit")
    ]


def values_by_row(element: Element) -> list[dict[str, Decimal]]:
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


def full_answer(question: Question, element: Element) -> tuple[Answer, str]:
    """Return the answer that earns the full mark, and how its tolerance is meant."""
    full = [
        (answer, (each.findtext("tolerancetype") or "").strip())
        for answer, each in zip(question.answers, element.findall("answer"), strict=True)
        if answer.fraction == FULL
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
    """Return a formula; raises RefusedQuestionError ``formula_not_carried``."""
    try:
        written, decimals = own_formula(text, {name: f"v{n}" for n, name in enumerate(names)})
        read = read_expression(PI_NAME.sub(PI, written))
    except UnreadableExpressionError:
        raise RefusedQuestionError("formula_not_carried", "key", text=text[:80]) from None
    if not read.names <= {f"v{place}" for place in range(len(names))}:
        raise RefusedQuestionError("formula_not_carried", "key", text=text[:80])
    return read if decimals is None else _rounding(read, decimals)


def _rounding(read: Expression, decimals: int) -> Expression:
    def value(values: Mapping[str, Fraction]) -> Value:
        return Value(Fraction(rounded_half_up(read.value(values), decimals)))

    return replace(read, value=value)


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


def _shown(value: Value, figures: Figures) -> str:
    if figures is None:
        return plain(_rounded(value))
    is_significant, count = figures
    size = Decimal(rounded_half_up(value, DIGITS)).adjusted() + 1 if value.number else 1
    return f"{rounded_half_up(value, max(0, count - size if is_significant else count)):f}"


def _filled(text: str, row: Mapping[str, Decimal], figures: Figures = None) -> str:
    """Return a text with its values, and what it works out of them."""
    names = sorted(row)

    def worked(found: re.Match[str]) -> str:
        exact = {f"v{n}": Fraction(row[name]) for n, name in enumerate(names)}
        try:
            return _shown(_expression(found[1], names).value(exact), figures)
        except NoValueError:
            raise RefusedQuestionError("formula_not_carried", "stem", text=found[1][:80]) from None

    def value(found: re.Match[str]) -> str:
        return plain(row[found[1]]) if found[1] in row else found[0]

    return WILD.sub(value, IN_TEXT.sub(worked, text))
