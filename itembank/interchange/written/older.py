"""The older text form: ``A-B-A-001  B  3  5`` (point, type, difficulty, consistency), then
``{A}`` before the stem with its options, and ``{B}`` before the answer.
"""  # noqa: D205 - the form stands in one piece

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from itembank.interchange.written.layout import Layout, Written, split_options
from itembank.interchange.written.paragraphs import Paragraph

HEAD: Final = re.compile(
    r"\s*([A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8}){1,6})[\s　]+([A-Z])[\s　]+([1-5])(?:[\s　]+([1-5]))?\s*"
)
STEM, ANSWER, NOTE = "{A}", "{B}", "{C}"
TYPES: Final = {
    "B": "single", "G": "multiple", "C": "true_false", "T": "text_entry", "U": "numeric",
    "D": "short_answer", "W": "essay", "E": "essay",
}  # fmt: skip
OPTION: Final = re.compile(r"\s*[（(]\s*([A-H])\s*[)）]")


def is_older(text: str) -> bool:
    """Say whether a text has such a head with a stem behind it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return any(
        HEAD.fullmatch(line) and following.lstrip().startswith(STEM)
        for line, following in pairwise(lines)
    )


def older_layout(paragraphs: Iterable[Paragraph]) -> tuple[Layout, set[int]]:
    """Return the questions of a text, and the rows that have a rating of consistency."""
    layout, ratings = Layout(), set[int]()
    part = ""
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        head = HEAD.fullmatch(text)
        if head:
            written = Written(str(len(layout.questions) + 1), paragraph.number, 0, "")
            written.kind = TYPES.get(head[2], "hand")
            written.said = {"point": [head[1]], "difficulty": [head[3]]}
            layout.questions.append(written)
            if head[4]:
                ratings.add(len(layout.questions))
            part = ""
        elif text and not layout.questions:
            layout.unread.append(paragraph)
        elif text:
            part = _added(layout.questions[-1], text, part)
    return layout, ratings


def _added(written: Written, text: str, part: str) -> str:
    """Add a line to a question; return the part it belongs to."""
    for sign in (STEM, ANSWER, NOTE):
        if text.startswith(sign):
            part, text = sign, text.removeprefix(sign).strip()
    if part == STEM:
        _asked(written, text)
    elif part == ANSWER:
        written.said.setdefault("answer", []).append(text)
    elif part == NOTE:
        written.said.setdefault("explanation", []).append(text)
    return part


def _asked(written: Written, text: str) -> None:
    """Add a line of stem and options."""
    before, options = split_options(text, len(written.options))
    if written.options and not options:
        written.options[-1] += f"\n{before}"
    elif before.strip():
        written.stem.append(before.strip())
    written.options += options
