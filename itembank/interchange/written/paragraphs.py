"""Paragraphs of a written text: plain text in which one character stands for each rich piece."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from itembank.interchange.report import PictureFile
from itembank.markup import marked_up

FIRST: Final = 0xF0000  # private characters, which no text holds
MOST: Final = 60_000
PIECE: Final = re.compile("[\U000f0000-\U000ffffd]")


@dataclass(frozen=True)
class Paragraph:
    """A line and the number of its paragraph in the file."""

    number: int
    text: str


@dataclass(frozen=True)
class Trouble:
    """Something of a paragraph that could not be read."""

    number: int
    code: str
    detail: dict[str, object]


@dataclass
class Pieces:
    """What the private characters of a text stand for: HTML, and the pictures it shows."""

    html: list[str] = field(default_factory=list)
    pictures: dict[str, PictureFile] = field(default_factory=dict)

    def put(self, piece: str) -> str:
        """Return the character that stands for a piece of HTML."""
        if len(self.html) >= MOST:
            return ""
        self.html.append(piece)
        return chr(FIRST + len(self.html) - 1)

    def at(self, sign: str) -> str:
        """Return the HTML a character stands for."""
        place = ord(sign) - FIRST
        return self.html[place] if place < len(self.html) else ""

    def shown(self, text: str) -> str:
        """Return a line as HTML; ``$…$`` in it is a formula."""
        return PIECE.sub(lambda found: self.at(found[0]), marked_up(text))

    def plain(self, text: str) -> str:
        """Return a line as plain text, formulas between ``$``."""

        def said(found: re.Match[str]) -> str:
            latex = re.search(r'data-latex="([^"]*)"', self.at(found[0]))
            return f"${html.unescape(latex[1])}$" if latex else ""

        return PIECE.sub(said, text)

    def shows_block(self, text: str) -> bool:
        """Say whether a line is a table."""
        return any(self.at(sign).startswith("<table") for sign in PIECE.findall(text))

    def pictures_in(self, html: str) -> Mapping[str, PictureFile]:
        """Return the pictures that HTML shows."""
        return {name: each for name, each in self.pictures.items() if f"media:{name}" in html}


def bare(text: str) -> str:
    """Return a line without private characters.

    Examples
    --------
    >>> bare(f"a{chr(FIRST)}b")
    'ab'
    """
    return PIECE.sub("", text)


def lines_of(text: str) -> Sequence[Paragraph]:
    """Return the lines of a plain text, numbered from 1; private characters are taken out."""
    return [Paragraph(number, bare(line)) for number, line in enumerate(text.split("\n"), start=1)]
