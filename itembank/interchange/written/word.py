"""Word documents (.docx): paragraphs with their numbers, equations, pictures and tables."""

import hashlib
import html
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from itembank.interchange.guards import Archive, archive_of, is_archive, xml_of
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.interchange.sources import check_size
from itembank.interchange.written.keys import key_row
from itembank.interchange.written.layout import laid_out
from itembank.interchange.written.omml import M, UnreadableEquationError, latex_of
from itembank.interchange.written.paragraphs import Paragraph, Pieces, Trouble, bare
from itembank.interchange.written.reading import items_of
from itembank.interchange.written.word_numbers import Numbering
from itembank.markup import formula

FORMAT: Final = "written_word"
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
V: Final = "{urn:schemas-microsoft-com:vml}"
OFFICE: Final = "{urn:schemas-microsoft-com:office:office}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
DOCUMENT: Final = "word/document.xml"
RELATIONS: Final = "word/_rels/document.xml.rels"
NUMBERING: Final = "word/numbering.xml"
MIMES: Final = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
HOLDING: Final = {f"{W}{name}" for name in ("ins", "hyperlink", "smartTag", "fldSimple", "moveTo")}
OPTION_CELL: Final = re.compile(r"\s*[（(]?[A-H]\s*[.．、:：)）]")
SPACES: Final = re.compile(r"[\s\u3000]+")


@dataclass
class _Document:
    """What is gathered while a document is walked through."""

    archive: Archive
    pieces: Pieces
    relations: Mapping[str, str]
    numbering: Numbering
    troubles: list[Trouble] = field(default_factory=list)
    number: int = 0  # of the paragraph

    def lost(self, code: str, **detail: object) -> str:
        """Note what could not be read, with its paragraph; return a mark that shows it."""
        self.troubles.append(Trouble(self.number, code, dict(detail)))
        return self.pieces.put("<u>［？］</u>")


def is_word(data: bytes) -> bool:
    """Say whether a file is an archive with a Word document."""
    return is_archive(data) and DOCUMENT.encode() in data


def read_word(data: bytes, _pictures: Mapping[str, PictureFile], source: str) -> Parsed:
    """Read a document, its pictures inside; raises UnreadableError as ``guards`` do."""
    check_size(data)
    archive = archive_of(data)
    if DOCUMENT not in archive.names:
        raise UnreadableError("docx_without_text")
    body = xml_of(archive.read(DOCUMENT)).find(f"{W}body")
    if body is None:
        raise UnreadableError("docx_without_text")
    lists = xml_of(archive.read(NUMBERING)) if NUMBERING in archive.names else None
    document = _Document(archive, Pieces(), _relations(archive), Numbering.of(lists))
    paragraphs = list(_lines(body, document))
    return items_of(
        laid_out(paragraphs), document.pieces, FORMAT, source, troubles=document.troubles
    )


def _relations(archive: Archive) -> dict[str, str]:
    if RELATIONS not in archive.names:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("word", each.get("Target", "")))
        for each in xml_of(archive.read(RELATIONS))
        if each.get("TargetMode") != "External"
    }


def _lines(parent: Iterable[Element], document: _Document) -> Iterator[Paragraph]:
    """Give the lines of paragraphs and tables in turn."""
    for each in parent:
        if each.tag == f"{W}p":
            document.number += 1
            text = document.numbering.label(each) + _text(each, document)
            for line in text.split("\n"):
                yield Paragraph(document.number, line)
        elif each.tag == f"{W}tbl":
            yield from _table(each, document)
        elif each.tag == f"{W}sdt":
            content = each.find(f"{W}sdtContent")
            yield from _lines(content if content is not None else [], document)


def _table(table: Element, document: _Document) -> Iterator[Paragraph]:
    """Give a table as one line, or its cells' lines where options or questions stand in them."""
    rows = [
        [list(_lines(cell, document)) for cell in row.findall(f"{W}tc")]
        for row in table.findall(f"{W}tr")
    ]
    cells = [cell for row in rows for cell in row]
    if any(OPTION_CELL.match(line.text) for cell in cells for line in cell[:1]):
        for cell in cells:
            yield from cell
        return
    said = [[" ".join(bare(line.text) for line in cell) for cell in row] for row in rows]
    if keys := key_row(said):
        yield Paragraph(document.number, keys)
        return
    shown = "".join(
        "<tr>"
        + "".join(
            f"<td>{'<br>'.join(document.pieces.shown(line.text) for line in cell)}</td>"
            for cell in row
        )
        + "</tr>"
        for row in rows
    )
    yield Paragraph(document.number, document.pieces.put(f"<table>{shown}</table>"))


