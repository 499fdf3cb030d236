"""Moodle's embedded answers (``{1:SHORTANSWER:=a~%50%b}``) as blanks or an item set."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, Final

from itembank.interchange.moodle.kinds import (
    FULL,
    Made,
    accepted_texts,
    multichoice,
    number_key,
)
from itembank.interchange.moodle.making import Making
from itembank.interchange.moodle.multilingual import apart
from itembank.interchange.moodle.own_ids import renamed_blanks
from itembank.interchange.moodle.questions import Answer, RefusedQuestionError, Said

FIELD: Final = re.compile(
    r"\{\s*(?P<weight>\d{0,3})\s*:\s*(?P<kind>[A-Z_]{2,16})\s*(?::(?P<body>(?:\\.|[^\\}])*))?\}",
    re.DOTALL,
)
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), "text"),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), "exact text"),
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **dict.fromkeys(
        ("MULTICHOICE", "MC", "MULTICHOICE_S", "MCS", "MULTICHOICE_V", "MCV", "MULTICHOICE_VS"),
        "single",
    ),
    **dict.fromkeys(("MCVS", "MULTICHOICE_H", "MCH", "MULTICHOICE_HS", "MCHS"), "single"),
    **dict.fromkeys(
        ("MULTIRESPONSE", "MR", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_H", "MRH"), "multiple"
    ),
    **dict.fromkeys(("MULTIRESPONSE_HS", "MRHS"), "multiple"),
}
WEIGHT: Final = re.compile(r"%(-?\d{1,3}(?:[.,]\d{1,10})?)%")
ESCAPED: Final = re.compile(r"\\([}~#/\"'\\])")
MOST_FIELDS: Final = 20
DIGITS: Final = 5  # of a share, as Moodle keeps it
LONGEST_TEXT: Final = 20_000
ANY: Final = "*"


@dataclass(frozen=True)
class Field:
    """One embedded question: what it is, its weight and its answers."""

    kind: str
    weight: int
    answers: tuple[Answer, ...]


def is_cloze(text: str) -> bool:
    """Say whether a text holds embedded questions."""
    if len(text) > LONGEST_TEXT:
        return False
    return any(found["kind"] in KINDS for found in FIELD.finditer(text))


def cloze(making: Making) -> Made:
    """Return a text with blanks where each asks for a text of one weight, else an item set."""
    if len(making.question.stem.text) > LONGEST_TEXT:
        raise RefusedQuestionError("text_too_long", "stem", most=LONGEST_TEXT)
    said = next(iter(apart(making.question.stem.text).values()), making.question.stem.text)
    found = [each for each in FIELD.finditer(said) if each["kind"] in KINDS]
    if not found:
        raise RefusedQuestionError("cloze_without_fields", "stem")
    if len(found) > MOST_FIELDS:
        raise RefusedQuestionError("too_many_fields", "stem", most=MOST_FIELDS)
    fields = [_field(each) for each in found]
    kinds = {field.kind for field in fields}
    is_even = len({field.weight for field in fields}) == 1
    if is_even and len(kinds) == 1 and kinds <= {"text", "exact text"}:
        return _blanks(making, fields)
    return _set(making, fields)


def _blanks(making: Making, fields: list[Field]) -> Made:
    key = {
        str(number): _inside(number, partial(accepted_texts, making, field.answers))
        for number, field in enumerate(fields, start=1)
    }
    content = {
        "stem": making.stem(_marked(making.question.stem), _with_blanks),
        "options": [],
        "blanks": [{"id": each} for each in key],
        "unit": None,
    }
    _tell_feedback(making, fields)
    is_exact = fields[0].kind == "exact text"
    made = making.content(**content)
    return "text_entry", *renamed_blanks(making, made, {"blanks": key, "case_sensitive": is_exact})


def _set(making: Making, fields: list[Field]) -> Made:
    parts: list[dict[str, Any]] = []
    keys: dict[str, Any] = {}
    for number, field in enumerate(fields, start=1):
        kind, content, key = _inside(number, partial(_part, making, number, field))
        part = f"p{number}"
        parts.append({"id": part, "type": kind, "mark_share": str(field.weight), **content})
        keys[part] = key
    _tell_feedback(making, fields)
    content = {"stem": making.stem(_marked(making.question.stem), _with_numbers), "parts": parts}
    return "item_set", making.content(**content), {"parts": keys}


def _inside(number: int, make: Callable[[], Any]) -> Any:
    """Return what is made of a field; a refusal says which one it was."""
    try:
        return make()
    except RefusedQuestionError as wrong:
        raise RefusedQuestionError(wrong.code, f"({number})", **wrong.detail) from None


def _part(making: Making, number: int, field: Field) -> Made:
    stem = f"<p>({number})</p>"
    empty: dict[str, Any] = {"options": [], "blanks": [], "unit": None}
    if field.kind == "number":
        return "numeric", {"stem": stem, **empty}, number_key(making, field.answers)
    if field.kind in {"text", "exact text"}:
        texts = accepted_texts(making, field.answers)
        blank = '<span data-type="blank" data-blank="1"></span>'
        content = {**empty, "stem": f"<p>({number}) {blank}</p>", "blanks": [{"id": "1"}]}
        is_exact = field.kind == "exact text"
        return "text_entry", content, {"blanks": {"1": texts}, "case_sensitive": is_exact}
    if len(field.answers) < 2:  # noqa: PLR2004 - a choice
        raise RefusedQuestionError("option_count", "options", count=len(field.answers))
    facts = {"is_single": field.kind == "single"}
    asked = replace(making.question, answers=field.answers, facts=facts)
    aside = Making(asked, making.files, making.made)
    kind, content, key = multichoice(aside)
    return kind, {**content, "stem": stem}, key


def _field(found: re.Match[str]) -> Field:
    kind = KINDS[found["kind"]]
    pieces = [each for each in _split(found["body"] or "", "~") if each.strip()]
    answers = [_answer(each, kind) for each in pieces]
    if kind == "multiple":
        answers = _shared(answers, is_weighed=any(WEIGHT.match(each.strip()) for each in pieces))
    return Field(kind, max(1, min(1000, int(found["weight"] or 1))), tuple(answers))


def _shared(answers: list[Answer], *, is_weighed: bool) -> list[Answer]:
    """Return answers of which several may be right, as Moodle counts them.

    The right ones share the mark; where no weight is written, a wrong one takes away what one
    right answer brings.
    """
    total = sum((each.fraction for each in answers if each.fraction > 0), Decimal(0))
    if not total:
        return answers
    taken = None if is_weighed else -FULL * FULL / total

    def counted(fraction: Decimal) -> Decimal:
        if fraction > 0:
            return round(fraction * FULL / total, DIGITS)
        return fraction if taken is None else round(taken, DIGITS)

    return [replace(each, fraction=counted(each.fraction)) for each in answers]


def _answer(piece: str, kind: str) -> Answer:
    words, *feedback = _split(piece, "#")
    words = words.strip()
    weighed = WEIGHT.match(words)
    fraction = (
        Decimal(weighed[1].replace(",", "."))
        if weighed
        else FULL
        if words.startswith("=")
        else Decimal(0)
    )
    words = words[weighed.end() :] if weighed else words.removeprefix("=")
    tolerance = ""
    if kind == "number":
        words, _, tolerance = words.partition(":")
    words = _plain(words.strip())
    # what is typed is compared with, not shown: signs stand there as HTML writes them
    said = Said(html.unescape(words) if kind in {"text", "exact text"} else words, "html")
    return Answer(said, fraction, Said(_plain("#".join(feedback)), "html"), tolerance)


def _tell_feedback(making: Making, fields: list[Field]) -> None:
    if any(answer.feedback.text.strip() for field in fields for answer in field.answers):
        making.lost("feedback_not_kept")


def _split(text: str, sign: str) -> list[str]:
    return re.split(rf"(?<!\\){re.escape(sign)}", text)


def _plain(text: str) -> str:
    return ESCAPED.sub(r"\1", text)


def _marked(said: Said) -> Said:
    """Return a text with a mark no text holds for each field."""
    return replace(
        said, text=FIELD.sub(lambda one: "\ue000" if one["kind"] in KINDS else one[0], said.text)
    )


def _with_blanks(text: str) -> str:
    numbers = iter(range(1, 1 + text.count("\ue000")))
    return re.sub(
        "\ue000",
        lambda _: f'<span data-type="blank" data-blank="{next(numbers)}"></span>',
        text,
    )


def _with_numbers(text: str) -> str:
    numbers = iter(range(1, 1 + text.count("\ue000")))
    return re.sub("\ue000", lambda _: f"<u> ({next(numbers)}) </u>", text)
