"""The structure of a QTI 1.2 assessment in the words of a QTI 2 test: both are read alike."""

from collections.abc import Iterator, Mapping
from typing import Final

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.qti12_items import TEXT_ONLY, metadata, question_type
from itembank.interchange.qti.xml_writing import q
from scoring.marks import read_number

ROOT: Final = "root_section"  # Canvas wraps all sections in one
MINUTE_S: Final = 60
SECTIONS: Final = ("assessment", "section")


def as_test(assessment: Element, refs: Mapping[int, str]) -> Element:
    """Return an assessment as a test; ``refs`` are the addresses of its items by their elements."""
    fields = metadata(Element("", {}, [*assessment.all("qtimetadata")]))
    minutes = read_number(fields.get("qmd_timelimit", ""))
    limits = [q("timeLimits", maxTime=f"{minutes * MINUTE_S:f}")] if minutes else []
    title = assessment.get("title") or assessment.get("ident")
    sections = list(_inside(assessment, refs, ""))
    loose = [each for each in sections if each.name == "assessmentItemRef"]
    if loose:
        sections = [q("assessmentSection", *sections, identifier=ROOT, visible="false")]
    part = q("testPart", *sections, identifier="P")
    return q("assessmentTest", *limits, part, identifier=assessment.get("ident"), title=title)


def _inside(element: Element, refs: Mapping[int, str], points: str) -> Iterator[Element]:
    for each in element.elements():
        if each.name == "section":
            yield _section(each, refs, points)
        elif each.name == "item":
            yield from _item(each, refs, points)
        elif each.name == "itemref":
            yield q("assessmentItemRef", identifier=each.get("linkrefid"), href="")


def _section(section: Element, refs: Mapping[int, str], points: str) -> Element:
    name = section.get("title") or section.get("ident")
    rules = section.first("selection_ordering")
    said = rules.find("points_per_item") if rules is not None else []
    own = next((each.text() for each in said), "") or points
    inner = list(_inside(section, refs, own))
    facts = {"identifier": section.get("ident") or name, "title": name}
    if section.get("ident") == ROOT:
        facts["visible"] = "false"
    return q("assessmentSection", *_rules(rules, len(inner)), *inner, **facts)


def _rules(rules: Element | None, count: int) -> Iterator[Element]:
    """Give what is selected and how it is ordered."""
    if rules is None:
        return
    banks = rules.find("sourcebank_ref")
    for number in rules.find("selection_number"):
        yield q("selection", select="" if banks else number.text() or str(count))
    if any(each.get("order_type").lower() == "random" for each in rules.find("order")):
        yield q("ordering", shuffle="true")


def _item(item: Element, refs: Mapping[int, str], points: str) -> Iterator[Element]:
    if question_type(item) == TEXT_ONLY:
        yield q("rubricBlock", identifier=item.get("ident"))
        return
    weight = q("weight", identifier="POINTS", value=points or _worth(item))
    name = item.get("ident")
    yield q("assessmentItemRef", weight, identifier=name, href=refs.get(id(item), ""))


def _worth(item: Element) -> str:
    """Return what an item is worth: what its metadata say, else the most its score may be."""
    fields = metadata(item)
    said = fields.get("points_possible") or fields.get("qmd_weighting", "")
    if said or question_type(item):
        return said or "1"
    return next((each.get("maxvalue") for each in item.find("decvar")), "") or "1"
