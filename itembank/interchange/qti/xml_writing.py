"""Elements written as XML, in the names of QTI 2.2 or of QTI 3."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from itembank.interchange.qti.elements import MATHML, Element

QTI: Final = "qti"
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
SCHEMA: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Edition:
    """An edition of QTI: its names in files and manifests."""

    name: str
    namespace: str
    schema: str
    kind: str  # ends a resource's type
    manifest: str
    is_kebab: bool


EDITIONS: Final[Mapping[str, Edition]] = {
    "2.2": Edition(
        "2.2",
        "http://www.imsglobal.org/xsd/imsqti_v2p2",
        "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd",
        "xmlv2p2",
        "http://www.imsglobal.org/xsd/imscp_v1p1",
        is_kebab=False,
    ),
    "3.0": Edition(
        "3.0",
        "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        "xmlv3p0",
        "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        is_kebab=True,
    ),
}


def q(name: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element of QTI; a trailing low line of an attribute's name is taken off."""
    return Element(
        name, {each.rstrip("_"): said for each, said in attributes.items()}, [*children], QTI
    )


def h(name: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element of HTML."""
    return Element(name, {each.rstrip("_"): said for each, said in attributes.items()}, [*children])


def kebab(name: str) -> str:
    """Return a name in camel case in kebab case.

    Examples
    --------
    >>> kebab("maxChoices")
    'max-choices'
    """
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


def document(root: Element, edition: Edition, language: str = "") -> bytes:
    """Return an item or a test as a file."""
    whole = Element(
        root.name,
        {
            "xmlns": edition.namespace,
            "xmlns:xsi": SCHEMA,
            "xsi:schemaLocation": f"{edition.namespace} {edition.schema}",
            **root.attributes,
            **({"xml:lang": language} if language else {}),
        },
        root.children,
        root.namespace,
    )
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + to_xml(whole, edition)).encode()


def to_xml(element: Element, edition: Edition) -> str:
    """Return an element as XML."""
    is_own = element.namespace == QTI and edition.is_kebab
    name = f"qti-{kebab(element.name)}" if is_own else element.name
    attributes = {
        (kebab(each) if is_own and ":" not in each else each): said
        for each, said in element.attributes.items()
    }
    if element.namespace == MATHML and element.name == "math":
        attributes["xmlns"] = MATHML
    said = "".join(f" {each}={_quoted(value)}" for each, value in attributes.items())
    if not element.children:
        return f"<{name}{said}/>"
    inner = "".join(
        _plain(each) if isinstance(each, str) else to_xml(each, edition)
        for each in element.children
    )
    return f"<{name}{said}>{inner}</{name}>"


def _plain(text: str) -> str:
    return escape(UNWRITABLE.sub(" ", text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(UNWRITABLE.sub(" ", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
