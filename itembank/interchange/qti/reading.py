"""Reading QTI: a package, a file, or files side by side, as items with what became of each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from itembank.interchange.checking import LONGEST_CODE, LONGEST_NAME, LONGEST_PART
from itembank.interchange.guards import is_archive
from itembank.interchange.qti.elements import OWN_TOOL, Element, parse_xml
from itembank.interchange.qti.finding import (
    Found,
    Reading,
    Source,
    find,
    find_referenced,
    in_order,
    plain_code,
)
from itembank.interchange.qti.items import read_item
from itembank.interchange.qti.packages import Files, Resource, resources_of, unzipped
from itembank.interchange.qti.paper_finding import papers_in
from itembank.interchange.qti.paper_structures import ItemAsRead, highest_score
from itembank.interchange.qti.parts import ShapeError
from itembank.interchange.qti.question_reading import ItemRead
from itembank.interchange.qti.translated import with_translations
from itembank.interchange.qti.values import UnscorableError
from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    UnreadableError,
)
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
BLACKBOARD: Final = "assessment/x-bb-qti"
ITEM_KINDS: Final = (
    "item",
    "assessment",
    "qti",
    "test",
    "stimulus",
    "section",
    "learning-application-resource",
)


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
    name = resource.href.lower().partition("?")[0]
    if name.endswith(".dat"):
        return resource.kind.startswith(BLACKBOARD)
    return name.endswith(".xml") and any(each in resource.kind for each in ITEM_KINDS)


def _parsed(reading: Reading, sources: Sequence[Source], name: str) -> Parsed:
    for source in sources:
        find(reading, source, is_alone=len(sources) == 1)
    find_referenced(reading)
    items = in_order(reading)
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
        papers=tuple(papers_in(reading)),
    )


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
        reading.read[found.ref or found.path] = ItemAsRead(
            code, made.type, highest_score(found.element)
        )
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
    path = facts.path or ((plain_code(title, "QTI"), title), ("S0", title))
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
