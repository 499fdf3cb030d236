"""What each item type's module offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

import numpy as np

from itembank.problems import Problem

MACHINE: Final = "machine"
PERSON: Final = "person"
LAST: Final = 1000  # where a type stands in lists that does not say


@dataclass(frozen=True)
class About:
    """What lists, inputs and papers say of a type; words are by language.

    ``letter`` is its code in the field (题型代码). ``content`` and ``key`` name the fields that an
    item of this type holds. ``ask`` is what a printed section asks for. ``place`` is where it
    stands in lists of types. An answer is marked by the ``machine``, or by a ``person``: then
    ``score`` gives ``None`` for what only somebody who reads it can tell.
    """

    letter: str
    words: Mapping[str, str]
    titles: Mapping[str, str]
    content: tuple[str, ...]
    key: tuple[str, ...]
    ask: Mapping[str, str] = field(default_factory=dict)
    place: int = LAST
    marked_by: str = MACHINE
    has_parts: bool = False
    usual: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What is answered by taking options: their ids, the right ones, whether just one is taken."""

    options: tuple[str, ...]
    keys: tuple[str, ...]
    is_one: bool


class ItemType(Protocol):
    """One type: a module of this package with these names.

    It may also offer ``told(key)``, what a candidate is told of the way of marking;
    ``sheet_key(content, key)`` with ``read_sheet_key(text)``, its key as a cell of a sheet;
    ``key_form(content, key)`` with ``retyped(content, key, typed)``, the form in which its key is
    put right after an exam (see ``key_forms``); ``choice(content, key)``, the ``Choice`` that its
    answers make, for figures of options; ``travels(content, key)``, the type, content and key that
    go to other programs instead of its own, or ``None``; and what ``DrawingType`` says, when it
    asks each form for other values.
    """

    NAME: str
    ABOUT: About

    def content_problems(
        self, content: Mapping[str, Any], key: Mapping[str, Any], /
    ) -> list[Problem]:
        """Return what is wrong with an item, whatever its shape."""

    def answer_problem(self, content: Mapping[str, Any], answer: Any, /) -> str | None:
        """Return the code of what is wrong with an answer, or ``None``."""

    def score(
        self, content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal, /
    ) -> Decimal | None:
        """Return the mark an answer earns; ``None`` where a person has to tell.

        No answer (``None``) earns nothing.
        """

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

    def key_words(self, view: Mapping[str, Any], key: Mapping[str, Any], /) -> str:
        """Return the key in words, by the letters of the item as it is shown."""


class DrawingType(ItemType, Protocol):
    """A type that draws values for each form, which are then frozen with it."""

    def draw(
        self,
        content: Mapping[str, Any],
        key: Mapping[str, Any],
        rng: np.random.Generator,
        turn: int,
        /,
    ) -> dict[str, str]:
        """Return values by name; other turns of the same seed give others while there are any."""

    def as_drawn(
        self, content: Mapping[str, Any], key: Mapping[str, Any], values: Mapping[str, str], /
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Return what is asked with some values: type, content with translations, key."""

    def drawn_problems(
        self,
        content: Mapping[str, Any],
        key: Mapping[str, Any],
        forms: Sequence[Mapping[str, str]],
        /,
    ) -> list[Problem]:
        """Return what is wrong with another key for values that were drawn already."""
