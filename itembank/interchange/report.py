"""What an import found: items to take, rows refused, and what was carried with a change."""

import codecs
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from itembank.blueprint import AreaFacts, PointFacts


@dataclass(frozen=True)
class PictureFile:
    """A picture beside the questions."""

    body: bytes
    mime: str


@dataclass(frozen=True)
class DraftItem:
    """An item as read: where it belongs, what it says, what is right.

    ``path`` names the ranges from tier 1 down and last the point: pairs of code and name.
    ``difficulty`` and ``explanation`` are ``None`` where the file says nothing of them. ``state``
    is that of an item the bank does not know yet.
    """

    code: str
    path: tuple[tuple[str, str], ...]
    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    pictures: Mapping[str, PictureFile]  # by SHA-256
    row: int
    difficulty: int | None = None
    explanation: str | None = None
    explanations: Mapping[str, str] | None = None  # in other languages
    state: str = "active"


@dataclass(frozen=True)
class BlueprintFacts:
    """The blueprint a file brings along; ``retired`` gives the reason by a point's full code."""

    areas: tuple[AreaFacts, ...] = ()
    points: tuple[PointFacts, ...] = ()
    retired: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionRead:
    """Items of one type with the same mark, side by side in a test; by their codes."""

    title: str
    type: str
    mark: Decimal
    codes: tuple[str, ...]


@dataclass(frozen=True)
class PaperRead:
    """A test as a paper: pairs of a code and what it is about say what is lost or refused."""

    identifier: str
    title: str
    minutes: int | None
    sections: tuple[SectionRead, ...]
    losses: tuple[tuple[str, str], ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RowFinding:
    """Something about a row (1 is the first question, 0 the file): a column, a code, facts."""

    row: int
    item: str
    column: str
    code: str
    detail: dict[str, object] = field(default_factory=dict)
    is_loss: bool = False  # a note that something of the item did not come along as it was


@dataclass(frozen=True)
class Parsed:
    """A file as read. Any refusal stops the whole import unless its list is accepted."""

    format: str
    items: tuple[DraftItem, ...]
    refused: tuple[RowFinding, ...] = ()
    notes: tuple[RowFinding, ...] = ()
    blueprint: BlueprintFacts = field(default_factory=BlueprintFacts)
    enemies: tuple[tuple[str, str], ...] = ()  # pairs of items' codes
    language: str = ""  # of the texts; empty where the file does not say
    papers: tuple[PaperRead, ...] = ()  # the tests that take the items


class UnreadableError(ValueError):
    """The file as a whole cannot be read: ``code`` says why."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def paragraph(text: str) -> str:
    """Return plain text as an HTML paragraph; line ends become breaks.

    Examples
    --------
    >>> paragraph("a < b")
    '<p>a &lt; b</p>'
    """
    return f"<p>{inline(text)}</p>"


def inline(text: str) -> str:
    """Return plain text as HTML without a paragraph."""
    return html.escape(text.strip(), quote=False).replace("\n", "<br>")


def encoding_notes(encoding: str) -> list[RowFinding]:
    """Return the remark on a file that was not in UTF-8."""
    if encoding == "windows-1252":
        return [RowFinding(0, "", "file", "read_as_windows_1252")]
    if encoding in {"utf-16", "utf-32"}:
        return [RowFinding(0, "", "file", "read_as_utf_16")]
    return [RowFinding(0, "", "file", "read_as_gb18030")] if encoding == "gb18030" else []


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8 with or without mark, else GB18030.

    Raises UnreadableError: ``encoding_unknown``.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableError("encoding_unknown")
