"""A bank taken away and brought back."""

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.bank.enemies import set_enemies
from exam_server.bank.exporting import Wanted, bank_json, bank_sheet, check_keys
from exam_server.bank.importing import Importing, import_items
from exam_server.bank.listing import ItemFilter
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.pictures import add_picture, examined
from exam_server.bank.qti_exports import bank_package
from exam_server.bank.service import blueprint_for
from exam_server.bank.uploads import read_files
from exam_server.bank.writing import create_item
from exam_server.db import Database
from exam_server.errors import NotAllowedError
from itembank.interchange.detect import read_pool
from itembank.interchange.report import UnreadableError
from tests.exam_server.bank.test_pictures import drawn
from tests.factories import NOW, actor_of, make_blueprint, make_organization, make_person
from tests.written_items import draft, single

ALL = Wanted(with_keys=True)
ME = Importing(None, NOW)
PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
).filter(lambda text: text.strip() and not set(text) & set("<>&"))


def desk(db: Session) -> tuple[Actor, Blueprint]:
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    return actor_of(make_person(db, "item_writer", organization=organization)), blueprint


def empty_bank(db: Session, like: Blueprint) -> Blueprint:
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization, n_areas=0, title=like.title)
    blueprint.language = like.language
    return blueprint


def exported(db: Session, blueprint: Blueprint) -> dict[str, Any]:
    db.expire(blueprint)
    return bank_json(db, blueprint, ALL, by=None)


def brought_back(db: Session, blueprint: Blueprint, made: dict[str, Any]) -> dict[str, int]:
    parsed = read_pool(json.dumps(made, ensure_ascii=False).encode(), {})
    assert parsed.refused == ()
    counts: dict[str, int] = import_items(db, blueprint, parsed, ME)["counts"]
    return counts


choices = st.lists(PLAIN, min_size=2, max_size=6, unique_by=lambda text: text.strip())


@st.composite
def written(drawing: st.DrawFn) -> dict[str, Any]:
    """Give an item of a choice type, with a translation or without."""
    texts = drawing(choices)
    options = [
        {"id": "ABCDEF"[place], "content": text, "fixed": drawing(st.booleans())}
        for place, text in enumerate(texts)
    ]
    content: dict[str, Any] = {"stem": f"<p>{drawing(PLAIN)}</p>", "options": options}
    if drawing(st.booleans()):
        content["translations"] = {"en": {"stem": f"<p>{drawing(PLAIN)}</p>"}}
    return {
        "content": content,
        "key": {"correct": [drawing(st.sampled_from("ABCDEF"[: len(texts)]))]},
        "point": drawing(st.sampled_from(["A-001", "A-003", "B-002"])),
        "difficulty": drawing(st.integers(1, 5)),
        "explanation": drawing(st.one_of(st.just(""), PLAIN.map(str.strip))),
        "explanations": drawing(
            st.dictionaries(st.sampled_from(["en", "ug"]), PLAIN.map(str.strip).filter(bool))
        ),
    }


