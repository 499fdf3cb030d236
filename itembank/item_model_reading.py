"""An item model read from plain data, such as JSON: every problem with its place.

``{"stem", "parameters": {"U": {"from", "to", "step"}, "R": ["10", "22"]}, "answer": "U / R",
"unit", "decimals", "tolerance", "tolerance_mode", "pi", "conditions": ["answer <= 20"],
"exact_decimals", "explanation", "translations": {"en": {"stem", "unit"}}}``: numbers as texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from itembank.expressions import (
    NAME,
    Condition,
    Expression,
    UnreadableExpressionError,
    read_condition,
    read_expression,
)
from itembank.item_models import PLACE, Domain, ItemModel
from itembank.items.shapes import text
from itembank.problems import Problem
from scoring.marks import read_number

MOST_PARAMETERS: Final = 8
MOST_VALUES: Final = 10_000  # of one parameter
MOST_DECIMALS: Final = 8
RESERVED: Final = frozenset({"answer", "pi", "sqrt"})
LARGEST: Final = Decimal("1e12")


@dataclass(frozen=True)
class ModelRead:
    """A model, or what is wrong with it."""

    model: ItemModel | None
    problems: list[Problem]


def read_model(data: Mapping[str, Any]) -> ModelRead:
    """Return the model that data of any shape describes, or every problem of it."""
    parameters, problems = _parameters(data.get("parameters"))
    answer, conditions, more = _expressions(data, {*parameters, "pi"})
    numbers, wrong = _numbers(data)
    problems += [*more, *wrong, *_template_problems(data, parameters)]
    if problems or answer is None:
        return ModelRead(None, problems)
    model = ItemModel(
        stem=text(data, "stem"),
        parameters=parameters,
        answer=answer,
        unit=text(data, "unit") or None,
        decimals=_whole(data.get("decimals", 2)) or 0,
        tolerance=numbers["tolerance"],
        tolerance_mode=str(data.get("tolerance_mode", "absolute")),
        pi=numbers["pi"],
        conditions=conditions,
        exact_decimals=_whole(data.get("exact_decimals")),
        explanation=text(data, "explanation"),
        translations=_translations(data),
    )
    return ModelRead(model, [])


def _parameters(given: Any) -> tuple[dict[str, Domain], list[Problem]]:
    if not isinstance(given, dict) or not 1 <= len(given) <= MOST_PARAMETERS:
        return {}, [Problem("parameters", "model_parameters", {"most": MOST_PARAMETERS})]
    domains: dict[str, Domain] = {}
    problems = []
    for name, values in given.items():
        domain = _domain(values)
        if not isinstance(name, str) or not NAME.fullmatch(name) or name in RESERVED:
            problems.append(Problem(f"parameters.{name}", "model_name", {"name": name}))
        elif domain is None:
            detail: dict[str, object] = {"name": name, "most": MOST_VALUES}
            problems.append(Problem(f"parameters.{name}", "model_domain", detail))
        else:
            domains[name] = domain
    return domains, problems


def _domain(values: Any) -> Domain | None:
    """Return a domain, or ``None`` for what is none: numbers missing, upside down, too many."""
    if isinstance(values, list):
        numbers = [number for number in map(_number, values) if number is not None]
        is_right = len(numbers) == len(values) and 1 <= len(set(numbers)) == len(numbers)
        return Domain(values=tuple(numbers)) if is_right and len(values) <= MOST_VALUES else None
    if not isinstance(values, dict):
        return None
    low, high, step = (_number(values.get(name)) for name in ("from", "to", "step"))
    if low is None or high is None or step is None or step <= 0 or low > high:
        return None
    return Domain(low=low, high=high, step=step) if (high - low) / step < MOST_VALUES else None


def _expressions(
    data: Mapping[str, Any], known: set[str]
) -> tuple[Expression | None, tuple[Condition, ...], list[Problem]]:
    problems: list[Problem] = []
    answer: Expression | None = None
    conditions: list[Condition] = []
    try:
        answer = read_expression(text(data, "answer"))
    except UnreadableExpressionError:
        problems.append(Problem("answer", "model_expression", {"text": text(data, "answer")}))
    else:
        problems += _unknown("answer", answer.names - known)
    listed = data.get("conditions", [])
    for place, typed in enumerate(listed if isinstance(listed, list) else [""], start=1):
        where = f"conditions.{place}"
        try:
            condition = read_condition(str(typed))
        except UnreadableExpressionError:
            problems.append(Problem(where, "model_condition", {"text": str(typed)}))
        else:
            conditions.append(condition)
            problems += _unknown(where, condition.names - known - {"answer"})
    return answer, tuple(conditions), problems


def _unknown(where: str, names: frozenset[str] | set[str]) -> list[Problem]:
    return [Problem(where, "model_name_unknown", {"name": name}) for name in sorted(names)]


def _numbers(data: Mapping[str, Any]) -> tuple[dict[str, Decimal], list[Problem]]:
    numbers: dict[str, Decimal] = {}
    problems = []
    for name, usual in (("tolerance", "0"), ("pi", "3.14")):
        number = _number(data.get(name, usual))
        if number is None or number < 0:
            problems.append(Problem(name, "model_number", {"name": name}))
        else:
            numbers[name] = number
    if data.get("tolerance_mode", "absolute") not in ("absolute", "relative"):
        problems.append(Problem("tolerance_mode", "tolerance_mode"))
    for name, usual_whole in (("decimals", 2), ("exact_decimals", None)):
        said = data.get(name, usual_whole)
        if said is not None and _whole(said) is None:
            problems.append(Problem(name, "model_decimals", {"most": MOST_DECIMALS}))
    return numbers, problems


def _template_problems(data: Mapping[str, Any], parameters: Mapping[str, Domain]) -> list[Problem]:
    """Return stems that are empty or hide a value from the candidate."""
    stems = {"stem": text(data, "stem")}
    stems |= {
        f"translations.{language}.stem": texts["stem"]
        for language, texts in _translations(data).items()
        if "stem" in texts
    }
    problems = []
    for where, stem in stems.items():
        if not stem:
            problems.append(Problem(where, "stem_empty"))
        problems += [
            Problem(where, "model_not_shown", {"name": name})
            for name in parameters
            if name not in PLACE.findall(stem)
        ]
    return problems


def _translations(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    given = data.get("translations")
    if not isinstance(given, dict):
        return {}
    return {
        str(language): {name: text(texts, name) for name in ("stem", "unit") if text(texts, name)}
        for language, texts in given.items()
        if isinstance(texts, dict)
    }


def _number(value: Any) -> Decimal | None:
    number = read_number(value) if isinstance(value, str) else None
    return number if number is not None and abs(number) <= LARGEST else None


def _whole(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value <= MOST_DECIMALS else None
