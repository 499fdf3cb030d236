"""An item as a row of the field's spreadsheet (题库名称, ID, 序号, 认定点代码 …)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exam_server.bank.rules import PICTURE, placed_texts, readable
from itembank.items.registry import sheet_key, sheet_letters
from itembank.plain_texts import with_placed

LETTERS = "ABCDEF"
HEADINGS = (
    "题库名称",
    "ID",
    "序号",
    "认定点代码",
    "题型代码",
    "题号",
    "试题(题干)",
    *(f"选项{letter}" for letter in LETTERS),
    "【图】及位置",
    "正确答案",
    "难度代码",
    "一致性代码",
    "解析",
)
TYPE_CODES: Mapping[str, str] = {
    "single": "B",
    "multiple": "G",
    "true_false": "C",
    "text_entry": "T",
    "numeric": "U",
}
UNKNOWN_CONGRUENCE = ""  # this bank keeps no 一致性: an expert's rating is not made up
BLANK = re.compile(r"\[(\w+)\]")
BLANK_ID = re.compile(r'data-blank="(\w+)"')


def type_codes() -> Mapping[str, str]:
    """Return the letters of the types that a row can hold."""
    return {**TYPE_CODES, **{name: letter for letter, name in sheet_letters().items()}}


@dataclass(frozen=True)
class SheetItem:
    """What a row says of an item; an empty key leaves the answer's cell empty."""

    title: str
    code: str
    point: str
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    difficulty: int
    explanation: str
    explanations: Mapping[str, str] = field(default_factory=dict)
    state: str = "active"


def why_not(item: SheetItem) -> str:
    """Return why an item does not fit the columns; empty when it does."""
    if item.type not in type_codes():
        return f"题型“{item.type}”没有对应的列：该版式只有题干、选项和一个答案。请用 JSON 导出。"
    if len(item.content.get("options") or []) > len(LETTERS):
        return f"选项超过 {len(LETTERS)} 个，该版式只到选项{LETTERS[-1]}。请用 JSON 导出。"
    if item.key.get("tolerance_mode") == "range":
        return "答案是一个范围，该版式只有一个数值和允差。请用 JSON 导出。"
    if any("<table" in text for _, text in placed_texts(item.content)):
        return "含有表格，单元格里无法表示。请用 JSON 导出。"
    return ""


def sheet_row(number: int, item: SheetItem) -> tuple[object, ...]:
    """Return the cells of an item that fits."""
    texts = [str(each["content"]) for each in item.content.get("options") or []]
    options = {} if item.type == "true_false" else dict(zip(LETTERS, texts, strict=False))
    return (
        item.title,
        item.code,
        number,
        item.point,
        type_codes()[item.type],
        number,
        _stem(item),
        *(_cell(options.get(letter, "")) for letter in LETTERS),
        _pictures(item.content),
        answer_cell(item),
        item.difficulty,
        UNKNOWN_CONGRUENCE,
        item.explanation,
    )


def _stem(item: SheetItem) -> str:
    stem = _cell(str(item.content.get("stem", "")))
    if item.type == "text_entry":
        return BLANK.sub("（  ）", stem)
    unit = item.content.get("unit")
    return f"{stem}（单位：{unit}）" if unit else stem


def _cell(html: str) -> str:
    """Return a text as a cell holds it; what is raised or lowered stays so by its letters."""
    return readable(with_placed(html))


def blanks_in(content: Mapping[str, Any]) -> list[str]:
    """Return the blanks of a stem in the order in which they are read."""
    return BLANK_ID.findall(str(content.get("stem", "")))


def _pictures(content: Mapping[str, Any]) -> str:
    """Name the pictures and where they stand; their files come with the JSON export."""
    return "; ".join(
        f"{where}: {name}"
        for where, text in placed_texts(content)
        if not where.startswith("translations.")
        for name in PICTURE.findall(text)
    )


def answer_cell(item: SheetItem) -> str:
    """Return the right answer as the sheet has it."""
    key = item.key
    own = sheet_key(item.type, item.content, key)
    if own is not None:
        return own
    if item.type == "true_false":
        return {"A": "正确", "B": "错误"}.get("".join(key.get("correct", [])), "")
    if item.type == "numeric":
        tolerance = key.get("tolerance", "0")
        share = "（相对）" if key.get("tolerance_mode") == "relative" else ""
        within = f"±{tolerance}{share}" if tolerance not in {"0", ""} else ""
        return f"{key.get('value', '')}{within}"
    if item.type == "text_entry":
        accepted = key.get("blanks", {})
        return "；".join("/".join(accepted.get(each, [])) for each in blanks_in(item.content))
    ids = [each["id"] for each in item.content.get("options") or []]
    right = sorted(ids.index(each) for each in key.get("correct", []) if each in ids)
    return "".join(LETTERS[place] for place in right)
