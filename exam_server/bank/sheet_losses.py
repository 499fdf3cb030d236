"""What the field's spreadsheet cannot hold of an item: found by reading its row back."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from exam_server.bank.rules import PICTURE, placed_texts, readable
from exam_server.bank.sheet_rows import HEADINGS, SheetItem, blanks_in
from itembank.interchange.field_sheet import read_field_sheet
from itembank.interchange.report import DraftItem
from itembank.items.choices import policy_of
from itembank.items.registry import sheet_key

BLANK: Final = re.compile(r"\[\w+\]")
SHOWN_PICTURE: Final = re.compile(r"【图：[^】]*】")
DRESSING: Final = re.compile(r"<(?:strong|b|u|ul|ol|sub|sup)\b")
STATE: Final = re.compile(r"状态（(.+)）")
LIMITS: Final = ("fewest_characters", "most_characters", "lines")
ENGLISH: Final[Mapping[str, str]] = {
    "题干文字": "text of the stem",
    "选项文字": "text of options",
    "选项固定位置": "options that keep their places",
    "单位": "unit",
    "字数要求和答题行数": "limits of length and lines to write on",
    "答案的写法": "how the answer is marked",
    "解析的写法": "how the explanation is written",
    "图片（只写出名称）": "pictures (their names only)",
    "文字格式": "dressing of the text",
    "其他语言的文字": "texts in other languages",
    "其他语言的解析": "explanations in other languages",
}
UNREADABLE: Final = "按本版式写出后不能原样读回。请用 JSON 导出。"


def read_back(rows: Sequence[Sequence[object]]) -> dict[str, DraftItem]:
    """Return what a reader of the sheet makes of its rows, by item code."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    parsed = read_field_sheet(text.getvalue().encode(), {})
    return {item.code: item for item in parsed.items}


def losses_of(item: SheetItem, read: DraftItem) -> list[str]:
    """Return what of an item does not come along in a sheet, in words; empty for nothing."""
    content = item.content
    own = [text for where, text in placed_texts(content) if not where.startswith("translations.")]
    found = {
        "题干文字": _said(content.get("stem")) != _said(read.content["stem"]),
        "选项文字": _options(content) != _options(read.content),
        "选项固定位置": _fixed(item.type, content) != _fixed(item.type, read.content),
        "单位": (content.get("unit") or None) != read.content["unit"],
        "字数要求和答题行数": any(content.get(name) for name in LIMITS),
        "答案的写法": _key(item) != _key_of(read.type, read.content, read.key),
        "解析的写法": item.explanation.strip() != (read.explanation or ""),
        "图片（只写出名称）": any(PICTURE.search(text) for text in own),
        "文字格式": any(DRESSING.search(text) for text in own),
        "其他语言的文字": bool(content.get("translations")),
        "其他语言的解析": bool(item.explanations),
        f"状态（{item.state}）": item.state != read.state,
    }
    return [words for words, is_lost in found.items() if is_lost]


def in_english(words: str) -> str:
    """Return what a loss is in English.

    Examples
    --------
    >>> in_english("单位"), in_english("状态（draft）")
    ('unit', 'state (draft)')
    """
    state = STATE.fullmatch(words)
    return f"state ({state[1]})" if state else ENGLISH[words]


def _said(html: object) -> str:
    """Return a text as compared: blanks by their places, pictures apart, spaces as one."""
    text = BLANK.sub("[]", SHOWN_PICTURE.sub("", readable(str(html or ""))))
    return " ".join(text.split())


def _options(content: Mapping[str, Any]) -> list[str]:
    return [_said(each.get("content")) for each in content.get("options") or []]


def _fixed(kind: str, content: Mapping[str, Any]) -> list[bool]:
    if kind == "true_false":  # they always keep their places
        return []
    return [bool(each.get("fixed")) for each in content.get("options") or []]


def _key(item: SheetItem) -> object:
    return _key_of(item.type, item.content, item.key)


def _key_of(kind: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> object:
    """Return a key as compared: options by their places, blanks in the stem's order."""
    own = sheet_key(kind, content, key)
    if own is not None:
        return own
    if kind == "numeric":
        tolerance = str(key.get("tolerance") or "0")
        mode = key.get("tolerance_mode") or "absolute"
        return str(key.get("value")), tolerance, mode, key.get("units") or []
    if kind == "text_entry":
        texts = [key.get("blanks", {}).get(each) for each in blanks_in(content)]
        together = bool(key.get("whole")), key.get("groups") or []
        return texts, bool(key.get("case_sensitive")), together
    ids = [each["id"] for each in content.get("options") or []]
    right = sorted(ids.index(each) for each in key.get("correct", []) if each in ids)
    return right, policy_of(key), key.get("points") or {}
