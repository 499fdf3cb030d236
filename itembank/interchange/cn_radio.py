"""业余无线电台操作技术能力验证题库: a CSV whose columns are J, P, I, Q, T and A to D.

J labels (not unique; maybe two joined by a comma), P chapter.section.point, I identifies
(``MC2-0001``: a number of right options, a running number), Q stem, T the key. T counts, I does
not: where they disagree the key of T is taken and the disagreement reported. A picture belongs
to a row by its label.
"""

import hashlib
import re
from collections.abc import Mapping

from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    encoding_notes,
    inline,
    paragraph,
)
from itembank.interchange.sources import (
    ABOUT_A_FIGURE,
    Row,
    is_about_others,
    plain_start,
    table_of,
)

FORMAT = "cn_radio"
COLUMNS = ("J", "P", "I", "Q", "T", "A", "B", "C", "D")
LETTERS = "ABCD"
ID = re.compile(r"^MC(\d)-(\d{4})$")
CHAPTER = re.compile(r"^\d+(\.\d+)+$")
LANGUAGE = "zh_Hans_CN"


def is_cn_radio(data: bytes) -> bool:
    """Say whether a file looks like this pool."""
    return plain_start(data).startswith(b"J,P,I,Q,T")


def read_cn_radio(data: bytes, pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read a class of the pool; ``pictures`` are the figures by file name.

    Raises UnreadableError as ``table_of`` does.
    """
    rows, encoding = table_of(data, COLUMNS)
    items, refused, notes = [], [], encoding_notes(encoding)
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        finding = _problem(number, row, seen)
        if finding is not None:
            refused.append(finding)
            continue
        seen.add(str(row["I"]))
        item = _item(number, row, pictures)
        items.append(item)
        notes += _notes(item, row)
    return Parsed(FORMAT, tuple(items), tuple(refused), tuple(notes), language=LANGUAGE)


def _problem(number: int, row: Row, seen: set[str]) -> RowFinding | None:
    """Return the first thing wrong with a row, or ``None``."""
    code = str(row["I"] or "")
    if None in row or None in row.values():
        return RowFinding(number, code, "row", "field_count", {"wanted": len(COLUMNS)})
    if not ID.match(code):
        return RowFinding(number, code, "I", "id_unknown", {"id": code})
    if code in seen:
        return RowFinding(number, code, "I", "id_repeated", {"id": code})
    if not CHAPTER.match(str(row["P"])):
        return RowFinding(number, code, "P", "chapter_unknown", {"chapter": row["P"]})
    if not str(row["Q"]).strip():
        return RowFinding(number, code, "Q", "stem_empty")
    return _option_problem(number, code, row)


def _option_problem(number: int, code: str, row: Row) -> RowFinding | None:
    texts = [str(row[letter]).strip() for letter in LETTERS]
    for letter, text in zip(LETTERS, texts, strict=True):
        if not text:
            return RowFinding(number, code, letter, "option_empty", {"option": letter})
    key = str(row["T"]).strip()
    if not key:
        return RowFinding(number, code, "T", "key_missing")
    if not set(key) <= set(LETTERS) or len(set(key)) < len(key):
        return RowFinding(number, code, "T", "key_without_option", {"option": key[:8]})
    if any(texts.count(texts[LETTERS.index(letter)]) > 1 for letter in key):
        return RowFinding(number, code, "A-D", "option_repeated")
    return None


def _item(number: int, row: Row, pictures: Mapping[str, PictureFile]) -> DraftItem:
    stem = paragraph(str(row["Q"]))
    used: dict[str, PictureFile] = {}
    for label in labels_of(row):
        picture = pictures.get(f"{label}.jpg")
        if picture is not None:
            digest = hashlib.sha256(picture.body).hexdigest()
            used[digest] = picture
            stem += f'<p><img src="media:{digest}" alt="附图 {label}"></p>'
    options = [
        {
            "id": letter,
            "content": inline(str(row[letter])),
            "fixed": is_about_others(str(row[letter])),
        }
        for letter in LETTERS
    ]
    key = sorted(str(row["T"]).strip())
    return DraftItem(
        code=str(row["I"]),
        path=_path(str(row["P"])),
        type="single" if len(key) == 1 else "multiple",
        content={"stem": stem, "options": options, "blanks": [], "unit": None},
        key={"correct": key},
        pictures=used,
        row=number,
    )


def _path(chapter: str) -> tuple[tuple[str, str], ...]:
    """Return ranges and point of ``1.2.3``: 1, then 2 named 1.2, then the point 3 named 1.2.3."""
    parts = chapter.split(".")
    return tuple((part, ".".join(parts[: place + 1])) for place, part in enumerate(parts))


def labels_of(row: Row) -> list[str]:
    """Return the labels of a row; some rows hold two."""
    return [label.strip() for label in str(row["J"]).split(",") if label.strip()]


def _notes(item: DraftItem, row: Row) -> list[RowFinding]:
    found = ID.match(item.code)
    said = int(found[1]) if found else 0
    notes = []
    if said != len(item.key["correct"]):
        detail: dict[str, object] = {"said": said, "key": str(row["T"])}
        notes.append(RowFinding(item.row, item.code, "T", "id_and_key_disagree", detail))
    if not item.pictures and ABOUT_A_FIGURE.search(str(row["Q"])):
        notes.append(RowFinding(item.row, item.code, "Q", "figure_not_there", is_loss=True))
    return notes
