"""Finding the items of QTI in files: what manifests list, tests name and roots hold."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from itembank.interchange.checking import LONGEST_CODE, LONGEST_PART
from itembank.interchange.qti.assessment_tests import PaperFacts, facts_of_test
from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.qti.metadata import ItemFacts, facts_of
from itembank.interchange.qti.packages import Files, Resource
from itembank.interchange.qti.paper_structures import ItemAsRead
from itembank.interchange.qti.qti12 import items_of_qti12
from itembank.interchange.report import RowFinding, UnreadableError
from itembank.interchange.sources import MOST_ROWS

BESIDE: Final = ("assessmentSection", "assessmentStimulus", "assessmentResult", "manifest")
PLAIN_CODE: Final = re.compile(r"[^0-9A-Za-z_.\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Source:
    """A file that may hold items: where it lies, and what a manifest says of it."""

    path: str
    resource: Resource | None = None


@dataclass
class Found:
    """An item's element, before it is read."""

    element: Element
    path: str
    facts: ItemFacts
    resource: str = ""
    ref: str = ""  # how a test names it, where that is not by its path


@dataclass
class Reading:
    """What has been found so far."""

    files: Files
    items: list[Found] = field(default_factory=list)
    tests: list[tuple[str, PaperFacts]] = field(default_factory=list)
    refused: list[RowFinding] = field(default_factory=list)
    remarks: list[RowFinding] = field(default_factory=list)
    refused_paths: set[str] = field(default_factory=set)
    roots: list[tuple[str, Element]] = field(default_factory=list)  # of tests
    read: dict[str, ItemAsRead] = field(default_factory=dict)  # items by their path
    is_package: bool = False
    row: int = 0

    def path_of(self, href: str, beside: str) -> str | None:
        """Return the file an item's reference means; side by side its bare name is enough."""
        found = self.files.find(href, beside)
        if found is not None or self.is_package:
            return found
        return self.files.by_name.get(href.rpartition("/")[2].lower()) or None

    def next_row(self) -> int:
        """Return the number of the next item."""
        self.row += 1
        if self.row > MOST_ROWS:
            raise UnreadableError("too_many_rows", most=MOST_ROWS)
        return self.row

    def refuse(self, name: str, code: str, detail: dict[str, object]) -> None:
        """Note that a file cannot be taken."""
        self.refused.append(RowFinding(self.next_row(), name[:LONGEST_CODE], "file", code, detail))


def find(reading: Reading, source: Source, *, is_alone: bool) -> None:
    """Add the items and tests of a file, or say why there are none."""
    path = reading.files.find(source.path)
    name = source.resource.name if source.resource else source.path
    missing = _missing(reading.files, source.resource)
    if path is None or missing:
        reading.refused_paths.add(path or source.path)
        reading.refuse(name, "qti_file_missing", {"file": (missing or source.path)[-120:]})
        return
    try:
        root = parse_xml(reading.files.bodies[path])
    except UnreadableError as error:
        if is_alone and source.resource is None:
            raise
        reading.refused_paths.add(path)
        reading.refuse(name, error.code, error.detail)
        return
    _add(reading, root, path, source)


def _missing(files: Files, resource: Resource | None) -> str:
    """Return a file that a manifest lists for a resource and that is not there."""
    listed = resource.files if resource is not None else ()
    return next((each for each in listed if "://" not in each and files.find(each) is None), "")


def _add(reading: Reading, root: Element, path: str, source: Source) -> None:
    facts = facts_of(source.resource.element) if source.resource else ItemFacts()
    name = source.resource.name if source.resource else ""
    if root.name == "assessmentItem":
        reading.items.append(Found(root, path, facts, name))
    elif root.name == "assessmentTest":
        reading.tests.append((path, facts_of_test(root)))
        reading.roots.append((path, root))
    elif root.name == "questestinterop":
        _add_qti12(reading, root, path)
    elif root.name not in BESIDE and not _is_beside(source.resource):
        reading.refuse(name or path, "qti_not_qti", {"element": root.name[:60]})


def _is_beside(resource: Resource | None) -> bool:
    """Say whether a manifest lists a file beside its items, such as the settings of a quiz."""
    return resource is not None and "learning-application-resource" in resource.kind


def _add_qti12(reading: Reading, root: Element, path: str) -> None:
    paper = items_of_qti12(root)
    if paper.facts is not None:
        reading.tests.append((path, paper.facts))
    if paper.test is not None:
        reading.roots.append((path, paper.test))
    for number, (element, section) in enumerate(paper.items):
        facts = ItemFacts(path=_section_path(paper.facts, section))
        reading.items.append(Found(element, path, facts, ref=f"{path}#{number}"))
    if not paper.items:
        reading.refuse(path, "qti_nothing_in_it", {})


def _section_path(facts: PaperFacts | None, section: int) -> tuple[tuple[str, str], ...]:
    if facts is None:
        return ()
    whole = facts.title or "QTI"
    title = facts.sections[section] if section < len(facts.sections) else whole
    return ((plain_code(facts.identifier, "Q1"), whole), (f"S{section + 1}", title or whole))


def find_referenced(reading: Reading) -> None:
    """Add items that tests name and no manifest lists; name those that are not there."""
    known = {each.path for each in reading.items}
    for path, test in list(reading.tests):
        for href in test.section_refs:
            _add_section(reading, path, href)
        for ref in test.refs:
            found = reading.path_of(ref.href, path)
            if (
                found in known
                or found in reading.refused_paths
                or ref.href in reading.refused_paths
            ):
                continue
            known.add(found or ref.href)
            if found is None:
                reading.refused_paths.add(ref.href)
                reading.refuse(ref.href[-60:], "qti_file_missing", {"file": ref.href[-120:]})
            else:
                find(reading, Source(found), is_alone=False)


def _add_section(reading: Reading, path: str, href: str) -> None:
    found = reading.files.find(href, path)
    if found is None:
        reading.refuse(href[-60:], "qti_file_missing", {"file": href[-120:]})
        return
    try:
        section = parse_xml(reading.files.bodies[found])
    except UnreadableError as error:
        reading.refuse(href[-60:], error.code, error.detail)
        return
    reading.tests.append((found, facts_of_test(Element("", {}, [section]))))


def in_order(reading: Reading) -> list[Found]:
    """Return the items as tests take them, then the others; each once, with its place."""
    by_path = {each.path: each for each in reading.items}
    placed: dict[int, Found] = {}
    for path, test in reading.tests:
        sections = {each: n for n, each in enumerate(test.sections, start=1)}
        for ref in test.refs:
            found = by_path.get(reading.path_of(ref.href, path) or "")
            if found is None or id(found) in placed:
                continue
            place = _place(test, ref.section, sections[ref.section])
            facts = found.facts if found.facts.path else replace(found.facts, path=place)
            placed[id(found)] = replace(found, facts=facts)
    return [*placed.values(), *(each for each in reading.items if id(each) not in placed)]


def _place(test: PaperFacts, section: str, number: int) -> tuple[tuple[str, str], ...]:
    title = test.title or "QTI"
    return ((plain_code(test.identifier, "Q1"), title), (f"S{number}", section or title))


def plain_code(said: str, usual: str) -> str:
    """Return a name as the code of a range; ``usual`` where nothing of it is left."""
    return PLAIN_CODE.sub("_", said).strip("_")[:LONGEST_PART] or usual
