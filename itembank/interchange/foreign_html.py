r"""HTML of other programs as an item may hold it; what does not come along is named.

Kept are paragraphs, lists, tables, bold, underlined, raised and lowered text, pictures that came
along, and formulas in TeX between ``\(…\)``, ``\[…\]`` or ``$$…$$``. Of links and unknown
elements the text stays.
"""

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

from itembank.interchange.report import PictureFile
from itembank.markup import formula

RENAMED: Final = {
    "b": "strong",
    "strong": "strong",
    "ins": "u",
    **dict.fromkeys(("u", "sub", "sup")),
}
KEPT: Final = {
    name: other or name
    for name, other in {
        **RENAMED,
        **dict.fromkeys(("p", "ul", "ol", "li", "table", "tr", "th", "td")),
    }.items()
}
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS: Final = frozenset({"div", "section", "article", "pre", "blockquote", "dl", "dt", "dd"})
UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "head", "title"})
MEDIA: Final = frozenset({"audio", "video", "object", "embed", "iframe", "svg", "canvas", "applet"})
INSIDE_MEDIA: Final = MEDIA - {"embed"}  # elements with an end
LINE_ENDS: Final = frozenset({"br", "hr"})
ALONE: Final = frozenset({"p", "ul", "ol", "table", "li", "tr", "td", "th"})
TEX: Final = re.compile(
    r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$|\$(?!\s)([^$\n]*[\\^_][^$\n]*)(?<!\s)\$",
    re.DOTALL,
)
DATA: Final = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,(.*)", re.DOTALL)
CLOSES: Final = {  # what an element ends inside what holds it
    "td": (("table", "td"), ("table", "th")),
    "th": (("table", "td"), ("table", "th")),
    "tr": (("table", "td"), ("table", "th"), ("table", "tr")),
    "li": (("ul", "li"), ("ol", "li")),
}
LINE_TAIL: Final = re.compile(r"(?<!\s)(?:<br>|\s)++(</p>|$)")
SPAN: Final = re.compile(r"[1-9][0-9]?")
TAG: Final = re.compile(r"<[A-Za-z!/][^>]*>")
ONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


@dataclass
class Converted:
    """What has been made of texts: pictures they show, and what was left out (code, detail)."""

    pictures: dict[str, PictureFile] = field(default_factory=dict)
    losses: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def lost(self, code: str, **detail: object) -> None:
        """Note once that something does not come along."""
        if (code, detail) not in self.losses:
            self.losses.append((code, detail))


def converted(text: str, files: Mapping[str, PictureFile], made: Converted) -> str:
    r"""Return HTML that an item may hold; pictures and losses are added to ``made``.

    Examples
    --------
    >>> converted("<h2>A</h2><script>x</script><em>b</em> \\(x^2\\)<br/>c", {}, Converted())
    '<p><strong>A</strong></p>b <span data-type="inline-math" data-latex="x^2"></span><br>c'
    """
    reader = _Reader(files, made)
    reader.feed(text)
    reader.close()
    return reader.whole()


def as_stem(inner: str) -> str:
    """Return HTML as blocks: what stands outside of them becomes a paragraph.

    Examples
    --------
    >>> as_stem("a <u>b</u>"), as_stem("<p>a</p>b")
    ('<p>a <u>b</u></p>', '<p>a</p><p>b</p>')
    """
    pieces = re.split(r"(<(p|ul|ol|table)>.*?</\2>)", inner.strip(), flags=re.DOTALL)
    if len(pieces) == 1 or re.search(r"<(ul|ol|table)>.*<\1>", inner, re.DOTALL):
        return inner if inner.startswith(("<p>", "<ul>", "<ol>", "<table>")) else f"<p>{inner}</p>"
    outside, inside = pieces[::3], pieces[1::3]
    made = []
    for place, text in enumerate(outside):
        bare = re.sub(r"^(<br>|\s)+|(<br>|\s)+$", "", text)
        made.append(f"<p>{bare}</p>" if bare else "")
        made.append(inside[place] if place < len(inside) else "")
    return "".join(made)


def as_line(inner: str) -> str:
    """Return HTML without a paragraph around all of it.

    Examples
    --------
    >>> as_line("<p>a</p>"), as_line("<p>a</p><p>b</p>")
    ('a', 'a<br>b')
    """
    lines = ONE_PARAGRAPH.sub(r"\1<br>", inner.strip())
    return re.sub(r"(<br>|\s)+$", "", lines)


def has_elements(text: str) -> bool:
    """Say whether a text holds HTML."""
    return TAG.search(text) is not None


