"""Files made to keep a reader busy: each is read or refused at once, or this test never ends."""

import pytest

from itembank.interchange.detect import read_pool
from itembank.interchange.report import UnreadableError

MANY = 150_000


def cloze_xml(stem: str) -> str:
    text = f"<questiontext><text>{stem}</text></questiontext>"
    return f'<quiz><question type="cloze">{text}</question></quiz>'


def truefalse_xml(stem: str) -> str:
    return cloze_xml(stem).replace("cloze", "truefalse")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * MANY + "答案",
        "1. x" + " " * MANY + "x\n答案：A",
        "1. A" + "\u3000" * MANY + "B.y\n答案：A" + " " * MANY + "x",
        "一、判断题\n1. x（" + " " * MANY + "x\n答案" + " " * MANY + "x",
        "1. x\nA. y\n参考答案\n" + "1" + " " * MANY + "x",
        "一、计算题\n1. x\n答案：" + "1" * MANY,
        "{1:SA:" * (MANY // 6),
        "::" * MANY,
        "// " + "[id:" * (MANY // 4) + "\nQ {T}",
        "Q {" + "=a" * (MANY // 2),
        "Q {\n\n" * (MANY // 5),
        "~" * MANY + "{=}",
        cloze_xml("{1:SA:" * (MANY // 6)),
        truefalse_xml("&amp;nbsp;" * (MANY // 10)),
        truefalse_xml("&lt;br>" * (MANY // 10)),
        truefalse_xml("&lt;ul>" * (MANY // 10)),
        truefalse_xml("&lt;!--" * (MANY // 10)),
        truefalse_xml("\\(" * (MANY // 10)),
        "题型,题目,选项,答案\n" + "单选题,x," + "|" * MANY + ",A",
        "A-001 B 3" + " " * MANY + "x\n{A}x",
    ],
)
def test_no_text_keeps_a_reader_busy(text: str) -> None:
    try:
        parsed = read_pool(text.encode(), {}, "x.txt")
    except UnreadableError:
        return
    assert len(parsed.items) + len(parsed.refused) < MANY
