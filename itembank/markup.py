"""Plain text of writers and foreign banks made into an item's HTML."""

import html
import re
from collections.abc import Collection, Iterator
from itertools import groupby

FORMULA = re.compile(r"\$([^$\n]+)\$")
LATEX_SIGN = re.compile(r"[\\^_]")
TABLE_LINE = re.compile(r"\s*\|(.*)\|\s*")
RULE_CELL = re.compile(r"\s*:?-+:?\s*")
LIST_LINE = re.compile(r"\s*[-*•]\s+(\S.*)")


def marked_up(text: str, *, keep: Collection[str] = ()) -> str:
    r"""Return HTML of plain text: ``$…$`` becomes a formula, line ends become breaks.

    Elements named in ``keep`` stay what they are where they are closed again.

    Examples
    --------
    >>> marked_up("a < b")
    'a &lt; b'
    >>> marked_up("<u>not</u> <b>", keep=("u",))
    '<u>not</u> &lt;b&gt;'
    >>> marked_up(r"Find $\frac{1}{2}$")
    'Find <span data-type="inline-math" data-latex="\\frac{1}{2}"></span>'
    """
    pieces = (formula(part) if is_formula else escaped(part) for part, is_formula in parts(text))
    marked = "".join(pieces)
    for name in keep:
        marked = re.sub(f"&lt;{name}&gt;(.*?)&lt;/{name}&gt;", rf"<{name}>\1</{name}>", marked)
    return marked


def marked_up_blocks(text: str, *, paragraphs: bool = False) -> str:
    r"""Return HTML of text with Markdown's tables and lists; ``paragraphs`` wraps plain lines.

    Examples
    --------
    >>> marked_up_blocks("Data:\n- 6.5 g\n- 2340 J")
    'Data:<ul><li>6.5 g</li><li>2340 J</li></ul>'
    >>> marked_up_blocks("| a | b |\n|---|---|\n| 1 | 2 |")
    '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>'
    """
    blocks = []
    for kind, lines in groupby(text.strip().splitlines(), _kind):
        run = list(lines)
        if kind == "table":
            blocks.append(_table(run))
        elif kind == "list":
            blocks.append(
                f"<ul>{''.join(f'<li>{marked_up(_entry(line))}</li>' for line in run)}</ul>"
            )
        elif kind == "text":
            plain = marked_up("\n".join(run))
            blocks.append(f"<p>{plain}</p>" if paragraphs else plain)
    return "".join(blocks)


def explained(text: str) -> str:
    r"""Return HTML of an explanation: what stands between ``$`` is a formula if it reads like one.

    Examples
    --------
    >>> explained("R < $U/I$: $5 or $6")
    'R &lt; $U/I$: $5 or $6'
    >>> explained(r"$R_1$ < 2")
    '<span data-type="inline-math" data-latex="R_1"></span> &lt; 2'
    """
    pieces = (
        formula(part)
        if is_formula and LATEX_SIGN.search(part)
        else escaped(f"${part}$" if is_formula else part)
        for part, is_formula in parts(text)
    )
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


def _kind(line: str) -> str:
    if not line.strip():
        return "nothing"
    if TABLE_LINE.fullmatch(line):
        return "table"
    return "list" if LIST_LINE.fullmatch(line) else "text"


def _entry(line: str) -> str:
    found = LIST_LINE.fullmatch(line)
    return found[1] if found else line


def _table(lines: list[str]) -> str:
    rows = [line.strip().strip("|").split("|") for line in lines]
    has_head = len(rows) > 1 and all(RULE_CELL.fullmatch(cell) for cell in rows[1])
    body = [rows[0], *rows[2:]] if has_head else rows
    cells = ["th" if has_head and not place else "td" for place in range(len(body))]
    return f"<table>{''.join(map(_row, body, cells))}</table>"


def _row(cells: list[str], name: str) -> str:
    return f"<tr>{''.join(f'<{name}>{marked_up(cell.strip())}</{name}>' for cell in cells)}</tr>"
