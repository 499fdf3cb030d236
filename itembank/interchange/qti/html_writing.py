"""An item's HTML as elements of a QTI body."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from itembank.interchange.qti.elements import MATHML, Element
from itembank.interchange.qti.html_reading import html_children
from itembank.interchange.qti.xml_writing import Edition
from itembank.plain_formulas import formula_text

PICTURE: Final = re.compile(r"media:([0-9a-f]{64})")
Place = Callable[[str], Element]


def body_children(
    text: str, edition: Edition, names: Mapping[str, str], blank: Place | None = None
) -> list[Element | str]:
    """Return HTML as children; ``names`` are the pictures' files, ``blank`` makes a blank."""

    def changed(child: Element | str) -> Element | str:
        if isinstance(child, str):
            return child
        return _changed(child)

    def _changed(element: Element) -> Element:
        special = _special(element, names, blank)
        if special is not None:
            return special
        children = [changed(each) for each in element.children]
        if element.name == "u" and not edition.is_kebab:
            return Element("span", {"class": "underline"}, children)
        return Element(element.name, element.attributes, children)

    return [changed(each) for each in html_children(text)]


def _special(element: Element, names: Mapping[str, str], blank: Place | None) -> Element | None:
    if "data-latex" in element.attributes:
        return _formula(element)
    if "data-blank" in element.attributes and blank is not None:
        return blank(element.get("data-blank"))
    if element.name == "img":
        found = PICTURE.fullmatch(element.get("src"))
        source = names.get(found[1], "") if found else ""
        return Element("img", {"src": source or "missing", "alt": element.get("alt")})
    return None


def _formula(element: Element) -> Element:
    """Return a formula as MathML that carries its LaTeX."""
    latex = element.get("data-latex")
    facts = {"alttext": latex}
    if element.get("data-type") == "block-math":
        facts["display"] = "block"
    shown = Element("mtext", {}, [formula_text(latex)], MATHML)
    source = Element("annotation", {"encoding": "application/x-tex"}, [latex], MATHML)
    whole = Element("semantics", {}, [Element("mrow", {}, [shown], MATHML), source], MATHML)
    return Element("math", facts, [whole], MATHML)
