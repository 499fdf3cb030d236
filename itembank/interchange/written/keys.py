"""Answers of written questions: in brackets of the stem, on their line, or in a list at the end."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from itembank.interchange.sheet_answers import FALSE, TRUE

INLINE: Final = re.compile(
    r"[（(]([\s　]{0,40})([A-H](?:[\s,，、]{0,8}[A-H]){0,7})([\s　]{0,40})[）)]"
)
INLINE_JUDGED: Final = re.compile(
    r"[（(][\s　]{0,40}(√|✓|✔|×|✗|✘|╳|对|错|正确|错误|T|F)[\s　]{0,40}[）)]", re.IGNORECASE
)
EMPTY: Final = "（  ）"
RANGE: Final = re.compile(
    r"(\d{1,4})\s{0,8}[-–—~～至]\s{0,8}(\d{1,4})\s{0,8}[:：.．、]?([A-H√×✓✗对错TF\s,，、]{1,400})"
)
LISTED: Final = re.compile(
    r"(\d{1,4})\s{0,8}[.．、:：)）]?\s{0,8}"
    r"([A-H]{1,8}(?![A-Za-z])|√|✓|✔|×|✗|✘|╳|对|错|正确|错误|[TF](?![A-Za-z]))"
)
SIGNS: Final = {"✔": "√", "✓": "√", "✘": "×", "✗": "×", "╳": "×", "X": "×", "x": "×"}


def inline_key(stem: str) -> tuple[str, str]:
    """Return a stem with its brackets emptied, and the letters that stood in them.

    Examples
    --------
    >>> inline_key("电压的单位是（ B ）。")
    ('电压的单位是（  ）。', 'B')
    """
    found = list(INLINE.finditer(stem))
    if len(found) != 1:
        return stem, ""
    return INLINE.sub(EMPTY, stem), re.sub(r"[^A-H]", "", found[0][2])


def inline_judgement(stem: str) -> tuple[str, str]:
    """Return a stem without its bracketed judgement, and the judgement.

    Examples
    --------
    >>> inline_judgement("（×）电流的单位是伏特。"), inline_judgement("电流。(对)")
    (('电流的单位是伏特。', '×'), ('电流。', '对'))
    """
    found = list(INLINE_JUDGED.finditer(stem))
    if len(found) != 1 or (found[0].start() and stem[found[0].end() :].strip(" 。.　")):
        return stem, ""
    return INLINE_JUDGED.sub("", stem).strip(), judged(found[0][1])


def judged(said: str) -> str:
    """Return a judgement in one of its usual signs.

    Examples
    --------
    >>> judged("✔"), judged(" 错误。")
    ('√', '错误')
    """
    text = said.strip().rstrip("。.；;").strip()
    return SIGNS.get(text, text)


def is_judgement(said: str) -> bool:
    """Say whether an answer is true or false in words or signs, not a letter."""
    return judged(said).upper() in (TRUE | FALSE) - {"A", "B", "Y", "N", "T", "F"}


def listed_keys(lines: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return the answers of a list at the end by section and number."""
    found: dict[tuple[int, str], str] = {}
    for section, line in lines:
        for number, said in _listed(line):
            found.setdefault((section, number), said)
    return found


def _listed(line: str) -> Iterator[tuple[str, str]]:
    rest = line
    for run in RANGE.finditer(line):
        first, last = int(run[1]), int(run[2])
        signs = re.findall(r"[A-H√×✓✗对错TF]", run[3])
        if last - first + 1 == len(signs):
            yield from ((str(first + place), judged(sign)) for place, sign in enumerate(signs))
            rest = rest.replace(run[0], " ")
    for one in LISTED.finditer(rest):
        yield one[1], judged(one[2])
