"""Word documents (.docx) of paragraphs: text, pictures, tables, and equations as equations."""

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image

from exam_server.documents.formulas import FormulaError, formula_tree
from exam_server.documents.omml import equation
from exam_server.documents.rich_text import rich_nodes

Node = list[Any]
EMU: Final = 9525  # a pixel at 96 to the inch
WIDEST: Final = 560  # pixels that a page's line holds
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LATEX: Final = re.compile(r'<(span|div)\b[^>]*?\bdata-latex="([^"]*)"[^>]*></\1>')
FILLED: Final = {"blank": "____", "brackets": "（　　）"}
LINES: Final = frozenset({"paragraph", "list", "numbered", "table"})
WHEN: Final = (1980, 1, 1, 0, 0, 0)  # the same items make the same file
NAMESPACES: Final = " ".join(
    f'xmlns:{name}="http://schemas.openxmlformats.org/{path}"'
    for name, path in (
        ("w", "wordprocessingml/2006/main"),
        ("m", "officeDocument/2006/math"),
        ("r", "officeDocument/2006/relationships"),
        ("wp", "drawingml/2006/wordprocessingDrawing"),
        ("a", "drawingml/2006/main"),
        ("pic", "drawingml/2006/picture"),
    )
)
TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="jpg" ContentType="image/jpeg"/>'
    '<Default Extension="gif" ContentType="image/gif"/>'
    '<Default Extension="webp" ContentType="image/webp"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.styles+xml"/></Types>'
)
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?><w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault>'
    '<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'
    '<w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr>'
    '<w:keepNext/><w:spacing w:before="240" w:after="80"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/>'
    "</w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr>'
    '<w:spacing w:after="160"/><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/>'
    "</w:rPr></w:style></w:styles>"
)


