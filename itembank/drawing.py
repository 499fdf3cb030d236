"""Values drawn for a form: which items need them, and what is asked with them.

Values are by part; an item that is answered as one has the part ``""``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from itembank.items.item_types import DrawingType
from itembank.items.registry import PARTS, TYPES, item_type
from itembank.items.shapes import key_of_part, rows
from itembank.problems import Problem

Drawn = Mapping[str, Mapping[str, str]]


class Asked(NamedTuple):
    """What is asked: type, content and key of an item in which nothing is left to draw."""

    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]


def drawing_types() -> list[str]:
    """Return the types that may hold something to be drawn: their own, or that of a part."""
    return [name for name, each in TYPES.items() if _draws(name) or each.ABOUT.has_parts]


def _draws(name: str) -> bool:
    return hasattr(item_type(name), "as_drawn")


def _type(name: str) -> DrawingType:
    return cast("DrawingType", item_type(name))


def drawn(
    name: str,
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    rng: np.random.Generator,
    turn: int,
) -> dict[str, dict[str, str]]:
    """Return the values of an item for one form; empty where nothing is drawn.

    The same seed gives the same values; other turns give others while there are any.
    """
    if not item_type(name).ABOUT.has_parts:
        return {"": _values(name, content, key, rng, turn)} if _draws(name) else {}
    return {
        str(part["id"]): _values(part["type"], part, key_of_part(key, part["id"]), rng, turn)
        for part in rows(content, PARTS)
        if _draws(part["type"])
    }


def _values(
    name: str,
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    rng: np.random.Generator,
    turn: int,
) -> dict[str, str]:
    return dict(_type(name).draw(content, key, rng, turn))


def as_asked(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], values: Drawn | None
) -> Asked:
    """Return an item with its drawn values put in; one without any as it is."""
    if not values:
        return Asked(name, content, key)
    if not item_type(name).ABOUT.has_parts:
        return Asked(*_type(name).as_drawn(content, key, values[""]))
    new = dict(content)
    keys = dict(key.get(PARTS, {}))
    said = {language: dict(texts) for language, texts in content.get("translations", {}).items()}
    parts = []
    for part in rows(content, PARTS):
        if part["id"] not in values:
            parts.append(part)
            continue
        asked = _part_asked(part, keys.get(part["id"], {}), said, values[part["id"]])
        parts.append(asked.content)
        keys[part["id"]] = asked.key
    translations = {"translations": said} if said else {}
    return Asked(name, {**new, PARTS: parts, **translations}, {**key, PARTS: keys})


def _part_asked(
    part: Mapping[str, Any],
    key: Mapping[str, Any],
    said: dict[str, dict[str, Any]],
    values: Mapping[str, str],
) -> Asked:
    """Return a part with its values; its translations change in ``said``, where they stand."""
    own = {
        language: each
        for language, texts in said.items()
        for each in rows(texts, PARTS)
        if each.get("id") == part["id"]
    }
    kind, content, new_key = _type(part["type"]).as_drawn(
        {**part, "translations": own}, key, values
    )
    for language, texts in content.pop("translations", {}).items():
        said[language][PARTS] = [
            {**texts, "id": each["id"]} if each.get("id") == part["id"] else each
            for each in rows(said[language], PARTS)
        ]
    facts = {name: part[name] for name in ("id", "mark_share") if name in part}
    return Asked(kind, {**facts, "type": kind, **content}, new_key)


def other_key_problems(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], forms: Sequence[Drawn]
) -> list[Problem]:
    """Return what is wrong with another key for an item that forms have asked with some values."""
    if item_type(name).ABOUT.has_parts:
        return [
            Problem(f"parts.{part['id']}.{each.where}", each.code, each.detail)
            for part in rows(content, PARTS)
            for each in other_key_problems(
                part["type"],
                part,
                key_of_part(key, part["id"]),
                [{"": values[part["id"]]} for values in forms if part["id"] in values],
            )
        ]
    if _draws(name):
        return _type(name).drawn_problems(content, key, [values[""] for values in forms])
    return item_type(name).content_problems(content, key)


def samples(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], n: int
) -> list[tuple[Drawn, Asked]]:
    """Return what an item without problems would ask in some forms; none where nothing is drawn."""
    found: list[tuple[Drawn, Asked]] = []
    for turn in range(n):
        values = drawn(name, content, key, np.random.default_rng(1), turn)
        if values and values not in [each for each, _ in found]:
            found.append((values, as_asked(name, content, key, values)))
    return found
