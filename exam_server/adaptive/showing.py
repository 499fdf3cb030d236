"""How a run shows its items: options in an order of its own, which stays for the whole run."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from exam_server.adaptive.models import PracticeStep, PracticeTicket
from exam_server.bank.models import ItemVersion
from exam_server.forms.custody import HeldItem, versions_of
from exam_server.forms.drawing import asked_with
from exam_server.forms.sealed_forms import shown_items
from itembank.drawing import Asked
from itembank.items.registry import item_type

FULL = Decimal(1)
COLUMNS = ("options", "right")


def orders_for(asked: Asked, rng: np.random.Generator) -> dict[str, list[str]]:
    """Return the orders of an item's options, as the item allows them; by part."""
    return item_type(asked.type).seat_orders(asked.content, asked.key, rng)


def asked_in(step: PracticeStep, version: ItemVersion) -> Asked:
    """Return what a step asks, with the values drawn for its run."""
    return asked_with(version, step.drawn)


def shown_steps(
    db: Session, ticket: PracticeTicket, steps: Sequence[PracticeStep]
) -> list[dict[str, Any]]:
    """Return items as a trainee may see them: no keys, options in the run's order."""
    versions = versions_of(db, [step.item_version_id for step in steps])
    held = []
    for step in steps:
        version = versions[step.item_version_id]
        mark = FULL if step.mark is None else step.mark
        held.append(HeldItem(step.number, version, 1, mark, asked_in(step, version)))
    shown = shown_items(db, ticket.plan.structure.blueprint.organization_id, held)
    return [in_order(item, step.orders or {}) for item, step in zip(shown, steps, strict=True)]


def in_order(item: Mapping[str, Any], orders: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return an item with the rows of its lists in these orders; parts by their ids.

    Examples
    --------
    >>> item = {"options": [{"id": "A"}, {"id": "B"}]}
    >>> in_order(item, {"": ["B", "A"]})["options"]
    [{'id': 'B'}, {'id': 'A'}]
    """
    found = _arranged(item, orders.get("", ()))
    if "parts" in found:
        found["parts"] = [_arranged(each, orders.get(each["id"], ())) for each in found["parts"]]
    return found


def _arranged(item: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    found = dict(item)
    places = {id_: place for place, id_ in enumerate(order)}
    for name in COLUMNS:
        rows = found.get(name)
        if rows and {row["id"] for row in rows} == places.keys():
            found[name] = sorted(rows, key=lambda row: places[row["id"]])
    return found
