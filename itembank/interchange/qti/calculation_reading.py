"""Calculations with drawn values: those of this program, and of others where they mark the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from itembank.interchange.qti.bodies import (
    Body,
    is_untranslated,
)
from itembank.interchange.qti.declarations import declarations_of
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.judging import (
    scoring_of,
)
from itembank.interchange.qti.processing import Drawn
from itembank.interchange.qti.question_reading import (
    TEXT,
    ItemRead,
    Reading,
    gather_explanations,
)
from itembank.interchange.qti.template_calculations import (
    decimals_for,
    in_places,
    marks_the_same,
    place_of,
    template_facts,
)
from itembank.interchange.qti.text_parts import is_numeric


def read_own_calculation(
    item: Element, body: Body, told: Mapping[str, Any], interactions: Sequence[Element]
) -> ItemRead:
    """Return a calculation of this program: its template says nothing that its key does not."""
    root = item.first("itemBody") or item
    reading = Reading(item, root, body, {}, interactions, scoring_of(item, Drawn({}, {}, {})))
    unit = next((each for each in root.walk() if each.get("class") == "unit"), None)
    content: dict[str, Any] = {"stem": reading.own_stem(root), "unit": None}
    if unit is not None and not is_untranslated(unit, body):
        content["unit"] = unit.text()
    if told.get("decimals") is not None:
        content["decimals"] = told["decimals"]
    gather_explanations(item, body)
    said = "\n".join(dict.fromkeys(body.explanations))
    key = dict(told["key"])
    return ItemRead("calculation", content, key, body.losses, body.pictures, said)


def read_calculation(
    item: Element, drawn_body: Body, interactions: Sequence[Element]
) -> ItemRead | None:
    """Return an item of one number whose values are drawn; ``None`` where ours marks otherwise."""
    declared = declarations_of(item).get(interactions[0].get("responseIdentifier"))
    root = item.first("itemBody")
    if len(interactions) > 1 or interactions[0].name != TEXT or declared is None or root is None:
        return None
    facts = template_facts(item, declared) if is_numeric(item, declared) else None
    if facts is None:
        return None
    found, key = facts
    places = {name: place_of(own) for name, own in found.names.items()}
    body = replace(drawn_body, values=places)
    scoring = scoring_of(item, Drawn({}, {}, {}))
    reading = Reading(item, root, body, {declared.name: declared}, interactions, scoring)
    stem = in_places(reading.stem(), found.names.values())
    content = {"stem": stem, "unit": None, "decimals": decimals_for(found, key, stem)}
    if content["decimals"] is None or not marks_the_same(item, declared, found, content, key):
        return None
    gather_explanations(item, body)
    said = "\n".join(dict.fromkeys(body.explanations))
    return ItemRead("calculation", content, key, body.losses, body.pictures, said)
