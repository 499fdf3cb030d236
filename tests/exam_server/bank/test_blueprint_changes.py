"""Changing a blueprint that stands."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.blueprint_changes import (
    BlueprintEdit,
    change_blueprint,
    compared,
    delete_row,
    edit_of_lines,
    move_point,
    retire_point,
    take_up_point,
)
from exam_server.bank.blueprint_sheets import blueprint_sheet, sheet_lines
from exam_server.bank.models import Blueprint
from exam_server.bank.service import create_blueprint
from exam_server.bank.supply import supply_tree
from exam_server.errors import ConflictError, InvalidInputError
from tests.factories import NOW, actor_of, make_item, make_organization, make_person

LINES = """A | 基本要求 | 25
A-A | 职业道德 | 25
B | 相关知识 | 75
A-A-001 | 守则 | X
B-001 | 电路 | Y"""


@pytest.fixture
def writer(db: Session) -> Actor:
    return actor_of(make_person(db, "item_writer", organization=make_organization(db)))


@pytest.fixture
def bank(db: Session, writer: Actor) -> Blueprint:
    (organization,) = writer.organizations()
    return create_blueprint(
        db, writer, organization_id=organization, title="题库", language="en", lines=LINES, now=NOW
    )


def names(bank: Blueprint) -> dict[str, str]:
    found = {area.path: area.name for area in bank.areas}
    for area in bank.areas:
        found |= {f"{area.path}-{point.code}": point.name for point in area.points}
    return found


def test_weights_change_together_with_new_rows(db: Session, writer: Actor, bank: Blueprint) -> None:
    edit = BlueprintEdit(
        weights={"B": "60"},
        point_names={"B-001": "直流电路"},
        lines="C | 安全 | 15\nC-001\t用电\tZ",
    )
    assert change_blueprint(db, writer, bank, edit) == 4
    assert names(bank)["B-001"] == "直流电路"
    assert names(bank)["C-001"] == "用电"


def test_a_wrong_sum_is_named_in_its_cell_and_changes_nothing(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    edit = BlueprintEdit(weights={"A-A": "20"}, area_names={"B": ""}, lines="D | 安全")
    with pytest.raises(InvalidInputError) as refused:
        change_blueprint(db, writer, bank, edit)
    found = {(problem.where, problem.code) for problem in refused.value.problems}
    assert ("weight:A", "weights_not_parent") in found
    assert ("weight:A", "weights_not_100") in found
    assert ("range:B", "row_without_name") in found
    assert names(bank)["B"] == "相关知识"
    assert "D" not in names(bank)


@pytest.mark.parametrize("typed", ["viel", "NaN", "1e400", "3.00001"])
def test_a_weight_is_a_number_with_few_decimals(
    db: Session, writer: Actor, bank: Blueprint, typed: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        change_blueprint(db, writer, bank, BlueprintEdit(weights={"B": typed}))
    assert "weight_not_a_number" in {problem.code for problem in refused.value.problems}


def test_a_point_moves_with_its_items(db: Session, writer: Actor, bank: Blueprint) -> None:
    point = bank.areas[1].points[0]
    item = make_item(db, point).item
    move_point(db, writer, bank, "A-A-001", to="B", code="002")
    assert (item.point.area.path, item.point.code) == ("B", "002")
    with pytest.raises(ConflictError, match="point_code_taken"):
        move_point(db, writer, bank, "B-002", to="B", code="001")


def test_retiring_a_point_suspends_its_active_items(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    point = bank.areas[1].points[0]
    active, waiting = make_item(db, point).item, make_item(db, point).item
    waiting.state = "draft"
    db.flush()
    with pytest.raises(InvalidInputError, match="reason_missing"):
        retire_point(db, writer, bank, "A-A-001", reason="")
    assert retire_point(db, writer, bank, "A-A-001", reason="标准已修订") == 1
    db.refresh(active)
    assert (active.state, waiting.state) == ("suspended", "draft")
    take_up_point(db, writer, bank, "A-A-001")
    db.refresh(active)
    assert (point.retired_reason, active.state) == (None, "suspended")


def test_only_what_is_empty_can_be_deleted(db: Session, writer: Actor, bank: Blueprint) -> None:
    make_item(db, bank.areas[1].points[0]).item.state = "retired"
    db.flush()
    with pytest.raises(ConflictError, match="point_has_items"):
        delete_row(db, writer, bank, "A-A-001")
    with pytest.raises(ConflictError, match="area_not_empty"):
        delete_row(db, writer, bank, "A")
    delete_row(db, writer, bank, "B-001")
    delete_row(db, writer, bank, "B")
    assert set(names(bank)) == {"A", "A-A", "A-A-001"}


def test_a_sheet_taken_out_and_in_changes_nothing(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    sheet = blueprint_sheet(db, writer, bank, supply_tree(db, bank))
    found = compared(bank, sheet_lines("x.xlsx", sheet))
    assert (found.added, found.renamed, found.changed, found.absent) == ([], [], [], [])


def test_a_sheet_says_what_it_would_change_before_it_does(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    rows = ["代码,名称,鉴定比重,重要程度", "A,基础,25,", "A-A,职业道德,25,", "B,相关知识,75,"]
    rows += ["B-001,电路,,X", "B-002,新,,Y"]
    lines = sheet_lines("x.csv", "\n".join(rows).encode())
    found = compared(bank, lines)
    assert found.added == ["B-002"]
    assert found.renamed == [("A", "基本要求", "基础")]
    assert found.changed == [("B-001", "Y", "X")]
    assert found.absent == ["A-A-001"]
    change_blueprint(db, writer, bank, edit_of_lines(bank, lines))
    assert names(bank)["A"] == "基础"
    assert names(bank)["B-002"] == "新"
    assert names(bank)["A-A-001"] == "守则"
    assert bank.areas[0].weight == Decimal(25)
