"""Other keys for an item that has been asked, as an officer fills in the form of its type."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Batch
from exam_server.errors import InvalidInputError, Problem
from exam_server.forms.models import FormItem
from exam_server.seating.models import ExamSession, Sitting
from itembank.drawing import Drawn, other_key_problems
from itembank.items.canonical import same_item
from itembank.items.key_forms import KeyField, Typed
from itembank.items.registry import key_form, retyped

Posted = Mapping[str, Sequence[str]]
FEWEST_SEVERAL: Final = 2
MOST: Final = 20
KEYED: Final = ("other_key", "several_keys")


@dataclass(frozen=True)
class KeyBlock:
    """The form for one key; ``name`` comes before the names of its fields."""

    number: int
    name: str
    fields: Sequence[KeyField]


def blocks_for(
    version: ItemVersion, posted: Posted, standing: Iterable[Any] = ()
) -> list[KeyBlock]:
    """Return the forms for keys, as they were filled in; at first with the keys that stand.

    Two at least: the second is for several keys. None where the type's key cannot be typed.
    """
    if not may_type_keys(version):
        return []
    keys = list(standing) or [version.key]
    count = _count(posted) or max(FEWEST_SEVERAL, len(keys))
    return [
        KeyBlock(
            number,
            name_of(number),
            _filled(version, keys[min(number, len(keys)) - 1], posted, name_of(number)),
        )
        for number in range(1, count + 1)
    ]


def may_type_keys(version: ItemVersion) -> bool:
    """Say whether the type of an item has a form for its key."""
    return bool(key_form(version.type, version.content, version.key))


def name_of(number: int) -> str:
    """Return what the names of a key's fields begin with."""
    return f"k{number}"


def read_keys(
    version: ItemVersion, posted: Posted, forms: Sequence[Drawn], *, is_several: bool
) -> list[dict[str, Any]]:
    """Return the keys that a form says, each once.

    ``forms``: the values that forms have asked with. Raises InvalidInputError:
    ``changed_key_wrong`` with what is wrong in which key.
    """
    if not may_type_keys(version):
        return []
    numbers = range(1, (_count(posted) if is_several else 1) + 1)
    keys: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number in numbers:
        typed = Typed(posted, f"{name_of(number)}.")
        key = retyped(version.type, version.content, version.key, typed)
        problems += [
            Problem(name_of(number), each.code, dict(each.detail))
            for each in _problems(version, key, forms)
        ]
        if not any(_is_same(version, key, other) for other in keys):
            keys.append(key)
    if problems:
        raise InvalidInputError("changed_key_wrong", problems)
    return keys


def check_keys(way: str, keys: list[dict[str, Any]], version: ItemVersion) -> None:
    """Refuse a change by key without keys, or one that changes nothing.

    Raises InvalidInputError: ``changed_key_wrong``.
    """
    if way == "several_keys" and len(keys) < FEWEST_SEVERAL:
        raise _wrong("changed_key_several")
    if way == "other_key" and not keys:
        raise _wrong("changed_key_missing")
    if way == "other_key" and _is_same(version, keys[0], version.key):
        raise _wrong("changed_key_same")


def drawn_in(db: Session, batch: Batch, version: ItemVersion) -> list[Drawn]:
    """Return the values that the forms of a batch have asked an item with, each once."""
    chosen = (
        select(FormItem.drawn)
        .join(Sitting, Sitting.form_id == FormItem.form_id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .where(ExamSession.batch_id == batch.id, FormItem.item_version_id == version.id)
    )
    drawn = [each for each in db.scalars(chosen) if each]
    return list({json.dumps(each, sort_keys=True): each for each in drawn}.values())


def _problems(version: ItemVersion, key: Mapping[str, Any], forms: Sequence[Drawn]) -> list[Any]:
    """Return what is wrong with a key; what was wrong with the item before is not its fault."""
    before = other_key_problems(version.type, version.content, version.key, forms)
    return [
        each
        for each in other_key_problems(version.type, version.content, key, forms)
        if each not in before or "key" in each.where.split(".")
    ]


def _is_same(version: ItemVersion, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return same_item((version.type, version.content, one), (version.type, version.content, other))


def _filled(
    version: ItemVersion, key: Mapping[str, Any], posted: Posted, name: str
) -> list[KeyField]:
    """Return the fields of one key as they were posted."""
    if f"{name}.here" in posted:
        key = retyped(version.type, version.content, version.key, Typed(posted, f"{name}."))
    return key_form(version.type, version.content, key)


def _count(posted: Posted) -> int:
    """Return how many keys were posted."""
    named = (number for number in range(1, MOST + 1) if _is_posted(posted, number))
    return max(named, default=0)


def _is_posted(posted: Posted, number: int) -> bool:
    return any(each.startswith(f"{name_of(number)}.") for each in posted)


def _wrong(code: str, **detail: object) -> InvalidInputError:
    return InvalidInputError("changed_key_wrong", [Problem("k1", code, detail)])
