"""The item types by name."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from itembank.items import multiple, numeric, single, text_entry, true_false
from itembank.problems import Problem


class ItemType(Protocol):
    """What each type's module offers."""

    NAME: str

    def content_problems(
        self, content: Mapping[str, Any], key: Mapping[str, Any], /
    ) -> list[Problem]:
        """Return what is wrong with an item."""

    def answer_problem(self, content: Mapping[str, Any], answer: Any, /) -> str | None:
        """Return the code of what is wrong with an answer, or ``None``."""

    def score(
        self, content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal, /
    ) -> Decimal:
        """Return the mark an answer earns; ``None`` earns nothing."""

    def seat_content(self, content: Mapping[str, Any], /) -> dict[str, Any]:
        """Return what a seat may see."""


TYPES: Mapping[str, ItemType] = {
    module.NAME: module for module in (single, multiple, true_false, numeric, text_entry)
}


def item_type(name: str) -> ItemType:
    """Return the type's module; raises ``ValueError`` for an unknown name."""
    if name not in TYPES:
        msg = f"no such item type: {name!r}"
        raise ValueError(msg)
    return TYPES[name]
