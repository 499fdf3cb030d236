"""Tests of QTI: which items they take, under which sections, and what of them has no place here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from itembank.interchange.qti.elements import Element

# What a paper of ours is put together of is a blueprint and a form: none of this is an item's.
NOT_CARRIED: Final = (
    "selection",
    "ordering",
    "timeLimits",
    "preCondition",
    "branchRule",
    "weight",
    "itemSessionControl",
    "outcomeProcessing",
    "testFeedback",
    "rubricBlock",
)


@dataclass(frozen=True)
class ItemRef:
    """An item a test takes: its file, and the section it stands in."""

    href: str
    section: str  # its title, else its identifier


@dataclass(frozen=True)
class PaperFacts:
    """A test as read."""

    identifier: str
    title: str
    refs: tuple[ItemRef, ...]
    sections: tuple[str, ...]
    section_refs: tuple[str, ...]
    not_carried: tuple[str, ...]


def facts_of_test(test: Element) -> PaperFacts:
    """Return what a test says of its items."""
    refs = list(_refs(test, ""))
    is_own = test.get("toolName") == "exam-server"  # all it says stands in the manifest too
    return PaperFacts(
        test.get("identifier"),
        test.get("title") or test.get("identifier"),
        tuple(refs),
        tuple(dict.fromkeys(each.section for each in refs)),
        tuple(each.get("href") for each in test.find("assessmentSectionRef")),
        () if is_own else tuple(name for name in NOT_CARRIED if test.find(name)),
    )


def _refs(element: Element, section: str) -> Iterator[ItemRef]:
    for each in element.elements():
        if each.name == "assessmentItemRef":
            yield ItemRef(each.get("href"), section)
        elif each.name == "assessmentSection":
            yield from _refs(each, each.get("title") or each.get("identifier") or section)
        else:
            yield from _refs(each, section)
