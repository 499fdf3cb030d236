"""The list of plans reads a bank whole only when it has changed, and sees every change."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from exam_server.adaptive import pooling
from exam_server.adaptive.pool_stamps import known_digests
from exam_server.adaptive.standings import standing_of, standings_of
from exam_server.bank.models import EnemyPair, Item, ItemFigure, Point
from exam_server.forms.models import PaperStructure
from tests.adaptive_rooms import plan_in_force
from tests.factories import NOW, make_organization


def test_every_change_of_a_pool_is_seen_and_nothing_else_is_read(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_in_force(db, make_organization(db), now=NOW)
    whole = pooling.calibrated_entries
    read: list[int] = []

    def counted(db: Session, structures: Any) -> Any:
        read.append(len(structures))
        return whole(db, structures)

    monkeypatch.setattr(pooling, "calibrated_entries", counted)
    assert standings_of(db, [plan])[plan.id].code == "on"
    read.clear()
    assert standings_of(db, [plan])[plan.id].code == "on"
    assert read == []
    items = db.query(Item).order_by(Item.id).all()
    figure = db.query(ItemFigure).order_by(ItemFigure.item_id).first()
    point = db.query(Point).order_by(Point.id).first()
    assert figure is not None
    assert point is not None
    changes: list[Callable[[], Any]] = [
        lambda: setattr(items[0], "state", "retired"),
        lambda: setattr(items[1], "point_id", items[5].point_id),
        lambda: setattr(figure, "location", 0.123),
        lambda: setattr(point, "levels", "1"),
        lambda: db.add(EnemyPair(item_id=items[2].id, enemy_id=items[3].id)),
        lambda: setattr(items[4], "version_number", 2),
    ]
    for change in changes:
        change()
        db.flush()
        assert (
            digest_of(db, plan.structure) == known_digests(db, [plan.structure])[plan.structure.id]
        )
    assert len(read) == 2 * len(changes)  # here and there, once for each change
    assert standings_of(db, [plan])[plan.id].code == "pool_changed"
    assert standing_of(db, plan).code == "pool_changed"


def digest_of(db: Session, structure: PaperStructure) -> str:
    return pooling.pool_digest(pooling.calibrated_entries(db, [structure])[structure.id])
