"""XML made into plain values, within limits: whatever a file tries, it costs a message.

The names of QTI 3 (``qti-choice-interaction``, ``response-identifier``) are read as those of
QTI 2 (``choiceInteraction``, ``responseIdentifier``): one vocabulary for all that follows.
"""

import html.entities
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from itembank.interchange.report import UnreadableError
from itembank.interchange.sources import check_size

DEEPEST: Final = 120
MOST_ELEMENTS: Final = 500_000
DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
SPEECH: Final = ("http://www.w3.org/2001/10/synthesis", "http://www.w3.org/2010/10/synthesis")
XML: Final = "http://www.w3.org/XML/1998/namespace"
OWN_TOOL: Final = "exam-server"  # as this program names itself in what it writes


@dataclass(eq=False)
class Element:
    """An element: its name without prefix, where it stands, and what it holds."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    namespace: str = ""
    line: int = 0

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def elements(self) -> list["Element"]:
        """Return the elements directly inside."""
        return [each for each in self.children if isinstance(each, Element)]

    def all(self, *names: str) -> list["Element"]:
        """Return the elements of these names directly inside."""
        return [each for each in self.elements() if each.name in names]

    def first(self, *names: str) -> "Element | None":
        """Return the first element of these names directly inside."""
        return next(iter(self.all(*names)), None)

    def walk(self) -> Iterator["Element"]:
        """Give this element and all below it, in the order of the file."""
        yield self
        for each in self.elements():
            yield from each.walk()

    def find(self, *names: str) -> list["Element"]:
        """Return the elements of these names anywhere below."""
        return [each for each in self.walk() if each.name in names and each is not self]

    def text(self) -> str:
        """Return all text inside."""
        return "".join(
            each if isinstance(each, str) else each.text() for each in self.children
        ).strip()


def parse_xml(data: bytes) -> Element:
    """Return the root of an XML file.

    Raises UnreadableError: ``xml_broken``, ``xml_declares``, ``xml_too_large``,
    ``encoding_unknown``, ``file_too_large``.
    """
    check_size(data)
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said
    parser.EntityDeclHandler = _refuse_entity
    parser.SkippedEntityHandler = reader.skipped
    reader.parser = parser
    try:
        parser.Parse(_utf8(data), True)  # noqa: FBT003 - the parser's own word for "this is all"
    except expat.ExpatError as error:
        raise UnreadableError("xml_broken", line=error.lineno, column=error.offset + 1) from None
    return reader.root()


def _refuse_entity(*_: object) -> NoReturn:
    raise UnreadableError("xml_declares")


class _Reader:
    """Builds the tree."""

    def __init__(self) -> None:
        self.open: list[Element] = [Element("")]
        self.n = 0
        self.parser: expat.XMLParserType | None = None

    def root(self) -> Element:
        return self.open[0].elements()[0]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.n += 1
        if self.n > MOST_ELEMENTS:
            raise UnreadableError("xml_too_large", most=MOST_ELEMENTS)
        if len(self.open) > DEEPEST:
            raise UnreadableError("xml_too_large", most=MOST_ELEMENTS)
        namespace, _, local = name.rpartition(" ")
        own = {_attribute(each): value for each, value in attributes.items()}
        line = self.parser.CurrentLineNumber if self.parser else 0
        made = Element(element_name(local), own, [], namespace, line)
        self.open[-1].children.append(made)
        self.open.append(made)

    def end(self, _name: str) -> None:
        self.open.pop()

    def said(self, text: str) -> None:
        self.open[-1].children.append(text)

    def skipped(self, name: str, _is_parameter: int) -> None:
        self.said(html.entities.html5.get(f"{name};", f"&{name};"))


def words(text: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(text.split())


def element_name(local: str) -> str:
    """Return an element's name in the words of QTI 2.

    Examples
    --------
    >>> element_name("qti-choice-interaction"), element_name("p")
    ('choiceInteraction', 'p')
    """
    return camel(local.removeprefix("qti-")) if local.startswith("qti-") else local


def camel(name: str) -> str:
    """Return a name in kebab case in camel case.

    Examples
    --------
    >>> camel("max-choices")
    'maxChoices'
    """
    first, *more = name.split("-")
    return first + "".join(each[:1].upper() + each[1:] for each in more)


def _attribute(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    if namespace == XML:
        return f"xml:{local}"
    return local if local.startswith(("data-", "aria-")) else camel(local)


def _utf8(data: bytes) -> bytes:
    """Return a file in UTF-8, whatever it says or is."""
    found = DECLARED.search(data[:400])
    said = found[1].decode().lower() if found else ""
    for encoding in dict.fromkeys([_mark(data), said, "utf-8-sig", "gb18030"]):
        if not encoding:
            continue
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        return text.removeprefix("\ufeff").encode("utf-8", "replace")
    raise UnreadableError("encoding_unknown")


def _mark(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else ""
