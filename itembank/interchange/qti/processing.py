"""Running what an item or a test says: templates drawn, responses judged, outcomes computed."""

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from itembank.interchange.qti.declarations import declarations_of, interpolated, looked_up
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.expressions import ItemOutcomes, Scope, compute
from itembank.interchange.qti.logic import is_null
from itembank.interchange.qti.templates import template_rules
from itembank.interchange.qti.values import (
    NUMBERS,
    Maybe,
    UnscorableError,
    Value,
    as_number,
    as_truth,
    read,
    shown,
    single,
)

TRIES: Final = 100  # of a template whose constraint does not hold


class _Exit(Exception):  # noqa: N818 - not an error: the file says to stop here
    """Stops the processing."""


class _Again(Exception):  # noqa: N818 - not an error
    """The values drawn do not fit: draw anew."""


@dataclass(frozen=True)
class Drawn:
    """Values a template has drawn, and what they set."""

    values: Mapping[str, Maybe]
    correct: Mapping[str, Maybe]
    defaults: Mapping[str, Maybe]


def drawn(item: Element, seed: int = 1) -> Drawn:
    """Return the values of an item's template variables, the same for the same seed.

    Raises UnscorableError.
    """
    declared = declarations_of(item)
    rng = random.Random(seed)  # noqa: S311 - a variant of an item, no secret
    rules = item.first("templateProcessing")
    for _ in range(TRIES):
        scope = Scope(declared, _starting(declared, "template"), rng)
        try:
            run_rules(rules.elements() if rules else [], scope)
        except _Exit:
            pass
        except _Again:
            continue
        return Drawn(dict(scope.values), scope.correct, scope.defaults)
    raise UnscorableError("qti_endless")


def outcomes_of(
    item: Element, responses: Mapping[str, Maybe], draw: Drawn | None = None
) -> dict[str, Maybe]:
    """Return every variable of an item after its response processing.

    Raises UnscorableError for what cannot be computed exactly.
    """
    declared = declarations_of(item)
    draw = draw or drawn(item)
    values = {
        **_starting(declared, "outcome"),
        **_starting(declared, "template"),
        **{name: None for name, each in declared.items() if each.kind == "response"},
        **draw.values,
        **responses,
        "completionStatus": single("identifier", "completed"),
        "numAttempts": single("integer", Fraction(1)),
        "duration": single("duration", Fraction(0)),
    }
    values |= {name: each for name, each in draw.defaults.items() if name not in responses}
    rng = random.Random(1)  # noqa: S311 - no secret
    scope = Scope(declared, values, rng, dict(draw.correct), dict(draw.defaults))
    for name in ("responseProcessing", "outcomeProcessing"):
        element = item.first(name)
        if element is None:
            continue
        try:
            run_rules(rules_of(element), scope)
        except _Exit:
            continue
    return scope.values


def outcomes_of_test(test: Element, items: Mapping[str, ItemOutcomes]) -> dict[str, Maybe]:
    """Return a test's outcomes; raises UnscorableError."""
    declared = declarations_of(test)
    rng = random.Random(1)  # noqa: S311 - no secret
    scope = Scope(declared, _starting(declared, "outcome"), rng, items=items)
    element = test.first("outcomeProcessing")
    with suppress(_Exit):
        run_rules(element.elements() if element is not None else [], scope)
    return scope.values


def rules_of(processing: Element) -> list[Element]:
    """Return the rules of response processing, those of a standard template where it names one.

    Raises UnscorableError: ``qti_unknown_template``.
    """
    own = processing.elements()
    said = processing.get("template") or processing.get("templateLocation")
    if own or not said:
        return own
    return template_rules(said)


def _starting(declared: Mapping[str, object], kind: str) -> dict[str, Maybe]:
    return {
        name: each.default  # type: ignore[attr-defined]
        for name, each in declared.items()
        if each.kind == kind  # type: ignore[attr-defined]
    }


