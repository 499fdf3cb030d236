"""CMMLU: a CSV a subject, first column a running number without a name; one right option.

The file's name is the subject: it makes the range, and begins the codes, so that two subjects
imported into one bank never pass for versions of each other.
"""

import re
from collections.abc import Mapping

from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    encoding_notes,
)
from itembank.interchange.sources import (
    ABOUT_A_FIGURE,
    Row,
    is_about_others,
    plain_start,
    table_of,
)
from itembank.markup import marked_up

FORMAT = "cmmlu"
LANGUAGE = "zh_Hans_CN"
COLUMNS = ("", "Question", "A", "B", "C", "D", "Answer")
LETTERS = "ABCD"
INDEX = re.compile(r"\d{1,6}")
LONGEST_SUBJECT = 32
POINT = "001"


def is_cmmlu(data: bytes) -> bool:
    """Say whether a file looks like one of these."""
    return plain_start(data).startswith(b",Question,A,B,C,D,")


def read_cmmlu(data: bytes, _pictures: Mapping[str, PictureFile], name: str = "") -> Parsed:
    """Read a subject; ``name`` is the file's.

    Raises UnreadableError as ``table_of`` does.
    """
    rows, encoding = table_of(data, COLUMNS)
    subject = subject_of(name)
    items, refused = [], []
    notes = encoding_notes(encoding)
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        code = f"{subject}-{str(row['']).strip():0>4}"[:64]
        finding = _problem(number, code, row, seen)
        if finding is not None:
            refused.append(finding)
            continue
        seen.add(code)
        items.append(_item(number, code, subject, row))
        if ABOUT_A_FIGURE.search(str(row["Question"])):
            notes.append(RowFinding(number, code, "Question", "figure_not_there", is_loss=True))
    return Parsed(FORMAT, tuple(items), tuple(refused), tuple(notes), language=LANGUAGE)


def subject_of(name: str) -> str:
    """Return the subject a file is named for.

    Examples
    --------
    >>> subject_of("data/electrical-engineering.csv")
    'electrical_engineering'
    """
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"[^\w]+", "_", stem).strip("_")[:LONGEST_SUBJECT] or FORMAT


def _problem(number: int, code: str, row: Row, seen: set[str]) -> RowFinding | None:
    """Return the first thing wrong with a row, or ``None``."""
    if None in row or None in row.values():
        return RowFinding(number, code, "row", "field_count", {"wanted": len(COLUMNS)})
    if not INDEX.fullmatch(str(row[""]).strip()):
        return RowFinding(number, code, "1", "id_unknown", {"id": str(row[""])[:64]})
    if code in seen:
        return RowFinding(number, code, "1", "id_repeated", {"id": code})
    if not str(row["Question"]).strip():
        return RowFinding(number, code, "Question", "stem_empty")
    return _option_problem(number, code, row)


def _option_problem(number: int, code: str, row: Row) -> RowFinding | None:
    for letter in LETTERS:
        if not str(row[letter]).strip():
            return RowFinding(number, code, letter, "option_empty", {"option": letter})
    key = str(row["Answer"]).strip()
    if not key:
        return RowFinding(number, code, "Answer", "key_missing")
    if key not in tuple(LETTERS):
        return RowFinding(number, code, "Answer", "key_without_option", {"option": key[:8]})
    return None


def _item(number: int, code: str, subject: str, row: Row) -> DraftItem:
    options = [
        {
            "id": letter,
            "content": marked_up(str(row[letter]).strip()),
            "fixed": is_about_others(str(row[letter])),
        }
        for letter in LETTERS
    ]
    stem = f"<p>{marked_up(str(row['Question']).strip())}</p>"
    return DraftItem(
        code=code,
        path=((subject, subject), (POINT, subject)),
        type="single",
        content={"stem": stem, "options": options, "blanks": [], "unit": None},
        key={"correct": [str(row["Answer"]).strip()]},
        pictures={},
        row=number,
    )
