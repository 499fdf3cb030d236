"""Other keys for an item that has been asked, read as an officer types them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from exam_server.bank.models import ItemVersion
from exam_server.errors import InvalidInputError, Problem
from itembank.interchange.sheet_answers import answered
from itembank.items.registry import item_problems
from itembank.items.shapes import lettered

CHOICES: Final = ("single", "multiple", "true_false")
TYPED: Final = (*CHOICES, "numeric", "text_entry", "ordering")  # types whose keys can be typed
FEWEST_SEVERAL: Final = 2
MOST: Final = 20


def read_keys(version: ItemVersion, typed: str, *, is_several: bool) -> list[dict[str, Any]]:
    """Return the keys that lines say; none for a type whose keys cannot be typed.

    Raises InvalidInputError: ``changed_key_wrong`` with what is wrong in which line.
    """
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if not lines or version.type not in TYPED:
        return []
    keys = []
    for number, line in enumerate(lines, start=1):
        key = _read(version, line)
        if key is None or item_problems(version.type, version.content, key):
            raise _wrong("changed_key_unread", number=number, line=line)
        if key not in keys:
            keys.append(key)
    if len(keys) > (MOST if is_several else 1):
        raise _wrong("changed_key_one", most=MOST if is_several else 1)
    return keys


def check_keys(way: str, keys: list[dict[str, Any]], version: ItemVersion) -> None:
    """Refuse a change by key without keys, or one that changes nothing.

    Raises InvalidInputError: ``changed_key_wrong``.
    """
    if way == "several_keys" and len(keys) < FEWEST_SEVERAL:
        raise _wrong("changed_key_several")
    if way == "other_key" and len(keys) != 1:
        raise _wrong("changed_key_missing")
    if way == "other_key" and keys[0] == version.key:
        raise _wrong("changed_key_same")


def _read(version: ItemVersion, line: str) -> dict[str, Any] | None:
    if version.type == "text_entry":
        return _blanks(version, line)
    if version.type == "ordering":
        return _order(version, line)
    letters = list(lettered(version.content, "options").values())
    if version.key.get("tolerance_mode") == "range":
        return None
    found = answered(version.type, line, "", letters)
    if found.problem:
        return None
    return {**version.key, **found.key}


def _order(version: ItemVersion, line: str) -> dict[str, Any]:
    by_letter = {letter: row for row, letter in lettered(version.content, "options").items()}
    letters = [each for each in line.upper() if each.isalpha()]
    return {**version.key, "order": [by_letter.get(each, "") for each in letters]}


def _blanks(version: ItemVersion, line: str) -> dict[str, Any] | None:
    """Pair the blanks in turn with their texts: ``；`` between blanks, ``/`` between texts."""
    texts = [[t.strip() for t in part.split("/") if t.strip()] for part in re.split("[;；]", line)]
    blanks: list[Mapping[str, Any]] = version.content["blanks"]
    if len(texts) != len(blanks) or not all(texts):
        return None
    said = {blank["id"]: own for blank, own in zip(blanks, texts, strict=True)}
    return {**version.key, "blanks": said}


def _wrong(code: str, **detail: object) -> InvalidInputError:
    return InvalidInputError("changed_key_wrong", [Problem("keys", code, detail)])
