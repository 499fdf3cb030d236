"""Enemy items: two that must not stand in one form, because one gives the other away."""

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import EnemyPair, Item
from exam_server.errors import InvalidInputError


def enemies_of(db: Session, item: Item) -> list[str]:
    """Return the codes of an item's enemies."""
    pairs = select(EnemyPair.item_id, EnemyPair.enemy_id).where(
        or_(EnemyPair.item_id == item.id, EnemyPair.enemy_id == item.id)
    )
    ids = {other for pair in db.execute(pairs) for other in pair} - {item.id}
    return list(db.scalars(select(Item.code).where(Item.id.in_(ids)).order_by(Item.code)))


def set_enemies(db: Session, actor: Actor, item: Item, codes: list[str]) -> None:
    """Have an item's enemies be exactly these; raises ``enemy_unknown`` naming the first."""
    wanted = set(codes) - {item.code}
    if wanted == set(enemies_of(db, item)):
        return
    chosen = select(Item.code, Item.id).where(
        Item.blueprint_id == item.blueprint_id, Item.code.in_(wanted)
    )
    known = {row[0]: row[1] for row in db.execute(chosen)}
    unknown = sorted(wanted - known.keys())
    if unknown:
        raise InvalidInputError("enemy_unknown", value=unknown[0])
    of_item = or_(EnemyPair.item_id == item.id, EnemyPair.enemy_id == item.id)
    db.execute(delete(EnemyPair).where(of_item))
    for enemy in sorted(known.values()):
        db.add(EnemyPair(item_id=min(item.id, enemy), enemy_id=max(item.id, enemy)))
    db.flush()
    detail = {"enemies": sorted(wanted)}
    audit.record(db, "set_enemies", by=actor.id, of=f"item:{item.uid}", detail=detail)
