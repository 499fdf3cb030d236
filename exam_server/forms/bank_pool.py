"""What a bank has for the assembler; read by pages too, so no solver is loaded here."""

from collections.abc import Mapping

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, Blueprint, EnemyPair, Item, ItemVersion, Point
from exam_server.forms.models import PaperStructure
from itembank.blueprint_kinds import is_for
from itembank.demands import PoolItem


def pool_of(db: Session, structure: PaperStructure) -> list[tuple[PoolItem, int]]:
    """Return the active items a structure may take, each with its newest version's id.

    Where it names a skill level or work type, only items of points for these.
    """
    blueprint, demand = structure.blueprint, structure.demand
    kinds = {name: demand.get(name, "") for name in ("level", "work_type")}
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    rows = db.execute(
        select(Item, ItemVersion.id, ItemVersion.type, ItemVersion.difficulty, Point, Area.path)
        .join(ItemVersion, newest)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(Item.blueprint_id == blueprint.id, Item.state == "active")
        .order_by(Item.code)
    ).all()
    enemies = enemies_of(db, blueprint, {row[0].id: row[0].code for row in rows})
    return [
        (_pool_item(row, enemies), row[1])
        for row in rows
        if is_for(row[4].levels, row[4].work_types or (), **kinds)
    ]


def _pool_item(
    row: Row[Item, int, str, int, Point, str], enemies: Mapping[int, set[str]]
) -> PoolItem:
    item, _, kind, difficulty, point, path = row
    return PoolItem(
        id=item.code,
        type=kind,
        area=path,
        point=f"{path}-{point.code}",
        importance=point.importance,
        difficulty=float(difficulty),
        enemies=frozenset(enemies.get(item.id, ())),
    )


def enemies_of(db: Session, blueprint: Blueprint, codes: Mapping[int, str]) -> dict[int, set[str]]:
    """Return the codes of each item's enemies, both ways; ``codes`` names the items that count."""
    chosen = (
        select(EnemyPair.item_id, EnemyPair.enemy_id)
        .join(Item, EnemyPair.item_id == Item.id)
        .where(Item.blueprint_id == blueprint.id)
    )
    enemies: dict[int, set[str]] = {}
    for left, right in db.execute(chosen):
        if left in codes and right in codes:
            enemies.setdefault(left, set()).add(codes[right])
            enemies.setdefault(right, set()).add(codes[left])
    return enemies
