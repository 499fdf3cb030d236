"""Calculation (计算): numbers drawn for each form, and the answer they give, worked out exactly.

What is asked is a numeric item: ``as_drawn`` makes it of the values that were drawn and frozen
with the form. The stem shows each parameter as ``{U}``. The key holds the ``parameters`` with
their values, the ``formula``, ``conditions`` the values must meet, ``exact_decimals`` (only
answers that end after so many), ``least`` and ``most`` (where every answer must lie) and what a
numeric key holds of tolerance and units. ``decimals`` of the content is what answers are rounded
to, which the candidate is told.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import numpy as np

from itembank.drawn_values import (
    MOST_DRAWS,
    NO_VALUE,
    Draw,
    Draws,
    Failing,
    all_draws,
    answer_of,
    has_answer,
    n_combinations,
)
from itembank.item_model_reading import ModelRead, read_model
from itembank.item_models import ItemModel, plain, written_values
from itembank.items import numeric
from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import (
    KeyField,
    Typed,
    formula_field,
    read_units,
    said,
    tolerance_fields,
)
from itembank.items.shapes import text
from itembank.problems import Problem
from scoring.marks import read_number

NAME = "calculation"
ABOUT = About(
    letter="J",
    words={"zh_Hans_CN": "计算（随机数值）", "en": "calculation with drawn values"},
    titles={"zh_Hans_CN": "计算题", "en": "Calculations"},
    content=("stem", "unit", "decimals"),
    key=(
        "parameters",
        "formula",
        "conditions",
        "exact_decimals",
        "least",
        "most",
        "tolerance",
        "tolerance_mode",
        "units",
        "pi",
    ),
    place=56,
)
USUAL_DECIMALS: Final = 2
TOLD: Final = 3  # failing values that are named
IN_KEY: Final = ("parameters", "answer", "conditions", "tolerance", "tolerance_mode", "pi")


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item; each combination of values is tried."""
    problems = [
        *stem_problems(content),
        *numeric.fact_problems(content),
        *numeric.unit_problems(content, key),
        *_limit_problems(key),
    ]
    read = _read(content, key)
    found = [Problem(_place(each.where), each.code, each.detail) for each in read.problems]
    problems += [each for each in found if (each.where, each.code) != ("stem", "stem_empty")]
    if read.model is None or problems:
        return problems
    count = n_combinations(read.model)
    if count > MOST_DRAWS:
        detail: dict[str, object] = {"count": count, "most": MOST_DRAWS}
        return [Problem("key.parameters", "draws_too_many", detail)]
    draws = _draws(content, key)
    if draws.failing:
        return [_failing_problem(draws.failing)]
    return [] if draws.possible else [Problem("key.conditions", "draws_none")]


def _limit_problems(key: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(f"key.{name}", "key_not_a_number")
        for name in ("least", "most")
        if text(key, name) and read_number(text(key, name)) is None
    ]


def _failing_problem(failing: list[Failing]) -> Problem:
    """Return a problem that names the first values that fail."""
    named = "; ".join(map(_words_of, failing[:TOLD]))
    code = "draws_without_answer" if failing[0].why == NO_VALUE else "draws_outside"
    return Problem("key.formula", code, {"values": named, "count": len(failing)})


def _words_of(failing: Failing) -> str:
    said = ", ".join(f"{name} = {plain(value)}" for name, value in failing.values.items())
    return said if failing.answer is None else f"{said} → {failing.answer:f}"


def draw(
    content: Mapping[str, Any], key: Mapping[str, Any], rng: np.random.Generator, turn: int
) -> dict[str, str]:
    """Return values for one form; forms of different turns get different ones while there are."""
    possible = _draws(content, key).possible
    if not possible:
        msg = "a calculation was published for which nothing can be drawn"
        raise ValueError(msg)
    place = rng.permutation(len(possible))[turn % len(possible)]
    return {name: plain(value) for name, value in possible[int(place)].values.items()}


