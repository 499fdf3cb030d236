"""One maker a type: a row of the bank becomes content and key; options are dealt.

The first option of a single choice is the right one as written; where it is shown is dealt.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from exam_server.demo.notation import block, inline
from exam_server.demo.pictures.gallery import drawn

LETTERS: Final = "ABCDEFGH"
RIGHTS: Final = "abcdefgh"
Row = Sequence[Any]


@dataclass(frozen=True)
class Made:
    """Content and key of an item; ``meant`` is really right where the key is wrong on purpose."""

    content: dict[str, Any]
    key: dict[str, Any]
    meant: str | None = None


class Dealer:
    """Deals orders, and the places of right options so that each comes up equally often."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._waiting: dict[int, list[int]] = {}

    def order(self, count: int) -> list[int]:
        """Return the numbers below ``count`` in random order."""
        return [int(place) for place in self._rng.permutation(count)]

    def place(self, count: int) -> int:
        """Return a place below ``count``; each comes once before any comes again."""
        waiting = self._waiting.get(count) or self.order(count)
        place = waiting.pop()
        self._waiting[count] = waiting
        return place


def made(kind: str, row: Row, dealer: Dealer) -> tuple[Made, str]:
    """Return the item of a row (stem, what the type needs, maybe an explanation) and that."""
    needed = NEEDED[kind]
    explanation = row[needed] if len(row) > needed else ""
    wrong_key = row[needed + 1] if len(row) > needed + 1 else None
    if wrong_key is not None:
        return single(row[0], row[1], dealer, keyed=wrong_key), explanation
    return MAKERS[kind](*row[:needed], dealer), explanation


def single(stem: str, texts: Sequence[str], dealer: Dealer, *, keyed: int = 0) -> Made:
    """Make a single choice; ``keyed`` names another option than the first for a wrong key."""
    order = [place + 1 for place in dealer.order(len(texts) - 1)]
    order.insert(dealer.place(len(texts)), 0)
    content = shown(stem, options=_options([texts[place] for place in order]))
    right, really = (LETTERS[order.index(place)] for place in (keyed, 0))
    return Made(content, {"correct": [right]}, really if keyed else None)


def multiple(stem: str, texts: Sequence[str], correct: str, dealer: Dealer) -> Made:
    """Make a multiple choice."""
    order = dealer.order(len(texts))
    content = shown(stem, options=_options([texts[place] for place in order]))
    right = sorted(LETTERS[order.index(LETTERS.index(letter))] for letter in correct)
    return Made(content, {"correct": right})


def true_false(stem: str, is_true: bool, _dealer: Dealer) -> Made:  # noqa: FBT001 - the second column of the bank
    """Make a judgement."""
    options = _options(["正确 || True", "错误 || False"], fixed=True)
    return Made(shown(stem, options=options), {"correct": ["A" if is_true else "B"]})


def numeric(stem: str, value: str, tolerance: str, unit: str | None, _dealer: Dealer) -> Made:
    """Make a calculation with an absolute tolerance."""
    key = {"value": value, "tolerance": tolerance, "tolerance_mode": "absolute"}
    return Made(shown(stem) | {"unit": unit}, key)


def text_entry(stem: str, accepted: Mapping[str, list[str]], _dealer: Dealer) -> Made:
    """Make a fill-in item; answers in both languages are accepted."""
    content = shown(stem) | {"blanks": [{"id": blank} for blank in accepted]}
    return Made(content, {"blanks": dict(accepted), "case_sensitive": False})


def matching(
    stem: str, pairs: Sequence[Sequence[str]], more: Sequence[str], dealer: Dealer
) -> Made:
    """Make a matching item; ``more`` stands on the right without a partner."""
    rights = [right for _, right in pairs] + list(more)
    order = dealer.order(len(rights))
    left = [(str(number), text) for number, (text, _) in enumerate(pairs, start=1)]
    right = [(RIGHTS[number], rights[place]) for number, place in enumerate(order)]
    keyed = [[one, RIGHTS[order.index(place)]] for place, (one, _) in enumerate(left)]
    content = shown(stem, left=left, right=right)
    return Made(content, {"pairs": keyed, "policy": "part_marks"})


def ordering(stem: str, steps: Sequence[str], dealer: Dealer) -> Made:
    """Make an ordering item of steps written in their right order."""
    order = dealer.order(len(steps))
    while order == sorted(order):
        order = dealer.order(len(steps))
    options = [(LETTERS[number], steps[place]) for number, place in enumerate(order)]
    right = [LETTERS[order.index(place)] for place in range(len(steps))]
    return Made(shown(stem, options=options), {"order": right, "policy": "all_or_nothing"})


def hotspot(stem: str, picture: str, areas: str | list[str], _dealer: Dealer) -> Made:
    """Make an item that asks for a place in a picture."""
    seen = drawn(picture)
    content = shown(stem)
    content["translations"]["en"]["alt"] = seen.alt_en
    size = {"width": seen.width, "height": seen.height}
    named = [areas] if isinstance(areas, str) else areas
    keyed = [{"shape": "rect", "coords": list(seen.areas[name])} for name in named]
    return Made(
        content | {"picture": f"media:{seen.sha256}", "alt": seen.alt, **size}, {"areas": keyed}
    )


def item_set(stem: str, parts: Sequence[Mapping[str, Any]], dealer: Dealer) -> Made:
    """Make several questions on one material."""
    content = shown(stem)
    content["parts"], content["translations"]["en"]["parts"] = [], []
    keys = {}
    for number, part in enumerate(parts, start=1):
        item, _ = made(part["type"], part["row"], dealer)
        english = item.content.pop("translations")["en"]
        head = {"id": str(number), "type": part["type"], "mark_share": part["share"]}
        content["parts"].append(head | item.content)
        content["translations"]["en"]["parts"].append({"id": str(number)} | english)
        keys[str(number)] = item.key
    return Made(content, {"parts": keys})


def shown(stem: str, **lists: Sequence[Any]) -> dict[str, Any]:
    """Return content with stem and lists in Chinese, and the English beside it."""
    chinese, english = block(stem)
    content: dict[str, Any] = {"stem": chinese}
    translation: dict[str, Any] = {"stem": english}
    for name, entries in lists.items():
        content[name], translation[name] = [], []
        for identity, text, *more in entries:
            own, theirs = inline(text)
            is_fixed = {"fixed": bool(more)} if name == "options" else {}
            content[name].append({"id": identity, "content": own} | is_fixed)
            translation[name].append({"id": identity, "content": theirs})
    return content | {"translations": {"en": translation}}


def _options(texts: Sequence[str], *, fixed: bool = False) -> list[tuple[Any, ...]]:
    more = ("fixed",) if fixed else ()
    return [(LETTERS[place], text, *more) for place, text in enumerate(texts)]


MAKERS: Final[Mapping[str, Callable[..., Made]]] = {
    "single": single,
    "multiple": multiple,
    "true_false": true_false,
    "numeric": numeric,
    "text_entry": text_entry,
    "matching": matching,
    "ordering": ordering,
    "hotspot": hotspot,
}
NEEDED: Final = {
    "single": 2,
    "multiple": 3,
    "true_false": 2,
    "numeric": 4,
    "text_entry": 2,
    "matching": 3,
    "ordering": 2,
    "hotspot": 3,
}
