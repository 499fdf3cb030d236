"""Changing a blueprint that stands."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.blueprint_changes import (
    BlueprintEdit,
    change_blueprint,
    delete_row,
    move_point,
    retire_point,
    take_up_point,
)
from exam_server.bank.blueprint_layouts import layout_sheet
from exam_server.bank.blueprint_lines import as_lines
from exam_server.bank.blueprint_sheets import blueprint_sheet, read_table
from exam_server.bank.blueprint_taking import compared, seal_of, take_table
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.service import create_blueprint
from exam_server.bank.supply import branches_in, supply_tree
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
    assert change_blueprint(db, writer, bank, edit, now=NOW) == 4
    assert names(bank)["B-001"] == "直流电路"
    assert names(bank)["C-001"] == "用电"


def test_a_wrong_sum_is_named_in_its_cell_and_changes_nothing(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    edit = BlueprintEdit(weights={"A-A": "20"}, area_names={"B": ""}, lines="D | 安全")
    with pytest.raises(InvalidInputError) as refused:
        change_blueprint(db, writer, bank, edit, now=NOW)
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
        change_blueprint(db, writer, bank, BlueprintEdit(weights={"B": typed}), now=NOW)
    assert "weight_not_a_number" in {problem.code for problem in refused.value.problems}


def test_a_point_moves_with_its_items(db: Session, writer: Actor, bank: Blueprint) -> None:
    point = bank.areas[1].points[0]
    item = make_item(db, point).item
    move_point(db, writer, bank, "A-A-001", to="B", code="002", now=NOW)
    assert (item.point.area.path, item.point.code) == ("B", "002")
    with pytest.raises(ConflictError, match="point_code_taken"):
        move_point(db, writer, bank, "B-002", to="B", code="001", now=NOW)


def test_retiring_a_point_suspends_its_active_items(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    point = bank.areas[1].points[0]
    active, waiting = make_item(db, point).item, make_item(db, point).item
    waiting.state = "draft"
    db.flush()
    with pytest.raises(InvalidInputError, match="reason_missing"):
        retire_point(db, writer, bank, "A-A-001", reason="", now=NOW)
    assert retire_point(db, writer, bank, "A-A-001", reason="标准已修订", now=NOW) == 1
    db.refresh(active)
    assert (active.state, waiting.state) == ("suspended", "draft")
    take_up_point(db, writer, bank, "A-A-001", now=NOW)
    db.refresh(active)
    assert (point.retired_reason, active.state) == (None, "suspended")


def test_only_what_is_empty_can_be_deleted(db: Session, writer: Actor, bank: Blueprint) -> None:
    make_item(db, bank.areas[1].points[0]).item.state = "retired"
    db.flush()
    with pytest.raises(ConflictError, match="point_has_items"):
        delete_row(db, writer, bank, "A-A-001", now=NOW)
    with pytest.raises(ConflictError, match="area_not_empty"):
        delete_row(db, writer, bank, "A", now=NOW)
    delete_row(db, writer, bank, "B-001", now=NOW)
    delete_row(db, writer, bank, "B", now=NOW)
    assert set(names(bank)) == {"A", "A-A", "A-A-001"}


def test_levels_and_work_types_are_checked_kept_by_sheets_without_them_and_filter_the_supply(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    cells = {"levels": {"B-001": "四级、五级"}, "work_types": {"B-001": "数控车床"}}
    wrong = {"levels": {"B-001": "6"}, "work_types": {"B-001": "钳工"}}
    with pytest.raises(InvalidInputError) as refused:
        change_blueprint(db, writer, bank, BlueprintEdit(**wrong, offered="数控车床"), now=NOW)
    assert [(each.where, each.code) for each in refused.value.problems] == [
        ("levels:B-001", "level_unknown"),
        ("work_types:B-001", "work_type_unknown"),
    ]
    edit = BlueprintEdit(**cells, offered="普通车床、数控车床")
    assert change_blueprint(db, writer, bank, edit, now=NOW) == 1
    rows = ["代码,名称,鉴定比重,重要程度", "A,基本要求,25,", "A-A,职业道德,25,", "B,相关知识,75,"]
    without = read_table("x.csv", csv_of(*rows, "A-A-001,守则,,X", "B-001,电路,,Y"))
    assert not compared(db, bank, without).is_change
    rows[0] += ",等级,工种"
    said = ["A-A-001,守则,,X,,", "B-001,电路,,Y,4,普通车床"]
    table = read_table("x.csv", csv_of(*rows, *said), bank.work_types or ())
    assert [change[0] for change in compared(db, bank, table).changed] == ["B-001", "B-001"]
    lines = as_lines(table.areas, table.points)
    take_table(db, writer, bank, lines, seen=seal_of(bank), now=NOW)
    point = bank.areas[2].points[0]
    assert (point.levels, point.work_types) == ("4", ["普通车床"])
    codes = [
        [leaf.code for each in branches_in(tree) for leaf in each.points]
        for tree in (
            supply_tree(db, bank, level="4", work_type="普通车床"),
            supply_tree(db, bank, level="5"),
        )
    ]
    assert codes == [["A-A-001", "B-001"], ["A-A-001"]]


@pytest.mark.parametrize("form", ["rows", "letters", "factors"])
def test_a_sheet_taken_out_and_in_changes_nothing(
    db: Session, writer: Actor, bank: Blueprint, form: str
) -> None:
    kinds = {"levels": {"B-001": "5 4"}, "work_types": {"A-A-001": "数控车床"}}
    change_blueprint(db, writer, bank, BlueprintEdit(**kinds), now=NOW)
    tree = supply_tree(db, bank)
    if form == "rows":
        sheet = blueprint_sheet(db, writer, bank, tree)
    else:
        sheet = layout_sheet(db, writer, bank, tree, as_factors=form == "factors")
    found = compared(db, bank, read_table("x.xlsx", sheet))
    assert not found.is_change
    assert found.absent == []


def csv_of(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def test_a_sheet_says_what_it_would_change_before_it_does(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    rows = ["代码,名称,鉴定比重,重要程度", "A,基础,25,", "A-A,职业道德,25,", "B,相关知识,75,"]
    table = read_table("x.csv", csv_of(*rows, "B-001,电路,,9", "B-002,新,,Y"))
    found = compared(db, bank, table)
    assert found.added == [("B-002", "新")]
    assert found.renamed == [("A", "基本要求", "基础", 0)]
    assert found.changed == [("B-001", "Y", "X")]
    assert [row.code for row in found.absent] == ["A-A-001"]
    lines = as_lines(table.areas, table.points)
    take_table(db, writer, bank, lines, seen=seal_of(bank), now=NOW)
    assert names(bank)["A"] == "基础"
    assert names(bank)["B-002"] == "新"
    assert names(bank)["A-A-001"] == "守则"
    assert bank.areas[0].weight == Decimal(25)


def test_items_follow_their_points_when_codes_shift_and_ranges_change(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    change_blueprint(
        db, writer, bank, BlueprintEdit(lines="B-002 | 磁路 | X\nB-003 | 电机 | X"), now=NOW
    )
    held = {
        point.name: make_item(db, point).item.id for area in bank.areas for point in area.points
    }
    rows = ["代码,名称,鉴定比重,重要程度", "A,基本要求,25,", "A-A,职业道德,25,", "B,相关知识,60,"]
    rows += ["C,安全,15,", "B-001,磁路,,X", "B-002,电路,,Y", "C-001,守则,,X", "A-A-001,法规,,X"]
    table = read_table("x.csv", csv_of(*rows, "B-003,新,,X", "B-004,更新,,X"))
    found = compared(db, bank, table)
    assert {(row.code, row.to, row.n_items) for row in found.moved} == {
        ("B-002", "B-001", 1),
        ("B-001", "B-002", 1),
        ("A-A-001", "C-001", 1),
    }
    assert found.renamed == [("B-003", "电机", "新", 1)]
    lines, seen = as_lines(table.areas, table.points), seal_of(bank)
    take_table(db, writer, bank, lines, seen=seen, now=NOW)
    db.expire_all()
    after = {
        name: f"{item.point.area.path}-{item.point.code}"
        for name, number in held.items()
        if (item := db.get_one(Item, number))
    }
    assert after == {"守则": "C-001", "磁路": "B-001", "电路": "B-002", "电机": "B-003"}
    with pytest.raises(ConflictError, match="blueprint_changed_meanwhile"):
        take_table(db, writer, bank, lines, seen=seen, now=NOW)


def test_a_point_whose_code_is_given_away_keeps_its_items_under_a_free_one(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    change_blueprint(db, writer, bank, BlueprintEdit(lines="B-002 | 磁路 | X"), now=NOW)
    item = make_item(db, bank.areas[2].points[0]).item
    rows = ["代码,名称,鉴定比重,重要程度", "A,基本要求,25,", "A-A,职业道德,25,", "B,相关知识,75,"]
    table = read_table("x.csv", csv_of(*rows, "A-A-001,守则,,X", "B-001,磁路,,X"))
    (absent,) = compared(db, bank, table).absent
    assert (absent.code, absent.to, absent.n_items) == ("B-001", "B-002", 1)
    take_table(db, writer, bank, as_lines(table.areas, table.points), seen=seal_of(bank), now=NOW)
    assert (item.point.name, item.point.code) == ("电路", "002")