@dataclass
class WordFile:
    """A document being written: its paragraphs and the pictures they show."""

    pictures: Mapping[str, bytes]  # by the name that ``media:`` gives
    body: list[str] = field(default_factory=list)
    shown: dict[str, tuple[str, int, int]] = field(default_factory=dict)  # part, width, height

    def line(self, text: str, *, style: str = "") -> None:
        """Add a paragraph of plain text."""
        runs = "<w:r><w:br/></w:r>".join(map(_run, text.split("\n")))
        self.body.append(_paragraph(runs, style))

    def html(self, before: str, text: str, after: str = "") -> None:
        """Add an item's HTML, with plain text before and after it in the same lines."""
        self.nodes(before, rich_nodes(_without_unsettable(text), self.name), after)

    def nodes(self, before: str, nodes: Sequence[Node], after: str = "") -> None:
        """Add nodes (``rich_text.py``), with plain text before and after in the same lines."""
        lines = self.lines(nodes)
        lines[0] = _run(before) + lines[0] if not lines[0].startswith("<w:tbl>") else lines[0]
        if before and lines[0].startswith("<w:tbl>"):
            lines.insert(0, _run(before))
        lines[-1] += "" if lines[-1].startswith("<w:tbl>") else _run(after)
        self.body += [each if each.startswith("<w:tbl>") else _paragraph(each) for each in lines]

    def name(self, address: str) -> str | None:
        """Return the part a picture is kept in; ``None`` for one that is not there."""
        digest = address.removeprefix("media:")
        return digest if digest in self.pictures else None

    def lines(self, nodes: Sequence[Node]) -> list[str]:
        """Return nodes as lines of runs, and tables."""
        made: list[str] = [""]
        for node in nodes:
            if node[0] not in LINES:
                made[-1] += self.runs([node])
                continue
            if made[-1]:
                made.append("")
            made[-1:] = [*self.block(node), ""]
        return made[:-1] if len(made) > 1 and not made[-1] else made

    def block(self, node: Node) -> list[str]:
        """Return a paragraph, list or table as lines."""
        if node[0] == "paragraph":
            return (
                self.lines(node[1]) if any(e[0] in LINES for e in node[1]) else [self.runs(node[1])]
            )
        if node[0] == "table":
            return [self.table(node[1], node[2])]
        signs = (f"{n}) " if node[0] == "numbered" else "• " for n in range(1, len(node[1]) + 1))
        return [
            _run(sign if not place else "  ") + line
            for sign, entry in zip(signs, node[1], strict=True)
            for place, line in enumerate(self.lines(entry))
        ]

    def runs(self, nodes: Sequence[Node], look: str = "") -> str:
        """Return what stands in one line."""
        return "".join(self.run(node, look) for node in nodes)

    def run(self, node: Node, look: str) -> str:
        """Return one node of a line."""
        kind, *rest = node
        if kind == "text":
            return _run(rest[0], look)
        if kind == "break":
            return "<w:r><w:br/></w:r>"
        if kind in FILLED:
            return _run(FILLED[kind], look)
        if kind == "formula":
            return equation(rest[0]["formula"])
        if kind == "picture":
            return self.drawn(rest[0], rest[1])
        return self.runs(rest[0], look + LOOKS.get(kind, ""))

    def drawn(self, digest: str, words: str) -> str:
        """Return a picture, no wider than the page."""
        part, width, height = self.part(digest)
        scale = min(1.0, WIDEST / max(1, width))
        wide, high = (int(each * scale * EMU) for each in (width, height))
        place = list(self.shown).index(digest) + 1
        return (
            f'<w:r><w:drawing><wp:inline><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{place}"'
            f' name="{part}" descr="{html.escape(_writable(words))}"/><a:graphic><a:graphicData '
            'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{place}" name="{part}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
            f'<a:blip r:embed="rId{place + 1}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
            "</a:graphic></wp:inline></w:drawing></w:r>"
        )

    def part(self, digest: str) -> tuple[str, int, int]:
        """Return the part a picture is kept in, and its size in pixels."""
        if digest not in self.shown:
            with Image.open(io.BytesIO(self.pictures[digest])) as picture:
                kind = str(picture.format).lower().replace("jpeg", "jpg").replace("mpo", "jpg")
                self.shown[digest] = (f"{digest.partition('.')[0][:24]}.{kind}", *picture.size)
        return self.shown[digest]

    def table(self, columns: int, cells: Sequence[Sequence[Any]]) -> str:
        """Return a table; a cell over several rows stands in its first."""
        rows: dict[int, list[str]] = {}
        for x, y, wide, _high, is_head, inside in sorted(
            cells, key=lambda cell: (cell[1], cell[0])
        ):
            row = rows.setdefault(y, [])
            row += [_cell("", 1)] * max(0, x - len(row))
            look = "<w:b/>" if is_head else ""
            lines = [self.runs(inside, look)] if look else self.lines(inside)
            row.append(_cell("".join(map(_paragraph, lines)), wide))
        grid = "<w:gridCol/>" * columns
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        made = "".join(f"<w:tr>{''.join(row)}</w:tr>" for _, row in sorted(rows.items()))
        look = f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>"
        return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"

    def whole(self) -> bytes:
        """Return the document."""
        document = (
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES}><w:body>'
            f'{"".join(self.body)}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" '
            'w:right="1134" w:bottom="1134" w:left="1134"/></w:sectPr></w:body></w:document>'
        )
        parts: dict[str, bytes | str] = {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
            "word/document.xml": document,
            "word/styles.xml": STYLES,
            "word/_rels/document.xml.rels": _relations(
                [("styles", "styles.xml")]
                + [("image", f"media/{part}") for part, _, _ in self.shown.values()]
            ),
        }
        parts |= {
            f"word/media/{part}": self.pictures[digest]
            for digest, (part, _, _) in self.shown.items()
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in parts.items():
                archive.writestr(zipfile.ZipInfo(name, WHEN), body, zipfile.ZIP_DEFLATED)
        return packed.getvalue()


LOOKS: Final[Mapping[str, str]] = {
    "strong": "<w:b/>",
    "underline": '<w:u w:val="single"/>',
    "sub": '<w:vertAlign w:val="subscript"/>',
    "sup": '<w:vertAlign w:val="superscript"/>',
}


def _run(text: str, look: str = "") -> str:
    if not text:
        return ""
    shown = html.escape(_writable(text), quote=False)
    style = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{shown}</w:t></w:r>'


def _paragraph(inside: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}{inside}</w:p>"


def _cell(inside: str, wide: int) -> str:
    span = f'<w:tcPr><w:gridSpan w:val="{wide}"/></w:tcPr>' if wide > 1 else ""
    return f"<w:tc>{span}{inside or '<w:p/>'}</w:tc>"


def _relations(wanted: Sequence[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(wanted, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats'
        f'.org/package/2006/relationships">{made}</Relationships>'
    )


def _writable(text: str) -> str:
    return UNWRITABLE.sub("", text)


def _without_unsettable(text: str) -> str:
    """Return HTML in which a formula that cannot be set stands as its LaTeX between ``$``."""

    def checked(found: re.Match[str]) -> str:
        try:
            formula_tree(html.unescape(found[2]))
        except FormulaError:
            return f"${found[2]}$"
        return found[0]

    return LATEX.sub(checked, text)
