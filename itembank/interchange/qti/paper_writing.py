"""QTI tests written: sections with their items, marks as weights, the time, the sum of it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from itembank.interchange.qti.elements import OWN_TOOL, Element
from itembank.interchange.qti.xml_writing import q

WHOLE_BANK: Final = "TEST"
WEIGHT: Final = "MARK"


@dataclass(frozen=True)
class OutSection:
    """A section: its title, and for each item its number in the package (from 1) and mark."""

    title: str
    items: Sequence[tuple[int, Decimal]]


@dataclass(frozen=True)
class OutPaper:
    """A paper as a test; ``identifier`` is an XML name."""

    identifier: str
    title: str
    minutes: int
    sections: Sequence[OutSection]


def paper_test(paper: OutPaper) -> Element:
    """Return a paper as a test: an item's weight is its mark, for its own score is up to 1."""
    sections = [
        q(
            "assessmentSection",
            q("ordering", shuffle="true"),  # each seat has an order of its own
            *(_ref(number, mark) for number, mark in section.items),
            identifier=f"S{place}",
            title=section.title,
            visible="true",
        )
        for place, section in enumerate(paper.sections, start=1)
    ]
    limits = q("timeLimits", maxTime=str(60 * paper.minutes))
    return written_test(paper.identifier, paper.title, sections, limits=limits, weight=WEIGHT)


def _ref(number: int, mark: Decimal) -> Element:
    weight = q("weight", identifier=WEIGHT, value=f"{mark:f}")
    return q("assessmentItemRef", weight, identifier=f"I{number}", href=f"items/I{number}.xml")


def written_test(
    identifier: str,
    title: str,
    sections: Sequence[Element],
    *,
    limits: Element | None = None,
    weight: str = "",
) -> Element:
    """Return a test of sections whose score is the sum of its items', weighted if so named."""
    modes = {"navigationMode": "nonlinear", "submissionMode": "simultaneous"}
    part = q("testPart", *sections, identifier="P1", **modes)
    score = q("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    weighted = {"weightIdentifier": weight} if weight else {}
    summed = q("sum", q("testVariables", variableIdentifier="SCORE", **weighted))
    counted = q("outcomeProcessing", q("setOutcomeValue", summed, identifier="SCORE"))
    facts = {"identifier": identifier, "title": title, "toolName": OWN_TOOL}
    return q("assessmentTest", score, *([limits] if limits else []), part, counted, **facts)
