"""Matching and ordering of QTI."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from itembank.interchange.qti.bodies import Body, inner_html
from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.parts import (
    MANY,
    Part,
    ShapeError,
    distinct,
    is_true,
    keyed,
    said,
    short_ids,
)

LEFT, RIGHT, STEP = "L_", "R_", "S_"
ONE: Final = "1"
ALL_ORDERS: Final = 24


def match_part(interaction: Element, declared: Declaration, body: Body) -> Part:
    """Return two columns; raises ShapeError: ``qti_many_to_many``, ``list_count``."""
    sets = interaction.find("simpleMatchSet")
    if len(sets) != 2:  # noqa: PLR2004 - two columns
        raise ShapeError("qti_shape_unknown", interaction=interaction.name)
    first, second = (each.find("simpleAssociableChoice") for each in sets)
    is_turned = not _is_function(declared, 0, first) and _is_function(declared, 1, second)
    left, right = (second, first) if is_turned else (first, second)
    facts = _Columns(
        [(each.get("identifier"), inner_html(each, body)) for each in left],
        [(each.get("identifier"), inner_html(each, body)) for each in right],
        any(each.get("matchMax", ONE) != ONE for each in right),
        is_turned,
    )
    return _columns_part(facts, declared, body)


def _is_function(declared: Declaration, side: int, column: list[Element]) -> bool:
    """Say whether the key names each of a column exactly once."""
    named = [pair[side] for pair in _ends(declared)]
    return sorted(named) == sorted(each.get("identifier") for each in column)


def gap_part(interaction: Element, declared: Declaration, body: Body) -> Part:
    """Return gaps of a text on the left, what may fill them on the right."""
    gaps = interaction.find("gap")
    texts = interaction.find("gapText", "gapImg")
    facts = _Columns(
        [(each.get("identifier"), f"({place})") for place, each in enumerate(gaps, start=1)],
        [(each.get("identifier"), inner_html(each, body)) for each in texts],
        any(each.get("matchMax", ONE) != ONE for each in texts),
        is_turned=True,
    )
    return _columns_part(facts, declared, body)


def _ends(declared: Declaration) -> list[tuple[str, str]]:
    """Return the keyed pairs, those too that are declared as texts."""
    found: list[tuple[str, str]] = []
    for each in keyed(declared):
        ends = each.split() if isinstance(each, str) else each
        if len(ends) == 2:  # noqa: PLR2004 - a pair
            found.append((ends[0], ends[1]))
    return found


def _named(ends: tuple[str, str], declared: Declaration) -> Any:
    if declared.base == "pair":
        return tuple(sorted(ends))
    return ends if declared.base == "directedPair" else " ".join(ends)


@dataclass(frozen=True)
class _Columns:
    """Two columns of identifiers with their contents.

    A pair of QTI names the left one first unless it ``is_turned``.
    """

    left: list[tuple[str, str]]
    right: list[tuple[str, str]]
    may_repeat: bool
    is_turned: bool


def _columns_part(facts: _Columns, declared: Declaration, body: Body) -> Part:
    lefts = short_ids([name for name, _ in facts.left], LEFT)
    rights = short_ids([name for name, _ in facts.right], RIGHT)
    if len(lefts) < len(facts.left) or len(rights) < len(facts.right):
        raise ShapeError("qti_identifier_twice")
    pairs = [_own(pair, facts, lefts, rights) for pair in _ends(declared)]
    known = distinct(pair for pair in pairs if pair is not None)
    named = [pair[0] for pair in known]
    if len(set(named)) < len(named):
        raise ShapeError("qti_many_to_many")
    is_whole = len(known) == len(lefts)
    taken = [pair[1] for pair in known]
    may_repeat = facts.may_repeat or len(set(taken)) < len(taken)
    order = {own: place for place, own in enumerate(lefts.values())}
    if not body.keeps_space:
        known.sort(key=lambda pair: order[pair[0]])
    content = {
        "stem": "",
        "left": [{"id": lefts[name], "content": said_} for name, said_ in facts.left],
        "right": [{"id": rights[name], "content": said_} for name, said_ in facts.right],
        "reuse": may_repeat,
    }
    back = {own: name for name, own in lefts.items()}, {own: name for name, own in rights.items()}

    def say(answer: Any) -> dict[str, Any]:
        ends = [(back[0][one], back[1][other]) for one, other in answer or []]
        if facts.is_turned:
            ends = [(other, one) for one, other in ends]
        return {declared.name: said(declared, [_named(each, declared) for each in ends])}

    key = {"pairs": known, "policy": "all_or_nothing"} if is_whole else {}
    samples = _pair_samples(known, list(rights.values()), may_repeat=may_repeat)
    return Part("matching", content, key, say, samples, known if is_whole else None)


def _own(
    pair: Any, facts: _Columns, lefts: dict[str, str], rights: dict[str, str]
) -> list[str] | None:
    one, other = (pair[1], pair[0]) if facts.is_turned else pair
    if one not in lefts and other in lefts:
        one, other = other, one
    return [lefts[one], rights[other]] if one in lefts and other in rights else None


def _pair_samples(known: list[list[str]], rights: list[str], *, may_repeat: bool) -> list[Any]:
    samples: list[Any] = [None, known, *([pair] for pair in known)]
    for place, (left, right) in enumerate(known):
        rest = [*known[:place], *known[place + 1 :]]
        samples.append(rest)
        taken = {pair[1] for pair in rest}
        for other in rights:
            if other != right and (may_repeat or other not in taken):
                samples.append([*rest, [left, other]])
            if other != right:
                samples.append([[left, other]])
    rng = Random(len(known))  # noqa: S311 - samples, no secret
    for _ in range(MANY):
        given = list(rights)
        rng.shuffle(given)
        if may_repeat:
            given = [rng.choice(rights) for _ in known]
        drawn = [[left, other] for (left, _), other in zip(known, given, strict=False)]
        samples.append(drawn)
    return samples


def order_part(interaction: Element, declared: Declaration, body: Body) -> Part:
    """Return steps to be put in order."""
    choices = interaction.find("simpleChoice")
    names = short_ids([each.get("identifier") for each in choices], STEP)
    if len(names) < len(choices):
        raise ShapeError("qti_identifier_twice")
    options = []
    for each in choices:
        option: dict[str, Any] = {
            "id": names[each.get("identifier")],
            "content": inner_html(each, body),
        }
        options.append({**option, "fixed": True} if is_true(each, "fixed") else option)
    correct = declared.correct.items if declared.correct is not None else ()
    order = [names[each] for each in correct if each in names]
    back = {own: name for name, own in names.items()}
    is_whole = sorted(order) == sorted(names.values())
    if is_whole and any(
        option.get("fixed") and order[place] != option["id"] for place, option in enumerate(options)
    ):  # what stays in its place while shuffled is not what stands there in the end
        options = [{"id": each["id"], "content": each["content"]} for each in options]

    def say(answer: Any) -> dict[str, Any]:
        return {declared.name: said(declared, [back[each] for each in answer or []])}

    key = {"order": order, "policy": "all_or_nothing"} if is_whole else {}
    samples = _order_samples(order if is_whole else list(names.values()))
    content = {"stem": "", "options": options}
    return Part("ordering", content, key, say, samples, order if is_whole else None)


def _order_samples(order: list[str]) -> list[Any]:
    samples: list[Any] = [None, order, order[::-1], order[1:] + order[:1]]
    samples += [order[:place] for place in range(1, len(order))]  # handed in unfinished
    for place in range(len(order) - 1):
        swapped = list(order)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        samples.append(swapped)
    rng = Random(len(order))  # noqa: S311 - samples, no secret
    for _ in range(ALL_ORDERS):
        drawn = list(order)
        rng.shuffle(drawn)
        samples.append(drawn)
    return samples
