"""The field's own sheet of a blueprint."""

from decimal import Decimal

import pytest

from itembank.blueprint_layout import SheetTable, read_layout

TITLE: list[object] = ["鉴定估价师（三级）鉴定要素细目表"]
HEADS: list[object] = [
    *("代码", "名称\n（重要程度比例）", "鉴定比重"),
    *("代 码", "名称", "鉴定比重", "代码", "名称", "重要程度"),
]
ROWS: list[list[object]] = [
    TITLE,
    ["一级", "", "", "二级", "", "", "鉴定点"],
    HEADS,
    ["A", "基本\n要求（01:01:00）", 25.0, "A", "职业道德 (01:00:00)", 5.0, 1.0, "守则", "X"],
    ["", "", "", "Ｂ", "基础知识 (00:01:00)", "20%", "002", "电路|磁路", 5.0],
    HEADS,
    ["B", "相关知识", 75.0, "", "", "", "001", "用电", "ｙ"],
    ["注：X—核心要素"],
]


def read(*changes: tuple[int, int, object]) -> SheetTable:
    rows = [list(row) for row in ROWS]
    for row, column, cell in changes:
        rows[row][column] = cell
    table = read_layout(rows)
    assert table is not None
    return table


def test_merged_cells_go_on_and_every_way_to_write_is_read() -> None:
    table = read()
    assert table.checked() == []
    assert [(a.path, a.name, a.weight, a.ratio) for a in table.areas] == [
        ("A", "基本要求", Decimal(25), (1, 1, 0)),
        ("A-A", "职业道德", Decimal(5), (1, 0, 0)),
        ("A-B", "基础知识", Decimal(20), (0, 1, 0)),
        ("B", "相关知识", Decimal(75), None),
    ]
    assert [(p.full_code, p.name, p.importance) for p in table.points] == [
        ("A-A-001", "守则", "X"),
        ("A-B-002", "电路|磁路", "Y"),
        ("B-001", "用电", "Y"),
    ]
    assert table.left_out == [("A8", "注:X—核心要素")]


def test_shares_shown_as_percents_are_percents() -> None:
    table = read((3, 2, 0.25), (3, 5, 0.05), (4, 5, 0.2), (6, 2, 0.75))
    assert [area.weight for area in table.areas] == [25, 5, 20, 75]


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ((6, 2, 70), "C4", "weights_not_100"),
        ((3, 5, 4), "C4", "weights_not_parent"),
        ((4, 5, "viel"), "F5", "weight_not_a_number"),
        ((3, 4, "职业道德 (02:00:00)"), "E4", "ratio_not_points"),
        ((4, 8, "W"), "I5", "importance_unknown"),
        ((4, 3, "A"), "D5", "area_repeated"),
        ((4, 6, ""), "G5", "cell_code_missing"),
        ((4, 6, "零二"), "G5", "code_unreadable"),
        ((4, 7, ""), "H5", "row_without_name"),
        ((3, 0, ""), "A4", "cell_code_missing"),
    ],
)
def test_a_failing_cell_is_named_as_the_sheet_names_it(
    change: tuple[int, int, object], where: str, code: str
) -> None:
    assert (where, code) in {(each.where, each.code) for each in read(change).checked()}


def test_a_sheet_of_another_form_is_not_read() -> None:
    assert read_layout([["代码", "名称"], ["A", "基本要求"]]) is None
