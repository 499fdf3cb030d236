"""Chinese sheets, texts and documents as people really write them."""

import csv
import io
from collections.abc import Sequence

import pytest

from exam_server.bank.uploads import read_files
from itembank.interchange.report import DraftItem
from tests.written_workbooks import workbook

HEADINGS = ("题型", "题目", "选项A", "选项B", "选项C", "答案", "知识点")
Row = Sequence[str]


def items_in(data: bytes, name: str) -> list[DraftItem]:
    parsed = read_files({name: data})
    assert [(each.code, each.detail) for each in parsed.refused] == []
    return list(parsed.items)


def sheet(*rows: Row, encoding: str = "utf-8", between: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=between).writerows(rows)
    return text.getvalue().encode(encoding)


def row(answer: str, *options: str, kind: str = "单选题") -> Row:
    return (kind, "哪个？", *(options or ("红", "黄", "蓝")), answer, "色")


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("Ｂ", ["B"]),
        ("（B）", ["B"]),
        ("答案：B", ["B"]),
        ("选B。", ["B"]),
        ("B.黄", ["B"]),
        ("黄", ["B"]),
        ("b", ["B"]),
    ],
)
def test_an_answer_is_found_however_it_is_written(answer: str, right: list[str]) -> None:
    (item,) = items_in(sheet(HEADINGS, row(answer)), "a.csv")
    assert (item.type, item.key) == ("single", {"correct": right})


@pytest.mark.parametrize("answer", ["ＢＣ", "B、C", "B，C", "B C", "b;c", "选BC"])
def test_several_answers_are_found(answer: str) -> None:
    (item,) = items_in(sheet(HEADINGS, row(answer, kind="多选题")), "a.csv")
    assert (item.type, item.key) == ("multiple", {"correct": ["B", "C"]})


@pytest.mark.parametrize(
    ("signs", "right"),
    [("正确 对 √ ✓ ✔ 是 T Ｔ True 1 Y", "A"), ("错误 错 × ✗ ╳ x 否 F false 0 N", "B")],
)
def test_judgements_are_found(signs: str, right: str) -> None:
    for sign in signs.split():
        (item,) = items_in(sheet(HEADINGS, row(sign, kind="判断题")), "a.csv")
        assert (item.type, item.key) == ("true_false", {"correct": [right]}), sign


@pytest.mark.parametrize(
    ("encoding", "between"),
    [("gb18030", ","), ("gb18030", ";"), ("utf-16", "\t"), ("utf-8-sig", "\t")],
)
def test_cells_are_found_whatever_stands_between_them(encoding: str, between: str) -> None:
    data = sheet(HEADINGS, row("A"), encoding=encoding, between=between)
    assert [each.key for each in items_in(data, "a.csv")] == [{"correct": ["A"]}]


@pytest.mark.parametrize(
    "cell",
    [
        "A.甲\nB.乙",
        "A:甲|B:乙|",
        "Ａ．甲　Ｂ．乙",
        "（A）甲 （B）乙",
        "A甲\nB乙",
        "A、甲B、乙",
        "甲|乙",
    ],
)
def test_options_in_one_cell_lose_their_letters_and_signs(cell: str) -> None:
    data = sheet(("题目", "选项", "答案"), ("哪个？", cell, "A"))
    (item,) = items_in(data, "a.csv")
    assert [each["content"] for each in item.content["options"]] == ["甲", "乙"]


def test_letters_before_all_options_of_columns_are_taken_off() -> None:
    (item,) = items_in(sheet(HEADINGS, row("A", "A. 红", "Ｂ．黄", "C、蓝")), "a.csv")
    assert [each["content"] for each in item.content["options"]] == ["红", "黄", "蓝"]


def test_a_title_above_and_cells_merged_over_rows_are_understood() -> None:
    rows = [("2024年题库",), HEADINGS, row("A"), ("", "哪一个？", "1", "2", "3", "B", "")]
    merged = [("A1", "G1"), ("A3", "A4"), ("G3", "G4")]
    items = items_in(workbook(rows, merged), "a.xlsx")
    assert [each.path[-1][1] for each in items] == ["色", "色"]
    assert [each.type for each in items] == ["single", "single"]


TEXTS = {
    "keys of a section": "一、选择题\n1. 问一\nA.甲 B.乙\n2. 问二\nA.甲 B.乙\n答案：1-2 BA",
    "on the line": "1. 问一（B）。A.甲 B.乙\n2、问二（ Ａ ）？A.甲 B.乙",
    "bare letters": "1. 问一\nA 甲\nB 乙\n答案：B\n2. 问二\nＡ甲\nＢ乙\n答案：A",
    "full width": "１．问一\nＡ．甲\nＢ．乙\n答案：Ｂ\n２．问二\nＡ．甲　Ｂ．乙\n答：Ａ",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_as_they_are_typed(text: str) -> None:
    items = items_in(text.encode(), "a.txt")
    assert [each.key["correct"] for each in items] == [["B"], ["A"]]
    options = [[each["content"] for each in item.content["options"]] for item in items]
    assert options == [["甲", "乙"]] * 2


def test_a_letter_in_brackets_judges_and_an_answer_may_begin_so() -> None:
    items = items_in("1. 地球是方的（F）\n2. 地球是圆的（T）".encode(), "a.txt")
    assert [each.key["correct"] for each in items] == [["B"], ["A"]]
    (why,) = items_in("一、简答题\n1. 为什么断电？\n答：防触电。".encode(), "b.txt")
    assert (why.type, why.key["model_answer"]) == ("short_answer", "防触电。")
