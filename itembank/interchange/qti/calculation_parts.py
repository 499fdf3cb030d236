"""Calculations this program has written: what a template of ours says of itself."""

import json
from collections.abc import Mapping
from typing import Any, Final

from itembank.interchange.qti.calculation_writing import OWN, drawn_names, variable_name
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.values import Maybe, single

Told = Mapping[str, Any]
SHOWN: Final = "{{{0}}}"


def own_calculation(item: Element) -> Told | None:
    """Return decimals and key of a calculation as this program wrote them."""
    for each in item.all("templateDeclaration"):
        if each.get("identifier") == OWN:
            return _told(each.text())
    return None


def _told(text: str) -> Told | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    key = said.get("key") if isinstance(said, dict) else None
    is_whole = isinstance(key, dict) and isinstance(key.get("parameters"), dict)
    return said if is_whole else None


def shown_names(told: Told) -> dict[str, Maybe]:
    """Return for each template variable the place of its value in a stem of ours."""
    return {
        variable_name(name): single("string", SHOWN.format(name))
        for name in drawn_names(told["key"])
    }
