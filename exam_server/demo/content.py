"""The sample bank's short notation made into items: options dealt, formulas and blanks marked."""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "data" / "electrician.json"
LETTERS = "ABCDEFGH"
FORMULA = re.compile(r"\$(.+?)\$")
BLANK = re.compile(r"\[(\d)\]")


@dataclass(frozen=True)
class SampleItem:
    """An item of the sample bank."""

    code: str
    point: str
    type: str
    difficulty: int
    content: dict[str, Any]
    key: dict[str, Any]
    meant: str | None = None  # the option that is really right, where the key is wrong on purpose


@cache
def source() -> dict[str, Any]:
    """Return the sample bank as written."""
    read: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return read


def sample_items() -> Iterator[SampleItem]:
    """Give every item of the sample bank."""
    makers: dict[str, Callable[..., tuple[dict[str, Any], dict[str, Any]]]] = {
        "single": choice,
        "multiple": choice,
        "true_false": true_false,
        "numeric": numeric,
        "text_entry": text_entry,
    }
    for name, make in makers.items():
        for number, (point, difficulty, *rest) in enumerate(source()[name], start=1):
            content, key = make(number, *rest)
            code = f"{name[0].upper()}-{point}-{number:03}"
            meant = key.pop("meant", None)
            yield SampleItem(code, point, name, difficulty, content, key, meant)


def miskeyed() -> tuple[str, str]:
    """Return the code of the item whose key is wrong on purpose, and what is really right."""
    return next((each.code, each.meant) for each in sample_items() if each.meant)


def choice(
    number: int, stem: str, texts: list[str], correct: str, meant: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a choice item; the options are turned so that no letter is right more often."""
    turn = number % len(texts)
    order = [*range(turn, len(texts)), *range(turn)]
    options = [
        {"id": LETTERS[place], "content": marked_up(texts[index]), "fixed": False}
        for place, index in enumerate(order)
    ]
    right, really = (
        sorted(LETTERS[order.index(LETTERS.index(letter))] for letter in letters)
        for letters in (correct, meant)
    )
    key: dict[str, Any] = {"correct": right}
    return shown(stem, options=options), key | ({"meant": really[0]} if really else {})


def true_false(_number: int, stem: str, is_true: bool) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: FBT001 - the third column of the source
    """Make a judgement."""
    options = [
        {"id": letter, "content": text, "fixed": True}
        for letter, text in (("A", "正确"), ("B", "错误"))
    ]
    return shown(stem, options=options), {"correct": ["A" if is_true else "B"]}


def numeric(
    _number: int, stem: str, value: str, tolerance: str, unit: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a numeric item with an absolute tolerance."""
    key = {"value": value, "tolerance": tolerance, "tolerance_mode": "absolute"}
    return shown(stem, unit=unit), key


def text_entry(
    _number: int, stem: str, accepted: dict[str, list[str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a fill-in item."""
    content = shown(stem, blanks=[{"id": blank} for blank in accepted])
    return content, {"blanks": accepted, "case_sensitive": False}


def shown(stem: str, **parts: Any) -> dict[str, Any]:
    """Return an item's content."""
    nothing: dict[str, Any] = {"options": [], "blanks": [], "unit": None}
    return {"stem": f"<p>{marked_up(stem)}</p>", **nothing, **parts}


def marked_up(text: str) -> str:
    """Return HTML: formulas between ``$`` and blanks ``[1]`` become their elements."""
    escaped = html.escape(text, quote=False)
    with_formulas = FORMULA.sub(_formula, escaped)
    return BLANK.sub(r'<span data-type="blank" data-blank="\1"></span>', with_formulas)


def _formula(found: re.Match[str]) -> str:
    latex = html.escape(html.unescape(found[1]))
    return f'<span data-type="inline-math" data-latex="{latex}"></span>'