def with_formulas(text: str) -> str:
    """Return plain text as HTML, TeX between its signs as formulas."""
    made, last = [], 0
    for found in TEX.finditer(text):
        made.append(html.escape(text[last : found.start()], quote=False))
        made.append(formula(found[found.lastindex or 0]))
        last = found.end()
    return "".join([*made, html.escape(text[last:], quote=False)])


class _Reader(HTMLParser):
    """Writes the elements that are kept as they open and close."""

    def __init__(self, files: Mapping[str, PictureFile], made: Converted) -> None:
        super().__init__(convert_charrefs=True)
        self.files = files
        self.made = made
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.unseen = 0

    def whole(self) -> str:
        """Return all that was written, open elements closed."""
        while self.open:
            self.pieces.append(f"</{self.open.pop()}>")
        text = re.sub(r"<p>(\s|<br>|\u00a0)*</p>", "", "".join(self.pieces))
        return LINE_TAIL.sub(r"\1", text).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: said or "" for name, said in attrs}
        if tag in UNSEEN | INSIDE_MEDIA:
            self.unseen += 1
        if tag in MEDIA or tag == "script":
            self.made.lost("media_not_kept" if tag in MEDIA else "script_left_out", element=tag)
        elif not self.unseen:
            self.shown(tag, given)

    def shown(self, tag: str, given: Mapping[str, str]) -> None:
        """Write what an element says."""
        if tag == "img":
            self.picture(given)
        elif tag in LINE_ENDS:
            self.pieces.append("<br>")
        elif tag in HEADINGS:
            self.begin("p")
            self.begin("strong")
        elif tag in BLOCKS or tag in KEPT:
            self.begin(KEPT.get(tag, "p"), given)
        elif tag == "a" and given.get("href", "#")[:1] != "#":
            self.made.lost("link_not_kept", address=given["href"][:80])
        elif tag == "math":
            self.made.lost("formula_not_kept", text="MathML")

    def begin(self, name: str, given: Mapping[str, str] | None = None) -> None:
        """Open an element; a paragraph ends the one before, and stands in no line of text."""
        if name in ALONE and "p" in self.open:
            while self.open and self.open[-1] != "p":
                self.pieces.append(f"</{self.open.pop()}>")
            self.pieces.append(f"</{self.open.pop()}>")
        self.end_before(name)
        if name == "p" and any(each in {"td", "th", "li"} for each in self.open):
            if self.pieces[-1] not in {"<td>", "<th>", "<li>"}:
                self.pieces.append("<br>")
            return
        spans = [
            f' {each}="{said}"'
            for each in ("colspan", "rowspan")
            if (said := (given or {}).get(each, "")) and SPAN.fullmatch(said) and said != "1"
        ]
        self.open.append(name)
        self.pieces.append(f"<{name}{''.join(spans) if name in {'td', 'th'} else ''}>")

    def end_before(self, name: str) -> None:
        """End the cell, row or entry that the next one ends."""
        for holder, ended in CLOSES.get(name, ()):
            inner = (
                self.open[len(self.open) - 1 - self.open[::-1].index(holder) :]
                if (holder in self.open)
                else []
            )
            if ended in inner:
                while self.open.pop() != ended:
                    pass
                self.pieces.append(f"</{ended}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN | INSIDE_MEDIA:
            self.unseen = max(0, self.unseen - 1)
            return
        name = "p" if tag in HEADINGS | BLOCKS else KEPT.get(tag, "")
        if self.unseen or name not in self.open:
            return
        while self.open:
            last = self.open.pop()
            self.pieces.append(f"</{last}>")
            if last == name:
                break

    def handle_data(self, data: str) -> None:
        if self.unseen or (self.open and self.open[-1] in {"table", "tr", "ul", "ol"}):
            return
        self.pieces.append(with_formulas(re.sub(r"[ \t\r\n\f]+", " ", data)))

    def picture(self, given: Mapping[str, str]) -> None:
        """Show a picture that came along, in the text or beside it."""
        source = given.get("src", "")
        name = unquote(source.partition("?")[0]).rpartition("/")[2].lower()
        picture = _embedded(source) if source.startswith("data:") else self.files.get(name)
        if picture is None:
            self.made.lost("figure_missing", figure=(name or source)[:64])
            return
        digest = hashlib.sha256(picture.body).hexdigest()
        self.made.pictures[digest] = picture
        words = html.escape(given.get("alt", "").strip())
        self.pieces.append(f'<img src="media:{digest}" alt="{words}">')


def _embedded(source: str) -> PictureFile | None:
    found = DATA.fullmatch(source)
    try:
        return PictureFile(base64.b64decode(found[2]), found[1]) if found else None
    except (binascii.Error, ValueError):
        return None
