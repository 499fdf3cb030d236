"""Numeric (数值): a number near a value or inside a range. An answer is the text as typed.

``tolerance_mode`` is ``absolute``, ``relative`` or ``range``: from ``least`` to ``most``, either of
which may be missing; ``open`` names the ends that do not belong to it. With ``units`` a unit may be
typed behind the number, each worth ``factor`` of the item's own. ``decimals`` is what the
candidate is told to round to.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np

from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import KeyField, Option, Typed, read_units, said, tolerance_fields
from itembank.items.shapes import rows, text
from itembank.problems import Problem
from scoring.marks import EXACT_DIGITS, read_number
from scoring.quantities import folded_unit, lies_between, match_number, read_factor, read_quantity

NAME = "numeric"
ABOUT = About(
    letter="U",
    words={"zh_Hans_CN": "数值", "en": "numeric"},
    titles={"zh_Hans_CN": "数值题", "en": "Numeric answers"},
    content=("stem", "unit", "decimals"),
    key=("value", "tolerance", "tolerance_mode", "least", "most", "open", "units"),
    place=55,
)
LONGEST_ANSWER = 100
LONGEST_UNIT = 40
MOST_UNITS = 12
MOST_DECIMALS = 8
MODES = ("absolute", "relative", "range")
VALUE = {"zh_Hans_CN": "正确值", "en": "Right value"}
ENDS = {"zh_Hans_CN": "端点", "en": "Ends"}
END_WORDS = {
    "least": {"zh_Hans_CN": "最小值", "en": "Least"},
    "most": {"zh_Hans_CN": "最大值", "en": "Most"},
}
OPEN_WORDS = {
    "": {"zh_Hans_CN": "两端都包含", "en": "both belong to it"},
    "least": {"zh_Hans_CN": "不含最小值", "en": "without the least"},
    "most": {"zh_Hans_CN": "不含最大值", "en": "without the most"},
    "both": {"zh_Hans_CN": "两端都不含", "en": "neither belongs to it"},
}
OPEN = {"": (False, False), "least": (True, False), "most": (False, True), "both": (True, True)}


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    problems = [*stem_problems(content), *fact_problems(content), *unit_problems(content, key)]
    if key.get("tolerance_mode", "absolute") not in MODES:
        return [*problems, Problem("key.tolerance_mode", "tolerance_mode")]
    if key.get("tolerance_mode") == "range":
        return problems + _range_problems(key)
    if _number(key, "value") is None:
        problems.append(Problem("key.value", "key_not_a_number"))
    tolerance = _number(key, "tolerance")
    if tolerance is None or tolerance < 0:
        problems.append(Problem("key.tolerance", "tolerance_not_a_number"))
    return problems


def fact_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the unit shown, and with how many decimals are asked for."""
    problems = []
    unit, decimals = content.get("unit"), content.get("decimals")
    if unit is not None and (not isinstance(unit, str) or len(unit) > LONGEST_UNIT):
        problems.append(Problem("unit", "unit_too_long", {"most": LONGEST_UNIT}))
    is_whole = isinstance(decimals, int) and not isinstance(decimals, bool)
    if decimals is not None and not (is_whole and 0 <= decimals <= MOST_DECIMALS):
        problems.append(Problem("decimals", "decimals_wrong", {"most": MOST_DECIMALS}))
    return problems


def unit_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the units that may be typed."""
    units = rows(key, "units")
    if not units:
        return []
    if not text(content, "unit"):
        return [Problem("unit", "unit_missing")]
    if len(units) > MOST_UNITS:
        return [Problem("key.units", "units_too_many", {"most": MOST_UNITS})]
    problems, seen = [], {folded_unit(text(content, "unit"))}
    for number, each in enumerate(units, start=1):
        unit = folded_unit(text(each, "unit"))
        detail: dict[str, object] = {"unit": text(each, "unit")}
        if not 0 < len(unit) <= LONGEST_UNIT or unit[0].isdigit() or unit in seen:
            problems.append(Problem(f"key.units.{number}", "unit_wrong", detail))
        if read_factor(text(each, "factor")) is None:
            problems.append(Problem(f"key.units.{number}", "unit_worth", detail))
        seen.add(unit)
    return problems


def _range_problems(key: Mapping[str, Any]) -> list[Problem]:
    ends = [_end(key, name) for name in ("least", "most")]
    wrong = [
        Problem(f"key.{name}", "key_not_a_number")
        for name, end in zip(("least", "most"), ends, strict=True)
        if text(key, name) and end is None
    ]
    if wrong:
        return wrong
    if ends == [None, None]:
        return [Problem("key.least", "range_without_end")]
    if (key.get("open") or "") not in OPEN:
        return [Problem("key.open", "range_empty")]
    is_empty = not lies_between(_inside(key), *ends, is_open=_open(key))
    return [Problem("key.most", "range_empty")] if is_empty else []


def answer_problem(_content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_text`` unless the answer is a short text."""
    is_text = isinstance(answer, str) and len(answer) <= LONGEST_ANSWER
    return None if is_text else "answer_not_a_text"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for a number within the tolerance, bounds included, or the range."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    factors = _factors(content, key)
    if key.get("tolerance_mode") == "range":
        number = read_quantity(answer, factors)
        ends = (_end(key, "least"), _end(key, "most"))
        is_in = number is not None and lies_between(number, *ends, is_open=_open(key))
        return max_mark if is_in else Decimal(0)
    value, tolerance = _number(key, "value"), _number(key, "tolerance")
    if value is None or tolerance is None:
        msg = f"a key that is no number was published: {dict(key)!r}"
        raise ValueError(msg)
    is_relative = key.get("tolerance_mode") == "relative"
    return match_number(
        answer, value, tolerance, max_mark, is_relative=is_relative, factors=factors
    )


