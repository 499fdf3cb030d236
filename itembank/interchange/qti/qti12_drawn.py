"""Calculated questions of QTI 1.2 (as Canvas writes them): sets of values, or a template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from itembank.expressions import (
    NAME,
    Expression,
    NoValueError,
    UnreadableExpressionError,
    read_expression,
    rounded_half_up,
)
from itembank.interchange.drawn_answers import thinned
from itembank.interchange.qti.calculation_writing import formula
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.xml_writing import q
from itembank.item_models import plain
from scoring.marks import read_number

TIMES_TEN: Final = re.compile(r"\s*[*×x]\s*10\^")
ANSWER, TOLERANCE = "\0answer", "\0tolerance"


@dataclass(frozen=True)
class DrawnTemplate:
    """The template a calculated question stands for: its variables and its rules."""

    names: frozenset[str]
    declarations: list[Element]
    rules: Element


def first_set(item: Element) -> Mapping[str, str]:
    """Return the first set of values that a calculated question has drawn, and its answer."""
    drawn = next(iter(item.find("var_set")), None)
    if drawn is None:
        return {}
    values = {each.get("name"): each.text() for each in drawn.all("var")}
    tolerance = next(iter(item.find("answer_tolerance")), None)
    said = tolerance.text() if tolerance is not None else "0"
    return {**values, ANSWER: _answer(drawn), TOLERANCE: said}


def _answer(drawn: Element) -> str:
    answer = drawn.first("answer")
    return TIMES_TEN.sub("E", answer.text()) if answer is not None else ""


def drawn_template(item: Element, response: str) -> DrawnTemplate | None:
    """Return a template whose formula gives the answer of every set; ``None`` for none."""
    formulas, sets = item.find("formula"), item.find("var_set")
    holder = next(iter(item.find("formulas")), None)
    places = holder.get("decimal_places", "x") if holder is not None else "x"
    if len(formulas) != 1 or not sets or not places.isdecimal():
        return None
    said = formulas[0].text().replace("^", "**")
    rows = [{each.get("name"): read_number(each.text()) for each in one.all("var")} for one in sets]
    try:
        read = read_expression(said)
    except UnreadableExpressionError:
        return None
    if not all(
        _gives(read, row, int(places), _answer(one)) for row, one in zip(rows, sets, strict=True)
    ):
        return None
    columns = {
        name: list(dict.fromkeys(value for row in rows if (value := row.get(name)) is not None))
        for name in rows[0]
    }
    return _template(said, thinned(columns), places, response)


def _gives(read: Expression, row: Mapping[str, Decimal | None], places: int, answer: str) -> bool:
    """Say whether a formula gives the answer that stands beside its values."""
    told = read_number(answer)
    known = {name: Fraction(value) for name, value in row.items() if value is not None}
    if told is None or not set(read.names) <= set(known) == set(row):
        return False
    if not all(NAME.fullmatch(name) for name in known):
        return False
    try:
        return rounded_half_up(read.value(known), places) == told
    except NoValueError:
        return False


def _template(
    said: str, columns: Mapping[str, list[Decimal]], places: str, response: str
) -> DrawnTemplate:
    rules = [
        q("setTemplateValue", q("random", q("multiple", *map(_number, values))), identifier=name)
        for name, values in columns.items()
    ]
    worked = formula(said, str)
    rounded = q("roundTo", worked, roundingMode="decimalPlaces", figures=places)
    right = q("setCorrectResponse", rounded, identifier=response)
    facts = {"cardinality": "single", "baseType": "float"}
    declared = [q("templateDeclaration", identifier=name, **facts) for name in columns]
    return DrawnTemplate(frozenset(columns), declared, q("templateProcessing", *rules, right))


def _number(value: Decimal) -> Element:
    return q("baseValue", plain(value), baseType="float")
