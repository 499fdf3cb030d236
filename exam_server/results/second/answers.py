"""What an answer earns, written a second time from the rules in ``docs/scoring.md``.

Nothing here is shared with the item types or their marking policies. A type, or a field of an
item, that these rules do not know is not guessed at: it is said to be unknown.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from exam_server.results.second.areas import is_inside
from exam_server.results.second.arithmetic import cut, shares
from exam_server.results.second.blanks import n_filled
from exam_server.results.second.knowing import PERSONS, SET, part_key
from exam_server.results.second.numerals import MOST_TYPED, is_right_number, number_in

Facts = Mapping[str, Any]
NOTHING: Final = Fraction(0)
TWO: Final = 2


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


def _of_set(
    content: Facts, key: Facts, answer: Any, full: Fraction, given: Mapping[str, Fraction]
) -> Fraction | None:
    parts = content["parts"]
    if not isinstance(answer, dict) or not set(answer) <= {part["id"] for part in parts}:
        return NOTHING
    weights = [number_in(str(part.get("mark_share", "1"))) or Fraction(1) for part in parts]
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
    return {each: number_in(str(said.get(each, "0"))) or NOTHING for each in _ids(content)}


def _part_of(points: Fraction, most: Fraction, full: Fraction) -> Fraction:
    if points <= 0:
        return NOTHING
    return full if points >= most else cut(full * points / most)


def _judged(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    is_answer = isinstance(answer, str) and answer in _ids(content)
    return full if is_answer and [answer] == sorted(set(key["correct"])) else NOTHING


def _numeric(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    is_typed = isinstance(answer, str) and len(answer) <= MOST_TYPED
    return full if is_typed and is_right_number(content, key, answer) else NOTHING


def _filled(content: Facts, key: Facts, answer: Any, full: Fraction) -> Fraction:
    right, asked = n_filled(content, key, answer), len(content["blanks"])
    if right is None or (key.get("whole") and right < asked):
        return NOTHING
    return _part_of(Fraction(right), Fraction(asked), full)


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
