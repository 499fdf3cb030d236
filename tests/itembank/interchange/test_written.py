"""Questions as people write them, in plain text: the common layout and the older form."""

import pytest

from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, UnreadableError

PAPER = """维修电工四级理论试卷
一、单项选择题（每题1分，共3分）
1. 电压的单位是（ B ）。
A. 安培   B. 伏特
C. 欧姆   D. 瓦特
解析：电压单位为伏特。
难度：易
2、下列$R=\\frac{U}{I}$正确的是
A、甲B、乙C、丙
答案：C  解析：先后为
1．先看
2．再看
3．以下说法（ ）
(A)对 (B)错
(C)以上都对
【答案】A
【鉴定点】A-B-001 安全
二、多选题
第1题 属于电源的有（ ）。
A.电池
B.发电机
答案：AB
三、判断题
1. 电流的单位是安培。（√）
2. 电流的单位是伏特。（  ）
答案：错误
四、填空题
1．我国工频为____Hz，线电压为（　　）V。
答案：50，380
五、计算题
1. 求 U。
答案：U=12.5±0.1V
六、简答题
1. 说明原因。
答案：略
"""


def read(text: str, encoding: str = "utf-8") -> Parsed:
    return read_pool(text.encode(encoding), {}, "paper.txt")


def test_a_paper_in_the_common_layout_is_read_whole() -> None:
    made = read(PAPER, "gb18030")
    assert [item.type for item in made.items] == (
        ["single"] * 3
        + ["multiple"]
        + ["true_false"] * 2
        + ["text_entry", "numeric", "short_answer"]
    )
    keys = [item.key.get("correct") for item in made.items[:6]]
    assert keys == [["B"], ["C"], ["A"], ["A", "B"], ["A"], ["B"]]
    assert made.items[6].key["blanks"] == {"1": ["50"], "2": ["380"]}
    assert made.items[7].key["value"] == "12.5"
    assert made.items[7].content["unit"] == "V"
    assert made.items[8].key["model_answer"] == "略"
    assert made.refused == ()
    told = [(note.code, note.detail.get("paragraph")) for note in made.notes]
    assert told == [("read_as_gb18030", None), ("paragraph_unread", 1)]


def test_a_number_in_another_sign_begins_a_question_behind_options_only() -> None:
    made = read(
        "一、选择题\n1、甲？（A）\nA、一 B、二\n（２）乙？（B）\nA、一 B、二\n"
        "二、简答题\n1、怎么查？\n（1）先看什么\n（2）再看什么\n答案：略\n"
    )
    assert [item.type for item in made.items] == ["single", "single", "short_answer"]
    assert "（2）再看什么" in made.items[2].content["stem"]


def test_what_is_labelled_stands_in_its_place() -> None:
    first, second, third = read(PAPER).items[:3]
    assert (first.difficulty, first.explanation) == (1, "电压单位为伏特。")
    assert second.explanation == "先后为\n1．先看\n2．再看"
    assert 'data-latex="R=\\frac{U}{I}"' in second.content["stem"]
    assert third.path == (("A", "A"), ("B", "B"), ("001", "安全"))
    assert [option["fixed"] for option in third.content["options"]] == [False, False, True]


def test_keys_may_stand_at_the_end_by_section() -> None:
    text = """一、单选题
1. 甲？ A.x B.y
2. 乙？
A.x
B.y
二、判断题
1. 丙。（ ）
2. 丁。
参考答案
一、单选题
1-2 AB
二、判断题
1.√ 2.×
"""
    made = read(text)
    assert made.refused == ()
    assert [item.key["correct"] for item in made.items] == [["A"], ["B"], ["A"], ["B"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1. 甲？ A.x B.y", "key_missing"),
        ("1. 甲？ A.x B.y\n答案：D", "key_without_option"),
        ("一、单选题\n1. 甲？\nA.x\nB.y\n答案：AB", "key_not_single"),
        ("一、单选题\n1. 甲？\n答案：A", "options_missing"),
        ("一、填空题\n1. 甲____乙____。\n答案：a", "blanks_and_answers"),
        ("一、判断题\n1. 甲。\n答案：也许", "judgement_unknown"),
        ("1. 甲？ A.x B.y\n答案：A\n2. 甲？ A.x B.y\n答案：A", "question_repeated"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_paragraph(text: str, code: str) -> None:
    (refused,) = read(text).refused
    assert refused.code == code
    assert refused.column.startswith("¶")


def test_the_older_form_is_read() -> None:
    text = """A-B-A-001  B  3  5
{A}电压的单位是（　）。
（A）安培 （B）伏特
（C）欧姆 （D）瓦特
{B}B
A-B-A-002  C  2
{A}电流单位是安培。
{B}√
A-B-A-003  D  2  4
{A}说明原因。
{B}略
"""
    made = read(text, "gb18030")
    first, second, third = made.items
    assert (first.type, first.key, first.difficulty) == ("single", {"correct": ["B"]}, 3)
    assert [code for code, _ in first.path] == ["A", "B", "A", "001"]
    assert (second.type, second.key) == ("true_false", {"correct": ["A"]})
    assert third.type == "short_answer"
    assert made.refused == ()
    assert [(note.item, note.code) for note in made.notes if note.is_loss] == [
        (first.code, "column_not_kept"),
        (third.code, "column_not_kept"),
    ]


HEAD = "题型,题目,选项A,选项B,选项C,答案,解析,难度,知识点,分值"


def sheet(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> Parsed:
    return read_pool("\n".join([head, *rows]).encode(encoding), {}, "sheet.csv")


def test_a_sheet_with_the_usual_headings_is_read() -> None:
    made = sheet(
        "单选题,电压的单位？,安培,伏特,欧姆,B,因为,较易,电路,",
        "多选题,电源？,电池,灯,发电机,A C,,,,2",
        "判断题,电流的单位是安培。,,,,对,,,,",
        "填空题,工频____Hz,,,,50,,,,",
        "简答题,为什么？,,,,略,,,,",
        encoding="gb18030",
    )
    assert [item.key.get("correct") for item in made.items] == [
        ["B"],
        ["A", "C"],
        ["A"],
        None,
        None,
    ]
    assert (made.items[0].difficulty, made.items[0].path[-1]) == (2, ("电路", "电路"))
    assert made.items[4].type == "short_answer"
    assert made.refused == ()
    assert [(note.item, note.code) for note in made.notes if note.is_loss] == [
        (made.items[1].code, "mark_not_kept")
    ]


@pytest.mark.parametrize("cell", ["A.甲 B.乙 C.丙", "甲|乙|丙", "甲；乙；丙"])
def test_options_may_stand_in_one_cell(cell: str) -> None:
    (item,) = sheet(f"单选题,问？,{cell},B", head="题型,题干,选项,正确答案").items
    assert [option["content"] for option in item.content["options"]] == ["甲", "乙", "丙"]
    assert item.key == {"correct": ["B"]}


def test_a_type_that_is_not_known_is_told_as_a_loss() -> None:
    read_whole = sheet("单选题,问？,A.甲 B.乙,B", head="题型,题干,选项,正确答案")
    guessed = sheet("抢答题,问？,A.甲 B.乙,B", head="题型,题干,选项,正确答案")
    assert [item.type for item in guessed.items] == ["single"]
    assert [(note.code, note.is_loss) for note in guessed.notes] == [("type_not_read", True)]
    assert read_whole.notes == ()


def test_a_column_that_is_not_known_stops_the_sheet() -> None:
    with pytest.raises(UnreadableError) as refused:
        sheet("问,A,x", head="题目,答案,审核人")
    assert refused.value.code == "column_unknown"
