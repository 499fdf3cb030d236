"""The sample bank as a spreadsheet and back: every item comes along or is named."""

import io
import json
from collections import Counter
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.exporting import Wanted, bank_json, bank_sheet
from exam_server.bank.import_reports import report_of
from exam_server.bank.models import Item, ItemVersion
from exam_server.bank.rules import folded, readable
from exam_server.bank.sheet_losses import UNREADABLE, losses_of, read_back
from exam_server.bank.sheet_rows import SheetItem, sheet_row
from exam_server.bank.uploads import read_files
from exam_server.demo.bank import add_bank
from itembank.interchange.report import DraftItem
from tests.factories import NOW, make_organization, make_programme

LEFT_TO_JSON = {"matching", "ordering", "hotspot", "item_set"}


@pytest.fixture
def sample(db: Session) -> tuple[dict[str, ItemVersion], bytes]:
    """Return the sample bank's items by code, and the bank as a sheet."""
    blueprint = add_bank(db, make_programme(db, make_organization(db)), now=NOW)
    chosen = select(Item.code, ItemVersion).join(ItemVersion, ItemVersion.item_id == Item.id)
    versions = {row[0]: row[1] for row in db.execute(chosen)}
    return versions, bank_sheet(db, blueprint, Wanted(with_keys=True), by=None)


def sheet(body: bytes, place: int) -> list[list[Any]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(place).to_python()
    return rows[1:]


def said(html: object) -> str:
    return folded(readable(str(html or "")))


def test_no_item_is_lost_and_what_a_sheet_cannot_hold_is_named(
    sample: tuple[dict[str, ItemVersion], bytes],
) -> None:
    versions, body = sample
    parsed = read_files({"bank.xlsx": body})
    assert parsed.refused == ()
    read = {item.code: item for item in parsed.items}
    left_out = {row[0]: row[3] for row in sheet(body, 1)}
    lossy = {row[0]: row[3].split("；") for row in sheet(body, 2)}
    assert set(read) | set(left_out) == set(versions)
    assert set(read) & set(left_out) == set()
    assert {versions[code].type for code in left_out} >= LEFT_TO_JSON
    assert all(left_out.values())
    for code, item in read.items():
        compare(versions[code], item, set(lossy.get(code, [])))
    pictured = {code for code, each in versions.items() if "media:" in str(each.content)}
    assert pictured <= {
        code for code, words in lossy.items() if "图片（只写出名称）" in words
    } | set(left_out)
    notes = Counter(note.code for note in parsed.notes if note.is_loss)
    assert set(notes) <= {"figure_missing"}
    assert report_of(parsed)["counts"]["read"] == len(read)


def compare(version: ItemVersion, item: DraftItem, lost: set[str]) -> None:
    """Check that an item is the same but for what is named as lost."""
    assert (item.type, item.difficulty) == (version.type, version.difficulty)
    assert (item.explanation or "") == version.explanation
    content = version.content
    if not lost & {"题干文字", "图片（只写出名称）", "文字格式"} and version.type != "text_entry":
        assert said(item.content["stem"]) == said(content["stem"])
    if not lost & {"选项文字", "图片（只写出名称）", "文字格式"}:
        texts = [said(each["content"]) for each in content.get("options") or []]
        assert [said(each["content"]) for each in item.content["options"]] == texts
    if "单位" not in lost:
        assert item.content["unit"] == (content.get("unit") or None)
    if "答案的写法" not in lost:
        own, back = version.key, item.key
        if version.type == "text_entry":
            assert list(back["blanks"].values()) == list(own["blanks"].values())
        elif version.type == "numeric":
            assert back["value"] == own["value"]
        else:
            assert back["correct"] == sorted(own["correct"])


def test_most_of_the_sample_comes_along_with_its_key(
    sample: tuple[dict[str, ItemVersion], bytes],
) -> None:
    versions, body = sample
    keys_lost = [row[0] for row in sheet(body, 2) if "答案的写法" in row[3]]
    texts_lost = [row[0] for row in sheet(body, 2) if "题干文字" in row[3]]
    assert (keys_lost, texts_lost) == ([], [])
    assert UNREADABLE not in {row[3] for row in sheet(body, 1)}
    assert {row[2] for row in sheet(body, 2)} == {versions[row[1]].type for row in sheet(body, 0)}


def test_the_sample_comes_back_whole_as_json(db: Session) -> None:
    blueprint = add_bank(db, make_programme(db, make_organization(db)), now=NOW)
    made = bank_json(db, blueprint, Wanted(with_keys=True), by=None)
    parsed = read_files({"bank.json": json.dumps(made, ensure_ascii=False).encode()})
    assert (parsed.refused, parsed.notes) == ((), ())
    read = {item.code: item for item in parsed.items}
    for item in made["items"]:
        back = read.pop(item["code"])
        assert (back.type, back.content, back.key) == (item["type"], item["content"], item["key"])
        assert (back.difficulty, back.explanation) == (item["difficulty"], item["explanation"])
    assert read == {}


def written(**values: Any) -> SheetItem:
    content = {"stem": "<p>问</p>", "options": [], **values.pop("content", {})}
    facts = {"title": "t", "code": "Q1", "point": "A-001", "type": "single", "difficulty": 3}
    return SheetItem(**{**facts, "explanation": "", "key": {}, "content": content, **values})


def back(item: SheetItem) -> DraftItem:
    return read_back([sheet_row(1, item)])["Q1"]


def test_options_go_by_their_places_whatever_their_ids_are() -> None:
    options = [{"id": each, "content": f"<p>{each}</p>"} for each in ("x1", "x2", "x3")]
    item = written(content={"options": options}, key={"correct": ["x3"]})
    read = back(item)
    assert [each["content"] for each in read.content["options"]] == ["x1", "x2", "x3"]
    assert read.key == {"correct": ["C"]}
    assert losses_of(item, read) == []


def test_answers_of_blanks_stand_in_the_order_of_the_stem() -> None:
    stem = '<p><span data-blank="b"></span>，<span data-blank="a"></span></p>'
    key = {"blanks": {"a": ["一"], "b": ["二", "2"]}, "case_sensitive": False}
    item = written(type="text_entry", content={"stem": stem}, key=key)
    assert list(back(item).key["blanks"].values()) == [["二", "2"], ["一"]]
    assert losses_of(item, back(item)) == []


def test_what_is_raised_is_not_read_as_another_number() -> None:
    options = [{"id": "A", "content": "10<sup>3</sup>"}, {"id": "B", "content": "10<sup>-3</sup>"}]
    item = written(content={"options": options}, key={"correct": ["A"]})
    assert [each["content"] for each in back(item).content["options"]] == ["10³", "10⁻³"]
    assert "文字格式" in losses_of(item, back(item))


@pytest.mark.parametrize(
    ("values", "lost"),
    [
        ({"explanations": {"en": "because"}}, "其他语言的解析"),
        ({"state": "draft"}, "状态（draft）"),
        ({"content": {"stem": "<p>价格 $5 和 $6</p>"}}, "题干文字"),
    ],
)
def test_each_loss_is_named(values: dict[str, Any], lost: str) -> None:
    options = [{"id": "A", "content": "甲"}, {"id": "B", "content": "乙"}]
    content = {"options": options, **values.pop("content", {})}
    item = written(content=content, key={"correct": ["A"]}, **values)
    assert losses_of(item, back(item)) == [lost]
