"""A bank as a QTI package: each item a file, once in every language it has, with its pictures."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.item_writing import written_item
from itembank.interchange.qti.metadata import DIFFICULTIES, OWN_SOURCE, VERSION_OF
from itembank.interchange.qti.paper_writing import WHOLE_BANK, OutPaper, paper_test, written_test
from itembank.interchange.qti.question_elements import Writing
from itembank.interchange.qti.xml_writing import EDITIONS, SCHEMA, Edition, document, h, q, to_xml
from itembank.interchange.report import PictureFile
from itembank.items.languages import languages_of, marked_untranslated

LOM: Final = "http://ltsc.ieee.org/xsd/LOM"
ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
LOST_FILE: Final = "not_carried.csv"
STAMP: Final = (2000, 1, 1, 0, 0, 0)  # the same bank makes the same file


@dataclass(frozen=True)
class BankItem:
    """An item as a bank holds it; ``path`` as in ``DraftItem``."""

    code: str
    path: tuple[tuple[str, str], ...]
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    state: str = "active"
    difficulty: int = 3
    explanation: str = ""
    explanations: Mapping[str, str] | None = None


@dataclass(frozen=True)
class BankFacts:
    """What is written of a bank beside its items."""

    title: str
    language: str
    with_keys: bool = True


@dataclass(frozen=True)
class _File:
    """An item's file and its entry in the manifest."""

    name: str
    href: str
    body: bytes
    resource: Element


def written_package(
    bank: BankFacts,
    items: Sequence[BankItem],
    pictures: Mapping[str, PictureFile],
    edition_name: str = "3.0",
    paper: OutPaper | None = None,
    *,
    lost: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """Return the package: of a bank, or of a paper with its sections and marks.

    ``lost`` becomes a table beside the items: codes, and in two languages what is lost.
    Raises ``ValueError`` for an edition that is not written.
    """
    if edition_name not in EDITIONS:
        msg = f"no such edition of QTI: {edition_name!r}"
        raise ValueError(msg)
    edition = EDITIONS[edition_name]
    media = {name: f"media/{name}.{ENDINGS[each.mime]}" for name, each in pictures.items()}
    writing = Writing(edition, {name: f"../{path}" for name, path in media.items()}, bank.with_keys)
    files = [
        file
        for number, item in enumerate(items, start=1)
        for file in _files(number, item, bank, writing, media)
    ]
    whole = {each.href: each.body for each in files}
    whole |= {media[name]: each.body for name, each in pictures.items()}
    made = paper_test(paper) if paper else _test(bank, items)
    whole["test.xml"] = document(made, edition, bank.language.replace("_", "-"))
    if lost:
        whole[LOST_FILE] = _lost_table(lost)
    whole["imsmanifest.xml"] = _manifest(files, edition, has_lost=bool(lost))
    return _zipped(whole)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, STAMP), files[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _files(
    number: int, item: BankItem, bank: BankFacts, writing: Writing, media: Mapping[str, str]
) -> list[_File]:
    made = []
    own = bank.language.replace("_", "-")
    said_in = sorted({*languages_of(item.content), *(item.explanations or {})})
    for language in ("", *said_in):
        content = marked_untranslated(item.content, language, own) if language else item.content
        said = (item.explanations or {}).get(language, "") if language else item.explanation
        root = written_item(item.code, item.type, content, item.key, said, writing)
        tag = (language or bank.language).replace("_", "-")
        name = f"I{number}{'_' + language if language else ''}"
        href = f"items/{name}.xml"
        body = document(root, writing.edition, tag)
        used = [path for name_, path in media.items() if name_.encode() in body]
        original = f"I{number}" if language else ""
        lom = _lom(item, tag, original)
        made.append(_File(name, href, body, _resource(name, href, used, lom, writing.edition)))
    return made


def _resource(name: str, href: str, used: Sequence[str], lom: Element, edition: Edition) -> Element:
    listed = [h("file", href=each) for each in (href, *used)]
    kind = f"imsqti_item_{edition.kind}"
    return h("resource", h("metadata", lom), *listed, identifier=name, type_=kind, href=href)


def _lom(item: BankItem, tag: str, original: str) -> Element:
    status = h("status", h("source", OWN_SOURCE), h("value", item.state))
    hard = DIFFICULTIES[item.difficulty - 1]
    difficulty = h("difficulty", h("source", "LOMv1.0"), h("value", hard))
    taxons = [h("taxon", h("id", code), h("entry", h("string", name))) for code, name in item.path]
    path = h("taxonPath", h("source", h("string", OWN_SOURCE)), *taxons)
    entry = h("identifier", h("catalog", OWN_SOURCE), h("entry", item.code))
    parts = [
        h("general", entry, h("language", tag)),
        h("lifeCycle", status),
        h("educational", difficulty),
        h("classification", path),
    ]
    if original:
        named = h("resource", h("identifier", h("entry", original)))
        kind = h("kind", h("source", "LOMv1.0"), h("value", VERSION_OF))
        parts.insert(3, h("relation", kind, named))
    return Element("lom", {"xmlns": LOM}, [*parts])


def _lost_table(lost: Sequence[tuple[str, str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("Item", "未能带出", "Not carried"), *lost])
    return text.getvalue().encode("utf-8-sig")


def _manifest(files: Sequence[_File], edition: Edition, *, has_lost: bool) -> bytes:
    kind = f"imsqti_test_{edition.kind}"
    depends = [h("dependency", identifierref=each.name) for each in files]
    test = h("resource", h("file", href="test.xml"), *depends, identifier="TEST", type_=kind)
    test.attributes["href"] = "test.xml"
    listed = [each.resource for each in files]
    more = []
    if has_lost:
        beside = h("resource", h("file", href=LOST_FILE), identifier="LOST", type_="webcontent")
        beside.attributes["href"] = LOST_FILE
        more = [beside]
    about = h("metadata", h("schema", "QTI Package"), h("schemaversion", f"{edition.name}.0"))
    whole = Element(
        "manifest",
        {"xmlns": edition.manifest, "xmlns:xsi": SCHEMA, "identifier": "MANIFEST"},
        [
            about,
            Element("organizations"),
            h("resources", test, *listed, *more),
        ],
    )
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + to_xml(whole, edition)).encode()


def _test(bank: BankFacts, items: Sequence[BankItem]) -> Element:
    """Return a test of all items, a section for each point, so that any player shows them."""
    sections: dict[tuple[tuple[str, str], ...], Element] = {}
    for number, item in enumerate(items, start=1):
        section = sections.get(item.path)
        if section is None:
            title = item.path[-1][1] if item.path else bank.title
            named = f"S{len(sections) + 1}"
            section = q("assessmentSection", identifier=named, title=title, visible="true")
            sections[item.path] = section
        section.children.append(
            q("assessmentItemRef", identifier=f"I{number}", href=f"items/I{number}.xml")
        )
    return written_test(WHOLE_BANK, bank.title, list(sections.values()))
