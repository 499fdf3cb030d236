"""What an item's HTML may hold, its plain text, and how a blueprint is written as lines."""

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import nh3

from itembank.blueprint import AreaFacts, PointFacts, blueprint_problems
from itembank.items.languages import changed, texts_of
from itembank.problems import Problem

TAGS = frozenset(
    "p br b strong u sub sup ul ol li table thead tbody tr th td img span div".split()  # noqa: SIM905 - reads better
)
ATTRIBUTES = {
    "img": {"src", "alt"},
    "span": {"data-type", "data-latex", "data-blank"},
    "div": {"data-type", "data-latex"},
}
FORMULA = re.compile(r"\$([^$]+)\$")
BLANK = re.compile(r"\[\[(\w{1,8})\]\]")
PICTURE = re.compile(r"media:([0-9a-f]{64})")
FORMULA_ELEMENT = re.compile(
    r'<span data-type="inline-math" data-latex="([^"]*)"></span>|'
    r'<div data-type="block-math" data-latex="([^"]*)"></div>'
)
BLANK_ELEMENT = re.compile(r'<span data-type="blank" data-blank="(\w+)"></span>')


def clean(text: str) -> str:
    """Return HTML with nothing in it that an item may not hold."""
    return nh3.clean(text, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes={"media"})


def cleaned(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item's content with clean HTML, in every language it has."""
    return changed(content, clean)


def plain_text(content: Mapping[str, Any]) -> str:
    """Return all an item says, in every language, as folded plain text, for searching."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", " ".join(texts_of(content))))
    return folded(text)


def folded(text: str) -> str:
    """Return text as it is searched: width and case do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def from_typed(text: str) -> str:
    """Return HTML of what a writer types: ``$…$`` formulas, ``[[1]]`` blanks, line ends.

    Examples
    --------
    >>> from_typed("a < b")
    'a &lt; b'
    """
    escaped = html.escape(text.strip(), quote=False).replace("\r\n", "\n").replace("\n", "<br>")

    def formula(found: re.Match[str]) -> str:
        latex = html.escape(html.unescape(found[1]))
        return f'<span data-type="inline-math" data-latex="{latex}"></span>'

    marked = BLANK.sub(
        r'<span data-type="blank" data-blank="\1"></span>', FORMULA.sub(formula, escaped)
    )
    return re.sub(r"!\[([^\]]*)\]\((media:[0-9a-f]{64})\)", r'<img src="\2" alt="\1">', marked)


def to_typed(text: str) -> str:
    """Return what a writer sees in the editor for HTML; the inverse of ``from_typed``."""
    marked = FORMULA_ELEMENT.sub(lambda found: f"${found[1] or found[2]}$", text)
    marked = BLANK_ELEMENT.sub(r"[[\1]]", marked)
    marked = re.sub(r'<img src="(media:[0-9a-f]{64})" alt="([^"]*)">', r"![\2](\1)", marked)
    marked = re.sub(r"<br\s*/?>|</p>\s*<p>", "\n", marked)
    return html.unescape(re.sub(r"<[^>]+>", "", marked)).strip()


def pictures_in(content: Mapping[str, Any]) -> set[str]:
    """Return the SHA-256 names of the pictures an item shows."""
    return set(PICTURE.findall(str(content)))


@dataclass(frozen=True)
class BlueprintLines:
    """A blueprint as typed: one range or point a line."""

    areas: list[AreaFacts]
    points: list[PointFacts]
    problems: list[Problem]


def read_blueprint_lines(text: str) -> BlueprintLines:
    """Read lines such as ``A-B | name | 25`` (range, weight) and ``A-B-001 | name | X`` (point).

    A code whose last part is a number of three digits is a point. Problems name the line.
    """
    areas: list[AreaFacts] = []
    points: list[PointFacts] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in line.replace("|", "|").split("|")]
        if not any(parts):
            continue
        code, name, last = (*parts, "", "")[:3]
        where = f"line {number}"
        if not code or not name:
            problems.append(Problem(where, "line_incomplete"))
        elif re.search(r"-\d{3}$", code):
            area, _, own = code.rpartition("-")
            points.append(PointFacts(area, own, name, last or None))
        else:
            weight = _weight(last)
            if last and weight is None:
                problems.append(Problem(where, "weight_not_a_number", {"text": last}))
            areas.append(AreaFacts(code, name, weight))
    return BlueprintLines(areas, points, [*problems, *blueprint_problems(areas, points)])


def _weight(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
