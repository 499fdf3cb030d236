"""Which blanks are filled rightly, counted a second time; the order of some may be free."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

Facts = Mapping[str, Any]
MOST_IN_BLANK: Final = 2000


def n_filled(content: Facts, key: Facts, answer: Any) -> int | None:
    """Return how many blanks of an answer are right; nothing for what answers no blanks.

    Examples
    --------
    >>> blanks = {"blanks": [{"id": "1"}, {"id": "2"}]}
    >>> key = {"blanks": {"1": ["Ag"], "2": ["Cu"]}, "groups": [["1", "2"]]}
    >>> n_filled(blanks, key, {"1": "cu", "2": "Ag"}), n_filled(blanks, key, {"1": "cu", "2": "cu"})
    (2, 1)
    """
    names = [each["id"] for each in content["blanks"]]
    if not isinstance(answer, dict) or any(each not in names for each in answer):
        return None
    if any(not isinstance(each, str) or len(each) > MOST_IN_BLANK for each in answer.values()):
        return None
    is_exact = bool(key.get("case_sensitive"))
    typed = {each: spelled(answer.get(each, ""), is_exact=is_exact) for each in names}
    wanted = {each: _wanted(key, each, is_exact=is_exact) for each in names}
    groups = [[each for each in group if each in names] for group in key.get("groups") or []]
    in_groups = {each for group in groups for each in group}
    right = sum(typed[each] in wanted[each] for each in names if each not in in_groups)
    return right + sum(_most_apart(group, typed, wanted) for group in groups)


def spelled(words: str, *, is_exact: bool) -> str:
    """Return a text in one spelling."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", words)).strip()
    return plain if is_exact else plain.casefold()


def _wanted(key: Facts, blank: str, *, is_exact: bool) -> set[str]:
    listed = key["blanks"].get(blank, [])
    return {spelled(each, is_exact=is_exact) for each in listed if isinstance(each, str)} - {""}


def _most_apart(
    group: Sequence[str], typed: Mapping[str, str], wanted: Mapping[str, set[str]]
) -> int:
    """Return how many of a group's texts can each take a place of their own.

    A text that finds no free place looks for a row of exchanges that ends at one, the shortest
    first.
    """
    owner: dict[str, str] = {}
    for blank in group:
        came_from: dict[str, str] = {}
        waiting, free = [blank], ""
        while waiting and not free:
            mover = waiting.pop(0)
            for place in group:
                if place in came_from or typed[mover] not in wanted[place]:
                    continue
                came_from[place] = mover
                if place not in owner:
                    free = place
                    break
                waiting.append(owner[place])
        while free:  # everybody moves up along the row
            mover = came_from[free]
            left = next((each for each, by in owner.items() if by == mover), "")
            owner[free] = mover
            owner = {each: by for each, by in owner.items() if each == free or by != mover}
            free = left
    return len(owner)
