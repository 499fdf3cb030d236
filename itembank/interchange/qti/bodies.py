"""What an item says, as the HTML an item of ours may hold; what cannot come along is named."""

import hashlib
import html
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from itembank.interchange.qti.elements import MATHML, Element, words
from itembank.interchange.qti.formulas import FormulaError, latex_of
from itembank.interchange.qti.values import Maybe, as_number, as_text, shown
from itembank.interchange.report import PictureFile
from itembank.markup import formula
from itembank.plain_formulas import formula_text
from itembank.plain_texts import FORMULA, LINE_END

KEPT: Final = words("p br b strong u sub sup ul ol li table thead tbody tr th td span div")
RENAMED: Final = {"em": "strong", "ins": "u", "tfoot": "tbody", "figure": "div", "section": "div"}
PARAGRAPHS: Final = words("h1 h2 h3 h4 h5 h6 dt caption figcaption")
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOXES: Final = words("pre blockquote dd address center")
SEEN_THROUGH: Final = words(
    "contentBody printedText itemBody prompt infoControl article header footer main "
    "aside colgroup col bdo bdi rb nobr label hr legend fieldset form html body"
)
MEDIA: Final = words(
    "audio video iframe embed applet canvas svg source track mediaInteraction include"
)
DROPPED: Final = words(
    "script style stylesheet link meta title companionMaterialsInfo catalogInfo "
    "apipAccessibility param"
)
HARMLESS: Final = DROPPED - {"script"}  # they say nothing
FEEDBACK: Final = ("feedbackInline", "feedbackBlock", "modalFeedback")
BASES: Final = {"2": "b", "8": "o", "16": "X"}
CELLS: Final = ("td", "th")
NAMELESS: Final = re.compile(r"[\s\u3000]+")


@dataclass
class Body:
    """Gathers what a body says: losses by code, pictures by hash, explanations in turn."""

    file: Callable[[str], PictureFile | None]
    place: Callable[[Element, "Body"], str | None] = lambda *_: None
    values: Mapping[str, Maybe] = field(default_factory=dict)
    in_formulas: frozenset[str] = frozenset()  # variables that formulas name
    keeps_space: bool = False
    losses: dict[str, set[str]] = field(default_factory=dict)
    pictures: dict[str, PictureFile] = field(default_factory=dict)
    explanations: list[str] = field(default_factory=list)

    def lose(self, code: str, what: str) -> None:
        """Note that something does not come along."""
        self.losses.setdefault(code, set()).add(what)


def html_of(children: Iterable[Element | str], body: Body) -> str:
    """Return elements and text as HTML."""
    return "".join(
        _text(each, body) if isinstance(each, str) else _element(each, body) for each in children
    )


def inner_html(element: Element | None, body: Body) -> str:
    """Return what an element holds as HTML, outer spaces off; nothing of what is untranslated."""
    if element is None or is_untranslated(element, body):
        return ""
    return html_of(element.children, body).strip()


def is_untranslated(element: Element, body: Body) -> bool:
    """Say whether a text of ours is marked as still in the language of the original."""
    return body.keeps_space and bool(element.get("xml:lang"))


def _text(text: str, body: Body) -> str:
    said = text if body.keeps_space else re.sub(r"[ \t\r\n]+", " ", text)
    return html.escape(said, quote=False).replace("\u00a0", "&nbsp;")


def _element(element: Element, body: Body) -> str:
    placed = body.place(element, body)
    if placed is not None:
        return placed
    if element.namespace == MATHML or element.name == "math":
        return _formula(element, body)
    special = SPECIAL.get(element.name)
    if special is not None:
        return special(element, body)
    return _markup(element, body)


def _markup(element: Element, body: Body) -> str:
    name = RENAMED.get(element.name, element.name)
    if name in MEDIA or name in DROPPED:
        if name not in HARMLESS:
            body.lose("qti_media_left_out", element.name)
        return ""
    inner = html_of(element.children, body)
    if name in PARAGRAPHS:
        body.lose("qti_markup_simplified", name)
        return f"<p><strong>{inner}</strong></p>" if name in HEADINGS else f"<p>{inner}</p>"
    if name in BOXES:
        body.lose("qti_markup_simplified", name)
        return f"<div>{inner}</div>"
    if name not in KEPT:
        if name not in SEEN_THROUGH:
            body.lose("qti_markup_simplified", element.name)
        return inner
    if name == "span" and body.keeps_space and not element.attributes:
        return f"<span>{inner}</span>"
    return _kept(element, name, inner)


def _kept(element: Element, name: str, inner: str) -> str:
    if name == "br":
        return "<br>"
    if name == "span":
        return f"<u>{inner}</u>" if _is_underlined(element) else inner
    spans = "".join(
        f' {each}="{element.get(each)}"'
        for each in ("colspan", "rowspan")
        if name in CELLS and element.get(each).isdecimal()
    )
    return f"<{name}{spans}>{inner}</{name}>"


