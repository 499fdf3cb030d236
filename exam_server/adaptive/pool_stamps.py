"""Hashes of pools for lists: worked out once for a bank as it stands, and kept by its stamp.

A list asks how every plan stands, and a pool of thousands of items is dear to read whole. The stamp
is of the plain columns that a pool is made of. What is decided by a pool reads it whole.
"""

import hashlib
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from exam_server.adaptive import pooling
from exam_server.bank.models import Area, EnemyPair, Item, ItemFigure, Point
from exam_server.forms.models import PaperStructure

KEPT = 256


def known_digests(db: Session, structures: Collection[PaperStructure]) -> dict[int, str]:
    """Return the hash of what a trial would see now, by structure."""
    stamps = {bank: _stamp(db, bank) for bank in {each.blueprint_id for each in structures}}
    kept = {
        each.id: _Digests.kept(f"{each.uid} {each.demand!r} {stamps[each.blueprint_id]}")
        for each in structures
    }
    fresh = [each for each in structures if "digest" not in kept[each.id]]
    for id_, entries in pooling.calibrated_entries(db, fresh).items() if fresh else ():
        kept[id_]["digest"] = pooling.pool_digest(entries)
    return {id_: place["digest"] for id_, place in kept.items()}


def _stamp(db: Session, bank: int) -> str:
    """Return a hash over all that a pool is made of, as it stands in the rows."""
    return hashlib.sha256(
        "\n".join(repr(db.execute(each).all()) for each in _asked(bank)).encode()
    ).hexdigest()


def _asked(bank: int) -> list[Select[Any]]:
    """Return what is asked for: items with their versions, which never change, and what is beside.

    A version stands for its type and difficulty.
    """
    here = Item.blueprint_id == bank
    figures = (ItemFigure.item_id, ItemFigure.version_number, ItemFigure.slope, ItemFigure.location)
    kinds = (Point.code, Point.importance, Point.levels, Point.work_types)
    return [
        select(Item.id, Item.code, Item.version_number, Item.point_id)
        .where(here, Item.state == "active")
        .order_by(Item.id),
        select(*figures)
        .join(Item, ItemFigure.item_id == Item.id)
        .where(here, ItemFigure.slope.is_not(None))
        .order_by(ItemFigure.item_id),
        select(Point.id, Area.path, *kinds)
        .join(Area, Point.area_id == Area.id)
        .where(Area.blueprint_id == bank)
        .order_by(Point.id),
        select(EnemyPair.item_id, EnemyPair.enemy_id)
        .join(Item, EnemyPair.item_id == Item.id)
        .where(here)
        .order_by(EnemyPair.item_id, EnemyPair.enemy_id),
    ]


class _Digests:
    """Hashes worked out once in a process; what they are of is in their name."""

    @staticmethod
    @lru_cache(maxsize=KEPT)
    def kept(stamp: str) -> dict[str, str]:
        """Return the place where a hash is kept."""
        del stamp
        return {}
