r"""LaTeX formulas as trees that ``templates/maths.typ`` sets.

A node is a list whose first element names its kind::

    ["row", node, …]                 ["symbol", "∑"]          ["text", "电压"]
    ["number", "4.44"]               ["operator", "cos"]      ["limits", "lim"]
    ["fraction", above, below]       ["binomial", above, below]
    ["root", index or null, node]    ["scripts", base, above or null, below or null]
    ["accent", "→", node]            ["line", "over" or "under", node]
    ["stacked", base, above or null, below or null]
    ["style", "bold", node]          ["fence", "(", node, ")"]  ["space", em]
    ["table", "(", ")", "center", [[node, …], …]]

What KaTeX shows and this does not know is refused by name: a paper never prints a guess.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from exam_server.documents.latex_symbols import (
    ACCENTS,
    DELIMITERS,
    ENVIRONMENTS,
    FUNCTIONS,
    IGNORED,
    LIMITS,
    SPACES,
    STYLES,
    SYMBOLS,
    TEXTS,
)

Node = list[Any]
TOKEN: Final = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
SIZES: Final = re.compile(r"\\(?:big|Big|bigg|Bigg)[lrm]?")
RAW_GROUP: Final = ("{", "}")
MOST_DEPTH = 60


class FormulaError(ValueError):
    """A formula holds something that cannot be set; the text names it."""


def formula_tree(latex: str) -> Node:
    r"""Return the tree of a formula; raises ``FormulaError``.

    Examples
    --------
    >>> formula_tree(r"\frac{U^2}{R}")
    ['fraction', ['scripts', ['symbol', 'U'], ['number', '2'], None], ['symbol', 'R']]
    >>> formula_tree(r"\sqrt[3]{x}\,\text{电压}")
    ['row', ['root', ['number', '3'], ['symbol', 'x']], ['space', 0.167], ['text', '电压']]
    """
    reader = _Reader(TOKEN.findall(latex))
    tree = reader.row(until=())
    if reader.place < len(reader.pieces):
        raise FormulaError(reader.pieces[reader.place])
    return tree


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = pieces
        self.place = 0
        self.depth = 0

    def peek(self) -> str:
        """Return the next piece that is not blank; empty at the end."""
        while self.place < len(self.pieces) and self.pieces[self.place].isspace():
            self.place += 1
        return self.pieces[self.place] if self.place < len(self.pieces) else ""

    def take(self) -> str:
        piece = self.peek()
        if not piece:
            raise FormulaError("…")
        self.place += 1
        return piece

    def row(self, *, until: Sequence[str]) -> Node:
        """Read what stands in a row until one of these tokens, which stays."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FormulaError("{{{…")
        nodes: list[Node] = []
        while (piece := self.peek()) and piece not in until:
            if piece in {"}", "&", "\\\\", "\\right", "\\end"}:
                break
            node = self.scripted()
            if node is not None:
                nodes.append(node)
        self.depth -= 1
        return nodes[0] if len(nodes) == 1 else ["row", *nodes]

    def scripted(self) -> Node | None:
        """Read one thing with what stands above and below it."""
        base = ["row"] if self.peek() in {"^", "_", "'"} else self.atom()
        above: Node | None = None
        below: Node | None = None
        while (piece := self.peek()) in {"^", "_", "'", "\\limits", "\\nolimits"}:
            self.take()
            if piece == "'":
                above = _joined(above, ["symbol", "′"])
            elif piece == "^":
                above = _joined(above, self.argument())
            elif piece == "_":
                below = _joined(below, self.argument())
        if above is None and below is None:
            return base
        return ["scripts", base or ["row"], above, below]

    def argument(self) -> Node:
        """Read what a command takes: a group in braces, or the one thing that follows."""
        if self.peek() == "{":
            return self.group()
        piece = self.peek()
        if piece[:1].isdigit() and len(piece) > 1:  # x^23 raises the 2 only
            self.pieces = [
                *self.pieces[: self.place],
                piece[0],
                piece[1:],
                *self.pieces[self.place + 1 :],
            ]
        return self.atom() or ["row"]

    def group(self) -> Node:
        self.take()
        node = self.row(until=("}",))
        self.close("}")
        return node

    def close(self, wanted: str) -> None:
        found = self.peek()
        if found != wanted:
            raise FormulaError(f"{wanted}?")
        self.place += 1

    def raw(self) -> str:
        """Read a group as plain text, as it stands."""
        if self.peek() != "{":
            return self.take()
        self.place += 1
        depth, start = 1, self.place
        while self.place < len(self.pieces) and depth:
            depth += {"{": 1, "}": -1}.get(self.pieces[self.place], 0)
            self.place += 1
        if depth:
            raise FormulaError("}?")
        inside = self.pieces[start : self.place - 1]
        return "".join(_plain(each) for each in inside if each not in RAW_GROUP)

    def atom(self) -> Node | None:
        """Read one thing; ``None`` for what only hints at size."""
        piece = self.peek()
        if piece == "{":
            return self.group()
        self.take()
        if piece.startswith("\\"):
            return self.command(piece)
        if piece[0].isdigit():
            return ["number", piece]
        if piece in {"^", "_", "&", "}"}:
            raise FormulaError(piece)
        if piece == "~":
            return ["space", SPACES["\\ "]]
        return ["symbol", {"-": "−", "*": "∗"}.get(piece, piece)]

    def command(self, name: str) -> Node | None:
        if name in _READ:
            return _READ[name](self, name)
        if name in _LEAVES:
            return _LEAVES[name]
        if SIZES.fullmatch(name):
            return ["symbol", self.delimiter()]
        raise FormulaError(name)

    def delimiter(self) -> str:
        piece = self.take()
        if piece in DELIMITERS:
            return DELIMITERS[piece]
        raise FormulaError(piece)


def _fraction(reader: _Reader, name: str) -> Node:
    kind = "binomial" if name.endswith("binom") else "fraction"
    node: Node = [kind, reader.argument(), reader.argument()]
    return ["style", "display", node] if name.startswith(("\\d", "\\c")) else node


def _root(reader: _Reader, _name: str) -> Node:
    index: Node | None = None
    if reader.peek() == "[":
        reader.take()
        index = reader.row(until=("]",))
        reader.close("]")
    return ["root", index, reader.argument()]


def _text(reader: _Reader, name: str) -> Node:
    style = TEXTS[name]
    node: Node = ["text", reader.raw()]
    return node if style == "upright" else ["style", style, node]


def _operator(reader: _Reader, name: str) -> Node:
    return ["limits" if name.endswith("*") else "operator", reader.raw()]


def _style(reader: _Reader, name: str) -> Node:
    return ["style", STYLES[name], reader.argument()]


def _accent(reader: _Reader, name: str) -> Node:
    return ["accent", ACCENTS[name], reader.argument()]


def _line(reader: _Reader, name: str) -> Node:
    return ["line", name[1:].removesuffix("line"), reader.argument()]


def _stacked(reader: _Reader, name: str) -> Node:
    other, base = reader.argument(), reader.argument()
    return (
        ["stacked", base, None, other] if name == "\\underset" else ["stacked", base, other, None]
    )


def _fence(reader: _Reader, _name: str) -> Node:
    left = reader.delimiter()
    inside = reader.row(until=("\\right",))
    reader.close("\\right")
    return ["fence", left, inside, reader.delimiter()]


def _negated(reader: _Reader, _name: str) -> Node:
    base = reader.argument()
    if base[0] != "symbol":
        raise FormulaError("\\not")
    return ["symbol", f"{base[1]}\u0338"]


def _environment(reader: _Reader, _name: str) -> Node:
    name = reader.raw()
    if name not in ENVIRONMENTS:
        raise FormulaError(f"\\begin{{{name}}}")
    left, right, align = ENVIRONMENTS[name]
    if name == "array":
        reader.raw()  # its columns; all are centred
    rows: list[list[Node]] = [[]]
    while True:
        rows[-1].append(reader.row(until=("&", "\\\\", "\\end")))
        piece = reader.take()
        if piece == "\\\\":
            rows.append([])
        elif piece == "\\end":
            break
        elif piece != "&":
            raise FormulaError(piece)
    if reader.raw() != name:
        raise FormulaError("\\end")
    width = max(map(len, rows))
    filled = [[*row, *([["row"]] * (width - len(row)))] for row in rows if row != [["row"]]]
    return ["table", left, right, align, filled]


_READERS: Final[Sequence[tuple[Iterable[str], Callable[[_Reader, str], Node]]]] = (
    (("\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\binom", "\\dbinom", "\\tbinom"), _fraction),
    (("\\sqrt",), _root),
    (TEXTS, _text),
    (("\\operatorname", "\\operatorname*"), _operator),
    (STYLES, _style),
    (ACCENTS, _accent),
    (("\\overline", "\\underline"), _line),
    (("\\overset", "\\underset", "\\stackrel"), _stacked),
    (("\\left",), _fence),
    (("\\not",), _negated),
    (("\\begin",), _environment),
)
_READ: Final = {name: read for names, read in _READERS for name in names}
_LEAVES: Final[Mapping[str, Node | None]] = {
    **{name: ["symbol", sign] for name, sign in SYMBOLS.items()},
    **{name: ["space", width] for name, width in SPACES.items()},
    **{name: ["operator", name[1:]] for name in FUNCTIONS},
    **{name: ["limits", words] for name, words in LIMITS.items()},
    **dict.fromkeys(IGNORED),
}


def _joined(old: Node | None, new: Node) -> Node:
    return new if old is None else ["row", old, new]


def _plain(piece: str) -> str:
    """Return a piece of plain text: escaped signs without their backslash."""
    if not piece.startswith("\\"):
        return piece
    if piece in SPACES:
        return " "
    if piece[1:] in {"%", "#", "&", "$", "_", "{", "}"}:
        return piece[1:]
    if piece in SYMBOLS:
        return SYMBOLS[piece]
    raise FormulaError(piece)
