"""Reading QTI: a package, a file, or files side by side, as items with what became of each."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from itembank.interchange.checking import LONGEST_CODE, LONGEST_NAME, LONGEST_PART
from itembank.interchange.guards import is_archive
from itembank.interchange.qti.assessment_tests import PaperFacts, facts_of_test
from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.qti.items import OWN_TOOL, ItemRead, read_item
from itembank.interchange.qti.metadata import ItemFacts, facts_of
from itembank.interchange.qti.packages import Files, Resource, resources_of, unzipped
from itembank.interchange.qti.parts import ShapeError
from itembank.interchange.qti.qti12 import items_of_qti12
from itembank.interchange.qti.translated import with_translations
from itembank.interchange.qti.values import UnscorableError
from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    UnreadableError,
)
from itembank.interchange.sources import MOST_ROWS
from itembank.lifecycle import STATES

FORMAT: Final = "qti"
BEGINNING: Final = 20_000
NAMES: Final = (
    b"assessmentItem",
    b"assessment-item",
    b"assessmentTest",
    b"assessment-test",
    b"questestinterop",
)
OFFICE: Final = b"[Content_Types].xml"
ITEM_KINDS: Final = (
    "item",
    "assessment",
    "qti",
    "test",
    "stimulus",
    "section",
    "learning-application-resource",
)
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


@dataclass
class Reading:
    """What has been found so far."""

    files: Files
    items: list[Found] = field(default_factory=list)
    tests: list[tuple[str, PaperFacts]] = field(default_factory=list)
    refused: list[RowFinding] = field(default_factory=list)
    remarks: list[RowFinding] = field(default_factory=list)
    refused_paths: set[str] = field(default_factory=set)
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


def is_qti(data: bytes, name: str = "") -> bool:
    """Say whether a file looks like QTI."""
    if is_archive(data):
        return OFFICE not in data and not name.lower().endswith((".xlsx", ".docx", ".ods"))
    if name.lower().endswith(".zip"):
        return True
    start = data[:BEGINNING].replace(b"\0", b"")
    return b"<" in start[:100] and any(each in start for each in NAMES)


def is_loose(data: bytes, name: str) -> bool:
    """Say whether a file is QTI that may lie beside others."""
    return not is_archive(data) and is_qti(data, name)


def read_qti(data: bytes, pictures: Mapping[str, PictureFile], name: str = "") -> Parsed:
    """Read a package, or one file with its pictures beside it.

    Raises UnreadableError: ``qti_no_manifest``, ``qti_nothing_in_it``, and those of
    ``parse_xml`` and ``unzipped``.
    """
    if is_archive(data) or name.lower().endswith(".zip"):
        bodies = unzipped(data)
        sources = [Source(each.href, each) for each in resources_of(bodies) if _may_hold(each)]
        return _parsed(Reading(Files(bodies), is_package=True), sources, name)
    return read_qti_files({name or "item.xml": data}, pictures)


def read_qti_files(bodies: Mapping[str, bytes], pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read files that lie side by side; raises UnreadableError."""
    beside = {each: picture.body for each, picture in pictures.items()}
    files = Files({**beside, **bodies})
    return _parsed(Reading(files), [Source(each) for each in bodies], next(iter(bodies)))


def _may_hold(resource: Resource) -> bool:
    is_xml = resource.href.lower().partition("?")[0].endswith(".xml")
    return is_xml and any(each in resource.kind for each in ITEM_KINDS)


def _parsed(reading: Reading, sources: Sequence[Source], name: str) -> Parsed:
    for source in sources:
        _find(reading, source, is_alone=len(sources) == 1)
    _find_referenced(reading)
    items = _in_order(reading)
    if not items and not reading.refused:
        raise UnreadableError("qti_nothing_in_it")
    title = name.rpartition("/")[2].rpartition(".")[0] or "QTI"
    drafts, losses, language = _drafts(reading, items, title)
    remarks = [*reading.remarks, *_test_remarks(reading)]
    return Parsed(
        FORMAT,
        tuple(drafts),
        tuple(reading.refused),
        (*remarks, *losses),
        language=language,
    )


def _find(reading: Reading, source: Source, *, is_alone: bool) -> None:
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
    elif root.name == "questestinterop":
        _add_qti12(reading, root, path)
    elif root.name not in (
        "assessmentSection",
        "assessmentStimulus",
        "assessmentResult",
        "manifest",
    ):
        reading.refuse(name or path, "qti_not_qti", {"element": root.name[:60]})


def _add_qti12(reading: Reading, root: Element, path: str) -> None:
    paper = items_of_qti12(root)
    if paper.facts is not None:
        reading.tests.append((path, paper.facts))
    for element, section in paper.items:
        facts = ItemFacts(path=_section_path(paper.facts, section))
        reading.items.append(Found(element, path, facts))
    if not paper.items:
        reading.refuse(path, "qti_nothing_in_it", {})


def _section_path(facts: PaperFacts | None, section: int) -> tuple[tuple[str, str], ...]:
    if facts is None:
        return ()
    title = facts.sections[section] if section < len(facts.sections) else facts.title
    return ((_code(facts.identifier, "Q1"), facts.title), (f"S{section + 1}", title))


def _find_referenced(reading: Reading) -> None:
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
                _find(reading, Source(found), is_alone=False)


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


