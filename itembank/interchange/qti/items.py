"""An assessment item as an item of ours."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from itembank.interchange.qti.bodies import (
    Body,
)
from itembank.interchange.qti.calculation_parts import own_calculation, shown_names
from itembank.interchange.qti.calculation_reading import read_calculation, read_own_calculation
from itembank.interchange.qti.declarations import Declaration, declarations_of
from itembank.interchange.qti.elements import OWN_TOOL, Element
from itembank.interchange.qti.judging import (
    scoring_of,
)
from itembank.interchange.qti.parts import ShapeError
from itembank.interchange.qti.processing import drawn
from itembank.interchange.qti.question_reading import (
    ItemRead,
    Reading,
    gather_explanations,
    interactions_in,
)
from itembank.interchange.qti.values import Maybe
from itembank.interchange.report import PictureFile


def read_item(item: Element, file: Callable[[str], PictureFile | None]) -> ItemRead:
    """Return an item.

    Raises ShapeError for what no type of ours can hold; UnscorableError for a template that
    cannot be drawn.
    """
    body_element = item.first("itemBody")
    draw = drawn(item)
    declared = _drawn_declarations(item, draw.correct)
    body = Body(
        file,
        values=draw.values,
        in_formulas=_in_formulas(item),
        keeps_space=item.get("toolName") == OWN_TOOL,
    )
    interactions = interactions_in(body_element)
    if body_element is None or not interactions:
        raise ShapeError("qti_no_interaction")
    told = own_calculation(item) if body.keeps_space else None
    if told is not None:
        return read_own_calculation(
            item, replace(body, values=shown_names(told)), told, interactions
        )
    if item.find("templateProcessing"):
        calculated = read_calculation(item, body, interactions)
        if calculated is not None:
            return calculated
        body.lose("qti_one_variant", item.get("identifier"))
    scoring = scoring_of(item, draw)
    reading = Reading(item, body_element, body, declared, interactions, scoring)
    made = reading.own_set() or reading.whole() or reading.several()
    gather_explanations(item, body)
    if item.get("adaptive") in ("true", "1") and made.verdict.reason is None:
        made = replace(made, verdict=replace(made.verdict, reason=("qti_adaptive", {})))
    return ItemRead(
        made.part.type,
        {name: each for name, each in made.part.content.items() if name != "_item"},
        made.verdict.key,
        body.losses | made.part.losses,
        body.pictures,
        "\n".join(dict.fromkeys(body.explanations)),
        made.verdict.reason,
        scoring,
        made.part.say,
        made.part.samples,
    )


def _drawn_declarations(item: Element, correct: Mapping[str, Maybe]) -> dict[str, Declaration]:
    return {
        name: replace(each, correct=correct[name]) if name in correct else each
        for name, each in declarations_of(item).items()
    }


def _in_formulas(item: Element) -> frozenset[str]:
    declared = item.all("templateDeclaration")
    return frozenset(
        each.get("identifier") for each in declared if each.get("mathVariable") in ("true", "1")
    )
