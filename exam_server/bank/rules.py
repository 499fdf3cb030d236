"""What an item's HTML may hold, and its plain text."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import nh3

from itembank.grams import folded
from itembank.items.languages import LISTS, changed, texts_of

TAGS = frozenset(
    "p br b strong u sub sup ul ol li table thead tbody tr th td img span div".split()  # noqa: SIM905 - reads better
)
ATTRIBUTES = {
    "img": {"src", "alt"},
    "span": {"data-type", "data-latex", "data-blank"},
    "div": {"data-type", "data-latex"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
PICTURE = re.compile(r"media:([0-9a-f]{64})")
FORMULA_ELEMENT = re.compile(r'<(span|div)\b[^>]*\bdata-latex="([^"]*)"[^>]*></\1>')
BLANK_ELEMENT = re.compile(r'<span\b[^>]*\bdata-blank="(\w+)"[^>]*></span>')
PICTURE_ELEMENT = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>|<img [^>]*>')
IMAGE = re.compile(r"<img [^>]*>")
WORDS = re.compile(r'\balt="\s*[^"\s]')
LINE_END = re.compile(r"<br\s*/?>|</p>|</li>|</tr>|</div>")
CELL_END = re.compile(r"</t[dh]>\s*(?=<t[dh])")


def clean(text: str) -> str:
    """Return HTML with nothing in it that an item may not hold."""
    return nh3.clean(text, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes={"media"})


def cleaned(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item's content with clean HTML, in every language it has."""
    return changed(content, clean)


def placed_texts(content: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    """Give every HTML text of a content with its place, such as ``options.A``.

    Examples
    --------
    >>> list(placed_texts({"stem": "s", "parts": [{"id": "1", "stem": "p"}]}))
    [('stem', 's'), ('parts.1.stem', 'p')]
    """
    if "stem" in content:
        yield f"{inside}stem", str(content["stem"])
    for name in LISTS:
        for each in content.get(name) or []:
            yield f"{inside}{name}.{each.get('id')}", str(each.get("content", ""))
    for part in content.get("parts") or []:
        yield from placed_texts(part, f"{inside}parts.{part.get('id')}.")
    for language, said in (content.get("translations") or {}).items():
        yield from placed_texts(said, f"{inside}translations.{language}.")


def pictures_without_words(content: Mapping[str, Any]) -> list[str]:
    """Return the places where a picture says nothing to somebody who cannot see it."""
    return [
        where
        for where, text in placed_texts(content)
        if any(not WORDS.search(picture) for picture in IMAGE.findall(text))
    ]


def plain_text(content: Mapping[str, Any]) -> str:
    """Return all an item says, in every language, as folded plain text, for searching."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", " ".join(texts_of(content))))
    return folded(text)


def readable(text: str) -> str:
    r"""Return HTML as plain text that still shows formulas, blanks, pictures and line ends.

    Examples
    --------
    >>> readable('<p>求 <span data-type="inline-math" data-latex="x^2"></span>：</p><p>a</p>')
    '求 $x^2$：\na'
    """
    marked = FORMULA_ELEMENT.sub(lambda found: f"${found[2]}$", text)
    marked = BLANK_ELEMENT.sub(r"[\1]", marked)
    marked = PICTURE_ELEMENT.sub(lambda found: f"【图：{found[1] or ''}】", marked)
    marked = LINE_END.sub("\n", CELL_END.sub("\t", marked))
    lines = html.unescape(re.sub(r"<[^>]+>", "", marked)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def pictures_in(content: Mapping[str, Any]) -> set[str]:
    """Return the SHA-256 names of the pictures an item shows."""
    return set(PICTURE.findall(str(content)))
