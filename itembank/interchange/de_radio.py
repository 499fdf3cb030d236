"""The German amateur radio catalogue: JSON with chapters in chapters, LaTeX between ``$``.

The number names part, chapter and section (``NA213``: part N, chapter A, section 2, question
13): ranges N and A, point 002. ``answer_a`` is the right one, so ids are dealt anew: the place
in the list must not give the key away. Pictures are named without ending and may be missing:
one of the question is then a loss, one that is an answer makes the item unusable.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from itembank.interchange.report import (
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    UnreadableError,
)
from itembank.interchange.sources import MOST_ROWS, is_about_others, json_of, plain_start
from itembank.markup import marked_up, parts

FORMAT = "de_radio"
LANGUAGE = "de"
NUMBER = re.compile(r"([A-Z])([A-Z])(\d)(\d\d)")
ANSWERS = ("a", "b", "c", "d")
LETTERS = "ABCD"
RIGHT = "a"
MOST_TIERS = 6
TITLE_START = "Prüfungsfragen im Prüfungsteil: "
CLASS_PARTS = {"N": "Klasse N", "E": "Klasse E", "A": "Klasse A"}
ENDINGS = ("png", "jpg", "jpeg", "gif")
# Commands that stand outside of formulas in the catalogue, as plain text.
BARE = re.compile(r"\\(\^)?([A-Za-z]+)")
BARE_WORDS = {
    "milliOhm": "mΩ",
    "kiloOhm": "kΩ",
    "Ohm": "Ω",
    "Omega": "Ω",
    "mu": "μ",
    "lambda": "λ",
}
CIRCUMFLEX = dict(zip("aeiouAEIOU", "âêîôûÂÊÎÔÛ", strict=True))

Titles = tuple[str, ...]


def is_de_radio(data: bytes) -> bool:
    """Say whether a file looks like this catalogue."""
    start = plain_start(data)
    return start.startswith(b"{") and b'"sections"' in start


def read_de_radio(data: bytes, pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read a class of the catalogue; ``pictures`` are the figures by file name.

    Raises UnreadableError: ``not_json``, ``not_a_list``, ``too_many_rows``,
    ``too_many_tiers_in_file``.
    """
    whole = json_of(data)
    by_name = {name.lower(): picture for name, picture in pictures.items()}
    items, refused, notes = [], [], []
    seen: set[str] = set()
    for number, (titles, row) in enumerate(_questions(whole, ()), start=1):
        if number > MOST_ROWS:
            raise UnreadableError("too_many_rows", most=MOST_ROWS)
        finding = _problem(number, row, seen, by_name)
        if finding is not None:
            refused.append(finding)
            continue
        seen.add(row["number"])
        item, losses = _item(number, row, titles, by_name)
        items.append(item)
        notes += losses
    return Parsed(FORMAT, tuple(items), tuple(refused), tuple(notes), language=LANGUAGE)


def _questions(section: Any, titles: Titles) -> Iterator[tuple[Titles, Any]]:
    """Give every question with the titles of the chapters it stands in."""
    if not isinstance(section, dict):
        raise UnreadableError("not_a_list")
    if len(titles) > MOST_TIERS:
        raise UnreadableError("too_many_tiers_in_file")
    questions, inner = section.get("questions", []), section.get("sections", [])
    if not isinstance(questions, list) or not isinstance(inner, list):
        raise UnreadableError("not_a_list")
    for row in questions:
        yield titles, row
    for each in inner:
        title = each.get("title") if isinstance(each, dict) else None
        yield from _questions(each, (*titles, str(title or "")))


def _problem(
    number: int, row: Any, seen: set[str], pictures: Mapping[str, PictureFile]
) -> RowFinding | None:
    """Return the first thing wrong with a row, or ``None``."""
    if not isinstance(row, dict):
        return RowFinding(number, "", "row", "row_not_an_object")
    code = row.get("number")
    if not isinstance(code, str) or not NUMBER.fullmatch(code):
        return RowFinding(number, str(code or "")[:64], "number", "id_unknown", {"id": code})
    if code in seen:
        return RowFinding(number, code, "number", "id_repeated", {"id": code})
    if not isinstance(row.get("question"), str) or not row["question"].strip():
        return RowFinding(number, code, "question", "stem_empty")
    return _answer_problem(number, row, pictures)


