"""The field's spreadsheet (题库名称, ID, 认定点代码, 题型代码, 试题(题干), 选项A …) as CSV.

Columns may stand in any order; those that are not needed may be missing, unknown ones stop the
file. Types B, G, C, T and U are single and multiple choice, judgement, fill-in and calculation, D
short answer, W essay and E case analysis; a composite (F) does not fit a row and is refused.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    UnreadableError,
    encoding_notes,
)
from itembank.interchange.sheet_answers import Answered, answered
from itembank.interchange.sources import is_about_others, lines_of, plain_start
from itembank.items.registry import sheet_letters
from itembank.markup import marked_up

FORMAT = "field_sheet"
LANGUAGE = "zh_Hans_CN"
LETTERS = "ABCDEFGH"
POINT, TYPE, STEM, KEY = "认定点代码", "题型代码", "试题(题干)", "正确答案"
NEEDED = (POINT, TYPE, STEM, KEY)
ID, NUMBER, PICTURES = "ID", "序号", "【图】及位置"
DIFFICULTY, CONGRUENCE, EXPLANATION = "难度代码", "一致性代码", "解析"
KNOWN = {
    *NEEDED,
    "题库名称",
    ID,
    NUMBER,
    "题号",
    *(f"选项{letter}" for letter in LETTERS),
    PICTURES,
    DIFFICULTY,
    CONGRUENCE,
    EXPLANATION,
}
OTHER_NAMES = {"鉴定点代码": POINT, "题干": STEM, "试题": STEM, "答案": KEY, "图": PICTURES}
TYPES: Mapping[str, str] = {
    "B": "single",
    "G": "multiple",
    "C": "true_false",
    "T": "text_entry",
    "U": "numeric",
}
CASE = {"E": "essay"}  # a case is answered in words and marked like an essay
WITHOUT_TYPE = {"F"}
POINT_CODE = re.compile(r"\w{1,16}(-\w{1,16}){1,6}")
UNIT = re.compile(r"[（(]单位[：:]\s*([^（）()]{1,40})[）)]\s*$")
SHOWN_PICTURE = re.compile(r"【图：[^】]*】")
NEUTRALIZED = re.compile(r"'(?=[=+\-@])")
PLACE = re.compile(r"(?:(?P<place>[^:：]+)[:：])?\s*(?P<name>[^:：]+)")
STEM_PLACES = {"", "stem", "题干"}

Row = Mapping[str, str]


def types_by_letter() -> Mapping[str, str]:
    """Return the types a sheet can hold, by their letters."""
    return {**TYPES, **sheet_letters(), **CASE}


@dataclass
class _Reading:
    """What is gathered while reading: the pictures, what has been seen, what is odd."""

    pictures: Mapping[str, PictureFile]
    seen: set[str] = field(default_factory=set)
    notes: list[RowFinding] = field(default_factory=list)


def is_field_sheet(data: bytes) -> bool:
    """Say whether a file's first line has this layout's headings."""
    start = plain_start(data)
    first = start.partition(b"\n")[0]
    return any(
        POINT[2:].encode(encoding) in first and "题型".encode(encoding) in first
        for encoding in ("utf-8", "gb18030")
    )


def read_field_sheet(data: bytes, pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read a sheet; ``pictures`` are the figures by file name.

    Raises UnreadableError: ``columns_wrong``, ``column_unknown``, and as ``lines_of`` does.
    """
    lines, encoding = lines_of(data)
    headings = _headings(lines[0] if lines else [])
    reading = _Reading({name.lower(): each for name, each in pictures.items()})
    reading.notes += encoding_notes(encoding)
    items, refused = [], []
    for number, line in enumerate(lines[1:], start=1):
        if not any(cell.strip() for cell in line):
            continue
        row = {
            name: NEUTRALIZED.sub("", cell.strip(), count=1)
            for name, cell in zip(headings, line, strict=False)
        }
        read = _read_row(number, row, reading, n_cells=len(line), n_columns=len(headings))
        if isinstance(read, RowFinding):
            refused.append(read)
        else:
            items.append(read)
    return Parsed(FORMAT, tuple(items), tuple(refused), tuple(reading.notes), language=LANGUAGE)


def _headings(line: Sequence[str]) -> list[str]:
    """Return the columns' names; half and full width are the same."""
    names = [unicodedata.normalize("NFKC", cell).strip() for cell in line]
    names = [OTHER_NAMES.get(name, name.upper() if name.upper() == ID else name) for name in names]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise UnreadableError("columns_wrong", wanted=", ".join(missing))
    for place, name in enumerate(names):
        if name and (name not in KNOWN or name in names[:place]):
            raise UnreadableError("column_unknown", column=name[:40])
    return names


def _read_row(
    number: int, row: Row, reading: _Reading, *, n_cells: int, n_columns: int
) -> DraftItem | RowFinding:
    """Return the item of a row, or the first thing wrong with it."""
    point, kind = row.get(POINT, ""), row.get(TYPE, "").upper()
    code = row.get(ID) or f"{kind}-{point}-{row.get(NUMBER) or number:0>3}"
    finding = _problem(number, code, row, reading.seen)
    if n_cells > n_columns:
        finding = RowFinding(number, code[:64], "row", "field_count", {"wanted": n_columns})
    if finding is not None:
        return finding
    found = answered(types_by_letter()[kind], row[KEY], row[STEM], _letters(row))
    if found.problem:
        return RowFinding(number, code, KEY, found.problem, {"option": row[KEY][:40]})
    reading.seen.add(code)
    return _item(number, code, row, found, reading)


