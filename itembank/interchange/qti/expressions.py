"""QTI's expressions: each element one value, exact where numbers are."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from itembank.interchange.qti.containers import CONTAINERS
from itembank.interchange.qti.declarations import (
    Declaration,
    interpolated,
    looked_up,
    mapped,
    mapped_points,
)
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.logic import LOGIC
from itembank.interchange.qti.numbers import NUMBERS_BY_NAME, rounded_figure
from itembank.interchange.qti.values import (
    Maybe,
    UnscorableError,
    as_number,
    as_text,
    gathered,
    read,
    single,
    truth,
)

MOST_STEPS: Final = 5_000  # of one answer; real items take some hundreds
Operator = Callable[[list[Maybe], Element], Maybe]
OPERATORS: Final[Mapping[str, Operator]] = {**LOGIC, **NUMBERS_BY_NAME, **CONTAINERS}


@dataclass
class Scope:
    """Where expressions are computed: variables with their values, and what was drawn."""

    declared: dict[str, Declaration]
    values: dict[str, Maybe]
    rng: random.Random
    correct: dict[str, Maybe] = field(default_factory=dict)
    defaults: dict[str, Maybe] = field(default_factory=dict)
    items: "Mapping[str, ItemOutcomes]" = field(default_factory=dict)  # of a test, by identifier
    steps: int = 0

    def value(self, name: str) -> Maybe:
        """Return a variable's value; raises UnscorableError: ``qti_unknown_variable``."""
        if name in self.values:
            return self.values[name]
        if "." in name and self.items:
            item, _, own = name.partition(".")
            found = self.items.get(item)
            return None if found is None else found.outcomes.get(own)
        raise UnscorableError("qti_unknown_variable", variable=name)


@dataclass(frozen=True)
class ItemOutcomes:
    """What an item of a test came to."""

    outcomes: Mapping[str, Maybe]
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    is_answered: bool = True


def compute(element: Element, scope: Scope) -> Maybe:
    """Return what an expression comes to.

    Raises UnscorableError: ``qti_unknown_expression``, ``qti_unknown_variable``,
    ``qti_custom_operator``, ``qti_endless``.
    """
    scope.steps += 1
    if scope.steps > MOST_STEPS:
        raise UnscorableError("qti_endless")
    if element.name in LEAVES:
        return LEAVES[element.name](element, scope)
    operator = OPERATORS.get(element.name)
    if operator is None:
        raise UnscorableError("qti_unknown_expression", element=element.name)
    given = [compute(each, scope) for each in element.elements()]
    return operator(given, _with_numbers(element, scope))


def _with_numbers(element: Element, scope: Scope) -> Element:
    """Return an element whose attributes that name a variable hold its number."""
    named = {
        name: said
        for name, said in element.attributes.items()
        if name in NUMBERED and said in scope.values
    }
    if not named:
        return element
    said = {name: str(as_number(scope.values[each]) or 0) for name, each in named.items()}
    return Element(element.name, {**element.attributes, **said}, element.children)


NUMBERED: Final = ("n", "figures", "tolerance", "min", "max", "step", "numberRepeats")


def _base_value(element: Element, _scope: Scope) -> Maybe:
    base = element.get("baseType", "string")
    text = element.text()
    item = read(base, text)
    return None if item is None else single(base, item)


def _variable(element: Element, scope: Scope) -> Maybe:
    value, weight = scope.value(element.get("identifier")), element.get("weightIdentifier")
    item = scope.items.get(element.get("identifier").partition(".")[0])
    given = as_number(value)
    if not weight or item is None or given is None:
        return value
    return single("float", given * item.weights.get(weight, Fraction(1)))


def _default(element: Element, scope: Scope) -> Maybe:
    name = element.get("identifier")
    known = scope.declared.get(name)
    return scope.defaults.get(name, known.default if known else None)


def _correct(element: Element, scope: Scope) -> Maybe:
    name = element.get("identifier")
    known = scope.declared.get(name)
    if known is None:
        raise UnscorableError("qti_unknown_variable", variable=name)
    return scope.correct.get(name, known.correct)


def _declared(element: Element, scope: Scope) -> Declaration:
    name = element.get("identifier")
    if name not in scope.declared:
        raise UnscorableError("qti_unknown_variable", variable=name)
    return scope.declared[name]


def _map_response(element: Element, scope: Scope) -> Maybe:
    known = _declared(element, scope)
    if known.base == "point":
        return single("float", Fraction(0))  # places have no keys; mapResponsePoint is for them
    return single("float", mapped(known, scope.value(known.name)))


def _map_point(element: Element, scope: Scope) -> Maybe:
    known = _declared(element, scope)
    return single("float", mapped_points(known, scope.value(known.name)))


def _map_outcome(element: Element, scope: Scope) -> Maybe:
    known = _declared(element, scope)
    if known.mapping is None and known.element is not None:
        raise UnscorableError("qti_unknown_expression", element=element.name)
    return single("float", mapped(known, scope.value(known.name)))


def _map_tolerant(element: Element, scope: Scope) -> Maybe:
    """OPAL's own: the worth of a key the answer lies within a tolerance of, or is."""
    known, value = _declared(element, scope), scope.value(element.get("identifier"))
    given = as_number(value)
    if known.mapping is None or given is None:
        return single("float", mapped(known, value))
    for key, worth, _ in known.mapping.entries:
        own = as_number(single(known.base, key))
        if own is not None:
            tolerance = as_number(single("string", element.get("tolerance", "0"))) or Fraction(0)
            if element.get("toleranceMode") == "relative":
                tolerance = abs(own) * tolerance / 100
            if abs(given - own) <= tolerance:
                return single("float", known.mapping.clamped(worth))
    return single("float", known.mapping.clamped(known.mapping.default))


