"""Items of written questions: the type by section, label or answer; what is unread is named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from itembank.interchange.field_sheet import POINT_CODE, blank_element, blank_mark
from itembank.interchange.field_sheet import UNIT as STEM_UNIT
from itembank.interchange.moodle.making import digest, part_code
from itembank.interchange.own_paths import Path, tagged_path
from itembank.interchange.report import DraftItem, Parsed, RowFinding
from itembank.interchange.sheet_answers import BLANK, Answered, answered
from itembank.interchange.sources import ABOUT_A_FIGURE, is_about_others
from itembank.interchange.written.keys import (
    chosen_letters,
    inline_judgement,
    inline_key,
    is_judgement,
    judged,
    listed_keys,
)
from itembank.interchange.written.layout import LETTERS, Layout, Written
from itembank.interchange.written.paragraphs import PIECE, Pieces, Trouble, bare

LANGUAGE: Final = "zh_Hans_CN"
CODES: Final[Mapping[str, str]] = {
    "single": "B",
    "multiple": "G",
    "true_false": "C",
    "text_entry": "T",
    "numeric": "U",
}
KIND_WORDS: Final = (
    ("多选", "multiple"), ("多项", "multiple"), ("单选", "single"), ("单项", "single"),
    ("判断", "true_false"), ("填空", "text_entry"), ("计算", "numeric"), ("数值", "numeric"),
    ("简答", "short_answer"), ("问答", "short_answer"),
    ("论述", "essay"), ("案例", "essay"),
)  # fmt: skip
DIFFICULTIES: Final[Mapping[str, int]] = {
    "很容易": 1, "容易": 1, "易": 1, "简单": 1, "较易": 2, "较容易": 2, "中": 3, "中等": 3,
    "一般": 3, "适中": 3, "较难": 4, "难": 5, "很难": 5, "困难": 5,
    **{str(number): number for number in range(1, 6)},
}  # fmt: skip
UNIT: Final = re.compile(
    r"(?P<value>[^A-Za-zΩ℃°%μ\u4e00-\u9fff]*\d)\s*(?P<unit>[A-Za-zΩ℃°%μ/·²³\u4e00-\u9fff]{1,12})"
)
WITHIN: Final = re.compile(r"±\s{0,8}[\d.]+(\s{0,8}[（(]相对[）)])?")
UNREADABLE: Final = ("formula_unread", "object_unread")  # without it the question says less
LONGEST_NUMBER: Final = 200
MOST_NAMED: Final = 40  # characters of a paragraph that is named


@dataclass
class _Reading:
    """What is gathered: items, findings, and what the text's private characters stand for."""

    source: str
    pieces: Pieces
    keys: Mapping[tuple[int, str], str]
    items: list[DraftItem] = field(default_factory=list)
    refused: list[RowFinding] = field(default_factory=list)
    notes: list[RowFinding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    troubles: Mapping[int, Sequence[Trouble]] = field(default_factory=dict)  # by row


class _WrongError(ValueError):
    """A question that makes no item."""

    def __init__(self, code: str, where: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.where = where
        self.detail = detail


def items_of(
    layout: Layout,
    pieces: Pieces,
    format_name: str,
    source: str,
    notes: Sequence[RowFinding] = (),
    troubles: Sequence[Trouble] = (),
) -> Parsed:
    """Return the items of a text that has been laid out."""
    reading = _Reading(source, pieces, listed_keys(layout.keys), notes=list(notes))
    reading.troubles = _by_question(layout, troubles)
    for paragraph in layout.unread:
        words = bare(paragraph.text).strip()[:MOST_NAMED]
        detail: dict[str, object] = {"paragraph": paragraph.number, "text": words}
        reading.notes.append(RowFinding(0, "", "paragraph", "paragraph_unread", detail))
    for row, written in enumerate(layout.questions, start=1):
        _add(row, written, reading)
    return Parsed(
        format_name,
        tuple(reading.items),
        tuple(reading.refused),
        tuple(reading.notes),
        language=LANGUAGE,
    )


def _by_question(layout: Layout, troubles: Sequence[Trouble]) -> dict[int, list[Trouble]]:
    """Return what could not be read, by the row of the question it stands in; 0 is before all."""
    found: dict[int, list[Trouble]] = {}
    for trouble in troubles:
        row = sum(written.paragraph <= trouble.number for written in layout.questions)
        found.setdefault(row, []).append(trouble)
    return found


def _add(row: int, written: Written, reading: _Reading) -> None:
    code = _code(written, reading.pieces)
    place = f"¶{written.paragraph}"
    if code in reading.seen:
        finding = RowFinding(row, code, place, "question_repeated", {"id": code})
        reading.refused.append(finding)
        return
    troubles = reading.troubles.get(row, ())
    unread = [each for each in troubles if each.code in UNREADABLE]
    if unread:
        where = f"¶{unread[0].number}"
        reading.refused.append(RowFinding(row, code, where, unread[0].code, unread[0].detail))
        return
    try:
        item = _item(row, written, code, reading)
    except _WrongError as wrong:
        where = f"{place} {wrong.where}"
        reading.refused.append(RowFinding(row, code, where, wrong.code, wrong.detail))
        return
    reading.seen.add(code)
    reading.items.append(item)
    reading.notes += [
        RowFinding(row, code, f"¶{each.number}", each.code, each.detail, is_loss=True)
        for each in troubles
    ]
    reading.notes += [
        RowFinding(row, code, place, why, detail, is_loss=True)
        for why, detail in _losses(written, item, reading.pieces)
    ]


def _losses(
    written: Written, item: DraftItem, pieces: Pieces
) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    if written.told("mark"):
        found.append(("mark_not_kept", {"mark": written.told("mark")[:20]}))
    if written.told("difficulty") and item.difficulty is None:
        found.append(("difficulty_not_read", {"value": written.told("difficulty")[:20]}))
    if written.told("type") and not _told_kind(written):
        found.append(("type_not_read", {"value": written.told("type")[:20]}))
    stem = "\n".join(written.stem)
    if ABOUT_A_FIGURE.search(bare(stem)) and not item.pictures:
        found.append(("figure_not_there", {}))
    if any("<img" in pieces.at(sign) for sign in PIECE.findall(written.told("explanation"))):
        found.append(("explanation_picture_not_kept", {}))
    return found


def _item(row: int, written: Written, code: str, reading: _Reading) -> DraftItem:
    stem, said = "\n".join(written.stem), _answer(written, reading)
    if not stem.strip():
        raise _WrongError("stem_empty", "stem")
    stem, said = _with_inline(written, stem, said)
    kind = _kind(written, stem, said)
    content, key = _made(kind, written, stem, said, reading.pieces)
    shown = str(content)
    explanation = reading.pieces.plain(written.told("explanation"))
    return DraftItem(
        code=code,
        path=_path(written, reading.source),
        type=kind,
        content=content,
        key=key,
        pictures=reading.pieces.pictures_in(shown),
        row=row,
        difficulty=DIFFICULTIES.get(written.told("difficulty").split("（")[0].strip()),
        explanation=explanation[:4000] or None,
    )


def _answer(written: Written, reading: _Reading) -> str:
    own = reading.pieces.plain(written.told("answer")).strip()
    if own:
        return own
    keys = reading.keys
    return keys.get((written.section, written.number)) or keys.get((0, written.number)) or ""


def _with_inline(written: Written, stem: str, said: str) -> tuple[str, str]:
    """Return stem and answer; one that stands in the stem's brackets is taken out of it."""
    if written.options:
        emptied, letters = inline_key(stem)
        return emptied, said or letters
    emptied, sign = inline_judgement(stem)
    if sign and written.kind in {"true_false", ""}:
        return emptied, said or sign
    return stem, said


def _told_kind(written: Written) -> str:
    return next((kind for word, kind in KIND_WORDS if word in written.told("type")), "")


def _kind(written: Written, stem: str, said: str) -> str:
    """Return the type; raises for what people would have to mark."""
    kind = _told_kind(written) or written.kind
    chosen = chosen_letters(said, written.options) if written.options else said
    letters = re.sub(r"[\s,，、;；.。]", "", chosen.upper())
    if kind == "other":
        raise _WrongError("type_not_written", "type", type=written.told("type")[:20] or "?")
    if written.options:
        is_many = len(letters) > 1 and set(letters) <= set(LETTERS)
        if kind in {"single", "multiple"}:
            return kind
        return "multiple" if is_many else "single"
    if kind in {"true_false", "text_entry", "numeric", "short_answer", "essay"}:
        return kind
    if kind in {"single", "multiple", "choice"}:
        raise _WrongError("options_missing", "options")
    if kind != "hand" and is_judgement(said):
        return "true_false"
    if kind != "hand" and said and BLANK.search(stem):
        return "text_entry"
    raise _WrongError("essay_not_carried", "type", kind=written.told("type")[:20] or "?")


def _made(
    kind: str, written: Written, stem: str, said: str, pieces: Pieces
) -> tuple[dict[str, Any], dict[str, Any]]:
    if not said:
        raise _WrongError("key_missing", "key")
    cell, unit = said, None
    if kind == "numeric":
        shown = STEM_UNIT.search(stem)
        stem = stem[: shown.start()].rstrip() if shown else stem
        cell, unit = _number(said, shown[1].strip() if shown else written.told("unit"))
    elif kind == "true_false":
        cell = judged(said)
    elif kind == "text_entry":
        cell = _cell(said, stem)
    elif kind in {"single", "multiple"}:
        cell = chosen_letters(said, [pieces.plain(each) for each in written.options])
    found = answered(kind, cell, stem, LETTERS[: len(written.options)])
    if found.problem:
        raise _WrongError(found.problem, "key", option=said[:40])
    content = {
        "stem": _stem(found, pieces),
        "options": _options(kind, written, pieces),
        "blanks": [{"id": blank} for blank in found.blanks],
        "unit": unit,
    }
    return content, found.key


def _stem(found: Answered, pieces: Pieces) -> str:
    blocks = []
    for line in found.stem.split("\n"):
        shown = pieces.shown(line.strip())
        blocks.append(shown if pieces.shows_block(line) else f"<p>{shown}</p>")
    html = "".join(blocks)
    for blank in found.blanks:
        html = html.replace(blank_mark(blank), blank_element(blank), 1)
    return html


def _options(kind: str, written: Written, pieces: Pieces) -> list[dict[str, Any]]:
    if kind == "true_false":
        return [
            {"id": letter, "content": text, "fixed": True}
            for letter, text in (("A", "正确"), ("B", "错误"))
        ]
    if kind not in {"single", "multiple"}:
        return []
    return [
        {"id": letter, "content": pieces.shown(text), "fixed": is_about_others(bare(text))}
        for letter, text in zip(LETTERS, written.options, strict=False)
    ]


def _number(said: str, unit: str) -> tuple[str, str | None]:
    """Return a number's cell and its unit."""
    text = (
        said.strip()[:LONGEST_NUMBER]
        .rstrip("。.；;")
        .replace("＝", "=")
        .rpartition("=")[2]
        .strip()
        .strip("$")
    )
    within = WITHIN.search(text)
    bare_text = WITHIN.sub("", text)
    found = UNIT.fullmatch(bare_text)
    value = found["value"] if found else bare_text
    told = unit or (found["unit"] if found else "")
    return f"{value.strip()}{within[0].replace(' ', '') if within else ''}", told[:40] or None


def _cell(said: str, stem: str) -> str:
    """Return the answers of blanks as a sheet has them: ``；`` between."""
    wanted = len(BLANK.findall(stem))
    text = said.strip().rstrip("。.；;")
    for between in (r"[；;]", r"\n", r"[;；,，、]", r"[\s　]+"):
        parts = [
            re.sub(r"^[（(]?\d{1,2}[)）.、]\s*", "", part.strip())
            for part in re.split(between, text)
        ]
        parts = [part for part in parts if part]
        if len(parts) == wanted:
            return "；".join(parts)
    return text


def _code(written: Written, pieces: Pieces) -> str:
    """Return an item's code: the one it is labelled with, else made of what it asks."""
    own = written.told("id")
    if own:
        return own[:64]
    texts = [pieces.plain(each) + _rich(each, pieces) for each in (*written.stem, *written.options)]
    return f"Q-{digest(*texts)[:10]}"


def _rich(text: str, pieces: Pieces) -> str:
    return "".join(pieces.at(sign) for sign in PIECE.findall(text))


def _path(written: Written, source: str) -> Path:
    said = written.told("point").strip()
    code, _, name = said.partition(" ")
    if POINT_CODE.fullmatch(code):
        return tagged_path(code, [code.rpartition("-")[2] + f" {name}"] if name else [])
    if said:
        return ((source, source), (part_code(said), said[:300]))
    return ((source, source), ("001", source))
