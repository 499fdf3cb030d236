"""Duplicates found in a bank: while writing, over all of it, in a file to be imported."""

from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from exam_server.bank.duplicate_reports import bank_report, twins_of_rows
from exam_server.bank.duplicates import twins_of
from exam_server.bank.models import Blueprint, Item, ItemText, ItemVersion
from tests.factories import make_blueprint, make_item, make_organization

STEM = "断路器具有灭弧能力，主要是因为它具有"
OTHER = "用兆欧表测量电缆的绝缘电阻时，仪表的转速应保持在每分钟120转"


def content(stem: str) -> dict[str, Any]:
    options = [{"id": i, "content": t} for i, t in zip("AB", ("灭弧室", "绝缘油"), strict=True)]
    return {"stem": f"<p>{stem}</p>", "options": options}


@pytest.fixture
def bank(db: Session) -> Blueprint:
    """Two items that are alike, one that differs from another in a number, and a retired one."""
    blueprint = make_blueprint(db, make_organization(db))
    points = [point for area in blueprint.areas for point in area.points]
    said = (STEM, STEM.replace("它", "他"), OTHER, OTHER.replace("120", "90"))
    for place, stem in enumerate(said):
        version = make_item(db, points[place], content=content(stem), search_text=stem)
        version.item.code = f"I{place}"
    db.scalars(select(Item).where(Item.code == "I1")).one().state = "retired"
    db.flush()
    return blueprint


def test_what_is_written_meets_its_twins_in_every_state(db: Session, bank: Blueprint) -> None:
    found = twins_of(db, bank, "single", content(STEM))
    assert [(each.code, each.likeness.kind, each.state) for each in found] == [
        ("I0", "same", "active"),
        ("I1", "near", "retired"),
    ]
    assert [
        each.code for each in twins_of(db, bank, "single", content(STEM), but=found[0].uid)
    ] == ["I1"]
    siblings = twins_of(db, bank, "single", content(OTHER.replace("120", "60")))
    assert {each.likeness.kind for each in siblings} == {"numbers"}
    assert twins_of(db, bank, "single", content("电")) == []


def test_another_bank_has_no_twins(db: Session, bank: Blueprint) -> None:
    other = make_blueprint(db, make_organization(db))
    assert twins_of(db, other, "single", content(STEM)) == []


def test_a_new_version_is_what_counts(db: Session, bank: Blueprint) -> None:
    changed = db.scalars(select(Item).where(Item.code == "I0")).one()
    old = changed.versions[0]
    changed.version_number = 2
    facts = {name: getattr(old, name) for name in ("type", "key", "created_at")}
    new = ItemVersion(item=changed, number=2, content=content(OTHER), search_text=OTHER, **facts)
    db.add(new)
    db.flush()
    assert [each.code for each in twins_of(db, bank, "single", content(STEM))] == ["I1"]


def test_the_report_names_each_pair_once(db: Session, bank: Blueprint) -> None:
    report = bank_report(db, bank, lambda _done, _total: None)
    pairs = [(each["kind"], each["one"]["code"], each["other"]["code"]) for each in report["pairs"]]
    assert pairs == [("numbers", "I2", "I3"), ("near", "I0", "I1")]
    assert report["counts"] == {"same": 0, "numbers": 1, "near": 1, "stem": 0}


def test_rows_of_a_file_meet_the_bank_and_one_another(db: Session, bank: Blueprint) -> None:
    new = "下列量具中，测量精度最高、适合检验精密零件外径的一种是"
    rows = [
        ("I0", "single", content(STEM)),  # itself, and its twin in the bank
        ("N1", "single", content(OTHER)),
        ("N2", "single", content(new)),
        ("N3", "single", content(new)),
    ]
    assert sorted(twins_of_rows(db, bank, rows)) == [
        ("I0", "I1", "near"),
        ("N1", "I2", "same"),
        ("N3", "N2", "same"),
    ]


def test_a_text_that_goes_leaves_the_index(db: Session, bank: Blueprint) -> None:
    db.execute(delete(ItemText))
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("INSERT INTO item_gram(item_gram) VALUES ('integrity-check')"))
    assert twins_of(db, bank, "single", content(STEM)) == []
