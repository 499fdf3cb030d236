"""Answers as data give them, and result files: what candidates said and what people decided."""

from collections.abc import Mapping
from typing import Any

from itembank.interchange.qti.declarations import Declaration, declaration
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.expressions import ItemOutcomes
from itembank.interchange.qti.processing import outcomes_of, outcomes_of_test
from itembank.interchange.qti.values import Maybe, exact, gathered, read, shown


def response(declared: Declaration, said: Any) -> Maybe:
    """Return an answer given as plain data, such as ``["A", "B"]`` or ``"0.63"``.

    Examples
    --------
    >>> response(Declaration("R", "response", "multiple", "identifier"), ["A"]).items
    ('A',)
    """
    texts = said if isinstance(said, list) else [said]
    items = [read(declared.base, _text(each)) for each in texts if each not in (None, "")]
    return gathered(
        declared.base, [each for each in items if each is not None], declared.cardinality
    )


def _text(said: Any) -> str:
    return shown(said) if isinstance(said, bool) else str(said)


def item_results(result: Element) -> dict[str, Element]:
    """Return the results of a file by their item's identifier."""
    return {each.get("identifier"): each for each in result.find("itemResult")}


def judged(item: Element, declared: Mapping[str, Declaration], result: Element) -> dict[str, Maybe]:
    """Return an item's variables for a result; what a person has scored stays as it is."""
    given = {}
    for each in result.all("responseVariable"):
        known = declared.get(each.get("identifier"))
        if known is not None:
            given[known.name] = response(known, [value.text() for value in each.find("value")])
    found = outcomes_of(item, given)
    for each in result.all("outcomeVariable"):
        known = declared.get(each.get("identifier"))
        if known is not None and each.get("externalScored") == "human":
            found[known.name] = response(known, [value.text() for value in each.find("value")])
    return found


def judged_test(test: Element, result: Element) -> dict[str, Maybe]:
    """Return a test's outcomes from the outcomes of its items in a result file."""
    results = item_results(result)
    items = {}
    for ref in test.find("assessmentItemRef"):
        found = results.get(ref.get("identifier"))
        if found is not None:
            items[ref.get("identifier")] = _outcomes(ref, found, _sections(test, ref))
    return outcomes_of_test(test, items)


def _outcomes(ref: Element, result: Element, sections: tuple[str, ...]) -> ItemOutcomes:
    outcomes = {}
    for each in result.all("outcomeVariable"):
        made = Element("outcomeDeclaration", dict(each.attributes))
        outcomes[each.get("identifier")] = response(
            declaration(made), [value.text() for value in each.find("value")]
        )
    weights = {each.get("identifier"): exact(each.get("value")) for each in ref.all("weight")}
    return ItemOutcomes(
        outcomes,
        {name: weight for name, weight in weights.items() if weight is not None},
        tuple(ref.get("category").split()),
        sections,
        any(each.find("value") for each in result.all("responseVariable")),
    )


def _sections(test: Element, ref: Element) -> tuple[str, ...]:
    return tuple(
        each.get("identifier")
        for each in test.find("assessmentSection")
        if any(inner is ref for inner in each.walk())
    )
