"""The sample bank's short notation: both languages in one text, pictures, tables, blanks."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from exam_server.demo.pictures.gallery import drawn
from itembank.markup import marked_up

SEPARATOR: Final = " || "
LANGUAGES: Final = ("zh", "en")
PICTURE: Final = re.compile(r"\{\{(\w+)\}\}\s*")
BLANK: Final = re.compile(r"\[(\d)\]")
STRONG: Final = re.compile(r"\*\*(.+?)\*\*")


def both(text: str) -> tuple[str, str]:
    """Return a text in Chinese and English; one that stands alone is the same in both.

    Examples
    --------
    >>> both("接触器 || contactor"), both("12 V")
    (('接触器', 'contactor'), ('12 V', '12 V'))
    """
    chinese, _, english = text.partition(SEPARATOR)
    return chinese.strip(), (english or chinese).strip()


def inline(text: str) -> tuple[str, str]:
    """Return an option in both languages as HTML."""
    chinese, english = both(text)
    return _line(chinese), _line(english)


def block(text: str) -> tuple[str, str]:
    """Return a stem in both languages as HTML: paragraphs, tables, and the picture it names."""
    chinese, english = both(text)
    return _blocks(chinese, is_english=False), _blocks(english, is_english=True)


def pictures_named(value: Any) -> set[str]:
    """Return the pictures that rows of the bank name, however deep."""
    if isinstance(value, str):
        return set(PICTURE.findall(value))
    if isinstance(value, Mapping):
        return set().union(*map(pictures_named, value.values()), set())
    if isinstance(value, Sequence):
        return set().union(*map(pictures_named, value), set())
    return set()


def _blocks(text: str, *, is_english: bool) -> str:
    pictures = PICTURE.findall(text)
    lines = PICTURE.sub("", text).split("\n")
    plain = [line for line in lines if not line.startswith("|")]
    cells = [line.strip("| ").split("|") for line in lines if line.startswith("|")]
    made = [f"<p>{_line(line)}</p>" for line in plain]
    if cells:
        rows = [_row(row, "td" if place else "th") for place, row in enumerate(cells)]
        made.append(f"<table><tbody>{''.join(rows)}</tbody></table>")
    return "".join([*made, *(_picture(name, is_english=is_english) for name in pictures)])


def _row(cells: Sequence[str], name: str) -> str:
    return f"<tr>{''.join(f'<{name}>{_line(cell.strip())}</{name}>' for cell in cells)}</tr>"


def _picture(name: str, *, is_english: bool) -> str:
    picture = drawn(name)
    alt = html.escape(picture.alt_en if is_english else picture.alt, quote=False)
    return f'<p><img src="media:{picture.sha256}" alt="{alt}"></p>'


def _line(text: str) -> str:
    marked = STRONG.sub(r"<strong>\1</strong>", marked_up(text))
    return BLANK.sub(r'<span data-type="blank" data-blank="\1"></span>', marked)