def _in_order(reading: Reading) -> list[Found]:
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
    return ((_code(test.identifier, "Q1"), title), (f"S{number}", section or title))


def _code(said: str, usual: str) -> str:
    return PLAIN_CODE.sub("_", said).strip("_")[:LONGEST_PART] or usual


def _drafts(
    reading: Reading, items: Sequence[Found], title: str
) -> tuple[list[DraftItem], list[RowFinding], str]:
    drafts: list[DraftItem] = []
    losses: list[RowFinding] = []
    names: set[str] = set()
    read: list[tuple[DraftItem, Found]] = []
    for found in items:
        code = _own_code(found, names)
        row = reading.next_row()
        try:
            made = read_item(_with_stimulus(found, reading.files), _Pictures(reading.files, found))
        except (ShapeError, UnscorableError) as error:
            refused = RowFinding(row, code, "item", error.code, dict(error.detail))
            reading.refused.append(refused)
            continue
        if made.reason is not None and made.reason[0] == "qti_no_key":
            reading.refused.append(RowFinding(row, code, "key", "qti_no_key"))
            continue
        draft = _draft(made, found, code, row, title)
        read.append((draft, found))
        losses += _losses(made, code, row)
    drafts, more = with_translations(
        [(draft, found.facts, found.resource) for draft, found in read]
    )
    return drafts, [*losses, *more], _language(items)


class _Pictures:
    """Finds the pictures an item names."""

    def __init__(self, files: Files, found: Found) -> None:
        self.files, self.path = files, found.path

    def __call__(self, href: str) -> PictureFile | None:
        return self.files.picture(href, self.path)


def _own_code(found: Found, names: set[str]) -> str:
    own = found.element.get("label") if _is_own(found) else ""
    said = (own or found.element.get("identifier") or found.resource or found.path)[:LONGEST_CODE]
    if found.facts.version_of:
        return said
    code, n = said, 2
    while code in names:
        end = f"-{n}"
        code, n = f"{said[: LONGEST_CODE - len(end)]}{end}", n + 1
    names.add(code)
    return code


def _with_stimulus(found: Found, files: Files) -> Element:
    """Return an item with the material it shares before its own text."""
    material: list[Element | str] = []
    for ref in found.element.find("assessmentStimulusRef"):
        path = files.find(ref.get("href"), found.path)
        if path is None:
            raise ShapeError("qti_file_missing", file=ref.get("href")[-120:])
        try:
            stimulus = parse_xml(files.bodies[path])
        except UnreadableError as error:
            raise ShapeError(error.code, **error.detail) from None
        material += [each for body in stimulus.all("stimulusBody") for each in body.children]
    body = found.element.first("itemBody")
    if not material or body is None:
        return found.element
    box = Element("div", {}, material)
    changed = Element("itemBody", body.attributes, [box, *body.children], body.namespace)
    children = [changed if each is body else each for each in found.element.children]
    return Element("assessmentItem", found.element.attributes, children)


def _draft(made: ItemRead, found: Found, code: str, row: int, title: str) -> DraftItem:
    facts = found.facts
    path = facts.path or ((_code(title, "QTI"), title), ("S0", title))
    state = facts.state if facts.state in STATES else "active"
    if made.reason is not None:
        state = "draft"
    return DraftItem(
        code=code,
        path=tuple((each[:LONGEST_PART], name[:LONGEST_NAME]) for each, name in path),
        type=made.type,
        content=made.content,
        key=made.key,
        pictures=made.pictures,
        row=row,
        difficulty=facts.difficulty,
        explanation=made.explanation or ("" if _is_own(found) else None),
        explanations={} if _is_own(found) else None,
        state=state,
    )


def _is_own(found: Found) -> bool:
    return found.element.get("toolName") == OWN_TOOL


def _losses(made: ItemRead, code: str, row: int) -> Iterator[RowFinding]:
    if made.reason is not None:
        reason, detail = made.reason
        yield RowFinding(row, code, "key", reason, dict(detail), is_loss=True)
    for loss, what in sorted(made.losses.items()):
        said = ", ".join(sorted(what))[:200]
        name = "figure" if loss == "figure_missing" else "what"
        yield RowFinding(row, code, "item", loss, {name: said}, is_loss=True)


def _test_remarks(reading: Reading) -> Iterator[RowFinding]:
    for _, test in reading.tests:
        if test.not_carried:
            detail: dict[str, object] = {
                "test": test.title[:80],
                "what": ", ".join(test.not_carried),
            }
            yield RowFinding(
                0, test.identifier[:LONGEST_CODE], "test", "qti_test_not_carried", detail
            )


def _language(items: Sequence[Found]) -> str:
    """Return the language most items are in, by our tags."""
    said = [each.element.get("xml:lang") for each in items if not each.facts.version_of]
    counted = Counter(language_tag(each) for each in said if each)
    return counted.most_common(1)[0][0] if counted else ""


def language_tag(said: str) -> str:
    """Return our tag of a language.

    Examples
    --------
    >>> language_tag("zh-CN"), language_tag("en-US"), language_tag("zh-Hans-CN")
    ('zh_Hans_CN', 'en', 'zh_Hans_CN')
    """
    parts = said.split("-")
    if parts[0].lower() == "zh":
        return "zh_Hant_TW" if {"Hant", "TW", "HK"} & set(parts) else "zh_Hans_CN"
    return parts[0].lower()
