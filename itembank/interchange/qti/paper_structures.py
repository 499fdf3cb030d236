"""The structure of QTI tests (2.1, 2.2, 3.0) as papers: sections of one type and mark, in order.

A paper of ours has sections of items of one type with the same mark, all shown to everybody;
the marks of a section are added up. What a test says beyond that is told: ``losses`` were
carried without it, ``refusals`` mean that the paper would be another one, and is not made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import groupby
from math import ceil
from typing import Final

from itembank.interchange.qti.elements import Element
from itembank.interchange.report import PaperRead, SectionRead

HUNDREDTH: Final = Decimal("0.01")
HIGHEST: Final = Decimal(100)
DEEPEST: Final = 20
LONGEST_TITLE: Final = 100
MINUTE_S: Final = 60
# Names of what a paper cannot say, as they stand in the file.
REFUSED: Final = ("preCondition", "branchRule", "selection")
LOST: Final = ("itemSessionControl", "testFeedback", "rubricBlock", "templateDefault")
SUMS: Final = frozenset({"sum", "testVariables", "variable", "numberPresented", "baseValue"})


@dataclass(frozen=True)
class ItemAsRead:
    """An item that a test names, as it was read: its code, its type, its highest score."""

    code: str
    type: str
    most: Decimal = Decimal(1)


@dataclass(frozen=True)
class _Place:
    """An item's place in a test."""

    section: str
    item: ItemAsRead
    mark: Decimal


@dataclass
class _Found:
    """What is found on the way through a test."""

    find_item: Callable[[str, str], ItemAsRead | None]
    open_section: Callable[[str, str], tuple[str, Element] | None]
    places: list[_Place] = field(default_factory=list)
    losses: dict[str, set[str]] = field(default_factory=dict)
    refusals: dict[str, set[str]] = field(default_factory=dict)

    def lose(self, code: str, what: str) -> None:
        self.losses.setdefault(code, set()).add(what)

    def refuse(self, code: str, what: str) -> None:
        self.refusals.setdefault(code, set()).add(what)


def as_paper(
    test: Element,
    path: str,
    find_item: Callable[[str, str], ItemAsRead | None],
    open_section: Callable[[str, str], tuple[str, Element] | None],
) -> PaperRead:
    """Return a test as a paper.

    ``find_item`` returns the item that an address beside a path means, ``open_section`` the
    path and element of a section in a file of its own.
    """
    found = _Found(find_item, open_section)
    parts = test.all("testPart")
    if len(parts) > 1:
        found.lose("test_parts", str(len(parts)))
    for part in parts:
        _look_around(found, part)
        _walk(found, part, path, (), 0)
    if not found.places and not found.refusals:
        found.refuse("test_without_items", test.get("identifier"))
    _look_at_scoring(found, test)
    _look_around(found, test, is_timed=True)
    return PaperRead(
        identifier=test.get("identifier"),
        title=(test.get("title") or test.get("identifier"))[:200],
        minutes=_minutes(test),
        sections=tuple(_sections(found.places)),
        losses=tuple(_told(found.losses)),
        refusals=tuple(_told(found.refusals)),
    )