def _text(paragraph: Element, document: _Document) -> str:
    """Return a paragraph's text; equations and pictures are characters that stand for them."""
    return "".join(_inline(each, document) for each in paragraph)


def _inline(each: Element, document: _Document) -> str:
    if each.tag == f"{W}r":
        return _run(each, document)
    if each.tag in {f"{M}oMath", f"{M}oMathPara"}:
        return "".join(_equation(one, document) for one in _equations(each))
    if each.tag in HOLDING:
        return _text(each, document)
    if each.tag == f"{W}sdt":
        content = each.find(f"{W}sdtContent")
        return "" if content is None else _text(content, document)
    return ""


def _equations(each: Element) -> list[Element]:
    return [each] if each.tag == f"{M}oMath" else each.findall(f"{M}oMath")


def _equation(equation: Element, document: _Document) -> str:
    try:
        latex = latex_of(equation)
    except UnreadableEquationError as wrong:
        return document.lost("formula_unread", text=str(wrong)[:40])
    return document.pieces.put(formula(latex)) if latex else ""


def _run(run: Element, document: _Document) -> str:
    look = run.find(f"{W}rPr")
    pieces = [_piece(each, document) for each in run]
    text = "".join(pieces)
    if look is None or not text:
        return text
    raised = look.find(f"{W}vertAlign")
    kind = {"superscript": "sup", "subscript": "sub"}.get(
        "" if raised is None else raised.get(f"{W}val", "")
    )
    line = look.find(f"{W}u")
    is_underlined = line is not None and line.get(f"{W}val") not in {"none", "0"}
    if is_underlined and SPACES.fullmatch(text):
        return "____"
    if kind and text.strip():
        return document.pieces.put(f"<{kind}>{document.pieces.shown(text)}</{kind}>")
    if is_underlined and text.strip("_"):
        return document.pieces.put("<u>") + text + document.pieces.put("</u>")
    return text


def _piece(each: Element, document: _Document) -> str:
    tag = each.tag
    if tag == f"{W}t":
        return each.text or ""
    if tag in {f"{W}tab", f"{W}ptab"}:
        return "\t"
    if tag in {f"{W}br", f"{W}cr"}:
        return "\n"
    if tag == f"{W}noBreakHyphen":
        return "-"
    if tag == f"{W}sym":
        return _symbol(each, document)
    if tag == f"{MC}AlternateContent":
        chosen = each.find(f"{MC}Choice")
        return "".join(_piece(one, document) for one in (chosen if chosen is not None else []))
    if tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
        return _drawing(each, document)
    return ""


def _symbol(each: Element, document: _Document) -> str:
    """Return the ticks and crosses of Word's symbol fonts."""
    code = each.get(f"{W}char", "").upper()
    known = {"F0FC": "√", "F0FB": "×", "F0D6": "√", "F0B4": "×", "F057": "Ω", "F06D": "μ"}
    if code in known:
        return known[code]
    return document.lost("object_not_kept", kind=f"{each.get(f'{W}font', '')} {code}"[:40])


def _drawing(each: Element, document: _Document) -> str:
    names = [blip.get(f"{R}embed", "") for blip in each.iter(f"{A}blip")]
    names += [data.get(f"{R}id", "") for data in each.iter(f"{V}imagedata")]
    described = [one.get("descr") or "" for one in each.iter(DRAWN)]
    objects = [one.get("ProgID", "") for one in each.iter(f"{OFFICE}OLEObject")]
    if objects or not names:
        return document.lost("object_unread", kind=(objects or ["drawing"])[0][:40])
    return "".join(_picture(name, (described or [""])[0], document) for name in names)


def _picture(name: str, words: str, document: _Document) -> str:
    place = document.relations.get(name, "")
    mime = MIMES.get(place.rpartition(".")[2].lower())
    if mime is None or place not in document.archive.names:
        return document.lost("object_not_kept", kind=place.rpartition("/")[2][:40] or "picture")
    picture = PictureFile(document.archive.read(place), mime)
    digest = hashlib.sha256(picture.body).hexdigest()
    document.pieces.pictures[digest] = picture
    return document.pieces.put(f'<img src="media:{digest}" alt="{html.escape(words or "附图")}">')
