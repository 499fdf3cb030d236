"""The item types by name: every module of this package that is one."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import Any, Final, NamedTuple, cast

from itembank import items
from itembank.items.item_types import About, Choice, ItemType
from itembank.items.key_forms import KeyField, Typed
from itembank.items.languages import seat_translations, translation_problems
from itembank.items.shapes import key_of_part, part_marks
from itembank.problems import Problem

PARTS: Final = "parts"


@cache
def found_types() -> Mapping[str, ItemType]:
    """Return the types in the order of lists: modules that say what they are about."""
    names = [each.name for each in pkgutil.iter_modules(items.__path__)]
    modules = [importlib.import_module(f"{items.__name__}.{name}") for name in sorted(names)]
    types = [cast("ItemType", each) for each in modules if _is_type(each)]
    return {each.NAME: each for each in sorted(types, key=lambda each: each.ABOUT.place)}


def _is_type(module: ModuleType) -> bool:
    return isinstance(getattr(module, "ABOUT", None), About)


class _Types(Mapping[str, ItemType]):
    """The types, looked for when somebody first asks."""

    def __getitem__(self, name: str) -> ItemType:
        return found_types()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(found_types())

    def __len__(self) -> int:
        return len(found_types())


TYPES: Final[Mapping[str, ItemType]] = _Types()


class Piece(NamedTuple):
    """What is answered by itself: an item, or a part of an item set (named by its id)."""

    part: str
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    mark: Decimal


def item_type(name: str) -> ItemType:
    """Return the type's module; raises ``ValueError`` for an unknown name."""
    if name not in TYPES:
        msg = f"no such item type: {name!r}"
        raise ValueError(msg)
    return TYPES[name]


def item_problems(name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with an item and with the shape of its translations."""
    return [*item_type(name).content_problems(content, key), *translation_problems(content)]


def pieces(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], mark: Decimal
) -> list[Piece]:
    """Return what of an item is answered by itself, with its share of the mark."""
    if not item_type(name).ABOUT.has_parts:
        return [Piece("", name, content, key, mark)]
    marks = part_marks(content, mark)
    return [
        Piece(part["id"], part["type"], part, key_of_part(key, part["id"]), marks[part["id"]])
        for part in content[PARTS]
    ]


def answer_to(answer: Any, part: str) -> Any:
    """Return what was answered to a piece."""
    if not part:
        return answer
    return answer.get(part) if isinstance(answer, dict) else None


def seat_view(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a seat may see of an item, in every language it has.

    Of its ``key`` a candidate is told how a choice is marked, and nothing else.
    """
    shown = _told(name, item_type(name).seat_content(content), key or {})
    translations = seat_translations(content)
    return {**shown, "translations": translations} if translations else shown


def _told(name: str, shown: dict[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    if item_type(name).ABOUT.has_parts:
        parts = [_told(each["type"], each, key_of_part(key, each["id"])) for each in shown[PARTS]]
        return {**shown, PARTS: parts}
    told = getattr(item_type(name), "told", None)
    return {**shown, **told(key)} if told else shown


def choice_of(name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> Choice | None:
    """Return the options of an item by its type's own word; ``None`` where nothing is chosen."""
    own = getattr(item_type(name), "choice", None)
    return None if own is None else cast("Choice", own(content, key))


def sheet_key(name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> str | None:
    """Return a key as a cell of a sheet, by the type's own way; ``None`` where it has none."""
    own = getattr(item_type(name), "sheet_key", None)
    return None if own is None else str(own(content, key))


def read_sheet_key(name: str, cell: str) -> dict[str, Any] | None:
    """Return the key that a cell says, by the type's own way; ``None`` where it has none."""
    own = getattr(item_type(name), "read_sheet_key", None)
    return None if own is None else dict(own(cell))


def sheet_letters() -> dict[str, str]:
    """Return the types that have their own way into a sheet, by letter."""
    return {each.ABOUT.letter: name for name, each in TYPES.items() if hasattr(each, "sheet_key")}


def key_form(name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the form in which a key can be put right; no fields where its type has none."""
    own = getattr(item_type(name), "key_form", None)
    return [] if own is None else list(own(content, key))


def retyped(
    name: str, content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed
) -> dict[str, Any]:
    """Return the key that such a form says; the one that is there where its type has none."""
    own = getattr(item_type(name), "retyped", None)
    return dict(key) if own is None else dict(own(content, key, typed))