def _answer_problem(
    number: int, row: Mapping[str, Any], pictures: Mapping[str, PictureFile]
) -> RowFinding | None:
    code = row["number"]
    missing = [
        str(row[f"picture_{each}"])
        for each in ANSWERS
        if row.get(f"picture_{each}") and _picture(pictures, row[f"picture_{each}"]) is None
    ]
    if missing:
        detail: dict[str, object] = {"figure": ", ".join(missing)}
        return RowFinding(number, code, "picture_a-d", "answers_are_pictures", detail)
    for each, letter in zip(ANSWERS, LETTERS, strict=True):
        text = row.get(f"answer_{each}")
        if not isinstance(text, str) or not (text.strip() or row.get(f"picture_{each}")):
            detail = {"option": letter}
            return RowFinding(number, code, f"answer_{each}", "option_empty", detail)
    return None


def _item(
    number: int, row: Mapping[str, Any], titles: Titles, pictures: Mapping[str, PictureFile]
) -> tuple[DraftItem, list[RowFinding]]:
    code = row["number"]
    losses: list[RowFinding] = []
    used: dict[str, PictureFile] = {}
    stem = f"<p>{_html(number, code, 'question', row['question'], losses)}</p>"
    named = row.get("picture_question")
    if named:
        picture = _picture(pictures, named)
        if picture is None:
            detail: dict[str, object] = {"figure": str(named)}
            losses.append(
                RowFinding(number, code, "picture_question", "figure_missing", detail, is_loss=True)
            )
        else:
            stem += f"<p>{_shown(named, picture, used)}</p>"
    options, key = [], ""
    for letter, each in zip(LETTERS, dealt(code), strict=True):
        text = row[f"answer_{each}"]
        content = _html(number, code, f"answer_{each}", text, losses)
        named = row.get(f"picture_{each}")
        picture = _picture(pictures, named) if named else None
        if picture is not None:
            content = f"{content} {_shown(named, picture, used)}".strip()
        options.append({"id": letter, "content": content, "fixed": is_about_others(text)})
        key = letter if each == RIGHT else key
    item = DraftItem(
        code=code,
        path=_path(code, titles),
        type="single",
        content={"stem": stem, "options": options, "blanks": [], "unit": None},
        key={"correct": [key]},
        pictures=used,
        row=number,
    )
    return item, losses


def dealt(code: str) -> list[str]:
    """Return the answers in the order in which they get A to D: by chance, ever the same.

    Examples
    --------
    >>> sorted(dealt("NA101")), dealt("NA101") == dealt("NA101")
    (['a', 'b', 'c', 'd'], True)
    """
    seed = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8])
    return [ANSWERS[place] for place in np.random.default_rng(seed).permutation(len(ANSWERS))]


def _path(code: str, titles: Titles) -> tuple[tuple[str, str], ...]:
    """Return ranges and point of a number, named by the titles where those fit."""
    part, chapter, section = code[0], code[1], code[2]  # as NUMBER has it
    codes = (part, chapter, f"00{section}")
    if len(titles) != len(codes):
        return tuple((each, each) for each in codes)
    first = titles[0].removeprefix(TITLE_START)
    names = (", ".join(filter(None, [first, CLASS_PARTS.get(part)])), *titles[1:])
    return tuple((each, name or each) for each, name in zip(codes, names, strict=True))


def _html(number: int, code: str, column: str, text: str, losses: list[RowFinding]) -> str:
    """Return text as HTML; what it loses on the way is added to ``losses``."""
    said = []
    for part, is_formula in parts(text.strip()):
        if is_formula:
            said.append(f"${part}$")
            continue
        for found in BARE.finditer(part):
            detail: dict[str, object] = {"found": found[0], "read_as": _plain(found)}
            losses.append(
                RowFinding(number, code, column, "latex_outside_formula", detail, is_loss=True)
            )
        said.append(BARE.sub(_plain, part))
    return marked_up("".join(said), keep=("u",))


def _plain(found: re.Match[str]) -> str:
    """Return plain text for a command outside of formulas; an unknown one stays as it is."""
    is_accent, word = found.groups()
    if is_accent:
        return CIRCUMFLEX.get(word[0], word[0]) + word[1:]
    return BARE_WORDS.get(word, found[0])


def _picture(pictures: Mapping[str, PictureFile], name: object) -> PictureFile | None:
    named = (pictures.get(f"{str(name).lower()}.{ending}") for ending in ENDINGS)
    return next((picture for picture in named if picture is not None), None)


def _shown(name: object, picture: PictureFile, used: dict[str, PictureFile]) -> str:
    digest = hashlib.sha256(picture.body).hexdigest()
    used[digest] = picture
    return f'<img src="media:{digest}" alt="Bild {name}">'
