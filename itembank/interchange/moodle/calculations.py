"""Moodle's calculated questions as calculations of ours, where the file says that values are free.

A row of a dataset holds the values that belong together. They are taken apart only where the file
draws each by itself between its ends (``uniform``), or where the rows are all combinations: then
every combination is asked as the file means it. Answers must end after a few decimals, since an
item of ours says to how many to round.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any, Final
from xml.etree.ElementTree import Element

from itembank.drawn_values import MOST_DRAWS
from itembank.expressions import (
    NAME,
    UnreadableExpressionError,
    read_expression,
)
from itembank.interchange.drawn_answers import EXACT_PI, decimals_of, thinned
from itembank.interchange.moodle.formulas import own_formula
from itembank.interchange.moodle.kinds import Made
from itembank.interchange.moodle.making import Making
from itembank.interchange.moodle.questions import Question, RefusedQuestionError
from itembank.interchange.moodle.units import TAG, read_units
from itembank.item_model_reading import RESERVED
from itembank.item_models import plain
from itembank.items import calculation
from scoring.marks import read_number

IN_LATEX: Final = r"(?<=[A-Za-z}}_^])\{{{0} \}}"
WORKED_OUT: Final = "{="
UNIFORM: Final = "uniform"

Rows = list[dict[str, Decimal]]


def own_calculation(question: Question) -> dict[str, Any] | None:
    """Return the calculation that this program wrote into a tag, if it is whole."""
    try:
        said = json.loads(question.tagged("calculation") or "null")
    except ValueError:
        return None  # cut off by another program
    key = said.get("key") if isinstance(said, dict) else None
    is_whole = isinstance(key, dict) and isinstance(key.get("parameters"), dict)
    return said if is_whole else None


def own_made(making: Making, said: Mapping[str, Any]) -> Made:
    """Return the calculation this program wrote."""
    key = dict(said["key"])
    names = [*(key.get("parameters") or {}), "pi"]

    def in_place(text: str) -> str:
        for name in names:
            text = re.sub(IN_LATEX.format(re.escape(name)), f"{{{name}}}", text)
        return text

    content = {"stem": making.stem(change=in_place), "unit": said.get("unit")}
    return _made(making, content, said.get("decimals"), key)


def _made(making: Making, content: dict[str, Any], decimals: Any, key: dict[str, Any]) -> Made:
    if decimals is not None:
        content["decimals"] = decimals
    return calculation.NAME, making.content(**content), key


def read_calculation(
    question: Question, rows: Rows, answer: tuple[str, str, str], units: list[tuple[str, str]]
) -> dict[str, Any] | None:
    """Return a calculation of a file's rows; ``answer`` is formula, tolerance and its mode."""
    if WORKED_OUT in question.stem.text or "{" in question.feedback.text:
        return None
    names = _names(list(rows[0]))
    values = {own: list(dict.fromkeys(row[name] for row in rows)) for name, own in names.items()}
    if not _are_free(question.facts["element"], rows, names):
        return None
    try:
        formula, decimals = own_formula(answer[0], names)
        read_expression(formula)
    except UnreadableExpressionError:
        return None
    kept = thinned(values)
    key: dict[str, Any] = {
        "parameters": {name: [plain(each) for each in some] for name, some in kept.items()},
        "formula": formula,
        "tolerance": answer[1] or "0",
        "tolerance_mode": answer[2],
        "pi": EXACT_PI,
    }
    if read_expression(formula).names.isdisjoint({"pi"}):
        del key["pi"]
    decimals = decimals_of(formula, kept) if decimals is None else decimals
    if decimals is None or read_number(key["tolerance"]) is None:
        return None
    left_out = sum(len(each) for each in values.values()) - sum(map(len, kept.values()))
    return {"key": key, "names": names, "decimals": decimals, "left_out": left_out, "units": units}


def made_calculation(making: Making, said: Mapping[str, Any]) -> Made:
    """Return a calculation of another program."""

    def renamed(text: str) -> str:
        for name, own in said["names"].items():
            text = text.replace(f"{{{name}}}", f"{{{own}}}")
        return text

    units, key = said["units"], dict(said["key"])
    unit = units[0][0][:40] if units else None
    if unit is not None and read_number(str(units[0][1])) != 1:
        raise RefusedQuestionError("unit_factor", "unit", unit=unit)
    others, lost = read_units(unit or "", units[1:], making.question.tagged(TAG))
    if lost:
        making.lost("other_units_not_kept", units=", ".join(lost)[:80])
    if others:
        key["units"] = others
    content = {"stem": making.stem(change=renamed), "unit": unit}
    return _made(making, content, said["decimals"], key)


def _names(theirs: list[str]) -> dict[str, str]:
    """Return a name of ours for each of the file's."""
    made: dict[str, str] = {}
    for place, name in enumerate(theirs, start=1):
        is_own = NAME.fullmatch(name) and name not in RESERVED and name not in made.values()
        made[name] = name if is_own else f"p{place}"
    is_clear = len(set(made.values())) == len(made)
    return made if is_clear else {each: f"p{n}" for n, each in enumerate(theirs, start=1)}


def _are_free(element: Element, rows: Rows, names: Mapping[str, str]) -> bool:
    """Say whether each value may stand beside each other one."""
    columns = [dict.fromkeys(row[name] for row in rows) for name in names]
    combinations = set(product(*columns)) if prod(map(len, columns)) <= MOST_DRAWS else set()
    if combinations == {tuple(row[name] for name in names) for row in rows}:
        return True
    return all(
        _is_uniform(each, rows)
        for each in element.findall("dataset_definitions/dataset_definition")
    )


def _is_uniform(definition: Element, rows: Rows) -> bool:
    name = (definition.findtext("name/text") or "").strip()
    how = (definition.findtext("distribution/text") or "").strip()
    ends = [
        read_number(definition.findtext(f"{each}/text") or "") for each in ("minimum", "maximum")
    ]
    if how != UNIFORM or None in ends:
        return False
    low, high = ends[0] or Decimal(0), ends[1] or Decimal(0)
    return all(low <= row[name] <= high for row in rows)


def calculation_kind(making: Making) -> Made:
    """Return a calculation, ours or another program's."""
    facts = making.question.facts
    own = facts.get("own")
    return own_made(making, own) if own is not None else made_calculation(making, facts["read"])
