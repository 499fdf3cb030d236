"""What a bank has and needs."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint
from exam_server.bank.service import add_area, add_point
from exam_server.bank.supply import Branch, branches_in, set_goals, supply_tree
from exam_server.errors import InvalidInputError
from itembank.blueprint import PointFacts
from tests.factories import actor_of, make_blueprint, make_item, make_organization, make_person


@pytest.fixture
def bank(db: Session) -> Blueprint:
    """A with 25 % and two points, B with 75 % and below it B-A with one point."""
    blueprint = make_blueprint(db, make_organization(db), n_areas=0)
    first = add_area(db, blueprint, "A", "基本", weight=Decimal(25))
    add_area(db, blueprint, "B", "相关", weight=Decimal(75))
    below = add_area(db, blueprint, "B-A", "电路", weight=Decimal(75))
    for area, code in ((first, "001"), (first, "002"), (below, "001")):
        add_point(area, PointFacts(area.path, code, f"点{code}"))
    db.flush()
    return blueprint


def by_path(db: Session, bank: Blueprint) -> dict[str, Branch]:
    return {branch.area.path: branch for branch in branches_in(supply_tree(db, bank))}


def test_counts_add_up_to_the_ranges_above(db: Session, bank: Blueprint) -> None:
    point = bank.areas[2].points[0]
    make_item(db, point)
    make_item(db, point).item.state = "draft"
    make_item(db, point).item.state = "retired"
    db.flush()
    found = by_path(db, bank)
    assert [(found[p].stock.n_active, found[p].stock.n_drafts) for p in ("A", "B", "B-A")] == [
        (0, 0),
        (1, 1),
        (1, 1),
    ]


def test_a_goal_is_shared_by_weight_and_then_over_open_points(db: Session, bank: Blueprint) -> None:
    bank.goals = {"single": 41}
    bank.areas[0].points[1].retired_reason = "不再考"
    found = by_path(db, bank)
    assert {path: found[path].stock.n_wanted for path in found} == {"A": 10, "B": 31, "B-A": 31}
    assert [leaf.stock.n_wanted for leaf in found["A"].points] == [10, 0]


def test_without_weights_points_decide(db: Session, bank: Blueprint) -> None:
    for area in bank.areas:
        area.weight = None
    bank.goals = {"single": 30}
    found = by_path(db, bank)
    assert (found["A"].stock.n_wanted, found["B"].stock.n_wanted) == (20, 10)


def test_a_goal_is_a_number_of_each_type(db: Session, bank: Blueprint) -> None:
    writer = actor_of(make_person(db, "item_writer"))
    set_goals(db, writer, bank, {"single": "100", "multiple": "0"})
    assert bank.goals == {"single": 100}
    with pytest.raises(InvalidInputError) as refused:
        set_goals(db, writer, bank, {"single": "viele"})
    assert [problem.where for problem in refused.value.problems] == ["goal_single"]
    assert bank.goals == {"single": 100}
