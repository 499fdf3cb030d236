"""Plain text of writers and foreign banks made into an item's HTML."""

import html
import re
from collections.abc import Iterator

FORMULA = re.compile(r"\$([^$\n]+)\$")


def marked_up(text: str) -> str:
    r"""Return HTML of plain text: ``$…$`` becomes a formula, line ends become breaks.

    Examples
    --------
    >>> marked_up("a < b")
    'a &lt; b'
    >>> marked_up(r"Find $\frac{1}{2}$")
    'Find <span data-type="inline-math" data-latex="\\frac{1}{2}"></span>'
    """
    pieces = (formula(part) if is_formula else escaped(part) for part, is_formula in parts(text))
    return "".join(pieces)


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """Give the pieces of a text in turn, and whether each is a formula (without its ``$``)."""
    for place, part in enumerate(FORMULA.split(text)):
        if part:
            yield part, bool(place % 2)


def formula(latex: str) -> str:
    """Return a formula within a line."""
    return f'<span data-type="inline-math" data-latex="{html.escape(latex.strip())}"></span>'


def escaped(text: str) -> str:
    """Return plain text as HTML; line ends become breaks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return html.escape(plain, quote=False).replace("\n", "<br>")
