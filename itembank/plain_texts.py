r"""A piece of an item's HTML as plain text that people read: lists, tables and search results."""

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from itembank.items.languages import localized
from itembank.plain_formulas import formula_text, lowered, raised

EXCERPT: Final = 80
FORMULA: Final = re.compile(r'<(?:span|div)\b[^>]*\bdata-latex="([^"]*)"[^>]*></(?:span|div)>')
WRITTEN: Final = re.compile(
    r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\${1,2}([^$]*[\\^_][^$]*)\${1,2}", re.DOTALL
)
BLANK: Final = re.compile(r'<span\b[^>]*\bdata-blank="[^"]*"[^>]*></span>')
PICTURE: Final = re.compile(r'<img\b(?:[^>"]|"[^"]*")*>')
PLACED: Final = re.compile(r"<(su[bp])>([^<]*)</\1>")
LINE_END: Final = re.compile(r"<br\s*/?>|</(?:p|li|tr|div|td|th)>")


def plain_line(text: str, *, picture: str = "[图]", longest: int | None = None) -> str:
    r"""Return HTML as one line: formulas in letters and signs, ``picture`` for each picture.

    A line longer than ``longest`` ends in three dots.

    Examples
    --------
    >>> plain_line('<p>求 <span data-type="inline-math" data-latex="x^2"></span>：</p><p>a</p>')
    '求 x²： a'
    >>> plain_line(r'H<sub>2</sub>O \(\frac{1}{2}\) <img src="media:0">', picture="[picture]")
    'H₂O 1/2 [picture]'
    """
    marked = FORMULA.sub(lambda found: _safe(html.unescape(found[1])), text)
    marked = WRITTEN.sub(lambda found: _safe(html.unescape(found[found.lastindex or 0])), marked)
    marked = with_placed(marked)
    marked = BLANK.sub(" ____ ", PICTURE.sub(f" {picture} ", marked))
    marked = re.sub(r"<[^>]+>", "", LINE_END.sub(" ", marked))
    line = " ".join(html.unescape(marked).split())
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1]}…"


def plain_stem(
    content: Mapping[str, Any], language: str = "", *, picture: str = "[图]", longest: int = EXCERPT
) -> str:
    """Return an item's stem as a short line, in a language where the item has it.

    Examples
    --------
    >>> content = {"stem": "<p>电压</p>", "translations": {"en": {"stem": "<p>Voltage</p>"}}}
    >>> plain_stem(content, "en"), plain_stem(content, "fr")
    ('Voltage', '电压')
    """
    stem = str(localized(content, language).get("stem", ""))
    return plain_line(stem, picture=picture, longest=longest)


def with_placed(text: str) -> str:
    """Return HTML in which what is raised or lowered is so by its own letters.

    Examples
    --------
    >>> with_placed("10<sup>-3</sup> m<sup>2</sup>")
    '10⁻³ m²'
    """
    return PLACED.sub(_placed, text)


def _safe(latex: str) -> str:
    return html.escape(formula_text(latex), quote=False)


def _placed(found: re.Match[str]) -> str:
    said = html.unescape(found[2])
    return html.escape(lowered(said) if found[1] == "sub" else raised(said), quote=False)
