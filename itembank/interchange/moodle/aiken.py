"""Aiken files: a question, its lettered options, and ``ANSWER: B``."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Final

from itembank.interchange.moodle.items import Gathered, gather
from itembank.interchange.moodle.questions import Answer, Question, Said
from itembank.interchange.report import Parsed, PictureFile, encoding_notes

FORMAT: Final = "aiken"
OPTION: Final = re.compile(r"\s*([A-Z])[.)]\s+(\S.*)")
ANSWER: Final = re.compile(r"\s*ANSWER:\s*([A-Z])\s*")


def is_aiken(text: str) -> bool:
    """Say whether a text has a line ``ANSWER: B`` behind lettered lines."""
    lines = [line for line in text.splitlines() if line.strip()]
    return any(
        ANSWER.fullmatch(line) and OPTION.fullmatch(before) for before, line in pairwise(lines)
    )


def read_aiken(
    text: str, encoding: str, pictures: Mapping[str, PictureFile], source: str
) -> Parsed:
    """Read a file; ``source`` is where its questions belong."""
    gathered = Gathered(FORMAT, source, pictures)
    gathered.notes += encoding_notes(encoding)
    gather(_questions(text, gathered), gathered)
    return gathered.parsed()


def _questions(text: str, gathered: Gathered) -> Iterator[Question]:
    row, stem = 0, list[str]()
    options: list[tuple[str, str]] = []
    for number, line in enumerate([*text.splitlines()], start=1):
        option, answer = OPTION.fullmatch(line), ANSWER.fullmatch(line)
        if answer:
            row += 1
            if answer[1] in [letter for letter, _ in options] and stem:
                yield _question(row, stem, options, answer[1])
            else:
                gathered.refuse(
                    row, f"{row}", "ANSWER", "key_without_option", {"option": answer[1]}
                )
            stem, options = [], []
        elif option:
            options.append((option[1], option[2].strip()))
        elif line.strip() and options:
            row += 1
            gathered.refuse(row, f"{row}", "ANSWER", "key_missing", {"line": number})
            stem, options = [line.strip()], []
        elif line.strip():
            stem.append(line.strip())
    if stem or options:
        gathered.refuse(row + 1, f"{row + 1}", "ANSWER", "key_missing", {})


def _question(row: int, stem: list[str], options: list[tuple[str, str]], right: str) -> Question:
    answers = tuple(
        Answer(Said(text, "plain"), Decimal(100 if letter == right else 0))
        for letter, text in options
    )
    return Question(row, "multichoice", "", Said("\n".join(stem), "plain"), answers=answers)
