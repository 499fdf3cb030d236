"""In which order a bank's items are listed, and where a page of the list begins and ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from exam_server.bank.models import Item
from exam_server.bank.work_models import ItemExposure

PAGE_SIZE = 100
BY_CODE, MOST_USED, LEAST_USED = "", "most_used", "least_used"
SORTS = (MOST_USED, LEAST_USED)


@dataclass(frozen=True)
class Place:
    """Where a page of the list begins or ends: behind an item's code, or before one."""

    after: str = ""
    before: str = ""

    def query(self) -> dict[str, str]:
        """Return the place as part of an address's query."""
        return {name: code for name, code in vars(self).items() if code}


FIRST = Place()


def read_place(asked: Mapping[str, str]) -> Place:
    """Return the place an address's query names; the first page when it names none."""
    after = asked.get("after", "")
    return Place(after=after) if after else Place(before=asked.get("before", ""))


def codes_at(
    db: Session, blueprint_id: int, fitting: Select[Any], place: Place, sort: str = BY_CODE
) -> tuple[list[str], bool]:
    """Return the codes of a page, in order, and whether more lie beyond in its direction."""
    keys: list[Any] = [Item.code]
    if sort != BY_CODE:
        keys.insert(0, _rank(sort))
        fitting = fitting.outerjoin(ItemExposure, ItemExposure.item_id == Item.id)
    code = place.before or place.after
    if code:
        ends = [code] if sort == BY_CODE else [_rank_of(db, blueprint_id, code, sort), code]
        here, end = tuple_(*keys), tuple_(*map(literal, ends))
        fitting = fitting.where(here < end if place.before else here > end)
    order = [key.desc() for key in keys] if place.before else keys
    found = list(db.scalars(fitting.order_by(*order).limit(PAGE_SIZE + 1)))
    codes = found[:PAGE_SIZE]
    return (codes[::-1] if place.before else codes), len(found) > PAGE_SIZE


def _rank(sort: str) -> ColumnElement[int]:
    """Return what comes before the code in an order: small ones first."""
    n_papers = func.coalesce(ItemExposure.n_papers, 0)
    return -n_papers if sort == MOST_USED else n_papers


def _rank_of(db: Session, blueprint_id: int, code: str, sort: str) -> int:
    """Return where the item that a page ends at stands; one that is gone was never used."""
    chosen = (
        select(_rank(sort))
        .select_from(Item)
        .outerjoin(ItemExposure, ItemExposure.item_id == Item.id)
        .where(Item.blueprint_id == blueprint_id, Item.code == code)
    )
    return db.scalar(chosen) or 0
