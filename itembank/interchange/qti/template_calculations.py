"""Items of other programs whose values are drawn, as calculations that mark as the file does."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from itembank.drawn_values import MOST_DRAWS
from itembank.interchange.drawn_answers import decimals_of
from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.judging import scoring_of
from itembank.interchange.qti.processing import drawn
from itembank.interchange.qti.template_rules import Template, template_of
from itembank.interchange.qti.values import Maybe, UnscorableError, as_number, exact, shown, single
from itembank.item_model_reading import read_model
from itembank.items import calculation, numeric

SEEDS: Final = range(1, 13)  # draws for which marks are compared
HAIR: Final = Fraction(1, 10**9)
TOLERANCE_MODES: Final = ("absolute", "relative")
ALTERED: Final = ("templateInline", "templateBlock", "templateElse")
FULL: Final = Decimal(1)


def place_of(name: str) -> Maybe:
    """Return where a value belongs in a stem."""
    return single("string", f"{{{name}}}")


def in_places(stem: str, names: Iterable[str]) -> str:
    """Return a stem whose formulas hold places for values, not braces to be shown."""
    for name in names:
        stem = stem.replace(f"\\{{{name}\\}}", f"{{{name}}}")
    return stem


def template_facts(item: Element, declared: Declaration) -> tuple[Template, dict[str, Any]] | None:
    """Return an item's template and the key it speaks for; ``None`` where it speaks for none."""
    found = template_of(item, declared.name)
    said = _tolerance(item)
    if found is None or said is None or _alters(item, found):
        return None
    key: dict[str, Any] = {"parameters": found.parameters, "formula": found.formula, **said}
    if found.conditions:
        key["conditions"] = found.conditions
    return found, key


def _alters(item: Element, found: Template) -> bool:
    """Say whether the text shows more than the values that are drawn."""
    printed = item.find("printedVariable")
    is_plain = all(
        each.get("identifier") in found.names and not each.get("format") and not each.get("base")
        for each in printed
    )
    return not is_plain or bool(item.find(*ALTERED)) or item.get("adaptive") in ("true", "1")


def _tolerance(item: Element) -> dict[str, str] | None:
    """Return the tolerance of the one comparison with the right answer."""
    compared = [
        each for each in item.find("equal") if each.first("correct") and each.first("variable")
    ]
    if not compared:
        return {"tolerance": "0", "tolerance_mode": "absolute"}
    mode = compared[0].get("toleranceMode", "exact")
    number = exact(compared[0].get("tolerance", "0"))
    if len(compared) > 1 or number is None:
        return None
    if mode not in TOLERANCE_MODES:
        return {"tolerance": "0", "tolerance_mode": "absolute"}
    share = number / 100 if mode == "relative" else number
    return {"tolerance": shown(share), "tolerance_mode": mode}


def decimals_for(found: Template, key: Mapping[str, Any], stem: str) -> int | None:
    """Return to how many decimals the answer is rounded; ``None`` where that cannot be said."""
    if found.decimals is not None:
        return found.decimals
    model = read_model({**key, "answer": key["formula"], "stem": stem}).model
    if model is None:
        return None
    n = 1
    for each in model.parameters.values():
        n *= len(each)
    values = {
        name: [each.at(place) for place in range(len(each))]
        for name, each in model.parameters.items()
    }
    return decimals_of(found.formula, values) if n <= MOST_DRAWS else None


def marks_the_same(
    item: Element, declared: Declaration, found: Template, content: Mapping[str, Any], key: Any
) -> bool:
    """Say whether a calculation marks as its file does, tried for several draws."""
    if calculation.content_problems(content, key):
        return False
    try:
        return all(_agrees(item, declared, found, content, key, seed) for seed in SEEDS)
    except (UnscorableError, ValueError, ArithmeticError):
        return False


def _agrees(
    item: Element,
    declared: Declaration,
    found: Template,
    content: Mapping[str, Any],
    key: Any,
    seed: int,
) -> bool:
    draw = drawn(item, seed)
    numbers = {own: as_number(draw.values[name]) for name, own in found.names.items()}
    values = {name: shown(each) for name, each in numbers.items() if each is not None}
    scoring = scoring_of(item, draw)
    _, asked, right = calculation.as_drawn(content, key, values)
    best = scoring.score({declared.name: single(declared.base, exact(right["value"]))})
    if best <= 0:
        return False
    for answer in _answers(right):
        theirs = scoring.score({declared.name: single(declared.base, answer)}) / best
        if numeric.score(asked, right, shown(answer), FULL) != theirs:
            return False
    return True


def _answers(right: Mapping[str, Any]) -> Iterator[Fraction]:
    value, tolerance = Fraction(right["value"]), Fraction(right["tolerance"])
    if right["tolerance_mode"] == "relative":
        tolerance *= abs(value)
    for edge in (value - tolerance, value + tolerance):
        yield from (edge, edge - HAIR, edge + HAIR)
    yield from (value, -value - 1, value + 1, value * 10 + 3)