def _random_integer(element: Element, scope: Scope) -> Maybe:
    said = _with_numbers(element, scope)
    low, high = _whole(said, "min", "0"), _whole(said, "max", "0")
    step = _whole(said, "step", "1")
    if high < low or step <= 0:
        raise UnscorableError("qti_wrong_range")
    return single("integer", Fraction(low + step * scope.rng.randint(0, (high - low) // step)))


def _whole(element: Element, name: str, usual: str) -> int:
    found = as_number(single("string", element.get(name, usual)))
    return int(found or 0)


def _random_float(element: Element, scope: Scope) -> Maybe:
    said = _with_numbers(element, scope)
    ends = [
        as_number(single("string", said.get(name, "0"))) or Fraction(0) for name in ("min", "max")
    ]
    drawn = Fraction(scope.rng.randint(0, 10**6), 10**6)
    return single("float", ends[0] + (ends[1] - ends[0]) * drawn)


def _random(element: Element, scope: Scope) -> Maybe:
    held = compute(element.elements()[0], scope) if element.elements() else None
    return None if held is None else single(held.base, scope.rng.choice(held.items))


def _record(element: Element, scope: Scope) -> Maybe:
    fields = []
    for each in element.all("fieldValue"):
        inner = each.elements()
        value = compute(inner[0], scope) if inner else None
        if value is not None:
            fields.append((each.get("fieldIdentifier"), value))
    return gathered("", fields, "record")


def _lookup(element: Element, scope: Scope) -> Maybe:
    inner = element.elements()
    table = next((each for each in inner if each.name.endswith("Table")), None)
    source = as_number(compute(inner[0], scope)) if inner else None
    if table is None or source is None:
        return None
    if table.name == "interpolationTable" and table.get("interpolationMethod") == "linear":
        return interpolated(table, source)
    return looked_up(table, source, "float")


def _equal_rounded(element: Element, scope: Scope) -> Maybe:
    said = _with_numbers(element, scope)
    both = [as_number(compute(each, scope)) for each in element.elements()]
    if None in both or len(both) != 2:  # noqa: PLR2004 - two to compare
        return None
    mode = said.get("roundingMode", "significantFigures")
    figures = _whole(said, "figures", "0")
    one, other = (rounded_figure(each or Fraction(0), mode, figures) for each in both)
    return truth(one == other)


def _is_type(element: Element, scope: Scope) -> Maybe:
    inner = element.elements()
    value = compute(inner[0], scope) if inner else None
    named = as_text(compute(inner[1], scope)) if len(inner) > 1 else element.get("baseType")
    return truth(value is not None and value.base == named)


def _only(element: Element, scope: Scope) -> Maybe:
    inner = element.elements()
    return compute(inner[0], scope) if inner else None


def _chosen(element: Element, scope: Scope) -> list[ItemOutcomes]:
    """Return the items of a test that an expression speaks of."""
    include = set(element.get("includeCategory").split())
    exclude = set(element.get("excludeCategory").split())
    section = element.get("sectionIdentifier")
    return [
        each
        for each in scope.items.values()
        if (not include or include & set(each.categories))
        and not exclude & set(each.categories)
        and (not section or section in each.sections)
    ]


def _test_variables(element: Element, scope: Scope) -> Maybe:
    name, weight = element.get("variableIdentifier"), element.get("weightIdentifier")
    found = []
    for each in _chosen(element, scope):
        value = as_number(each.outcomes.get(name))
        if value is not None:
            found.append(value * each.weights.get(weight, Fraction(1)) if weight else value)
    return gathered("float", found, "multiple")


def _counted(wanted: Callable[[ItemOutcomes], bool]) -> "Leaf":
    def count(element: Element, scope: Scope) -> Maybe:
        if not scope.items:
            raise UnscorableError("qti_of_a_test", element=element.name)
        return single("integer", Fraction(sum(map(wanted, _chosen(element, scope)))))

    return count


def _is_right(item: ItemOutcomes) -> bool:
    score, most = (as_number(item.outcomes.get(name)) for name in ("SCORE", "MAXSCORE"))
    return score is not None and score > 0 and (most is None or score >= most)


Leaf = Callable[[Element, Scope], Maybe]
LEAVES: Final[Mapping[str, Leaf]] = {
    "baseValue": _base_value,
    "variable": _variable,
    "default": _default,
    "correct": _correct,
    "null": lambda *_: None,
    "mapResponse": _map_response,
    "mapResponsePoint": _map_point,
    "mapOutcome": _map_outcome,
    "mapTolResponse": _map_tolerant,
    "randomInteger": _random_integer,
    "randomFloat": _random_float,
    "random": _random,
    "record": _record,
    "lookupTable": _lookup,
    "equalRounded": _equal_rounded,
    "isTypeOf": _is_type,
    "expression": _only,
    "testVariables": _test_variables,
    "numberPresented": _counted(lambda _: True),
    "numberSelected": _counted(lambda _: True),
    "numberResponded": _counted(lambda each: each.is_answered),
    "numberCorrect": _counted(_is_right),
    "numberIncorrect": _counted(lambda each: not _is_right(each)),
}
