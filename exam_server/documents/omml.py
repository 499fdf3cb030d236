"""Trees of formulas (``formulas.py``) as equations of Word (OMML), to be edited there."""

import html
from collections.abc import Callable, Mapping
from typing import Any, Final

Node = list[Any]
STYLES: Final[Mapping[str, str]] = {
    "upright": '<m:sty m:val="p"/>',
    "bold": '<m:sty m:val="bi"/>',
    "bold-upright": '<m:sty m:val="b"/>',
    "italic": '<m:sty m:val="i"/>',
    "sans": '<m:scr m:val="sans-serif"/>',
    "mono": '<m:scr m:val="monospace"/>',
    "double": '<m:scr m:val="double-struck"/>',
    "script": '<m:scr m:val="script"/>',
    "fraktur": '<m:scr m:val="fraktur"/>',
}
NARY: Final = frozenset("∑∏∫∬∭∮")
PLAIN: Final = STYLES["upright"]
WIDE: Final = 0.5  # from this many em on, a space is a wide one


def equation(tree: Node) -> str:
    """Return a formula as ``m:oMath``.

    Examples
    --------
    >>> equation(["number", "5"])
    '<m:oMath><m:r><m:t xml:space="preserve">5</m:t></m:r></m:oMath>'
    """
    return f"<m:oMath>{_one(tree)}</m:oMath>"


def _one(node: Node | None, style: str = "") -> str:
    if node is None:
        return ""
    kind, *rest = node
    return WRITERS[kind](rest, style)


def _text(text: str, style: str) -> str:
    look = f"<m:rPr>{style}</m:rPr>" if style else ""
    return f'<m:r>{look}<m:t xml:space="preserve">{html.escape(text, quote=False)}</m:t></m:r>'


def _row(rest: Node, style: str) -> str:
    made: list[str] = []
    place = 0
    while place < len(rest):
        node = rest[place]
        place += 1
        if _is_nary(node):  # what it stands over is the rest of the row
            inside = _row(rest[place:], style)
            return "".join([*made, _nary(node, inside)])
        made.append(_one(node, style))
    return "".join(made)


def _is_nary(node: Node) -> bool:
    base = node[1] if node[0] == "scripts" else node
    return bool(base[0] == "symbol" and base[1] in NARY)


def _nary(node: Node, inside: str) -> str:
    base, above, below = (node[1], node[2], node[3]) if node[0] == "scripts" else (node, None, None)
    hidden = "".join(
        f'<m:{name} m:val="1"/>'
        for name, each in (("subHide", below), ("supHide", above))
        if each is None
    )
    return (
        f'<m:nary><m:naryPr><m:chr m:val="{base[1]}"/>{hidden}</m:naryPr>'
        f"<m:sub>{_one(below)}</m:sub><m:sup>{_one(above)}</m:sup><m:e>{inside}</m:e></m:nary>"
    )


def _symbol(rest: Node, style: str) -> str:
    return _nary(["symbol", *rest], "") if rest[0] in NARY else _text(str(rest[0]), style)


def _letters(rest: Node, style: str) -> str:
    return _text(str(rest[0]), style)


def _words(rest: Node, style: str) -> str:
    return _text(str(rest[0]), f"<m:nor/>{style}")


def _name(rest: Node, _style: str) -> str:
    return _text(str(rest[0]), PLAIN)


def _fraction(rest: Node, style: str) -> str:
    return f"<m:f><m:num>{_one(rest[0], style)}</m:num><m:den>{_one(rest[1], style)}</m:den></m:f>"


def _binomial(rest: Node, style: str) -> str:
    inside = f"<m:num>{_one(rest[0], style)}</m:num><m:den>{_one(rest[1], style)}</m:den>"
    return f'<m:d><m:e><m:f><m:fPr><m:type m:val="noBar"/></m:fPr>{inside}</m:f></m:e></m:d>'


def _root(rest: Node, style: str) -> str:
    index, inside = rest
    look = "" if index else '<m:radPr><m:degHide m:val="1"/></m:radPr>'
    return (
        f"<m:rad>{look}<m:deg>{_one(index, style)}</m:deg><m:e>{_one(inside, style)}</m:e></m:rad>"
    )


def _scripts(rest: Node, style: str) -> str:
    base, above, below = rest
    if base[0] == "symbol" and base[1] in NARY:
        return _nary(["scripts", *rest], "")
    if base[0] == "limits":
        made = _one(base)
        made = (
            f"<m:limLow><m:e>{made}</m:e><m:lim>{_one(below)}</m:lim></m:limLow>" if below else made
        )
        return (
            f"<m:limUpp><m:e>{made}</m:e><m:lim>{_one(above)}</m:lim></m:limUpp>" if above else made
        )
    inside = f"<m:e>{_one(base, style)}</m:e>"
    low, high = f"<m:sub>{_one(below, style)}</m:sub>", f"<m:sup>{_one(above, style)}</m:sup>"
    if above is None:
        return f"<m:sSub>{inside}{low}</m:sSub>"
    if below is None:
        return f"<m:sSup>{inside}{high}</m:sSup>"
    return f"<m:sSubSup>{inside}{low}{high}</m:sSubSup>"


def _accent(rest: Node, style: str) -> str:
    sign, inside = rest
    return (
        f'<m:acc><m:accPr><m:chr m:val="{sign}"/></m:accPr><m:e>{_one(inside, style)}</m:e></m:acc>'
    )


def _line(rest: Node, style: str) -> str:
    place = "top" if rest[0] == "over" else "bot"
    look = f'<m:barPr><m:pos m:val="{place}"/></m:barPr>'
    return f"<m:bar>{look}<m:e>{_one(rest[1], style)}</m:e></m:bar>"


def _stacked(rest: Node, style: str) -> str:
    base, above, below = rest
    name, limit = ("limUpp", above) if above is not None else ("limLow", below)
    return f"<m:{name}><m:e>{_one(base, style)}</m:e><m:lim>{_one(limit, style)}</m:lim></m:{name}>"


def _styled(rest: Node, style: str) -> str:
    return _one(rest[1], STYLES.get(rest[0], style))


def _fence(rest: Node, style: str) -> str:
    return _fenced(rest[0], rest[2], _one(rest[1], style))


def _fenced(left: str, right: str, inside: str) -> str:
    if not left and not right:
        return inside
    signs = "".join(
        f'<m:{name} m:val="{html.escape(sign)}"/>'
        for name, sign in (("begChr", left), ("endChr", right))
    )
    return f"<m:d><m:dPr>{signs}</m:dPr><m:e>{inside}</m:e></m:d>"


def _space(rest: Node, style: str) -> str:
    return _text("\u2003" if rest[0] >= WIDE else "\u2009", style) if rest[0] > 0 else ""


def _table(rest: Node, style: str) -> str:
    left, right, _align, rows = rest
    made = "".join(
        f"<m:mr>{''.join(f'<m:e>{_one(cell, style)}</m:e>' for cell in row)}</m:mr>" for row in rows
    )
    return _fenced(left, right, f"<m:m>{made}</m:m>")


WRITERS: Final[Mapping[str, Callable[[Node, str], str]]] = {
    "row": _row, "symbol": _symbol, "number": _letters, "text": _words, "operator": _name,
    "limits": _name, "fraction": _fraction, "binomial": _binomial, "root": _root,
    "scripts": _scripts, "accent": _accent, "line": _line, "stacked": _stacked, "style": _styled,
    "fence": _fence, "space": _space, "table": _table,
}  # fmt: skip
