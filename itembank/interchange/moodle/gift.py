"""GIFT files: questions of Moodle in plain text."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from itembank.interchange.moodle.gift_grammar import CATEGORY, GiftError, blocks, parsed
from itembank.interchange.moodle.items import Gathered, gather
from itembank.interchange.moodle.questions import Answer, Question, Said
from itembank.interchange.moodle.reading import category_of
from itembank.interchange.report import Parsed, PictureFile, encoding_notes

FORMAT: Final = "gift"
FULL: Final = Decimal(100)
KINDS: Final[Mapping[str, str]] = {
    "MC": "multichoice",
    "Short": "shortanswer",
    "Numerical": "numerical",
    "TF": "truefalse",
    "Matching": "matching",
    "Essay": "essay",
    "Description": "description",
}
LOOKED_AT: Final = 50  # blocks of a file


def is_gift(text: str) -> bool:
    """Say whether a text has questions with answers in braces, or a category."""
    first = list(islice(blocks(text), LOOKED_AT))
    return any(CATEGORY.match(each.text) or _has_answers(each.text) for each in first)


def _has_answers(text: str) -> bool:
    inside = text[text.find("{") + 1 : text.rfind("}")].strip() if "{" in text else "?"
    return "}" in text and (
        not inside or inside[0] in "~=#" or inside.upper().startswith(("T", "F")) or "=" in inside
    )


def read_gift(text: str, encoding: str, pictures: Mapping[str, PictureFile], source: str) -> Parsed:
    """Read a file; ``source`` is where questions without a category belong."""
    files = {name.lower(): each for name, each in pictures.items()}
    gathered = Gathered(FORMAT, source, files)
    gathered.notes += encoding_notes(encoding)
    gather(_questions(text, gathered), gathered)
    return gathered.parsed()


def _questions(text: str, gathered: Gathered) -> Iterator[Question]:
    category: tuple[str, ...] = ()
    row = 0
    for found in parsed(text):
        if isinstance(found, GiftError):
            row += 1
            gathered.refuse(row, f"{found.line}", "row", found.code, {"line": found.line})
        elif found["type"] == "Category":
            category = category_of(found["title"])
        else:
            row += 1
            yield _question(found, row, category)


def _question(found: Mapping[str, Any], row: int, category: tuple[str, ...]) -> Question:
    kind = KINDS[found["type"]]
    answers = _answers(kind, found)
    facts: dict[str, Any] = {}
    if kind == "multichoice":
        facts["is_single"] = any(answer.fraction == FULL for answer in answers)
    if kind == "matching":
        facts["pairs"] = [
            (_said(pair["subquestion"]), Said(pair["subanswer"], "plain"))
            for pair in found["matchPairs"]
        ]
    return Question(
        row=row,
        kind=kind,
        name=found["title"] or "",
        stem=_said(found["stem"]),
        id=found["id"] or "",
        answers=answers,
        feedback=_said(found.get("globalFeedback")),
        tags=tuple(found["tags"] or ()),
        category=category,
        facts=facts,
    )


def _answers(kind: str, found: Mapping[str, Any]) -> tuple[Answer, ...]:
    if kind == "truefalse":
        right, wrong = ("true", "false") if found["isTrue"] else ("false", "true")
        said = [_said(found["trueFeedback"]), _said(found["falseFeedback"])]
        return (
            Answer(Said(right, "plain"), FULL, said[found["isTrue"] is False]),
            Answer(Said(wrong, "plain"), Decimal(0), said[found["isTrue"] is True]),
        )
    choices = found.get("choices", ())
    if isinstance(choices, Mapping):
        return (_number(choices, FULL, Said()),)
    return tuple(_answer(kind, each) for each in choices)


def _answer(kind: str, choice: Mapping[str, Any]) -> Answer:
    usual = FULL if choice["isCorrect"] else Decimal(0)
    fraction = usual if choice["weight"] is None else choice["weight"]
    if kind == "numerical" and "type" in choice["text"]:
        return _number(choice["text"], fraction, _said(choice["feedback"]))
    return Answer(_said(choice["text"]), fraction, _said(choice["feedback"]))


def _number(found: Mapping[str, Any], fraction: Decimal, feedback: Said) -> Answer:
    if found["type"] == "high-low":
        low, high = sorted((found["numberLow"], found["numberHigh"]))
        value, within = (low + high) / 2, (high - low) / 2
    else:
        value, within = found["number"], found.get("range", Decimal(0))
    return Answer(Said(f"{value:f}", "plain"), fraction, feedback, f"{within:f}")


def _said(found: Mapping[str, str] | None) -> Said:
    return Said(found["text"], found["format"]) if found else Said("", "plain")
