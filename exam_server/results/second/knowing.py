"""Which items the rules of the second computation know: every field of them, and of their keys."""

from collections.abc import Mapping
from typing import Any, Final

Facts = Mapping[str, Any]
PERSONS: Final = ("short_answer", "essay")
SET: Final = "item_set"
# The fields of an item and of its key that these rules read, or know to earn nothing.
COMMON: Final = frozenset({"stem", "translations", "id", "type", "mark_share", "lines"})
KNOWN: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    name: (frozenset(content) | COMMON, frozenset(key))
    for name, content, key in (
        ("single", ("options",), ("correct", "policy", "points")),
        ("multiple", ("options",), ("correct", "policy", "points")),
        ("true_false", ("options",), ("correct",)),
        (
            "numeric",
            ("unit", "decimals"),
            ("value", "tolerance", "tolerance_mode", "least", "most", "open", "units"),
        ),
        ("text_entry", ("blanks",), ("blanks", "case_sensitive", "whole", "groups")),
        ("matching", ("left", "right", "reuse"), ("pairs", "policy")),
        ("ordering", ("options",), ("order", "policy")),
        ("hotspot", ("picture", "alt", "width", "height"), ("areas",)),
        *(
            (each, ("fewest_characters", "most_characters"), ("model_answer", "rubric"))
            for each in PERSONS
        ),
    )
}
# What the entries of a list may hold; a field that says nothing (no text, empty list) is no field.
ENTRIES: Final[Mapping[str, frozenset[str]]] = {
    "options": frozenset({"id", "content", "fixed"}),
    "left": frozenset({"id", "content"}),
    "right": frozenset({"id", "content"}),
    "blanks": frozenset({"id"}),
    "areas": frozenset({"shape", "coords"}),
    "units": frozenset({"unit", "factor"}),
}


def is_known(kind: str, content: Facts, key: Facts) -> bool:
    """Say whether these rules know everything that an item says of its marking."""
    if kind == SET:
        return said(content) <= COMMON | {"parts"} and all(
            is_known(each["type"], each, part_key(key, each["id"])) for each in content["parts"]
        )
    if kind not in KNOWN:
        return False
    of_content, of_key = KNOWN[kind]
    is_known_here = said(content) <= of_content and said(key) <= of_key
    return is_known_here and all(map(_has_known_entries, (content, key)))


def said(facts: Facts) -> set[str]:
    """Return the fields that say something."""
    return {name for name, value in facts.items() if value or value == 0}


def part_key(key: Facts, part: str) -> Facts:
    """Return the key of one part of a material."""
    found = (key.get("parts") or {}).get(part)
    return found if isinstance(found, dict) else {}


def _has_known_entries(facts: Facts) -> bool:
    return all(
        said(each) <= known
        for name, known in ENTRIES.items()
        if isinstance(facts.get(name), list)
        for each in facts[name]
    )