def run_rules(rules: list[Element], scope: Scope) -> None:
    """Run rules in turn."""
    for rule in rules:
        act = RULES.get(rule.name)
        if act is None:
            raise UnscorableError("qti_unknown_expression", element=rule.name)
        act(rule, scope)


def _condition(rule: Element, scope: Scope) -> None:
    for branch in rule.elements():
        inner = branch.elements()
        if branch.name.endswith("Else"):
            run_rules(inner, scope)
            return
        if inner and as_truth(compute(inner[0], scope)):
            run_rules(inner[1:], scope)
            return


def _set_value(rule: Element, scope: Scope) -> None:
    name, inner = rule.get("identifier"), rule.elements()
    value = compute(inner[0], scope) if inner else None
    if name not in scope.declared and name not in scope.values:
        raise UnscorableError("qti_unknown_variable", variable=name)
    scope.values[name] = _fitted(name, value, scope)


def _fitted(name: str, value: Maybe, scope: Scope) -> Maybe:
    """Return a value as its variable holds it."""
    known = scope.declared.get(name)
    if known is None or is_null(value) or value is None:
        return None if is_null(value) else value
    if known.base in NUMBERS:
        items = tuple(as_number(single(value.base, each)) for each in value.items)
        if None in items:
            return None
        return Value(known.base, items, known.cardinality)
    if known.base == "string" and value.base != "string":
        return Value("string", tuple(map(shown, value.items)), known.cardinality)
    return Value(known.base or value.base, value.items, known.cardinality)


def _set_default(rule: Element, scope: Scope) -> None:
    name, inner = rule.get("identifier"), rule.elements()
    known = scope.declared.get(name)
    if inner:
        value = compute(inner[0], scope)
        scope.defaults[name] = _fitted(name, value, scope)
        if name in scope.values and is_null(scope.values[name]):
            scope.values[name] = scope.defaults[name]
        return
    scope.values[name] = scope.defaults.get(name, known.default if known else None)


def _set_correct(rule: Element, scope: Scope) -> None:
    name, inner = rule.get("identifier"), rule.elements()
    scope.correct[name] = _fitted(name, compute(inner[0], scope) if inner else None, scope)


def _look_up(rule: Element, scope: Scope) -> None:
    name, inner = rule.get("identifier"), rule.elements()
    known = scope.declared.get(name)
    source = as_number(compute(inner[0], scope)) if inner else None
    table = (
        known.element.first("matchTable", "interpolationTable") if known and known.element else None
    )
    if known is None or table is None:
        raise UnscorableError("qti_unknown_variable", variable=name)
    if source is None:
        scope.values[name] = _default_of(table, known.base)
    elif table.get("interpolationMethod") == "linear":
        scope.values[name] = interpolated(table, source)
    else:
        scope.values[name] = looked_up(table, source, known.base)


def _default_of(table: Element, base: str) -> Maybe:
    item = read(base, table.get("defaultValue")) if table.get("defaultValue") else None
    return None if item is None else single(base, item)


def _exit(_rule: Element, _scope: Scope) -> None:
    raise _Exit


def _constraint(rule: Element, scope: Scope) -> None:
    inner = rule.elements()
    if inner and not as_truth(compute(inner[0], scope)):
        raise _Again


def _fragment(rule: Element, scope: Scope) -> None:
    run_rules(rule.elements(), scope)


RULES: Final[Mapping[str, Callable[[Element, Scope], None]]] = {
    **dict.fromkeys(("responseCondition", "outcomeCondition", "templateCondition"), _condition),
    **dict.fromkeys(("setOutcomeValue", "setTemplateValue", "setResponseValue"), _set_value),
    **dict.fromkeys(("exitResponse", "exitTest", "exitTemplate"), _exit),
    **dict.fromkeys(("responseProcessingFragment", "outcomeProcessingFragment"), _fragment),
    "setDefaultValue": _set_default,
    "setCorrectResponse": _set_correct,
    "lookupOutcomeValue": _look_up,
    "templateConstraint": _constraint,
}
