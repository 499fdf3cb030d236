"""HTML of other programs as elements, however it is written."""

from html.parser import HTMLParser
from typing import Final

from itembank.interchange.qti.elements import DEEPEST, MATHML, Element, words

VOID: Final = words("area base br col embed hr img input link meta source track wbr")
ENDED_BY_NEXT: Final = {
    "p": ("p", "div", "ul", "ol", "table"),
    "li": ("li",),
    "tr": ("tr",),
    "td": ("td", "th", "tr"),
    "th": ("td", "th", "tr"),
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in ENDED_BY_NEXT.get(self.open[-1].name, ()):
            self.open.pop()
        is_math = name == "math" or self.open[-1].namespace == MATHML
        made = Element(
            name,
            {key.rpartition(":")[2]: said or "" for key, said in attrs},
            [],
            MATHML if is_math else "",
        )
        self.open[-1].children.append(made)
        if name not in VOID and len(self.open) < DEEPEST:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        name = tag.rpartition(":")[2]
        if name not in VOID and self.open[-1].name == name:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        places = [place for place, each in enumerate(self.open) if place and each.name == name]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def html_children(text: str) -> list[Element | str]:
    """Return what a piece of HTML holds.

    Examples
    --------
    >>> [each if isinstance(each, str) else each.name for each in html_children("a<br>b<p>c")]
    ['a', 'br', 'b', 'p']
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.open[0].children