def as_drawn(
    content: Mapping[str, Any], key: Mapping[str, Any], values: Mapping[str, str]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return the numeric item that is asked with some values."""
    model = _model(content, key)
    numbers = {name: Decimal(value) for name, value in values.items()}
    shown = {**values, "pi": plain(model.pi)}
    new: dict[str, Any] = {
        "stem": _filled(str(content["stem"]), shown),
        "unit": content.get("unit"),
        "decimals": model.decimals,
    }
    translations = content.get("translations")
    if isinstance(translations, dict):
        new["translations"] = {
            language: {
                name: _filled(said, shown) if name == "stem" else said
                for name, said in texts.items()
            }
            for language, texts in translations.items()
        }
    asked = {
        "value": f"{answer_of(model, numbers):f}",
        "tolerance": str(key.get("tolerance") or "0"),
        "tolerance_mode": str(key.get("tolerance_mode") or "absolute"),
    }
    units = {"units": key["units"]} if key.get("units") else {}
    return numeric.NAME, new, {**asked, **units}


def travels(
    content: Mapping[str, Any], key: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Return the numeric item of the first values that may be drawn: others do not come along."""
    first = _draws(content, key).possible[0]
    return as_drawn(content, key, {name: plain(each) for name, each in first.values.items()})


def possible_draws(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Draw]:
    """Return the values that may be drawn, each with its answer."""
    return list(_draws(content, key).possible)


def _filled(html: str, shown: Mapping[str, str]) -> str:
    """Return HTML with its values; in a formula braces behind a command are LaTeX's own."""
    return written_values(html, shown, lambda name, _: shown[name])


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_text`` unless the answer is a short text."""
    return numeric.answer_problem(content, answer)


def score(
    content: Mapping[str, Any], _key: Mapping[str, Any], answer: Any, _max_mark: Decimal
) -> Decimal:
    """Refuse an answer: without values nothing was asked; what was asked is a numeric item."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    msg = "a calculation is marked with the values of its form"
    raise ValueError(msg)


def right_answer(content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return the answer to the first values that may be drawn."""
    return f"{_draws(content, key).possible[0].answer:f}"


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the formula, its unit and the values of each parameter."""
    said = f"= {key['formula']} {view.get('unit') or ''}".strip()
    values = [f"{name}: {_domain_words(each)}" for name, each in key["parameters"].items()]
    return "　".join([said, *values, *key.get("conditions", [])])


def _domain_words(said: Any) -> str:
    """Return the values of a parameter as they are written."""
    if isinstance(said, dict):
        return f"{said.get('from')} … {said.get('to')} (+{said.get('step')})"
    return ", ".join(map(str, said))


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is shown of it while no values are drawn."""
    return numeric.seat_content(content)


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: a number has no order."""
    return {}


def _place(where: str) -> str:
    """Return a place of the model as the item names it."""
    first, _, rest = where.partition(".")
    if first not in IN_KEY and first != "exact_decimals":
        return where
    name = "formula" if first == "answer" else first
    return f"key.{name}.{rest}".rstrip(".")


def _read(content: Mapping[str, Any], key: Mapping[str, Any]) -> ModelRead:
    said = {name: key[name] for name in IN_KEY if name in key and name != "answer"}
    return read_model(
        {
            **said,
            "answer": key.get("formula"),
            "stem": content.get("stem"),
            "unit": content.get("unit"),
            "translations": content.get("translations"),
            "decimals": _decimals(content),
            "exact_decimals": key.get("exact_decimals"),
        }
    )


def _decimals(content: Mapping[str, Any]) -> Any:
    said = content.get("decimals")
    return USUAL_DECIMALS if said is None else said


def _model(content: Mapping[str, Any], key: Mapping[str, Any]) -> ItemModel:
    model = _read(content, key).model
    if model is None:
        msg = f"a calculation that cannot be read was published: {dict(key)!r}"
        raise ValueError(msg)
    return model


def _draws(content: Mapping[str, Any], key: Mapping[str, Any]) -> Draws:
    """Return what may be drawn; a formula that was tried is not tried again."""
    asked = {name: key.get(name) for name in ABOUT.key}
    # by name: a store may give parameters back in another order
    return _tried(json.dumps([asked, _decimals(content), content.get("stem")], sort_keys=True))


@lru_cache(maxsize=128)
def _tried(asked: str) -> Draws:
    key, decimals, stem = json.loads(asked)
    key = {name: value for name, value in key.items() if value is not None}
    model = _model({"stem": stem, "decimals": decimals}, key)
    ends = [read_number(str(key.get(name) or "")) for name in ("least", "most")]
    return all_draws(model, *ends)


def key_form(_content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form: the formula, its tolerance and other units.

    Parameters are not asked for: their values are frozen with each form.
    """
    return [formula_field(key), *tolerance_fields(key, ("absolute", "relative"))]


def retyped(_content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    new = {
        "formula": typed.one("formula"),
        "tolerance": typed.one("tolerance") or "0",
        "tolerance_mode": typed.one("tolerance_mode"),
        "units": read_units(typed.lines("units")),
    }
    return said(new, key, "units")


def drawn_problems(
    content: Mapping[str, Any], key: Mapping[str, Any], forms: Sequence[Mapping[str, str]]
) -> list[Problem]:
    """Return what is wrong with another key for values that forms have asked with.

    Conditions and limits are for the draw; what has been drawn is asked whether it has an answer.
    """
    read = _read(content, key)
    problems = [Problem(_place(each.where), each.code, each.detail) for each in read.problems]
    problems += numeric.unit_problems(content, key)
    model = read.model
    if model is None or problems:
        return problems
    drawn = [{name: Decimal(value) for name, value in each.items()} for each in forms]
    failing = [Failing(each, NO_VALUE) for each in drawn if not has_answer(model, each)]
    return [_failing_problem(failing)] if failing else []
