"""Question pools of the US amateur radio licences: a JSON list, ids such as ``T1A01``.

The id names subelement (``T1``, an area), group (``T1A``, a point) and number.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    inline,
    paragraph,
)
from itembank.interchange.sources import is_about_others, json_of, listed, plain_start

FORMAT = "us_pool"
ID = re.compile(r"^[TGE]\d[A-Z]\d\d$")
FIGURE = re.compile(r"\bfigure ([TGE]\d?-\d)", re.IGNORECASE)
LANGUAGE = "en"
LETTERS = "ABCD"


def is_us_pool(data: bytes) -> bool:
    """Say whether a file looks like such a pool."""
    return plain_start(data).startswith(b"[")


def read_us_pool(data: bytes, pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read a pool; ``pictures`` are the figures by file name.

    Raises UnreadableError: ``not_json``, ``not_a_list``, ``encoding_unknown``.
    """
    rows = listed(json_of(data))
    by_name = {name.lower(): picture for name, picture in pictures.items()}
    items, refused, notes = [], [], []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        finding = _problem(number, row, seen)
        if finding is not None:
            refused.append(finding)
            continue
        seen.add(row["id"])
        item, note = _item(number, row, by_name)
        items.append(item)
        notes += note
    return Parsed(FORMAT, tuple(items), tuple(refused), tuple(notes), language=LANGUAGE)


def _problem(number: int, row: Any, seen: set[str]) -> RowFinding | None:
    """Return the first thing wrong with a row, or ``None``."""
    if not isinstance(row, dict):
        return RowFinding(number, "", "row", "row_not_an_object")
    code, question = str(row.get("id", "")), row.get("question")
    answers, correct = row.get("answers"), row.get("correct")
    if not ID.match(code):
        return RowFinding(number, code, "id", "id_unknown", {"id": code})
    if code in seen:
        return RowFinding(number, code, "id", "id_repeated", {"id": code})
    if not isinstance(question, str) or not question.strip():
        return RowFinding(number, code, "question", "stem_empty")
    if not isinstance(answers, list) or len(answers) != len(LETTERS):
        return RowFinding(number, code, "answers", "answer_count", {"wanted": len(LETTERS)})
    if not all(isinstance(each, str) and each.strip() for each in answers):
        return RowFinding(number, code, "answers", "option_empty")
    return _key_problem(number, code, correct, row.get("correct_letter"))


def _key_problem(number: int, code: str, correct: Any, letter: Any) -> RowFinding | None:
    if not isinstance(correct, int) or isinstance(correct, bool) or not 0 <= correct < len(LETTERS):
        return RowFinding(number, code, "correct", "key_without_option", {"option": correct})
    if letter is not None and letter != LETTERS[correct]:
        detail = {"letter": letter, "index": LETTERS[correct]}
        return RowFinding(number, code, "correct_letter", "keys_disagree", detail)
    return None


def _item(
    number: int, row: dict[str, Any], pictures: Mapping[str, PictureFile]
) -> tuple[DraftItem, list[RowFinding]]:
    code = row["id"]
    stem = paragraph(row["question"])
    used: dict[str, PictureFile] = {}
    notes: list[RowFinding] = []
    for name in figures_of(row):
        picture = pictures.get(f"{name}.png") or pictures.get(f"{name}.jpg")
        if picture is None:
            detail: dict[str, object] = {"figure": name}
            note = RowFinding(number, code, "figure", "figure_missing", detail, is_loss=True)
            notes.append(note)
            continue
        digest = hashlib.sha256(picture.body).hexdigest()
        used[digest] = picture
        stem += f'<p><img src="media:{digest}" alt="Figure {name.upper()}"></p>'
    options = [
        {"id": letter, "content": inline(text), "fixed": is_about_others(text)}
        for letter, text in zip(LETTERS, row["answers"], strict=True)
    ]
    item = DraftItem(
        code=code,
        path=((code[:2], code[:2]), (code[:3], code[:3])),
        type="single",
        content={"stem": stem, "options": options, "blanks": [], "unit": None},
        key={"correct": [LETTERS[row["correct"]]]},
        pictures=used,
        row=number,
    )
    return item, notes


def figures_of(row: Mapping[str, Any]) -> list[str]:
    """Return the figures a row names, in its column or in its text, such as ``t-2``."""
    text = f"{row.get('figure') or ''} {row['question']}"
    names = [name.lower() for name in FIGURE.findall(text)]
    column = str(row.get("figure") or "").strip().lower().removesuffix(".png")
    if re.fullmatch(r"[tge]\d?-\d(-\d)?", column):
        names.append(column)
    return list(dict.fromkeys(names))
