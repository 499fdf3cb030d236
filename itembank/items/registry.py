"""The item types by name."""

from collections.abc import Mapping
from typing import Any

from itembank.items import item_set, multiple
from itembank.items.choices import WHOLE, policy_of
from itembank.items.item_types import ItemType
from itembank.items.languages import seat_translations, translation_problems
from itembank.problems import Problem

TYPES: Mapping[str, ItemType] = {**item_set.PARTS, item_set.NAME: item_set}


def item_type(name: str) -> ItemType:
    """Return the type's module; raises ``ValueError`` for an unknown name."""
    if name not in TYPES:
        msg = f"no such item type: {name!r}"
        raise ValueError(msg)
    return TYPES[name]


def item_problems(name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with an item and with the shape of its translations."""
    return [*item_type(name).content_problems(content, key), *translation_problems(content)]


def seat_view(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a seat may see of an item, in every language it has.

    Of its ``key`` a candidate is told how a multiple choice is marked, and nothing else.
    """
    shown = _told(name, item_type(name).seat_content(content), key or {})
    translations = seat_translations(content)
    return {**shown, "translations": translations} if translations else shown


def _told(name: str, shown: dict[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    if name == multiple.NAME and policy_of(key) != WHOLE:
        return {**shown, "marking": policy_of(key)}
    if name != item_set.NAME:
        return shown
    parts = [_told(part["type"], part, item_set.key_of(key, part["id"])) for part in shown["parts"]]
    return {**shown, "parts": parts}
