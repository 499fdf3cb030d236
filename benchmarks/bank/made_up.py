"""Items made up by rule: varied stems of several trades in Chinese, one in ten in English.

The words are ours. Every thousandth item is written again with one word changed (a near
duplicate) and another with other numbers (a sibling), so that what finds them can be measured.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
UNITS = ("V", "A", "kW", "mm", "MPa", "℃", "r/min", "Ω", "s", "N·m")
STATES = ("active", "active", "active", "active", "active", "active", "draft", "draft", "suspended")
KINDS = ("single", "single", "single", "multiple", "true_false", "numeric")
N_AREAS, N_POINTS = 20, 25
TWIN_EVERY = 1000
T = TypeVar("T")


@dataclass(frozen=True)
class MadeUp:
    """An item as plain data."""

    code: str
    area: int
    point: int
    type: str
    state: str
    difficulty: int
    content: dict[str, Any]
    key: dict[str, Any]


class Dice:
    """Many draws from one seed; numbers come in blocks, for single ones are slow."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.block: list[int] = []

    def below(self, n: int) -> int:
        """Return a whole number from 0, smaller than n."""
        if not self.block:
            self.block = self.rng.integers(1 << 30, size=1 << 14).tolist()
        return self.block.pop() % n

    def pick(self, words: Sequence[T]) -> T:
        """Return one of several."""
        return words[self.below(len(words))]

    def number(self) -> str:
        """Return a number as items have them."""
        return str((2 + self.below(988)) * self.pick((1, 5, 10)))


def made_up(n: int, *, seed: int = 1, prefix: str = "") -> Iterator[MadeUp]:
    """Give so many items, the same for a seed."""
    dice = Dice(seed)
    last = None
    for number in range(n):
        kind = dice.pick(KINDS)
        if last is not None and number % TWIN_EVERY in {1, 2}:
            kind, stem, options = _again(last, number % TWIN_EVERY)
        else:
            writes = _english if dice.below(10) == 0 else _chinese
            stem, options = writes(dice, kind)
        if number % TWIN_EVERY == 0:
            last = kind, stem, options
        content, key = _shaped(kind, stem, options, dice)
        area, point = dice.below(N_AREAS), dice.below(N_POINTS)
        yield MadeUp(
            f"{prefix}{kind[0].upper()}-{area:02}-{point:03}-{number:06}",
            area,
            point,
            kind,
            dice.pick(STATES),
            1 + dice.below(5),
            content,
            key,
        )


def _again(last: tuple[str, str, list[str]], way: int) -> tuple[str, str, list[str]]:
    kind, stem, options = last
    if way == 1:
        return kind, stem.replace("，", "，一般来说").replace("。", "。通常"), options[::-1]
    changed = "".join(str((int(c) + 3) % 10) if c.isdecimal() else c for c in stem)
    return kind, changed, options


def _chinese(dice: Dice, kind: str) -> tuple[str, list[str]]:
    pick, number = dice.pick, dice.number
    thing, other = pick(WORDS["things"]), pick(WORDS["things"])
    stems = (
        lambda: f"{pick(WORDS['when'])}，{pick(WORDS['acts'])}{thing}之前，操作人员首先应当",
        lambda: (
            f"{thing}的{pick(WORDS['facts'])}为{number()} {pick(UNITS)}，"
            f"当{pick(WORDS['causes'])}时，将"
        ),
        lambda: f"{pick(WORDS['when'])}，若{thing}与{other}同时出现异常，最可能的原因是",
        lambda: (
            f"用{other}{pick(WORDS['acts'])}{thing}，要求{pick(WORDS['facts'])}不超过"
            f"{number()}，正确的做法是"
        ),
        lambda: (
            f"某车间有{number()}台{thing}，{pick(WORDS['when'])}需要{pick(WORDS['acts'])}，班组应当先"
        ),
        lambda: (
            f"关于{thing}的{pick(WORDS['facts'])}与{other}的{pick(WORDS['facts'])}，下列说法正确的是"
        ),
        lambda: (
            f"{thing}{pick(WORDS['acts'])}后，{pick(WORDS['facts'])}变为{number()}，说明{pick(WORDS['causes'])}，因此应"
        ),
        lambda: f"师傅带徒弟{pick(WORDS['acts'])}{thing}，{pick(WORDS['when'])}强调的要点是",
    )
    stem = f"{_scene(dice)}{pick(stems)()}"
    if kind == "true_false":
        return f"{stem}{pick(WORDS['rules'])}。", []
    if kind == "numeric":
        return f"{stem}多少 {pick(UNITS)}？", []
    tail = [
        f"{pick(WORDS['rules'])}，再{pick(WORDS['acts'])}{pick(WORDS['things'])}" for _ in range(4)
    ]
    return f"{stem}（　　）。", tail


def _scene(dice: Dice) -> str:
    """Return what makes an item one of its kind: who, where, what has happened."""
    pick = dice.pick
    ways = (
        lambda: "",
        lambda: f"{pick(WORDS['who'])}{pick(WORDS['did'])}{pick(WORDS['things'])}时发现，",
        lambda: f"依据{pick(WORDS['papers'])}，{pick(WORDS['places'])}的{pick(WORDS['who'])}",
        lambda: f"{pick(WORDS['places'])}{pick(WORDS['did'])}一批{pick(WORDS['things'])}，",
        lambda: f"{pick(WORDS['papers'])}第{dice.below(90)}条说到{pick(WORDS['facts'])}，",
    )
    return pick(ways)()


def _english(dice: Dice, kind: str) -> tuple[str, list[str]]:
    pick, number = dice.pick, dice.number
    thing, other = pick(WORDS["english_things"]), pick(WORDS["english_things"])
    rated = f"{number()} {pick(UNITS)}"
    stem = f"Before work on the {thing} beside a {other} rated {rated}, staff must first"
    if kind == "true_false":
        return f"{stem} {pick(WORDS['english_rules'])}.", []
    if kind == "numeric":
        return f"{stem} wait for how many seconds?", []
    return stem, [f"{pick(WORDS['english_rules'])} ({number()})" for _ in range(4)]


def _shaped(
    kind: str, stem: str, options: list[str], dice: Dice
) -> tuple[dict[str, Any], dict[str, Any]]:
    content: dict[str, Any] = {"stem": f"<p>{stem}</p>", "blanks": [], "unit": None}
    if kind == "numeric":
        return {**content, "options": []}, {"value": dice.number(), "tolerance": "0"}
    texts = ["正确", "错误"] if kind == "true_false" else options
    letters = "AB" if kind == "true_false" else "ABCD"
    content["options"] = [
        {"id": letter, "content": text, "fixed": kind == "true_false"}
        for letter, text in zip(letters, texts, strict=False)
    ]
    right = ["A", "C"] if kind == "multiple" else [dice.pick(letters)]
    return content, {"correct": right}
