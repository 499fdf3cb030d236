"""An item's HTML as nodes that ``templates/rich.typ`` sets.

A node is a list whose first element names its kind::

    ["text", "…"]  ["break"]  ["strong" | "underline" | "sub" | "sup" | "paragraph", [node, …]]
    ["list" | "numbered", [[node, …], …]]
    ["table", columns, [[x, y, columns, rows, is head, [node, …]], …]]
    ["picture", file name, words]  ["blank", name]  ["formula", {"formula": tree}, is block]
"""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from exam_server.documents.formulas import FormulaError, formula_tree

Node = list[Any]
PictureName = Callable[[str], str | None]  # the address in the item → a file beside the template
HOLDING = {
    "b": "strong",
    "strong": "strong",
    "u": "underline",
    "sub": "sub",
    "sup": "sup",
    "p": "paragraph",
    "ul": "list",
    "ol": "numbered",
    "table": "table",
}


class RichTextError(ValueError):
    """A text holds a formula or picture that cannot be printed; the text names it."""


def rich_nodes(html: str, picture: PictureName) -> list[Node]:
    r"""Return the nodes of a text; raises ``RichTextError``.

    Examples
    --------
    >>> rich_nodes("<p>a<br><u>not</u></p>", lambda _: None)
    [['paragraph', [['text', 'a'], ['break'], ['underline', [['text', 'not']]]]]]
    >>> rich_nodes('<span data-latex="x"></span>', lambda _: None)
    [['formula', {'formula': ['symbol', 'x']}, False]]
    """
    reader = _Reader(picture)
    reader.feed(html)
    reader.close()
    return _placed(reader.nodes)


def _placed(nodes: list[Node]) -> list[Node]:
    """Return nodes with the cells of their tables at their places, short rows and spans minded."""
    return [_placed_node(node) for node in nodes]


def _placed_node(node: Node) -> Node:
    kind, *rest = node
    if kind == "table":
        return _table(rest[0])
    if kind in {"list", "numbered"}:
        return [kind, [_placed(entry) for entry in rest[0]]]
    if kind in HOLDING.values():
        return [kind, _placed(rest[0])]
    return node


def _table(rows: list[Any]) -> Node:
    taken: set[tuple[int, int]] = set()
    cells = []
    for y, row in enumerate(rows):
        x = 0
        for rowspan, colspan, is_head, inside in row:
            while (x, y) in taken:
                x += 1
            height = min(rowspan, len(rows) - y)
            taken |= {(x + dx, y + dy) for dx in range(colspan) for dy in range(height)}
            cells.append([x, y, colspan, height, is_head, _placed(inside)])
    return ["table", max((x for x, _ in taken), default=0) + 1, cells]


class _Reader(HTMLParser):
    """Builds nodes as elements open and close; what is not known leaves only its content."""

    def __init__(self, picture: PictureName) -> None:
        super().__init__(convert_charrefs=True)
        self.picture = picture
        self.nodes: list[Node] = []
        self.open: list[tuple[str, list[Any]]] = [("", self.nodes)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-latex" in given:
            self.formula(given["data-latex"], is_block=tag == "div")
            self.begin(tag, [])  # what stands inside is KaTeX's own
        elif "data-blank" in given:
            self.add(["blank", given["data-blank"]])
            self.begin(tag, [])
        elif tag == "br":
            self.add(["break"])
        elif tag == "img":
            self.image(given)
        elif tag in HOLDING:
            self.begin(tag, self.add([HOLDING[tag], []])[1])
        elif tag in {"li", "tr", "td", "th"}:
            self.inner(tag, given)
        else:
            self.begin(tag, self.open[-1][1])

    def inner(self, tag: str, given: dict[str, str]) -> None:
        """Open an entry of a list, a row of a table or a cell."""
        inside: list[Any] = []
        holder = self.holder({"li": ("ul", "ol"), "tr": ("table",)}.get(tag, ("tr",)))
        if holder is not None and tag in {"td", "th"}:
            rows, columns = (_span(given.get(name)) for name in ("rowspan", "colspan"))
            holder.append([rows, columns, tag == "th", inside])
        elif holder is not None:
            holder.append(inside)
        self.begin(tag, inside if holder is not None else self.open[-1][1])

    def holder(self, tags: tuple[str, ...]) -> list[Any] | None:
        return next((inside for tag, inside in reversed(self.open) if tag in tags), None)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, each in enumerate(self.open) if each[0] == tag and place]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        if self.open[-1][0] in {"table", "tbody", "thead", "tr", "ul", "ol"}:
            return  # blanks between rows
        text = " ".join(data.split("\n"))
        if text:
            self.add(["text", text])

    def begin(self, tag: str, inside: list[Any]) -> None:
        if tag not in {"br", "img"}:
            self.open.append((tag, inside))

    def add(self, node: Node) -> Node:
        self.open[-1][1].append(node)
        return node

    def formula(self, latex: str, *, is_block: bool) -> None:
        try:
            tree = formula_tree(latex)
        except FormulaError as wrong:
            raise RichTextError(f"{wrong} ({latex})") from wrong
        self.add(["formula", {"formula": tree}, is_block])

    def image(self, given: dict[str, str]) -> None:
        name = self.picture(given.get("src", ""))
        if name is None:
            raise RichTextError(given.get("alt") or given.get("src", "?"))
        self.add(["picture", name, given.get("alt", "")])


def _span(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else 1
