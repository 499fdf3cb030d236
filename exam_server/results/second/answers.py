"""What an answer earns, written a second time from the rules in ``docs/scoring.md``.

Nothing here is shared with the item types or their marking policies. A type, or a field of an
item, that these rules do not know is not guessed at: it is said to be unknown.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from exam_server.results.second.areas import is_inside
from exam_server.results.second.arithmetic import cut, shares

Facts = Mapping[str, Any]
NOTHING: Final = Fraction(0)
NUMERAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
MOST_TYPED: Final = 100
MOST_IN_BLANK: Final = 2000
TWO: Final = 2
PERSONS: Final = ("short_answer", "essay")
SET: Final = "item_set"
# The fields of an item and of its key that these rules read, or know to earn nothing.
COMMON: Final = frozenset({"stem", "translations", "id", "type", "mark_share", "lines"})
KNOWN: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    name: (frozenset(content) | COMMON, frozenset(key))
    for name, content, key in (
        ("single", ("options",), ("correct", "policy", "points")),
        ("multiple", ("options",), ("correct", "policy", "points")),
        ("true_false", ("options",), ("correct",)),
        ("numeric", ("unit", "decimals"), ("value", "tolerance", "tolerance_mode")),
        ("text_entry", ("blanks",), ("blanks", "case_sensitive")),
        ("matching", ("left", "right", "reuse"), ("pairs", "policy")),
        ("ordering", ("options",), ("order", "policy")),
        ("hotspot", ("picture", "alt", "width", "height"), ("areas",)),
        *(
            (each, ("fewest_characters", "most_characters"), ("model_answer", "rubric"))
            for each in PERSONS
        ),
    )
}
# What the entries of a list may hold; a field that says nothing (no text, empty list) is no field.
ENTRIES: Final[Mapping[str, frozenset[str]]] = {
    "options": frozenset({"id", "content", "fixed"}),
    "left": frozenset({"id", "content"}),
    "right": frozenset({"id", "content"}),
    "blanks": frozenset({"id"}),
    "areas": frozenset({"shape", "coords"}),
}


def is_known(kind: str, content: Facts, key: Facts) -> bool:
    """Say whether these rules know everything that an item says of its marking."""
    if kind == SET:
        return _said(content) <= COMMON | {"parts"} and all(
            is_known(each["type"], each, part_key(key, each["id"])) for each in content["parts"]
        )
    if kind not in KNOWN:
        return False
    of_content, of_key = KNOWN[kind]
    is_known_here = _said(content) <= of_content and _said(key) <= of_key
    return is_known_here and all(map(_has_known_entries, (content, key)))


def _said(facts: Facts) -> set[str]:
    return {name for name, value in facts.items() if value or value == 0}


def _has_known_entries(facts: Facts) -> bool:
    return all(
        _said(each) <= known
        for name, known in ENTRIES.items()
        if isinstance(facts.get(name), list)
        for each in facts[name]
    )


def earned(
    kind: str,
    content: Facts,
    key: Facts,
    answer: Any,
    full: Fraction,
    given: Mapping[str, Fraction],
) -> Fraction | None:
    """Return what an answer earns; ``None`` where a person's mark is missing.

    ``given`` are persons' marks by part, the item itself under an empty text.
    """
    if answer is None:
        return NOTHING
    if kind == SET:
        return _of_set(content, key, answer, full, given)
    if kind in PERSONS:
        is_empty = not isinstance(answer, str) or not answer.strip()
        return NOTHING if is_empty else given.get("")
    return RULES[kind](content, key, answer, full)


def part_key(key: Facts, part: str) -> Facts:
    """Return the key of one part of a material."""
    found = (key.get("parts") or {}).get(part)
    return found if isinstance(found, dict) else {}


def _of_set(
    content: Facts, key: Facts, answer: Any, full: Fraction, given: Mapping[str, Fraction]
) -> Fraction | None:
    parts = content["parts"]
    if not isinstance(answer, dict) or not set(answer) <= {part["id"] for part in parts}:
        return NOTHING
    weights = [_number(str(part.get("mark_share", "1"))) or Fraction(1) for part in parts]
    total = NOTHING
    for part, share in zip(parts, shares(full, weights), strict=True):
        own = {"": given[part["id"]]} if part["id"] in given else {}
        answered = answer.get(part["id"])
        mark = earned(part["type"], part, part_key(key, part["id"]), answered, share, own)
        if mark is None:
            return None
        total += mark
    return total


def _ids(content: Facts, name: str = "options") -> list[str]:
    return [each["id"] for each in content[name]]


def _one(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    if not isinstance(answer, str) or answer not in _ids(content):
        return NOTHING
    if key.get("policy") == "by_option":
        points = _points(content, key)
        return _part_of(points[answer], max(points.values()), full)
    return full if [answer] == sorted(set(key["correct"])) else NOTHING


def _many(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    if not isinstance(answer, list) or any(each not in _ids(content) for each in answer):
        return NOTHING
    chosen, right = set(answer), set(key["correct"])
    hits, misses = len(chosen & right), len(chosen - right)
    policy = key.get("policy", "all_or_nothing")
    if policy == "part_marks":
        return _part_of(Fraction(0 if misses else hits), Fraction(len(right)), full)
    if policy == "minus":
        return _part_of(Fraction(hits - misses), Fraction(len(right)), full)
    if policy == "by_option":
        points = _points(content, key)
        most = sum((each for each in points.values() if each > 0), NOTHING)
        return _part_of(sum((points[each] for each in chosen), NOTHING), most, full)
    return full if chosen and chosen == right else NOTHING


def _points(content: Facts, key: Facts) -> dict[str, Fraction]:
    said = key.get("points") or {}
    return {each: _number(str(said.get(each, "0"))) or NOTHING for each in _ids(content)}


def _part_of(points: Fraction, most: Fraction, full: Fraction) -> Fraction:
    if points <= 0:
        return NOTHING
    return full if points >= most else cut(full * points / most)


def _judged(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    is_answer = isinstance(answer, str) and answer in _ids(content)
    return full if is_answer and [answer] == sorted(set(key["correct"])) else NOTHING


def _numeric(_content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    typed = _number(answer) if isinstance(answer, str) and len(answer) <= MOST_TYPED else None
    value = _number(str(key["value"]))
    width = _number(str(key.get("tolerance", "0")))
    if typed is None or value is None or width is None:
        return NOTHING
    if key.get("tolerance_mode") == "relative":
        width *= abs(value)
    return full if value - width <= typed <= value + width else NOTHING


def _number(typed: str) -> Fraction | None:
    plain = unicodedata.normalize("NFKC", typed).strip().replace("\N{MINUS SIGN}", "-")
    if len(plain) > MOST_TYPED or NUMERAL.fullmatch(plain) is None:
        return None
    return Fraction(plain)


def _filled(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    blanks = _ids(content, "blanks")
    if not isinstance(answer, dict) or any(each not in blanks for each in answer):
        return NOTHING
    if any(not isinstance(each, str) or len(each) > MOST_IN_BLANK for each in answer.values()):
        return NOTHING
    is_exact = bool(key.get("case_sensitive"))
    right = 0
    for blank in blanks:
        wanted = {_folded(each, is_exact=is_exact) for each in key["blanks"].get(blank, [])} - {""}
        right += _folded(answer.get(blank, ""), is_exact=is_exact) in wanted
    return _part_of(Fraction(right), Fraction(len(blanks)), full)


def _folded(words: str, *, is_exact: bool) -> str:
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", words)).strip()
    return plain if is_exact else plain.casefold()


def _matched(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    pairs = _pairs(answer)
    if pairs is None:
        return NOTHING
    lefts, rights = [one for one, _ in pairs], [other for _, other in pairs]
    is_proper = (
        set(lefts) <= set(_ids(content, "left"))
        and set(rights) <= set(_ids(content, "right"))
        and len(lefts) == len(set(lefts))
        and (bool(content.get("reuse")) or len(rights) == len(set(rights)))
    )
    if not is_proper:
        return NOTHING
    wanted = [tuple(pair) for pair in key["pairs"]]
    right = sum(pair in pairs for pair in wanted)
    return _by_policy(key, right, len(wanted), full)


def _pairs(answer: Any) -> list[tuple[str, str]] | None:
    if not isinstance(answer, list):
        return None
    is_listed = all(
        isinstance(each, list) and len(each) == TWO and all(isinstance(x, str) for x in each)
        for each in answer
    )
    return [(each[0], each[1]) for each in answer] if is_listed else None


def _by_policy(key: Facts, right: int, asked: int, full: Fraction) -> Fraction:
    if key.get("policy") == "part_marks":
        return _part_of(Fraction(right), Fraction(asked), full)
    return full if right == asked else NOTHING


def _ordered(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    if not isinstance(answer, list) or any(each not in _ids(content) for each in answer):
        return NOTHING
    if len(answer) != len(set(answer)):
        return NOTHING
    wanted = key["order"]
    if answer == wanted:
        return full
    fixed = {each["id"] for each in content["options"] if each.get("fixed")}
    asked = [place for place, each in enumerate(wanted) if each not in fixed]
    right = sum(answer[place : place + 1] == [wanted[place]] for place in asked)
    if key.get("policy") != "part_marks":
        return NOTHING
    return _part_of(Fraction(right), Fraction(len(asked)), full)


def _pointed(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    is_place = isinstance(answer, list) and len(answer) == TWO
    if not is_place or any(isinstance(v, bool) or not isinstance(v, int | float) for v in answer):
        return NOTHING
    try:
        x, y = Fraction(answer[0]), Fraction(answer[1])
    except (ValueError, OverflowError):  # what is no number: NaN, infinity
        return NOTHING
    if not (0 <= x <= content["width"] and 0 <= y <= content["height"]):
        return NOTHING
    return full if any(is_inside(x, y, area) for area in key["areas"]) else NOTHING


RULES: Final[Mapping[str, Callable[[Facts, Facts, Any, Fraction], Fraction]]] = {
    "single": _one,
    "multiple": _many,
    "true_false": _judged,
    "numeric": _numeric,
    "text_entry": _filled,
    "matching": _matched,
    "ordering": _ordered,
    "hotspot": _pointed,
}