def _told(found: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    for code, what in sorted(found.items()):
        yield code, ", ".join(sorted(what))[:300]


def _walk(found: _Found, element: Element, path: str, titles: tuple[str, ...], depth: int) -> None:
    if depth > DEEPEST:
        found.refuse("test_too_deep", str(DEEPEST))
        return
    for each in element.elements():
        if each.name == "assessmentSection":
            _walk_section(found, each, path, titles, depth)
        elif each.name == "assessmentSectionRef":
            opened = found.open_section(each.get("href"), path)
            if opened is None:
                found.refuse("test_file_missing", each.get("href")[-120:])
            else:
                _walk_section(found, opened[1], opened[0], titles, depth)
        elif each.name == "assessmentItemRef":
            _take(found, each, path, " · ".join(titles))


def _walk_section(
    found: _Found, section: Element, path: str, titles: tuple[str, ...], depth: int
) -> None:
    _look_around(found, section)
    name = section.get("title") or section.get("identifier")
    ordering = section.first("ordering")
    if ordering is None or ordering.get("shuffle") != "true":
        found.lose("test_order", name)
    is_seen = section.get("visible", "true") == "true"
    _walk(found, section, path, (*titles, name) if is_seen else titles, depth + 1)


def _look_around(found: _Found, element: Element, *, is_timed: bool = False) -> None:
    """Note the rules of a part, a section or an item's place that no paper of ours has.

    ``is_timed`` is the test itself, whose time a paper has.
    """
    name = element.get("identifier")
    for rule in REFUSED:
        if element.all(rule) and not (rule == "selection" and _takes_all(element)):
            found.refuse("test_branches", f"{rule} ({name})")
    for rule in LOST:
        if element.all(rule):
            found.lose("test_rule", f"{rule} ({name})")
    if element.all("timeLimits") and not is_timed:
        found.lose("test_time", name)
    if element.get("fixed") == "true":
        found.lose("test_order", name)


def _takes_all(section: Element) -> bool:
    selection = section.first("selection")
    names = ("assessmentItemRef", "assessmentSection", "assessmentSectionRef")
    wanted = selection.get("select") if selection is not None else ""
    is_repeating = selection is not None and selection.get("withReplacement") == "true"
    return wanted == str(len(section.all(*names))) and not is_repeating


def _take(found: _Found, ref: Element, path: str, section: str) -> None:
    _look_around(found, ref)
    item = found.find_item(ref.get("href"), path)
    if item is None:
        found.refuse("test_item_not_carried", ref.get("identifier") or ref.get("href")[-60:])
        return
    weights = ref.all("weight")
    if len(weights) > 1:
        found.lose("test_weights", ref.get("identifier"))
    exact = _number(weights[0].get("value")) if weights else Decimal(1)
    mark = None if exact is None else exact * item.most
    if mark is None or not 0 < mark <= HIGHEST or mark < HUNDREDTH:
        found.refuse("test_mark", f"{ref.get('identifier')}: {mark if mark is not None else '?'}")
        return
    rounded = mark.quantize(HUNDREDTH)
    if rounded != mark:
        found.lose("test_mark_rounded", f"{ref.get('identifier')}: {mark} → {rounded}")
    found.places.append(_Place(section, item, rounded))


def _number(said: str) -> Decimal | None:
    try:
        number = Decimal(said.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _look_at_scoring(found: _Found, test: Element) -> None:
    """Note outcome processing beyond a sum, and sums that leave marks out."""
    processing = test.first("outcomeProcessing")
    if processing is None:
        return
    for each in processing.elements():
        inside = {one.name for one in each.walk()} - {each.name}
        if each.name != "setOutcomeValue" or not inside <= SUMS:
            found.lose("test_outcomes", each.get("identifier") or each.name)
    chosen = [
        each.get("identifier") or "testVariables"
        for each in processing.find("testVariables")
        if each.get("includeCategory") or each.get("excludeCategory")
    ]
    if chosen:
        found.lose("test_outcomes", "includeCategory / excludeCategory")


def _minutes(test: Element) -> int | None:
    limits = test.first("timeLimits")
    seconds = _number(limits.get("maxTime")) if limits is not None else None
    if seconds is None or seconds <= 0:
        return None
    return max(1, ceil(seconds / MINUTE_S))


def _sections(places: Sequence[_Place]) -> Iterator[SectionRead]:
    def alike(place: _Place) -> tuple[str, str, Decimal]:
        return place.section, place.item.type, place.mark

    for (title, kind, mark), some in groupby(places, key=alike):
        codes = tuple(each.item.code for each in some)
        yield SectionRead(title[:LONGEST_TITLE], kind, mark, codes)


def highest_score(item: Element) -> Decimal:
    """Return the most an item gives, as it says itself; 1 where it says nothing."""
    for declared in item.all("outcomeDeclaration"):
        if declared.get("identifier") == "MAXSCORE":
            said = [_number(each.text()) for each in declared.find("value")]
            if said and said[0] is not None and said[0] > 0:
                return said[0]
    for declared in item.all("outcomeDeclaration"):
        most = _number(declared.get("normalMaximum"))
        if declared.get("identifier") == "SCORE" and most is not None and most > 0:
            return most
    mapped = sum((_mapped(each) for each in item.all("responseDeclaration")), Decimal(0))
    return mapped or Decimal(1)


def _mapped(response: Element) -> Decimal:
    mapping = response.first("mapping")
    if mapping is None:
        return Decimal(0)
    bound = _number(mapping.get("upperBound"))
    if bound is not None:
        return max(bound, Decimal(0))
    values = [_number(each.get("mappedValue")) for each in mapping.all("mapEntry")]
    positive = [each for each in values if each is not None and each > 0]
    is_single = response.get("cardinality") == "single"
    return max(positive, default=Decimal(0)) if is_single else sum(positive, Decimal(0))
