"""A bank for print and for Word: questions numbered by type, with their answers or without."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from exam_server.bank.sheet_rows import SheetItem, answer_cell, type_codes
from exam_server.documents.word_files import WordFile
from itembank.items.registry import TYPES, item_type
from itembank.items.shapes import key_of_part

LANGUAGE: Final = "zh_Hans_CN"
NUMERALS: Final = "一二三四五六七八九十"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def bank_document(
    title: str,
    items: Sequence[SheetItem],
    pictures: Mapping[str, bytes],
    *,
    with_keys: bool,
    lost: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """Return items as a Word document in the layout that the import reads.

    ``lost`` is told before the first section: codes, and what of the items is not there.
    """
    file = WordFile(pictures)
    file.line(title, style="Title")
    if lost:
        file.line("未能带出的内容")
        for code, words, _ in lost:
            file.line(f"{code}　{words}")
    named = [
        (kind, TYPES[kind].ABOUT.titles[LANGUAGE])
        for kind in TYPES
        if any(each.type == kind for each in items)
    ]
    for place, (kind, words) in enumerate(named):
        file.line(f"{NUMERALS[place]}、{words}", style="Heading1")
        mine = [each for each in items if each.type == kind]
        for number, item in enumerate(mine, start=1):
            _question(file, f"{number}. ", kind, item.content)
            if with_keys:
                first, *more = answer_words(kind, item.content, item.key).split("\n")
                file.line(f"答案：{first}")
                for line in more:
                    file.line(line)
                if item.explanation:
                    file.line(f"解析：{item.explanation}")
            file.line(f"难度：{item.difficulty}")
            file.line(f"认定点：{item.point}")
            file.line(f"编号：{item.code}")
    return file.whole()


def _question(file: WordFile, number: str, kind: str, content: Mapping[str, Any]) -> None:
    unit = f"（单位：{content['unit']}）" if kind == "numeric" and content.get("unit") else ""
    file.html(number, str(content["stem"]), unit)
    if kind in {"single", "multiple", "ordering"}:
        _column(file, content["options"], LETTERS)
    elif kind == "matching":
        _column(file, content["left"], [f"（{n}）" for n in range(1, 21)], after="")
        _column(file, content["right"], LETTERS)
    elif kind == "hotspot":
        file.html("", f'<img src="{content["picture"]}" alt="{content["alt"]}">')
    elif kind == "item_set":
        for place, part in enumerate(content["parts"], start=1):
            _question(file, f"（{place}）", part["type"], part)


def _column(
    file: WordFile, rows: Sequence[Mapping[str, Any]], signs: Sequence[str], *, after: str = ". "
) -> None:
    for sign, row in zip(signs, rows, strict=False):
        file.html(f"{sign}{after}", str(row["content"]))


def answer_words(kind: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the right answer by the letters and numbers of the printed question."""
    said = SAID.get(kind)
    if said is not None:
        return said(content, key)
    if kind not in type_codes() or key.get("tolerance_mode") == "range":
        return item_type(kind).key_words(content, key)
    return answer_cell(SheetItem("", "", "", kind, content, key, 3, ""))


def _pairs(content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    lefts, rights = ([row["id"] for row in content[side]] for side in ("left", "right"))
    return "；".join(
        f"（{lefts.index(left) + 1}）—{LETTERS[rights.index(right)]}"
        for left, right in key["pairs"]
    )


def _order(content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    ids = [row["id"] for row in content["options"]]
    return "".join(LETTERS[ids.index(each)] for each in key["order"])


def _areas(_content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    return "；".join(
        f"{area['shape']} {', '.join(map(str, area['coords']))}" for area in key["areas"]
    )


def _parts(content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    return "；".join(
        f"（{place}）{answer_words(part['type'], part, key_of_part(key, part['id']))}"
        for place, part in enumerate(content["parts"], start=1)
    )


SAID: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]]] = {
    "matching": _pairs,
    "ordering": _order,
    "hotspot": _areas,
    "item_set": _parts,
}
