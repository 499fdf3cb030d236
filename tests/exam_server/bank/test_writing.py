"""Writing items: codes, versions, what is refused."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemVersion, Picture
from exam_server.bank.writing import change_item, create_item, move_item
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from tests.factories import NOW, actor_of, make_blueprint, make_organization, make_person
from tests.written_items import draft, single


def desk(db: Session) -> tuple[Actor, Blueprint]:
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    return actor_of(make_person(db, "item_writer", organization=organization)), blueprint


def n_versions(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(ItemVersion)) or 0


def test_an_item_without_a_code_is_numbered_by_type_and_point(db: Session) -> None:
    writer, blueprint = desk(db)
    first = create_item(db, writer, blueprint, "", draft(), now=NOW)
    second = create_item(db, writer, blueprint, "", draft(), now=NOW)
    assert (first.code, second.code) == ("B-A-001-001", "B-A-001-002")
    assert first.state == "draft"


def test_a_code_stands_once_in_a_bank(db: Session) -> None:
    writer, blueprint = desk(db)
    create_item(db, writer, blueprint, "X1", draft(), now=NOW)
    with pytest.raises(ConflictError, match="code_taken"):
        create_item(db, writer, blueprint, "X1", draft(), now=NOW)


def test_no_item_is_written_for_a_retired_point_or_one_of_another_bank(db: Session) -> None:
    writer, blueprint = desk(db)
    blueprint.areas[0].points[0].retired_reason = "标准已修订"
    with pytest.raises(ConflictError, match="point_retired"):
        create_item(db, writer, blueprint, "", draft(), now=NOW)
    with pytest.raises(NotFoundError, match="no_such_point"):
        create_item(db, writer, blueprint, "", draft(point="Z-001"), now=NOW)


def test_everything_wrong_is_named_with_its_place(db: Session) -> None:
    writer, blueprint = desk(db)
    content = {**single()["content"], "stem": '<p><img src="media:' + "0" * 64 + '" alt=" "></p>'}
    with pytest.raises(InvalidInputError) as refused:
        create_item(db, writer, blueprint, "", draft(content=content, key={}), now=NOW)
    found = {(problem.where, problem.code) for problem in refused.value.problems}
    assert found == {("stem", "alt_missing"), ("key", "key_missing")}


def test_a_picture_of_another_organization_is_not_there(db: Session) -> None:
    writer, blueprint = desk(db)
    name = "a" * 64
    content = {**single()["content"], "stem": f'<p><img src="media:{name}" alt="图"></p>'}
    other = make_organization(db)
    db.add(Picture(organization_id=other.id, sha256=name, mime="image/png", body=b"x"))
    db.flush()
    with pytest.raises(InvalidInputError, match="no_such_picture"):
        create_item(db, writer, blueprint, "", draft(content=content), now=NOW)


def test_what_is_not_allowed_in_html_is_not_stored(db: Session) -> None:
    writer, blueprint = desk(db)
    stem = '<p onclick="x()">题<script>alert(1)</script><i>斜</i></p><table><tr><td rowspan="2">x'
    content = {**single()["content"], "stem": stem}
    item = create_item(db, writer, blueprint, "", draft(content=content), now=NOW)
    stored = item.versions[0].content["stem"]
    assert "script" not in stored
    assert "onclick" not in stored
    assert 'rowspan="2"' in stored


def test_a_change_is_a_new_version_that_waits_for_review(db: Session) -> None:
    writer, blueprint = desk(db)
    item = create_item(db, writer, blueprint, "", draft(), now=NOW)
    item.state = "active"
    change_item(db, writer, item, draft(point="B-002"), seen_version=1, now=NOW)
    assert (item.version_number, item.state, item.point.code) == (2, "draft", "002")
    assert n_versions(db) == 2


def test_a_stale_change_overwrites_nothing(db: Session) -> None:
    writer, blueprint = desk(db)
    item = create_item(db, writer, blueprint, "", draft(), now=NOW)
    change_item(db, writer, item, draft(), seen_version=1, now=NOW)
    with pytest.raises(ConflictError, match="item_changed_meanwhile") as refused:
        change_item(db, writer, item, draft(), seen_version=1, now=NOW)
    assert refused.value.detail == {"newest": 2, "seen": 1}
    assert n_versions(db) == 2


def test_a_retired_item_stays_as_it_was(db: Session) -> None:
    writer, blueprint = desk(db)
    item = create_item(db, writer, blueprint, "", draft(), now=NOW)
    with pytest.raises(InvalidInputError, match="reason_missing"):
        move_item(db, writer, item, "retire", reason="  ")
    move_item(db, writer, item, "retire", reason="标准已修订")
    with pytest.raises(ConflictError, match="item_is_retired"):
        change_item(db, writer, item, draft(), seen_version=1, now=NOW)


def test_only_a_reviewer_activates(db: Session) -> None:
    writer, blueprint = desk(db)
    item = create_item(db, writer, blueprint, "", draft(), now=NOW)
    with pytest.raises(ConflictError, match="state_not_possible"):
        move_item(db, writer, item, "activate", reason="急用")
    assert db.scalars(select(Item.state)).one() == "draft"
