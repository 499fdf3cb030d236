"""QTI 1.2 said in the words of QTI 2: what follows reads, marks and refuses both alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from itembank.interchange.qti.assessment_tests import ItemRef, PaperFacts
from itembank.interchange.qti.blackboard import in_plain_words, is_blackboard
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.qti12_items import TEXT_ONLY, Qti12Item, question_type
from itembank.interchange.qti.qti12_papers import as_test


@dataclass(frozen=True)
class Paper:
    """The items of a file, each with the number of its section, and their test."""

    items: tuple[tuple[Element, int], ...]
    facts: PaperFacts | None
    test: Element | None = None  # in the words of QTI 2; its items by their places, from #0


def items_of_qti12(root: Element) -> Paper:
    """Return the items of a file as items of QTI 2."""
    if is_blackboard(root):
        root = in_plain_words(root)
    assessment = next(iter(root.find("assessment", "objectbank")), None)
    stimuli = {
        each.get("ident"): each for each in root.find("item") if question_type(each) == TEXT_ONLY
    }
    used = {
        each.get("parentStimulusItemIdent") or each.get("parent_stimulus_item_ident")
        for each in root.walk()
    }
    sections: list[str] = []
    items: list[tuple[Element, int]] = []
    refs: dict[int, str] = {}
    for item, section, stimulus in _listed(root, "", ""):
        if item.get("ident") in stimuli and item.get("ident") in used:
            continue
        if section not in sections:
            sections.append(section)
        refs[id(item)] = f"#{len(items)}"
        made = Qti12Item(item, stimuli.get(stimulus)).element()
        items.append((made, sections.index(section)))
    is_test = assessment is not None and assessment.name == "assessment"
    test = as_test(assessment, refs) if is_test and assessment is not None else None
    return Paper(tuple(items), _facts(root, assessment, sections), test)


def _listed(element: Element, section: str, stimulus: str) -> Iterator[tuple[Element, str, str]]:
    for each in element.elements():
        own = each.get("parent_stimulus_item_ident") or stimulus
        if each.name == "item":
            yield each, section, own
        elif each.name == "section":
            yield from _listed(each, each.get("title") or each.get("ident") or section, own)
        else:
            yield from _listed(each, section, own)


def _facts(root: Element, assessment: Element | None, sections: list[str]) -> PaperFacts | None:
    if assessment is None:
        return None
    title = assessment.get("title") or assessment.get("ident")
    lost = [
        name
        for name in ("selection_ordering", "outcomes_processing", "objectives", "rubric")
        if any(each.elements() or each.text() for each in root.find(name))
    ]
    named = tuple(each if each != "root_section" else title for each in sections)
    refs: tuple[ItemRef, ...] = ()
    return PaperFacts(assessment.get("ident"), title, refs, named, (), tuple(lost))
