"""What other formats do not hold of an item, told item by item in the file that is taken away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from itembank.items.registry import PARTS, item_type
from itembank.items.shapes import key_of_part, rows

MOODLE, QTI, WORD = "moodle", "qti", "word"
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "one_set_of_values": ("只带出第一组取值", "the first set of its values only"),
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
    found: dict[str, None] = {}
    if item_type(name).ABOUT.has_parts:
        for part in rows(content, PARTS):
            own = key_of_part(key, str(part["id"]))
            more = losses_of(form, str(part["type"]), part, own, with_keys=with_keys)
            found |= dict.fromkeys(more)
        return tuple(found)
    found |= dict.fromkeys(_of_content(name, content))
    if with_keys:
        found |= dict.fromkeys(_of_key(form, name, key))
    return tuple(found)


def _of_content(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    if name == "calculation":
        yield "one_set_of_values"
    if name in {"numeric", "calculation"} and content.get("decimals") is not None:
        yield "decimals_asked"


def _of_key(form: str, name: str, key: Mapping[str, Any]) -> Iterator[str]:
    if name in {"numeric", "calculation"} and key.get("units") and form != MOODLE:
        yield "other_units"
    if name == "numeric" and key.get("tolerance_mode") == "range":
        yield "range_as_tolerance"
        if key.get("open"):
            yield "open_ends"
    if name == "text_entry":
        if key.get("groups"):
            yield "free_order"
        if key.get("whole"):
            yield "all_or_nothing"


def told(lost: Sequence[Lost]) -> list[tuple[str, str, str]]:
    """Return rows to be written: the item's code, its losses in Chinese and in English."""
    return [(each.code, each.said(0), each.said(1)) for each in lost if each.losses]
