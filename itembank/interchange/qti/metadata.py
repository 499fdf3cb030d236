"""Facts about items that travel in a manifest as LOM: their place, how hard, which language."""

from dataclasses import dataclass
from typing import Final

from itembank.interchange.qti.elements import Element

DIFFICULTIES: Final = ("very easy", "easy", "medium", "difficult", "very difficult")
OWN_SOURCE: Final = "exam-server"
VERSION_OF: Final = "isversionof"


@dataclass(frozen=True)
class ItemFacts:
    """What a manifest says of an item."""

    path: tuple[tuple[str, str], ...] = ()
    difficulty: int | None = None
    state: str = ""
    language: str = ""
    version_of: str = ""  # the resource this one is a translation of


def facts_of(resource: Element) -> ItemFacts:
    """Return what a manifest says of a resource."""
    lom = next(iter(resource.find("lom")), None)
    if lom is None:
        return ItemFacts()
    return ItemFacts(_path(lom), _difficulty(lom), _state(lom), _language(lom), _version_of(lom))


def _value(element: Element | None) -> str:
    if element is None:
        return ""
    value = element.first("value")
    return (value or element).text()


def _difficulty(lom: Element) -> int | None:
    said = _value(next(iter(lom.find("difficulty")), None)).lower()
    return DIFFICULTIES.index(said) + 1 if said in DIFFICULTIES else None


def _state(lom: Element) -> str:
    for status in lom.find("status"):
        source = status.first("source")
        if source is not None and source.text() == OWN_SOURCE:
            return _value(status)
    return ""


def _language(lom: Element) -> str:
    general = lom.first("general")
    language = general.first("language") if general is not None else None
    return language.text() if language is not None else ""


def _version_of(lom: Element) -> str:
    for relation in lom.find("relation"):
        if _value(relation.first("kind")).lower() == VERSION_OF:
            return next((each.text() for each in relation.find("entry")), "")
    return ""


def _path(lom: Element) -> tuple[tuple[str, str], ...]:
    for each in lom.find("taxonPath", "taxonpath"):
        source = each.first("source")
        if source is not None and source.text() == OWN_SOURCE:
            return tuple((_said(taxon, "id"), _said(taxon, "entry")) for taxon in each.all("taxon"))
    return ()


def _said(element: Element, name: str) -> str:
    found = element.first(name)
    return found.text() if found is not None else ""
