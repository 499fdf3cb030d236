"""The form for a key, filled in as a page posts it."""

from collections.abc import Mapping
from typing import Any

from itembank.items.registry import key_form


def posted_key(
    kind: str, content: Mapping[str, Any], key: Mapping[str, Any], block: str = "k1"
) -> dict[str, list[str]]:
    """Return what a page posts that shows a key and where nothing was touched."""
    posted = {f"{block}.here": ["1"]}
    for field in key_form(kind, content, key):
        name = f"{block}.{field.name}"
        if field.kind == "areas":
            parted = [value.partition(" ") for value in field.value]
            posted[f"{name}.shape"] = [shape or "circle" for shape, _, _ in parted]
            posted[f"{name}.coords"] = [coords for _, _, coords in parted]
        elif field.kind == "lines":
            posted[name] = ["\r\n".join(field.value)]
        else:
            posted[name] = list(field.value)
    return posted
