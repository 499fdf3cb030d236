"""What a bank has for the assembler; read by pages too, so no solver is loaded here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from exam_server.bank.models import Area, Blueprint, EnemyPair, Item, ItemVersion, Point
from exam_server.forms.models import PaperStructure
from itembank.blueprint_kinds import is_for
from itembank.demands import PoolItem

Pool = list[tuple[PoolItem, int]]


def pool_of(db: Session, structure: PaperStructure, *, state: str = "active") -> Pool:
    """Return the active items a structure may take, each with its newest version's id.

    Where it names a skill level or work type, only items of points for these. Items in another
    ``state`` know their enemies among the active ones too.
    """
    return pools_of(db, [structure], state=state)[structure.id]


def pools_of(
    db: Session, structures: Collection[PaperStructure], *, state: str = "active"
) -> dict[int, Pool]:
    """Return the same for several structures, by id; every bank is read once."""
    banks = {each.blueprint_id for each in structures}
    facts = _facts(db, banks, state)
    enemies = _enemies(db, banks, {state, "active"})
    made = {
        bank: [(_pool_item(row, enemies), row) for row in facts if row.blueprint_id == bank]
        for bank in banks
    }
    pools = {}
    for structure in structures:
        kinds = {name: structure.demand.get(name, "") for name in ("level", "work_type")}
        pools[structure.id] = [
            (item, row.version)
            for item, row in made[structure.blueprint_id]
            if is_for(row.levels, row.work_types or (), **kinds)
        ]
    return pools


def _facts(db: Session, banks: Collection[int], state: str) -> Sequence[Row[Any]]:
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = (
        select(
            Item.blueprint_id,
            Item.code,
            ItemVersion.id.label("version"),
            ItemVersion.type,
            ItemVersion.difficulty,
            Point.code.label("point"),
            Point.importance,
            Point.levels,
            Point.work_types,
            Area.path,
        )
        .join(ItemVersion, newest)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(Item.blueprint_id.in_(banks), Item.state == state)
        .order_by(Item.code)
    )
    return db.execute(chosen).all()


def _pool_item(row: Row[Any], enemies: Mapping[tuple[int, str], set[str]]) -> PoolItem:
    return PoolItem(
        id=row.code,
        type=row.type,
        area=row.path,
        point=f"{row.path}-{row.point}",
        importance=row.importance,
        difficulty=float(row.difficulty),
        enemies=frozenset(enemies.get((row.blueprint_id, row.code), ())),
    )


def _enemies(
    db: Session, banks: Collection[int], states: Collection[str]
) -> dict[tuple[int, str], set[str]]:
    """Return the codes of the enemies among items in some states, both ways, by bank and code."""
    other = aliased(Item)
    chosen = (
        select(Item.blueprint_id, Item.code, other.code)
        .join(EnemyPair, EnemyPair.item_id == Item.id)
        .join(other, EnemyPair.enemy_id == other.id)
        .where(Item.blueprint_id.in_(banks), Item.state.in_(states), other.state.in_(states))
    )
    enemies: dict[tuple[int, str], set[str]] = {}
    for bank, left, right in db.execute(chosen):
        enemies.setdefault((bank, left), set()).add(right)
        enemies.setdefault((bank, right), set()).add(left)
    return enemies


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
