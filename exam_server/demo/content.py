"""The sample bank: rows of the short notation made into items with their English translation."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from exam_server.demo.item_rows import Dealer, Made, item_set, made
from exam_server.demo.notation import both
from itembank.item_model_reading import read_model
from itembank.item_models import expand, plain

DATA: Final = Path(__file__).parent / "data"
SEED: Final = 20260101
LETTERS: Final = {
    "single": "B",
    "multiple": "G",
    "true_false": "C",
    "text_entry": "T",
    "numeric": "U",
    "matching": "L",
    "ordering": "S",
    "hotspot": "R",
    "item_set": "F",
}


@dataclass(frozen=True)
class SampleItem:
    """An item of the sample bank; ``meant`` is really right where the key is wrong on purpose."""

    code: str
    point: str
    type: str
    difficulty: int
    content: dict[str, Any]
    key: dict[str, Any]
    explanation: str = ""
    meant: str | None = None


@cache
def blueprint_source() -> dict[str, Any]:
    """Return title, ranges and points as written."""
    read: dict[str, Any] = json.loads((DATA / "blueprint.json").read_text(encoding="utf-8"))
    return read


@cache
def bank_source() -> dict[str, list[Any]]:
    """Return the rows of every type, in the order of the files."""
    rows: dict[str, list[Any]] = {kind: [] for kind in LETTERS}
    for path in sorted((DATA / "bank").glob("*.json")):
        for kind, found in json.loads(path.read_text(encoding="utf-8")).items():
            rows[kind] += found
    return rows


@cache
def sample_items() -> tuple[SampleItem, ...]:
    """Return every item of the sample bank; the same in every load."""
    rng = np.random.default_rng(SEED)
    counted: Counter[tuple[str, str]] = Counter()
    items = []
    for item in [*_written(Dealer(rng)), *_calculated(rng)]:
        place = (LETTERS[item.type], item.point)
        counted[place] += 1
        items.append(replace(item, code=f"{place[0]}-{item.point}-{counted[place]:03}"))
    return tuple(items)


def miskeyed() -> tuple[str, str]:
    """Return the code of the item whose key is wrong on purpose, and what is really right."""
    return next((each.code, each.meant) for each in sample_items() if each.meant)


def _written(dealer: Dealer) -> Iterator[SampleItem]:
    """Give the items whose words and values are written."""
    for kind, rows in bank_source().items():
        for row in rows:
            if isinstance(row, dict):
                item = item_set(row["stem"], row["parts"], dealer)
                yield _item(kind, row["point"], row["difficulty"], item, row["explanation"])
            else:
                point, difficulty, *rest = row
                item, explanation = made(kind, rest, dealer)
                yield _item(kind, point, difficulty, item, explanation)


def _calculated(rng: np.random.Generator) -> Iterator[SampleItem]:
    """Give the calculations whose values are drawn."""
    for row in json.loads((DATA / "models.json").read_text(encoding="utf-8")):
        chinese, english = both(row["stem"])
        described = {
            name: value for name, value in row.items() if name not in {"point", "difficulty", "n"}
        }
        described |= {"stem": chinese, "translations": {"en": {"stem": english}}}
        read = read_model(described)
        if read.model is None:
            msg = f"a sample model cannot be read: {read.problems!r}"
            raise ValueError(msg)
        for item in expand(read.model, rng, row["n"]):
            value = plain(Decimal(item.key["value"]))
            explanation = item.explanation.replace(item.key["value"], value)
            calculated = Made(item.content, item.key | {"value": value})
            yield _item("numeric", row["point"], row["difficulty"], calculated, explanation)


def _item(kind: str, point: str, difficulty: int, item: Made, explanation: str) -> SampleItem:
    return SampleItem(
        code="",
        point=point,
        type=kind,
        difficulty=difficulty,
        content=item.content,
        key=item.key,
        explanation=explanation,
        meant=item.meant,
    )