def _problem(number: int, code: str, row: Row, seen: set[str]) -> RowFinding | None:
    kind = row.get(TYPE, "").upper()
    if code in seen:
        return RowFinding(number, code[:64], ID, "id_repeated", {"id": code[:64]})
    if not POINT_CODE.fullmatch(row.get(POINT, "")):
        detail: dict[str, object] = {"chapter": row.get(POINT, "")[:64]}
        return RowFinding(number, code[:64], POINT, "chapter_unknown", detail)
    if kind in WITHOUT_TYPE:
        return RowFinding(number, code[:64], TYPE, "type_not_carried", {"type": kind})
    if kind not in types_by_letter():
        return RowFinding(number, code[:64], TYPE, "no_such_type", {"type": kind[:16]})
    if not row.get(STEM):
        return RowFinding(number, code[:64], STEM, "stem_empty")
    if not row.get(KEY):
        return RowFinding(number, code[:64], KEY, "key_missing")
    return _difficulty_problem(number, code, row)


def _difficulty_problem(number: int, code: str, row: Row) -> RowFinding | None:
    said = row.get(DIFFICULTY, "")
    if said and said not in tuple("12345"):
        detail: dict[str, object] = {"value": said[:16]}
        return RowFinding(number, code[:64], DIFFICULTY, "difficulty_not_a_class", detail)
    return None


def _letters(row: Row) -> list[str]:
    """Return the letters up to the last option that is there."""
    filled = [place for place, letter in enumerate(LETTERS) if row.get(f"选项{letter}")]
    return list(LETTERS[: filled[-1] + 1]) if filled else []


def _item(number: int, code: str, row: Row, found: Answered, reading: _Reading) -> DraftItem:
    kind = types_by_letter()[row[TYPE].upper()]
    used: dict[str, PictureFile] = {}
    shown = _shown_pictures(number, code, row, reading, used)
    stem, unit = found.stem, None
    if kind == "numeric" and (said := UNIT.search(stem)):
        stem, unit = stem[: said.start()].rstrip(), said[1].strip()
    html = _html(stem)
    for blank in found.blanks:
        html = html.replace(blank_mark(blank), blank_element(blank), 1)
    content: dict[str, Any] = {
        "stem": f"<p>{html}</p>{shown.get('', '')}",
        "options": _options(kind, row, shown),
        "blanks": [{"id": blank} for blank in found.blanks],
        "unit": unit,
    }
    if row.get(CONGRUENCE):
        detail: dict[str, object] = {"column": CONGRUENCE}
        note = RowFinding(number, code, CONGRUENCE, "column_not_kept", detail, is_loss=True)
        reading.notes.append(note)
    path = row[POINT].split("-")
    return DraftItem(
        code=code,
        path=tuple((each, each) for each in path),
        type=kind,
        content=content,
        key=found.key,
        pictures=used,
        row=number,
        difficulty=int(row[DIFFICULTY]) if row.get(DIFFICULTY) else None,
        explanation=row.get(EXPLANATION) or None,
    )


def _options(kind: str, row: Row, shown: Mapping[str, str]) -> list[dict[str, Any]]:
    if kind == "true_false":
        return [
            {"id": letter, "content": text, "fixed": True}
            for letter, text in (("A", "正确"), ("B", "错误"))
        ]
    if kind not in {"single", "multiple"}:
        return []
    return [
        {
            "id": letter,
            "content": f"{_html(row.get(f'选项{letter}', ''))}{shown.get(letter, '')}",
            "fixed": is_about_others(row.get(f"选项{letter}", "")),
        }
        for letter in _letters(row)
    ]


def _shown_pictures(
    number: int, code: str, row: Row, reading: _Reading, used: dict[str, PictureFile]
) -> dict[str, str]:
    """Return the pictures a row names as HTML, by the option they belong to ('' is the stem)."""
    shown: dict[str, str] = {}
    for entry in re.split(r"[;；\n]", row.get(PICTURES, "")):
        found = PLACE.fullmatch(entry.strip())
        if found is None:
            continue
        name, place = found["name"].strip(), (found["place"] or "").strip()
        picture = reading.pictures.get(name.lower())
        if picture is None:
            detail: dict[str, object] = {"figure": name[:64]}
            note = RowFinding(number, code, PICTURES, "figure_missing", detail, is_loss=True)
            reading.notes.append(note)
            continue
        digest = hashlib.sha256(picture.body).hexdigest()
        used[digest] = picture
        option = "" if place.lower() in STEM_PLACES else place[-1:].upper()
        shown[option] = shown.get(option, "") + f'<img src="media:{digest}" alt="附图">'
    return shown


def _html(text: str) -> str:
    return marked_up(SHOWN_PICTURE.sub("", text).strip())


def blank_mark(blank: str) -> str:
    """Return what stands for a blank while a stem is still plain text."""
    return f"[[{blank}]]"


def blank_element(blank: str) -> str:
    """Return a blank as an element."""
    return f'<span data-type="blank" data-blank="{blank}"></span>'