def told(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return which units a candidate may type; the item's own stands with the item."""
    units = [text(each, "unit") for each in rows(key, "units")]
    return {"units": units} if units else {}


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    if key.get("tolerance_mode") != "range":
        return str(key["value"])
    inside = _inside(key)
    with localcontext() as exact:
        exact.prec = EXACT_DIGITS
        return f"{Decimal(inside.numerator) / Decimal(inside.denominator):f}"


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the value, its tolerance and its unit, or the range, and the other units."""
    unit = view.get("unit") or ""
    if key.get("tolerance_mode") == "range":
        said = f"{range_words(key)} {unit}"
    elif key.get("tolerance_mode") == "relative":
        said = f"{key['value']} {unit} (± {key['tolerance']} × {key['value']})"
    else:
        said = f"{key['value']} ± {key.get('tolerance', '0')} {unit}"
    units = [
        f"1 {text(each, 'unit')} = {text(each, 'factor')} {unit}" for each in rows(key, "units")
    ]
    return " ".join([said.strip(), *([f"({'; '.join(units)})"] if units else [])])


def range_words(key: Mapping[str, Any]) -> str:
    """Return a range as it is written: ``[3, 5)``, ``≥ 3``.

    Examples
    --------
    >>> range_words({"least": "3", "most": "5", "open": "most"}), range_words({"least": "3"})
    ('[3, 5)', '≥ 3')
    """
    least, most = text(key, "least"), text(key, "most")
    is_open = _open(key)
    if least and most:
        return f"{'(' if is_open[0] else '['}{least}, {most}{')' if is_open[1] else ']'}"
    if least:
        return f"{'>' if is_open[0] else '≥'} {least}"
    return f"{'<' if is_open[1] else '≤'} {most}"


def travels(
    content: Mapping[str, Any], key: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any], Mapping[str, Any]] | None:
    """Return a range as its middle and half its width; one without an end stays here.

    Open ends become closed ones.
    """
    if key.get("tolerance_mode") != "range":
        return NAME, content, key
    least, most = _end(key, "least"), _end(key, "most")
    if least is None or most is None:
        return None
    within = {"tolerance": f"{(most - least) / 2:f}", "tolerance_mode": "absolute"}
    units = {"units": key["units"]} if key.get("units") else {}
    return NAME, content, {"value": right_answer(content, key), **within, **units}


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    said = {"stem": content["stem"], "unit": content.get("unit")}
    decimals = content.get("decimals")
    return said if decimals is None else {**said, "decimals": decimals}


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: a number has no order."""
    return {}


def _factors(content: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what each unit that may be typed is worth; nothing when none may."""
    units = rows(key, "units")
    found = {folded_unit(text(content, "unit")): Fraction(1)} if units else {}
    for each in units:
        factor = read_factor(text(each, "factor"))
        if factor is not None:
            found[folded_unit(text(each, "unit"))] = factor
    return found


def _number(key: Mapping[str, Any], name: str) -> Decimal | None:
    return read_number(str(key.get(name, "0" if name == "tolerance" else "")))


def _open(key: Mapping[str, Any]) -> tuple[bool, bool]:
    """Return which ends of the range do not belong to it."""
    return OPEN[key.get("open") or ""]


def _end(key: Mapping[str, Any], name: str) -> Decimal | None:
    return read_number(text(key, name))


def _inside(key: Mapping[str, Any]) -> Fraction:
    """Return a number inside a range that holds any, in few digits."""
    least, most = _end(key, "least"), _end(key, "most")
    if least is not None and most is not None:
        return (Fraction(least) + Fraction(most)) / 2
    is_open = _open(key)
    if least is not None:
        return Fraction(least) + is_open[0]
    return Fraction(most or 0) - is_open[1]


def key_form(_content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form: a value with its tolerance, or a range; and other units."""
    mode, tolerance, units = tolerance_fields(key, MODES)
    ends = [
        KeyField(name, "text", words, [text(key, name)], only="range")
        for name, words in END_WORDS.items()
    ]
    options = [Option(name or "none", words=words) for name, words in OPEN_WORDS.items()]
    is_open = KeyField("open", "pick", ENDS, [key.get("open") or "none"], options, only="range")
    value = KeyField("value", "text", VALUE, [str(key.get("value", ""))], never="range")
    return [mode, value, tolerance, *ends, is_open, units]


def retyped(_content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    mode, units = typed.one("tolerance_mode"), read_units(typed.lines("units"))
    if mode == "range":
        names = ["value", "tolerance"]
        is_open = typed.one("open").replace("none", "")
        new: dict[str, Any] = {
            "least": typed.one("least"),
            "most": typed.one("most"),
            "open": is_open,
        }
    else:
        names = ["least", "most", "open"]
        new = {"value": typed.one("value"), "tolerance": typed.one("tolerance") or "0"}
    left = {name: each for name, each in key.items() if name not in names}
    return said(
        {**new, "tolerance_mode": mode, "units": units}, left, "least", "most", "units", "open"
    )
