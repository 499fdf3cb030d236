"""Enemy items, and the assembler keeping them apart."""

import pytest
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.enemies import enemies_of, set_enemies
from exam_server.bank.models import Item
from exam_server.errors import InvalidInputError
from tests.factories import actor_of, make_blueprint, make_item, make_organization, make_person


def bank_of_three(db: Session) -> tuple[Actor, list[Item]]:
    organization = make_organization(db)
    point = make_blueprint(db, organization).areas[0].points[0]
    writer = actor_of(make_person(db, "item_writer", organization=organization))
    return writer, [make_item(db, point).item for _ in range(3)]


def test_enemies_are_named_from_both_sides(db: Session) -> None:
    writer, (one, two, three) = bank_of_three(db)
    set_enemies(db, writer, two, [one.code, three.code])
    assert enemies_of(db, two) == sorted([one.code, three.code])
    assert enemies_of(db, one) == [two.code]
    set_enemies(db, writer, two, [three.code])
    assert enemies_of(db, one) == []


def test_an_unknown_code_changes_nothing(db: Session) -> None:
    writer, (one, two, _) = bank_of_three(db)
    set_enemies(db, writer, one, [two.code])
    with pytest.raises(InvalidInputError, match="enemy_unknown"):
        set_enemies(db, writer, one, [two.code, "NOPE"])
    assert enemies_of(db, one) == [two.code]
