"""What other formats do not hold of an item, told item by item in the file that is taken away."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from itembank.drawing import Asked
from itembank.items.calculation import possible_draws
from itembank.items.registry import PARTS, item_type
from itembank.items.shapes import key_of_part, rows
from itembank.travelling import ALONE

MOODLE, QTI, WORD = "moodle", "qti", "word"
# Types a format holds as they are, where keys are written; others travel as something simpler.
WHOLE: Final[Mapping[str, frozenset[str]]] = {
    MOODLE: frozenset({"calculation"}),
    QTI: frozenset({"calculation", "numeric"}),
    WORD: frozenset(),
}
MOST_SETS: Final = 100  # values of a dataset that Moodle takes
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "one_set_of_values": ("只带出第一组取值", "the first set of its values only"),
    "some_sets_of_values": ("只带出其中 100 组取值", "but 100 sets of its values"),
    "draw_conditions": ("取值条件（只带出满足条件的取值）", "conditions, as values that meet them"),
    "decimals_asked": ("保留几位小数的要求", "to how many decimals to round"),
    "other_units": ("可填的其他单位", "other units that may be typed"),
    "range_as_tolerance": ("区间写成中点和误差", "a range, as its middle with a tolerance"),
    "open_ends": ("开区间端点（写成闭区间）", "open ends of a range, written as closed"),
    "free_order": ("可互换次序的空", "blanks whose order is free"),
    "all_or_nothing": ("全对才得分（多空）", "that only all blanks together count"),
}


@dataclass(frozen=True)
class Lost:
    """An item, and codes of what of it a file does not hold."""

    code: str
    losses: tuple[str, ...]

    def said(self, place: int) -> str:
        """Return the losses in words: 0 is Chinese, 1 English."""
        return ("；", "; ")[place].join(WORDS[each][place] for each in self.losses)


def losses_of(
    form: str, name: str, content: Mapping[str, Any], key: Mapping[str, Any], *, with_keys: bool
) -> tuple[str, ...]:
    """Return codes of what an item loses; what its key loses only where keys are written.

    Examples
    --------
    >>> losses_of("qti", "numeric", {}, {"units": [{"unit": "kV"}]}, with_keys=True)
    ('other_units',)
    >>> losses_of("moodle", "numeric", {}, {"units": [{"unit": "kV"}]}, with_keys=True)
    ()
    """
    if item_type(name).ABOUT.has_parts:
        whole = whole_types(form, with_keys=with_keys) - ALONE
        found: dict[str, None] = {}
        for part in rows(content, PARTS):
            own = key_of_part(key, str(part["id"]))
            found |= dict.fromkeys(_of(form, Asked(str(part["type"]), part, own), whole, with_keys))
        return tuple(found)
    asked = Asked(name, content, key)
    return tuple(_of(form, asked, whole_types(form, with_keys=with_keys), with_keys))


def whole_types(form: str, *, with_keys: bool) -> frozenset[str]:
    """Return the types that a format holds as they are: only with what their key says."""
    return WHOLE[form] if with_keys else frozenset()


def _of(form: str, asked: Asked, whole: Collection[str], with_keys: object) -> Iterator[str]:
    is_whole = asked.type in whole
    if asked.type == "calculation":
        yield from _of_drawn(form, asked) if is_whole else ("one_set_of_values",)
    if asked.type in {"numeric", "calculation"} and asked.content.get("decimals") is not None:
        yield "decimals_asked"
    if with_keys:
        yield from _of_key(form, asked.type, asked.key, is_whole=is_whole)


def _of_drawn(form: str, asked: Asked) -> Iterator[str]:
    """Give what Moodle's list of values does not say; QTI's rules say all of it."""
    if form != MOODLE:
        return
    if asked.key.get("conditions") or asked.key.get("exact_decimals") is not None:
        yield "draw_conditions"
    if len(possible_draws(asked.content, asked.key)) > MOST_SETS:
        yield "some_sets_of_values"


def _of_key(form: str, name: str, key: Mapping[str, Any], *, is_whole: bool) -> Iterator[str]:
    if name in {"numeric", "calculation"} and key.get("units") and form != MOODLE:
        yield "other_units"
    if name == "numeric" and key.get("tolerance_mode") == "range" and not is_whole:
        yield "range_as_tolerance"
        if key.get("open"):
            yield "open_ends"
    if name == "text_entry":
        if key.get("groups"):
            yield "free_order"
        if key.get("whole") and form != QTI:
            yield "all_or_nothing"


def told(lost: Sequence[Lost]) -> list[tuple[str, str, str]]:
    """Return rows to be written: the item's code, its losses in Chinese and in English."""
    return [(each.code, each.said(0), each.said(1)) for each in lost if each.losses]
