"""Items on their way to other programs: as a simpler type, where their own says so."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from itembank.drawing import Asked
from itembank.items.registry import PARTS, item_type
from itembank.items.shapes import key_of_part, rows

ALONE: Final = frozenset({"calculation"})  # a part of a set goes with one set of values


def as_carried(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], whole: Collection[str] = ()
) -> Asked | None:
    """Return what other programs get of an item; ``None`` where its type says that it stays.

    A type without a way of its own goes as it is: a format takes it or names it. So do those a
    format holds ``whole``.
    """
    if item_type(name).ABOUT.has_parts:
        return _set_as_carried(name, content, key, frozenset(whole) - ALONE)
    if name in whole:
        return Asked(name, content, key)
    travels = getattr(item_type(name), "travels", None)
    if travels is None:
        return Asked(name, content, key)
    found = travels(content, key)
    return None if found is None else Asked(*found)


def _set_as_carried(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], whole: Collection[str]
) -> Asked | None:
    parts: list[Mapping[str, Any]] = []
    keys: dict[str, Any] = {}
    for part in rows(content, PARTS):
        found = as_carried(part["type"], part, key_of_part(key, part["id"]), whole)
        if found is None:
            return None
        facts = {each: part[each] for each in ("id", "mark_share") if each in part}
        parts.append({**found.content, **facts, "type": found.type})
        keys[str(part["id"])] = found.key
    return Asked(name, {**content, PARTS: parts}, {**key, PARTS: keys})


def types_in(asked: Asked) -> list[str]:
    """Return the type of an item, and those of its parts."""
    return [asked.type, *(str(part["type"]) for part in rows(asked.content, PARTS))]