@given(
    items=st.lists(written(), max_size=4),
    states=st.lists(st.sampled_from(["draft", "active", "suspended", "retired"]), min_size=4),
    retired=st.one_of(st.none(), PLAIN),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_export_and_import_leave_a_bank_as_it_was(
    sqlite_database: Database,
    items: list[dict[str, Any]],
    states: list[str],
    retired: str | None,
) -> None:
    with sqlite_database.engine.connect().execution_options(writes=True) as connection:
        begun = connection.begin()
        with Session(connection, expire_on_commit=False) as db:
            round_trip(db, items, states, retired)
        begun.rollback()


def round_trip(
    db: Session, items: list[dict[str, Any]], states: list[str], retired: str | None
) -> None:
    writer, blueprint = desk(db)
    made = [
        create_item(db, writer, blueprint, f"Q{place}", draft(**each), now=NOW)
        for place, each in enumerate(items)
    ]
    for item, state in zip(made, states, strict=False):
        item.state = state
    if len(made) > 1:
        set_enemies(db, writer, made[0], [made[1].code])
    blueprint.areas[0].points[1].retired_reason = retired
    db.flush()
    first = exported(db, blueprint)
    assert brought_back(db, blueprint, first)["unchanged"] == len(items)
    assert exported(db, blueprint) == first
    other = empty_bank(db, blueprint)
    assert brought_back(db, other, first)["created"] == len(items)
    assert exported(db, other) == first


@pytest.mark.parametrize("kind", ["qti22", "qti30"])
def test_a_qti_package_brings_a_bank_back_as_it_was(db: Session, kind: str) -> None:
    writer, blueprint = desk(db)
    picture = add_picture(db, writer, blueprint, examined(drawn()))
    shown = f'<p>看图 <img src="media:{picture.sha256}" alt="图"></p>'
    content = single()["content"]
    said = {"en": {"stem": "<p>Which?</p>", "options": [{"id": "A", "content": "first"}]}}
    drafts = [
        draft(explanation="因为 1 < 2", explanations={"en": "because", "ug": "x"}, difficulty=5),
        draft(content={**content, "stem": shown}),
        draft(content={**content, "translations": said}),
    ]
    for number, each in enumerate(drafts, start=1):
        create_item(db, writer, blueprint, f"{number}-A", each, now=NOW).state = "active"
    db.flush()
    package = bank_package(db, blueprint, ALL, kind=kind, by=None)
    parsed = read_files({"bank.zip": package})
    assert (parsed.refused, parsed.notes) == ((), ())
    assert import_items(db, blueprint, parsed, ME)["counts"]["unchanged"] == len(drafts)
    other = empty_bank(db, blueprint)
    assert import_items(db, other, parsed, ME)["counts"]["created"] == len(drafts)
    first, second = exported(db, blueprint), exported(db, other)
    assert second["pictures"] == first["pictures"]
    for one, two in zip(first["items"], second["items"], strict=True):
        facts = ("code", "point", "state", "type", "difficulty", "explanation", "explanations")
        assert {name: one[name] for name in facts} == {name: two[name] for name in facts}
        assert two["content"].get("translations") == one["content"].get("translations")


def test_pictures_and_all_types_of_the_sample_come_along(db: Session) -> None:
    writer, blueprint = desk(db)
    picture = add_picture(db, writer, blueprint, examined(drawn()))
    hotspot = {
        "stem": "<p>点出</p>",
        "picture": f"media:{picture.sha256}",
        "alt": "图",
        "width": picture.width,
        "height": picture.height,
    }
    area = {"shape": "rect", "coords": [1, 1, 20, 20]}
    create_item(
        db,
        writer,
        blueprint,
        "H",
        draft(type="hotspot", content=hotspot, key={"areas": [area]}),
        now=NOW,
    )
    made = exported(db, blueprint)
    assert set(made["pictures"]) == {picture.sha256}
    other = empty_bank(db, blueprint)
    assert brought_back(db, other, made)["created"] == 1
    assert exported(db, other) == made


def test_without_keys_nothing_gives_an_answer_away_and_it_cannot_come_back(db: Session) -> None:
    writer, blueprint = desk(db)
    create_item(db, writer, blueprint, "", draft(explanation="因为B"), now=NOW)
    made = bank_json(db, blueprint, Wanted(), by=writer.id)
    assert "correct" not in json.dumps(made)
    assert "因为" not in json.dumps(made, ensure_ascii=False)
    with pytest.raises(UnreadableError, match="own_without_keys"):
        read_pool(json.dumps(made).encode(), {})
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "export_bank")).one()
    assert entry.detail["with_keys"] is False


def test_keys_go_to_writers_and_reviewers_only(db: Session) -> None:
    _, blueprint = desk(db)
    officer = actor_of(make_person(db, "exam_officer"))
    with pytest.raises(NotAllowedError, match="keys_not_yours"):
        check_keys(officer, blueprint, ALL)
    check_keys(officer, blueprint, Wanted())


def sheets(body: bytes) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return [book.get_sheet_by_index(place).to_python() for place in range(2)]


def test_the_sheet_has_the_fields_columns_and_names_what_does_not_fit(db: Session) -> None:
    writer, blueprint = desk(db)
    content = {
        **single()["content"],
        "options": [{"id": "A", "content": "-5"}, {"id": "B", "content": "=1+1"}],
    }
    create_item(db, writer, blueprint, "B-1", draft(content=content, difficulty=4), now=NOW)
    columns = {
        "stem": "<p>配对</p>",
        "left": [{"id": "a", "content": "1"}, {"id": "b", "content": "2"}],
        "right": [{"id": "A", "content": "x"}, {"id": "B", "content": "y"}],
    }
    pairs = {"pairs": [["a", "A"], ["b", "B"]]}
    create_item(
        db, writer, blueprint, "M-1", draft(type="matching", content=columns, key=pairs), now=NOW
    )
    items, rest = sheets(bank_sheet(db, blueprint, ALL, by=None))
    row = dict(zip(items[0], items[1], strict=True))
    assert row["ID"] == "B-1"
    assert row["认定点代码"] == "A-001"
    assert row["题型代码"] == "B"
    assert row["试题(题干)"] == "求 $R$ 的值"
    assert (row["选项A"], row["选项B"]) == ("-5", "=1+1")
    assert (row["正确答案"], row["难度代码"]) == ("B", 4)
    assert len(items) == 2
    assert rest[1][0] == "M-1"
    assert "没有对应的列" in rest[1][3]


def test_a_filtered_list_is_what_is_taken(db: Session) -> None:
    writer, blueprint = desk(db)
    for code in ("Q1", "Q2"):
        create_item(db, writer, blueprint, code, draft(), now=NOW)
    db.scalars(select(Item).where(Item.code == "Q2")).one().state = "active"
    db.flush()
    found = blueprint_for(db, writer, blueprint.uid)
    made = bank_json(db, found, Wanted(ItemFilter(states=("active",))), by=None)
    assert [item["code"] for item in made["items"]] == ["Q2"]
