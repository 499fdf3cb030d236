"""What each item type's module offers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

import numpy as np

from itembank.problems import Problem


class ItemType(Protocol):
    """One type: a module with these names."""

    NAME: str

    def content_problems(
        self, content: Mapping[str, Any], key: Mapping[str, Any], /
    ) -> list[Problem]:
        """Return what is wrong with an item, whatever its shape."""

    def answer_problem(self, content: Mapping[str, Any], answer: Any, /) -> str | None:
        """Return the code of what is wrong with an answer, or ``None``."""

    def score(
        self, content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal, /
    ) -> Decimal:
        """Return the mark an answer earns; ``None`` earns nothing."""

    def right_answer(self, content: Mapping[str, Any], key: Mapping[str, Any], /) -> Any:
        """Return an answer that earns the full mark."""

    def seat_content(self, content: Mapping[str, Any], /) -> dict[str, Any]:
        """Return what a seat may see."""

    def seat_orders(
        self, content: Mapping[str, Any], key: Mapping[str, Any], rng: np.random.Generator, /
    ) -> dict[str, list[str]]:
        """Return the orders in which one seat shows what may be shuffled, as ids.

        Named by the part, or by an empty text for the item itself.
        """
