"""Versions of a blueprint, points merged and split, changes undone: on both stores."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.blueprint_changes import (
    BlueprintEdit,
    change_blueprint,
    delete_row,
    move_point,
    retire_point,
)
from exam_server.bank.blueprint_regrouping import (
    Merge,
    NewPoint,
    Split,
    merge_points,
    merger_of,
    seal_of_rows,
    split_point,
)
from exam_server.bank.blueprint_undoing import last_changes, undo_change
from exam_server.bank.blueprint_versions import (
    compare_versions,
    comparison_sheet,
    declare_version,
    stood_at,
    version_said,
)
from exam_server.bank.models import Blueprint, Item, SavedFilter
from exam_server.bank.service import create_blueprint
from exam_server.bank.work_models import WritingTask
from exam_server.bank.writing import point_of
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.tables_in import sheet_cells
from itembank.blueprint_versions import digest_of
from tests.factories import NOW, actor_of, make_item, make_organization, make_person

LINES = """A | 基本要求 | 25
A-A | 职业道德 | 25
B | 相关知识 | 75
A-A-001 | 守则 | X
B-001 | 电路 | Y
B-002 | 磁路 | Z"""


@pytest.fixture
def writer(db: Session) -> Actor:
    return actor_of(make_person(db, "item_writer", organization=make_organization(db)))


@pytest.fixture
def bank(db: Session, writer: Actor) -> Blueprint:
    (organization,) = writer.organizations()
    return create_blueprint(
        db, writer, organization_id=organization, title="题库", language="en", lines=LINES, now=NOW
    )


def items_at(db: Session, bank: Blueprint, code: str, count: int) -> list[Item]:
    return [make_item(db, point_of(bank, code)).item for _ in range(count)]


def code_of(item: Item) -> str:
    return f"{item.point.area.path}-{item.point.code}"


def undo_last(db: Session, writer: Actor, bank: Blueprint) -> int:
    (uid, *_) = [
        each.change.uid for each in last_changes(db, bank) if each.change.undone_at is None
    ]
    left = undo_change(db, writer, bank, uid, now=NOW).n_left
    db.expire_all()
    return left


def give_references(db: Session, bank: Blueprint, writer: Actor, at: str) -> None:
    named = {"blueprint_id": bank.id, "at": at, "type": "", "note": "", "n_items": 3}
    owed = {"writer_id": writer.id, "given_by": writer.id, "given_at": NOW, "due_on": NOW.date()}
    db.add(WritingTask(**named, **owed))
    kept = {"blueprint_id": bank.id, "person_id": writer.id, "saved_at": NOW}
    db.add(SavedFilter(**kept, name="mine", query={"at": at, "type": ["single"]}))
    db.flush()


def references(db: Session) -> tuple[str, object]:
    query = db.scalars(select(SavedFilter.query)).one()
    return db.scalars(select(WritingTask.at)).one(), query["at"]


def test_a_merge_retags_every_item_and_what_names_the_point_and_is_undone(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    declare_version(db, writer, bank, in_force_on=date(2026, 1, 1), note="2026 版", now=NOW)
    gone, stays = items_at(db, bank, "B-001", 3), items_at(db, bank, "A-A-001", 1)
    gone[1].state = "retired"
    give_references(db, bank, writer, "B-001")
    uid = gone[0].point.uid
    assert merger_of(db, bank, ["B-001"], "A-A-001").n_items == 3
    wanted = Merge(["B-001"], "A-A-001", seal_of_rows(bank))
    assert merge_points(db, writer, bank, wanted, now=NOW) == 3
    db.expire_all()
    assert {code_of(each) for each in [*gone, *stays]} == {"A-A-001"}
    assert references(db) == ("A-A-001", "A-A-001")
    (dropped,) = compare_versions(db, bank, "1", "now")
    assert (dropped.difference.kind, dropped.n_items, dropped.items_at) == (
        "point_dropped",
        4,
        "A-A-001",
    )
    with pytest.raises(ConflictError, match="blueprint_changed_meanwhile"):
        merge_points(db, writer, bank, wanted, now=NOW)
    gone[2].point_id = point_of(bank, "B-002").id  # somebody else's choice since
    db.flush()
    assert undo_last(db, writer, bank) == 1
    assert [code_of(each) for each in gone] == ["B-001", "B-001", "B-002"]
    assert (code_of(stays[0]), gone[0].point.uid) == ("A-A-001", uid)
    assert references(db) == ("B-001", "B-001")
    assert compare_versions(db, bank, "1", "now") == []


def test_a_split_sends_items_where_they_are_asked_to_and_is_undone(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    items = items_at(db, bank, "B-001", 3)
    parts = [NewPoint("003", "直流"), NewPoint("004", "交流", "X")]
    goes = {items[0].uid: "003", items[2].uid: "004"}
    taken = [NewPoint("002", "直流"), NewPoint("004", " ")]
    wrong = Split("B-001", taken, {}, seal_of_rows(bank))
    with pytest.raises(InvalidInputError) as refused:
        split_point(db, writer, bank, wrong, now=NOW)
    assert [(each.where, each.code) for each in refused.value.problems] == [
        ("code_1", "point_code_taken"),
        ("name_2", "row_without_name"),
    ]
    wanted = Split("B-001", parts, goes, seal_of_rows(bank))
    assert split_point(db, writer, bank, wanted, now=NOW) == {"003": 1, "004": 1}
    db.expire_all()
    assert [code_of(each) for each in items] == ["B-003", "B-001", "B-004"]
    assert point_of(bank, "B-003").importance == "Y"
    late = items_at(db, bank, "B-003", 1)
    with pytest.raises(ConflictError, match="row_has_items"), db.begin_nested():
        undo_last(db, writer, bank)
    db.expire_all()
    late[0].point_id = point_of(bank, "B-001").id
    db.flush()
    undo_last(db, writer, bank)
    assert {code_of(each) for each in [*items, *late]} == {"B-001"}
    assert [point.code for point in bank.areas[2].points] == ["001", "002"]


def test_what_was_declared_stays_and_changes_are_undone_one_after_another(
    db: Session, writer: Actor, bank: Blueprint
) -> None:
    (item,) = items_at(db, bank, "A-A-001", 1)
    declared = declare_version(db, writer, bank, in_force_on=date(2026, 1, 1), note="", now=NOW)
    assert version_said(db, bank) == {"number": 1, "is_changed": False}
    with pytest.raises(ConflictError, match="version_says_the_same"):
        declare_version(db, writer, bank, in_force_on=date(2026, 2, 1), note="", now=NOW)
    before = seal_of_rows(bank)
    edit = BlueprintEdit(weights={"B": "60"}, lines="C | 安全 | 15\nC-001\t用电\tZ")
    change_blueprint(db, writer, bank, edit, now=NOW)
    give_references(db, bank, writer, "A-A-001")
    move_point(db, writer, bank, "A-A-001", to="C", code="002", now=NOW)
    assert references(db) == ("C-002", "C-002")
    retire_point(db, writer, bank, "C-002", reason="标准已修订", now=NOW)
    delete_row(db, writer, bank, "B-002", now=NOW)
    db.expire_all()
    assert item.state == "suspended"
    touched = compare_versions(db, bank, "1", "now")
    assert {(each.difference.kind, each.difference.key, each.n_items) for each in touched} == {
        ("weight_changed", "B", 0),
        ("area_added", "C", 1),
        ("point_moved", item.point.uid, 1),
        ("point_retired", item.point.uid, 1),
        ("point_added", point_of(bank, "C-001").uid, 0),
        (
            "point_dropped",
            next(e.difference.key for e in touched if not e.difference.code_after),
            0,
        ),
    }
    words = {each.difference.kind: each.difference.kind for each in touched}
    rows = sheet_cells("x.xlsx", comparison_sheet(db, writer, bank, touched, words))
    assert len(rows) == 1 + len(touched)
    for _ in range(4):
        undo_last(db, writer, bank)
    assert (code_of(item), item.state, references(db)) == (
        "A-A-001",
        "active",
        ("A-A-001", "A-A-001"),
    )
    assert seal_of_rows(bank) == before == declared.digest == digest_of(stood_at(db, bank, "1"))
    assert all(each.change.undone_at for each in last_changes(db, bank))
