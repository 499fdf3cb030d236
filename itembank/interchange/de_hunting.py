"""The Bavarian hunting examination: a JSON list of questions by subject area and number.

Two to six answers, one to five of them right: an item with one right answer is a single choice,
every other a multiple choice. A topic is ``1.17 name``: the name makes the point; the texts may
hold Markdown's tables and lists.
"""

import re
from collections.abc import Mapping
from typing import Any

from itembank.interchange.report import DraftItem, Parsed, PictureFile, RowFinding, UnreadableError
from itembank.interchange.sources import is_about_others, json_of, listed, plain_start
from itembank.markup import marked_up_blocks

FORMAT = "de_hunting"
LANGUAGE = "de"
LETTERS = "ABCDEFGH"
FEWEST, MOST = 2, 8
HIGHEST = 9999
TOPIC = re.compile(r"(\d+(\.\d+)*\.?\s+)?(?P<name>\S.*)", re.DOTALL)

Points = dict[int, dict[str, str]]


def is_de_hunting(data: bytes) -> bool:
    """Say whether a file looks like this catalogue."""
    start = plain_start(data)
    return start.startswith(b"{") and b'"questions"' in start and b'"sections"' not in start


def read_de_hunting(data: bytes, _pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read the catalogue.

    Raises UnreadableError: ``not_json``, ``not_a_list``, ``too_many_rows``.
    """
    whole = json_of(data)
    if not isinstance(whole, dict):
        raise UnreadableError("not_a_list")
    rows = listed(whole.get("questions"))
    items, refused = [], []
    seen: set[str] = set()
    points: Points = {}
    for number, row in enumerate(rows, start=1):
        finding = _problem(number, row, seen)
        if finding is not None:
            refused.append(finding)
            continue
        code = _code(row)
        seen.add(code)
        items.append(_item(number, code, row, points))
    named = tuple(_named(item, points) for item in items)
    return Parsed(FORMAT, named, tuple(refused), language=LANGUAGE)


def _problem(number: int, row: Any, seen: set[str]) -> RowFinding | None:
    """Return the first thing wrong with a row, or ``None``."""
    if not isinstance(row, dict):
        return RowFinding(number, "", "row", "row_not_an_object")
    if not _is_number(row.get("sg")) or not _is_number(row.get("no")):
        said = f"{row.get('sg')}.{row.get('no')}"[:64]
        return RowFinding(number, said, "sg, no", "id_unknown", {"id": said})
    code, topic, question = _code(row), row.get("topic"), row.get("question")
    if code in seen:
        return RowFinding(number, code, "no", "id_repeated", {"id": code})
    if not isinstance(topic, str) or not TOPIC.fullmatch(topic.strip()):
        return RowFinding(number, code, "topic", "chapter_unknown", {"chapter": topic})
    if not isinstance(question, str) or not question.strip():
        return RowFinding(number, code, "question", "stem_empty")
    return _answer_problem(number, code, row.get("answers"))


def _answer_problem(number: int, code: str, answers: Any) -> RowFinding | None:
    if not isinstance(answers, list) or not FEWEST <= len(answers) <= MOST:
        count = len(answers) if isinstance(answers, list) else 0
        return RowFinding(number, code, "answers", "option_count", {"count": count})
    for letter, answer in zip(LETTERS, answers, strict=False):
        text = answer.get("text") if isinstance(answer, dict) else None
        if not isinstance(text, str) or not text.strip():
            return RowFinding(number, code, "answers", "option_empty", {"option": letter})
        if not isinstance(answer.get("correct"), bool):
            return RowFinding(number, code, "answers", "key_missing")
    if not any(answer["correct"] for answer in answers):
        return RowFinding(number, code, "answers", "key_missing")
    return None


def _item(number: int, code: str, row: Mapping[str, Any], points: Points) -> DraftItem:
    area, name = row["sg"], _topic(row)
    of_area = points.setdefault(area, {})
    point = of_area.setdefault(name, f"{len(of_area) + 1:03}")
    options = [
        {
            "id": letter,
            "content": marked_up_blocks(answer["text"]),
            "fixed": is_about_others(answer["text"]),
        }
        for letter, answer in zip(LETTERS, row["answers"], strict=False)
    ]
    right = [
        letter for letter, answer in zip(LETTERS, row["answers"], strict=False) if answer["correct"]
    ]
    return DraftItem(
        code=code,
        path=((str(area), ""), (point, name)),
        type="single" if len(right) == 1 else "multiple",
        content={
            "stem": marked_up_blocks(row["question"], paragraphs=True),
            "options": options,
            "blanks": [],
            "unit": None,
        },
        key={"correct": right},
        pictures={},
        row=number,
    )


def _named(item: DraftItem, points: Points) -> DraftItem:
    """Return the item with its area named: by its only topic, else by its number."""
    area, point = item.path[0][0], item.path[-1]
    topics = points[int(area)]
    name = next(iter(topics)) if len(topics) == 1 else f"Sachgebiet {area}"
    return DraftItem(**{**vars(item), "path": ((area, name), point)})


def _topic(row: Mapping[str, Any]) -> str:
    found = TOPIC.fullmatch(row["topic"].strip())
    return " ".join(found["name"].split()) if found else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST


def _code(row: Mapping[str, Any]) -> str:
    """Return a code that sorts as the numbers do."""
    return f"SG{row['sg']}-{row['no']:03}"
