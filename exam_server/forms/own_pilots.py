"""Pilot items in candidates' own forms: those of the solved forms, shared out evenly.

Each is drawn for a candidate who has not seen it, beside whose scored items it may stand, and so
that neighbours have no more items in common than they may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from exam_server.errors import ConflictError
from exam_server.forms.assembling import among
from exam_server.forms.custody import Held
from exam_server.forms.pilot_items import wanted_in, words_left
from itembank.demands import PoolItem
from itembank.drawing import Drawn as Values
from itembank.pilots import Pilot, Tried, pick_pilots


@dataclass(frozen=True)
class Stock:
    """The pilot items of solved forms, and what the draw knows of all items, by version's id."""

    pilots: Sequence[int]
    items: Mapping[int, PoolItem]
    item_ids: Mapping[int, int]
    values: Mapping[int, Values]
    stored: Mapping[str, Any]

    @property
    def by_code(self) -> dict[str, int]:
        """Return the versions of pilot items by their items' codes."""
        return {self.items[each].id: each for each in self.pilots}


@dataclass(frozen=True)
class Around:
    """Forms as they lie: ``standing`` ones first, then the drawn ones.

    ``barred`` says of each drawn one which items (by id) its candidate does not get.
    """

    standing: Sequence[Sequence[Held]]
    barred: Sequence[frozenset[int]]
    pairs: Sequence[tuple[int, int]]
    most_alike: int


def with_pilots(
    stock: Stock, drawn: Sequence[Sequence[Held]], around: Around, rng: np.random.Generator
) -> list[list[Held]]:
    """Return drawn forms with pilot items; raises ConflictError: ``own_forms_pilots``."""
    wanted = wanted_in(stock.stored)
    if not wanted:
        return [list(each) for each in drawn]
    found = pick_pilots(
        [stock.items[each] for each in stock.pilots], _tried(stock, drawn, around), wanted, rng
    )
    if not isinstance(found, list):
        raise ConflictError("own_forms_pilots", need=found.need, have=found.have)
    picked = found[len(around.standing) :]
    return [_joined(stock, form, pilots) for form, pilots in zip(drawn, picked, strict=True)]


def _tried(stock: Stock, drawn: Sequence[Sequence[Held]], around: Around) -> list[Tried]:
    lists = [*around.standing, *drawn]
    scored = [{each.item_version_id for each in form if not each.is_pilot} for form in lists]
    near: list[dict[int, int]] = [{} for _ in lists]
    for one, other in around.pairs:
        spare = max(around.most_alike - len(scored[one] & scored[other]), 0)
        near[one][other] = near[other][one] = spare
    stand = [
        Tried([], has=tuple(_pilot(stock, each) for each in form if each.is_pilot))
        for form in around.standing
    ]
    first = len(stand)
    new = [
        Tried(
            items := [stock.items[each.item_version_id] for each in form],
            barred=frozenset(
                stock.items[each].id for each in stock.pilots if stock.item_ids[each] in barred
            ),
            words_left=words_left(stock.stored, items),
            near=near[first + number],
        )
        for number, (form, barred) in enumerate(zip(drawn, around.barred, strict=True))
    ]
    return [*stand, *new]


def _pilot(stock: Stock, held: Held) -> Pilot:
    return Pilot(held.section, stock.items[held.item_version_id].id, 0)


def _joined(stock: Stock, form: Sequence[Held], pilots: Sequence[Pilot]) -> list[Held]:
    versions, items = stock.by_code, list[Held]()
    for number in sorted({each.section for each in form}):
        tried = [(each, versions[each.id]) for each in pilots if each.section == number]
        items += among([each for each in form if each.section == number], tried)
    return [
        replace(each, position=place, drawn=stock.values.get(each.item_version_id))
        for place, each in enumerate(items, start=1)
    ]
