"""An interaction of QTI as an item of ours: content, key, and how an answer is said in QTI."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.values import Maybe, gathered
from itembank.items.shapes import ID

MANY: Final = 40  # samples drawn beside the telling ones


class ShapeError(ValueError):
    """An interaction that no type of ours can hold: a reason's code and facts."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass
class Part:
    """What an interaction becomes. ``say`` turns an answer of ours into QTI's responses.

    ``samples`` are answers that together tell one marking rule from another; ``key`` is empty
    where the file does not say what is right.
    """

    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    say: Callable[[Any], dict[str, Maybe]]
    samples: list[Any]
    right: Any = None
    losses: dict[str, set[str]] = field(default_factory=dict)


def short_ids(names: Sequence[str], prefix: str = "") -> dict[str, str]:
    """Return an id of ours for each identifier: the same where it fits, else its number.

    ``prefix`` is taken off where all have it.

    Examples
    --------
    >>> short_ids(["L_a", "L_b"], "L_"), short_ids(["a very long one", "b"])
    ({'L_a': 'a', 'L_b': 'b'}, {'a very long one': '1', 'b': '2'})
    """
    own = [each.removeprefix(prefix) for each in names]
    if prefix and not all(each.startswith(prefix) for each in names):
        own = list(names)
    if all(ID.fullmatch(each) for each in own) and len(set(own)) == len(own):
        return dict(zip(names, own, strict=True))
    return {each: str(place) for place, each in enumerate(names, start=1)}


def said(declared: Declaration, items: Iterable[Any]) -> Maybe:
    """Return items as a value of a response variable."""
    return gathered(declared.base, items, declared.cardinality)


def keyed(declared: Declaration) -> list[Any]:
    """Return what a declaration calls right: its correct response, else what earns by mapping."""
    if declared.correct is not None:
        return list(declared.correct.items)
    if declared.mapping is None:
        return []
    worths = [(key, worth) for key, worth, _ in declared.mapping.entries if worth > 0]
    if declared.cardinality == "single":
        most = max((worth for _, worth in worths), default=Fraction(0))
        return [key for key, worth in worths if worth == most]
    return [key for key, _ in worths]


def elements_named(interaction: Element, *names: str) -> list[Element]:
    """Return the choices of an interaction, at whatever depth they stand."""
    return interaction.find(*names)


def is_true(element: Element, name: str) -> bool:
    """Say whether an attribute says yes."""
    return element.get(name) in ("true", "1")


def distinct(items: Iterable[Any]) -> list[Any]:
    """Return things each once, in their order; they need not be hashable."""
    found: list[Any] = []
    for each in items:
        if each not in found:
            found.append(each)
    return found


Facts = Mapping[str, Any]
