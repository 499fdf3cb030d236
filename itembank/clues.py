"""Clues between items of one form: a stem that gives another item's answer away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from itembank.grams import folded, grams
from itembank.plain_texts import plain_line

LEAST_ANSWER: Final = 3  # characters; shorter answers stand in many stems by chance
LEAST_SHARE: Final = 0.3  # of the asked stem's grams that the other stem has too
CHOICES: Final = ("single", "multiple")


@dataclass(frozen=True)
class Asked:
    """An item as far as clues go: its stem, what is right, what is wrong; folded plain text."""

    id: str
    stem: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Clue:
    """The stem of ``giver`` says the ``answer`` of ``asked`` and speaks of the same matter."""

    giver: str
    asked: str
    answer: str
    share: float  # of the asked stem that the giver's has too


def asked_of(name: str, kind: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> Asked:
    """Return an item as far as clues go; what has no answer in words gives a stem alone.

    Examples
    --------
    >>> options = [{"id": "A", "content": "<p>接触器</p>"}, {"id": "B", "content": "变压器"}]
    >>> asked_of("1", "single", {"stem": "用什么？", "options": options}, {"correct": ["A"]})
    Asked(id='1', stem='用什么?', right=('接触器',), wrong=('变压器',))
    """
    texts = {
        str(each["id"]): folded(plain_line(str(each["content"])))
        for each in content.get("options", [])
    }
    right: tuple[str, ...] = ()
    if kind in CHOICES:
        right = tuple(texts[each] for each in key.get("correct", []) if each in texts)
    elif kind == "text_entry":
        blanks = key.get("blanks", {}).values()
        right = tuple(folded(str(text)) for accepted in blanks for text in accepted)
    wrong = tuple(text for text in texts.values() if text not in right) if right else ()
    return Asked(name, folded(plain_line(str(content.get("stem", "")))), right, wrong)


def clues_between(items: Sequence[Asked]) -> Iterator[Clue]:
    """Give the clues of a form, in its order.

    A stem is a clue when it names a right answer, none of the wrong ones, and has a part of the
    asked stem's words in common: it speaks of the same matter.

    Examples
    --------
    >>> asked = Asked("1", "低压电动机正反转控制用什么电器?", ("接触器",), ("变压器",))
    >>> giver = Asked("2", "接触器用于电动机正反转控制时,其线圈电压为多少?", (), ())
    >>> [(each.giver, each.asked, each.answer) for each in clues_between([asked, giver])]
    [('2', '1', '接触器')]
    """
    said = {item.id: frozenset(grams(item.stem)) for item in items}
    for asked in items:
        own = said[asked.id]
        answers = [text for text in asked.right if len(text) >= LEAST_ANSWER]
        if not own or not answers:
            continue
        for giver in items:
            if giver.id == asked.id or any(text in giver.stem for text in asked.wrong if text):
                continue
            share = len(own & said[giver.id]) / len(own)
            if share < LEAST_SHARE:
                continue
            for answer in answers:
                # what the asked stem says itself is no secret
                if answer in giver.stem and answer not in asked.stem:
                    yield Clue(giver.id, asked.id, answer, share)