def _is_underlined(element: Element) -> bool:
    is_named = "underline" in element.get("class").split()
    return is_named or "underline" in element.get("style")


def _formula(element: Element, body: Body) -> str:
    try:
        latex = latex_of(_filled(element, body))
    except FormulaError as error:
        body.lose("qti_formula_simplified", str(error))
        return _text(element.text(), body)
    made = formula(latex)
    if element.get("display") == "block":
        return f'<div data-type="block-math" data-latex="{html.escape(latex)}"></div>'
    return made if latex else ""


def _filled(element: Element, body: Body) -> Element:
    """Return a formula with the values drawn in the places of their names."""
    name = element.text() if element.name in ("mi", "ci") else ""
    if name in body.in_formulas and name in body.values:
        return Element("mn", {}, [_shown(body.values[name])], element.namespace)
    children = [each if isinstance(each, str) else _filled(each, body) for each in element.children]
    return Element(element.name, element.attributes, children, element.namespace)


def _image(element: Element, body: Body) -> str:
    equation = element.get("data-equation-content")
    if equation:
        return formula(equation)
    return picture_html(element.get("src"), element.get("alt") or element.get("title"), body)


def _object(element: Element, body: Body) -> str:
    if not element.get("type", "image/").startswith("image/"):
        body.lose("qti_media_left_out", element.get("type"))
        return ""
    return picture_html(element.get("data"), element.text() or element.get("label"), body)


def picture_html(address: str, words: str, body: Body) -> str:
    """Return a picture; where its file did not come along that is a loss."""
    name = store_picture(address, body)
    if not name:
        return f"[{html.escape(words, quote=False)}]" if words else ""
    return f'<img src="media:{name}" alt="{html.escape(words)}">'


def store_picture(address: str, body: Body) -> str:
    """Return the hash of a picture that came along, an empty text for one that did not."""
    found = body.file(address)
    if found is None:
        body.lose("figure_missing", address[-60:] or "?")
        return ""
    name = hashlib.sha256(found.body).hexdigest()
    body.pictures[name] = found
    return name


def _printed(element: Element, body: Body) -> str:
    value = body.values.get(element.get("identifier"))
    given, how = as_number(value), element.get("format")
    found = re.search(r"%[-+ 0#]*\d{0,2}(?:\.(\d{1,2}))?([dieEfgGs])", how)
    if given is None or not found:
        return html.escape(_shown(value), quote=False)
    if element.get("base", "10") in BASES and given.denominator == 1:
        return format(int(given), BASES[element.get("base", "10")])
    number = int(given) if found[2] in "di" else _rounded(given)
    said = (found[0].replace("i", "d") % number) if found[2] != "s" else shown(given)
    return html.escape(how.replace(found[0], said), quote=False)


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _shown(value: Maybe) -> str:
    if value is None:
        return ""
    return as_text(value) or ", ".join(map(shown, value.items))


def _feedback(element: Element, body: Body) -> str:
    said = html_of(element.children, body).strip()
    if said:
        body.explanations.append(lines_of(said))
        body.lose("qti_feedback_in_explanation", element.name)
    return ""


def _template(element: Element, body: Body) -> str:
    value = body.values.get(element.get("templateIdentifier"))
    held = () if value is None else value.items
    is_named = element.get("identifier") in held
    is_shown = is_named == (element.get("showHide", "show") == "show")
    return html_of(element.children, body) if is_shown else ""


def _rubric(element: Element, body: Body) -> str:
    said = html_of(element.children, body)
    if not element.get("view") or "candidate" in element.get("view"):
        return f"<div>{said}</div>"
    if said.strip():
        body.explanations.append(lines_of(said))
        body.lose("qti_rubric_in_explanation", element.get("view"))
    return ""


SPECIAL: Final[Mapping[str, Callable[[Element, Body], str]]] = {
    "img": _image,
    "object": _object,
    "printedVariable": _printed,
    **dict.fromkeys(FEEDBACK, _feedback),
    **dict.fromkeys(("templateInline", "templateBlock"), _template),
    "rubricBlock": _rubric,
}


def is_blank(text: str) -> bool:
    """Say whether HTML shows nothing."""
    bare = re.sub(r"</?(?:p|div|br|span|strong|u|b)\b[^>]*>|&nbsp;", "", text)
    return not NAMELESS.sub("", bare)


def plain(text: str) -> str:
    """Return HTML as bare text."""
    return html.unescape(re.sub(r"<[^>]+>", " ", text)).strip()


def lines_of(text: str) -> str:
    r"""Return HTML as plain text that keeps its lines.

    Examples
    --------
    >>> lines_of("<p>2 &gt; 1</p><p>so</p>")
    '2 > 1\nso'
    """
    marked = FORMULA.sub(lambda found: formula_text(html.unescape(found[1])), text)
    bare = re.sub(r"<[^>]+>", "", LINE_END.sub("\n", marked))
    lines = (" ".join(each.split()) for each in html.unescape(bare).splitlines())
    return "\n".join(each for each in lines if each)
