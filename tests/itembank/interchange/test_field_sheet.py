"""The field's spreadsheet layout as CSV."""

from typing import Any

import pytest

from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.items.registry import item_problems

HEADINGS = (
    "题库名称,ID,序号,认定点代码,题型代码,题号,试题(题干),选项A,选项B,选项C,选项D,选项E,"
    "【图】及位置,正确答案,难度代码,一致性代码,解析"
)


def line(**cells: str) -> str:
    row = dict.fromkeys(HEADINGS.split(","), "")
    row |= {"ID": "B-A-B-001-001", "认定点代码": "A-B-001", "题型代码": "B"}
    row |= {"试题(题干)": "题干？", "选项A": "甲", "选项B": "乙", "正确答案": "A"}
    row |= cells
    return ",".join(f'"{cell}"' for cell in row.values())


def read(*lines: str, head: str = HEADINGS, encoding: str = "utf-8", **pictures: bytes) -> Parsed:
    files = {f"{name}.png": PictureFile(body, "image/png") for name, body in pictures.items()}
    return read_pool("\r\n".join([head, *lines]).encode(encoding), files)


def cells(**named: str) -> str:
    """Return a line; Python names cannot hold the layout's brackets."""
    names = {"stem": "试题(题干)", "key": "正确答案", "type": "题型代码", "figure": "【图】及位置"}
    return line(**{names.get(name, name): cell for name, cell in named.items()})


@pytest.mark.parametrize(
    ("row", "kind", "key"),
    [
        (cells(), "single", {"correct": ["A"]}),
        (cells(type="G", 选项C="丙", key="C、A"), "multiple", {"correct": ["A", "C"]}),
        (cells(type="G", 选项C="丙", key="AC"), "multiple", {"correct": ["A", "C"]}),
        (cells(type="C", 选项A="", 选项B="", key="√"), "true_false", {"correct": ["A"]}),
        (cells(type="C", key="错"), "true_false", {"correct": ["B"]}),
        (
            cells(type="U", stem="电流多大？（单位：A）", key="12.5±0.1"),
            "numeric",
            {"value": "12.5", "tolerance": "0.1", "tolerance_mode": "absolute"},
        ),
        (
            cells(type="U", key="-200±0.05（相对）"),
            "numeric",
            {"value": "-200", "tolerance": "0.05", "tolerance_mode": "relative"},
        ),
        (
            cells(type="T", stem="用（  ）控制，频率____Hz", key="PLC/可编程控制器；50"),
            "text_entry",
            {"blanks": {"1": ["PLC", "可编程控制器"], "2": ["50"]}, "case_sensitive": False},
        ),
    ],
)
def test_a_row_is_an_item(row: str, kind: str, key: dict[str, Any]) -> None:
    (item,) = read(row).items
    assert (item.type, item.key) == (kind, key)
    assert item.path == (("A", "A"), ("B", "B"), ("001", "001"))
    assert item_problems(item.type, item.content, item.key) == []


def test_units_blanks_formulas_and_explanations_come_along() -> None:
    number = cells(type="U", stem="求 $I$（单位：A）", key="5", 难度代码="4", 解析="因为")
    (item,) = read(number).items
    assert item.content["unit"] == "A"
    assert item.content["stem"].endswith('data-latex="I"></span></p>')
    assert (item.difficulty, item.explanation) == (4, "因为")
    (item,) = read(cells(type="T", stem="[[1]]和＿＿", key="a；b")).items
    assert 'data-blank="1"></span>和<span data-type="blank" data-blank="2"' in str(item.content)


def test_pictures_belong_to_stem_or_option() -> None:
    row = cells(figure="选项B: 图一.png；图二.png", stem="看图【图：旧】")
    (item,) = read(row, 图一=b"1", 图二=b"2").items
    assert len(item.pictures) == 2
    assert item.content["stem"].startswith("<p>看图</p><img src=")
    assert "<img src=" in item.content["options"][1]["content"]
    parsed = read(row)
    assert [note.detail["figure"] for note in parsed.notes] == ["图一.png", "图二.png"]
    assert all(note.is_loss for note in parsed.notes)


def test_what_the_bank_cannot_keep_is_a_loss() -> None:
    assert [note.code for note in read(cells(一致性代码="5")).notes] == ["column_not_kept"]


def test_columns_in_any_order_and_width_and_encoding() -> None:
    head = "正确答案,题型代码,试题（题干）,认定点代码,选项A,选项B"
    parsed = read("B,b,题干？,A-001,甲,乙", head=head, encoding="gb18030")
    (item,) = parsed.items
    assert (item.code, item.key) == ("B-A-001-001", {"correct": ["B"]})
    assert [note.code for note in parsed.notes] == ["read_as_gb18030"]


def test_cells_made_harmless_for_spreadsheets_are_read_as_they_were() -> None:
    (item,) = read(cells(stem="'=1+1 等于几？")).items
    assert item.content["stem"] == "<p>=1+1 等于几？</p>"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (cells(认定点代码="A"), "认定点代码", "chapter_unknown"),
        (cells(type="F"), "题型代码", "type_not_carried"),
        (cells(type="Q"), "题型代码", "no_such_type"),
        (cells(stem=""), "试题(题干)", "stem_empty"),
        (cells(key=""), "正确答案", "key_missing"),
        (cells(key="C"), "正确答案", "key_without_option"),
        (cells(key="AB"), "正确答案", "key_not_single"),
        (cells(type="C", key="也许"), "正确答案", "judgement_unknown"),
        (cells(type="U", key="约十"), "正确答案", "key_not_a_number"),
        (cells(type="U", key="10±少许"), "正确答案", "tolerance_not_a_number"),
        (cells(type="T", key="a"), "正确答案", "blanks_and_answers"),
        (cells(难度代码="6"), "难度代码", "difficulty_not_a_class"),
        (cells(选项C="", 选项D="丁"), "options.C", "option_empty"),
        (cells() + ",more", "row", "field_count"),
    ],
)
def test_a_bad_row_is_refused_and_hides_no_other(row: str, column: str, code: str) -> None:
    parsed = read(row, cells(ID="other"))
    assert [(each.row, each.column, each.code) for each in parsed.refused] == [(1, column, code)]
    assert [item.code for item in parsed.items] == ["other"]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (HEADINGS.replace("正确答案", "key"), "columns_wrong"),
        (HEADINGS + ",备注", "column_unknown"),
        (HEADINGS + ",ID", "column_unknown"),
    ],
)
def test_wrong_columns_stop_the_file(head: str, code: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(cells(), head=head)
    assert refused.value.code == code
