"""Reading content, keys and answers of any shape: what is not as it should be reads as empty."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from itembank.problems import Problem
from scoring.marks import read_number, split_mark

ID = re.compile(r"[A-Za-z0-9_-]{1,8}")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_TEXT = 20_000  # of one piece of HTML: a stem, an option
LARGEST_SHARE = 1000
POLICIES = ("all_or_nothing", "part_marks")


def rows(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a list of objects; an entry that is none is an empty one."""
    listed = content.get(name)
    if not isinstance(listed, list):
        return []
    return [each if isinstance(each, dict) else {} for each in listed]


def text(content: Mapping[str, Any], name: str) -> str:
    """Return a text, outer spaces off; anything else is an empty one."""
    found = content.get(name)
    return found.strip() if isinstance(found, str) else ""


def number(value: Any) -> Fraction | None:
    """Return a number exactly; ``None`` for what is none, such as NaN or ``True``."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        return Fraction(value)
    except (ValueError, OverflowError):
        return None


def lettered(view: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return the letters under which an item shows the rows of a list, by their ids.

    Examples
    --------
    >>> lettered({"options": [{"id": "x"}, {"id": "y"}]}, "options")
    {'x': 'A', 'y': 'B'}
    """
    return dict(zip((str(each.get("id")) for each in rows(view, name)), LETTERS, strict=False))


def text_problems(where: str, html: str, empty: Problem) -> Iterator[Problem]:
    """Give what is wrong with a piece of HTML: nothing in it (``empty``), or too much."""
    if not re.sub(r"</?(p|div|br)\b[^>]*>|&nbsp;|\s", "", html):
        yield empty
    if len(html) > LONGEST_TEXT:
        yield Problem(where, "text_too_long", {"most": LONGEST_TEXT})


def list_problems(
    listed: Sequence[Mapping[str, Any]], where: str, *, fewest: int, most: int
) -> list[Problem]:
    """Return what is wrong with a list of things with ids and contents, such as a column."""
    if not fewest <= len(listed) <= most:
        detail: dict[str, object] = {"fewest": fewest, "most": most, "count": len(listed)}
        return [Problem(where, "list_count", detail)]
    ids = [each.get("id") for each in listed]
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in ids):
        return [Problem(where, "list_ids")]
    if len(set(ids)) < len(ids):
        return [Problem(where, "list_ids")]
    problems: list[Problem] = []
    for each in listed:
        place = f"{where}.{each['id']}"
        empty = Problem(place, "option_empty", {"option": each["id"]})
        problems += text_problems(place, text(each, "content"), empty)
    if len({text(each, "content") for each in listed}) < len(listed):
        problems.append(Problem(where, "option_repeated"))
    return problems


def policy_problems(key: Mapping[str, Any]) -> list[Problem]:
    """Return ``policy_unknown`` unless a key gives part marks, or all or nothing."""
    is_known = key.get("policy", POLICIES[0]) in POLICIES
    return [] if is_known else [Problem("key.policy", "policy_unknown")]


def gives_part_marks(key: Mapping[str, Any]) -> bool:
    """Say whether part of an answer earns part of the mark."""
    return bool(key.get("policy") == "part_marks")


def share_of_part(part: Mapping[str, Any]) -> Decimal | None:
    """Return a part's share, 1 when it says none; ``None`` unless it is above 0, at most 1000."""
    said = part.get("mark_share", "1")
    share = read_number(said) if isinstance(said, str) else None
    return share if share is not None and 0 < share <= LARGEST_SHARE else None


def part_marks(content: Mapping[str, Any], max_mark: Decimal) -> dict[str, Decimal]:
    """Return the full mark of each part; they add up to the position's."""
    shares = [share_of_part(part) or Decimal(1) for part in content["parts"]]
    marks = split_mark(max_mark, shares)
    return {part["id"]: mark for part, mark in zip(content["parts"], marks, strict=True)}


def key_of_part(key: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """Return the key of a part; empty when there is none."""
    keys = key.get("parts")
    found = keys.get(part) if isinstance(keys, dict) else None
    return found if isinstance(found, dict) else {}
