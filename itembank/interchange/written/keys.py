"""Answers of written questions: in brackets of the stem, on their line, or in a list at the end."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from itembank.interchange.sheet_answers import FALSE, TRUE

INLINE: Final = re.compile(
    r"[（(]([\s　]{0,40})([A-HＡ-Ｈ](?:[\s,，、]{0,8}[A-HＡ-Ｈ]){0,7})([\s　]{0,40})[）)]"
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
BEFORE_KEY: Final = re.compile(r"^(?:(?:正确|参考|标准)?答案|应选|故选|选)\s*[:：为]?\s*")
LETTER_AND_TEXT: Final = re.compile(r"[(（]?([A-H])[)）]?\s*[.．、:：\s]\s*(\S.*)")
BRACKETS: Final = re.compile(r"[()（）\[\]【】]")
KEY_LINE: Final = re.compile(r"\s*[【\[]?(?:参考|标准|正确)?答案[】\]]?\s*[:：]?\s*(\S.*)")
LETTERS: Final = "ABCDEFGH"
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
    return INLINE.sub(EMPTY, stem), re.sub(r"[^A-H]", "", half_width(found[0][2]))


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
    sign = found[0][1].upper()
    return INLINE_JUDGED.sub("", stem).strip(), {"T": "√", "F": "×"}.get(sign, judged(sign))


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


def chosen_letters(said: str, options: Sequence[str]) -> str:
    """Return the letters an answer chooses: full width, in brackets, or with the option's text.

    Examples
    --------
    >>> chosen_letters("（Ｂ）", ["x", "y"]), chosen_letters("选 AC。", ["x", "y", "z"])
    ('B', 'AC')
    >>> chosen_letters("B.y", ["x", "y"]), chosen_letters("y", ["x", "y"])
    ('B', 'B')
    """
    text = BEFORE_KEY.sub("", half_width(said.partition("\n")[0]).strip(" 。.;"))
    texts = [half_width(each).strip() for each in options]
    if texts.count(text) == 1:
        return LETTERS[texts.index(text)]
    both = LETTER_AND_TEXT.fullmatch(text)
    if both is not None and LETTERS.index(both[1]) < len(texts):
        named = both[1]
        if texts[LETTERS.index(named)] == both[2].strip():
            return named
    return BRACKETS.sub("", text).replace(".", "")


def half_width(text: str) -> str:
    """Return a text with letters, digits and signs in their usual width."""
    return unicodedata.normalize("NFKC", text)


def key_row(rows: Sequence[Sequence[str]]) -> str:
    """Return a table of numbers above answers as a line of a key list; empty for another table.

    Examples
    --------
    >>> key_row([["题号", "1", "2"], ["答案", "A", "√"]]), key_row([["1", "2"], ["3", "4"]])
    ('1. A  2. √', '')
    """
    found: list[str] = []
    for numbers, answers in zip(rows[::2], rows[1::2], strict=False):
        for number, said in zip(numbers, answers, strict=False):
            one = LISTED.fullmatch(f"{number.strip()}. {half_width(said).strip()}")
            if one is not None:
                found.append(one[0])
            elif number.strip().isdecimal() and said.strip():
                return ""
    return "  ".join(found) if len(rows) % 2 == 0 else ""


def keys_in_line(text: str) -> str:
    """Return what a line “答案：1-5 ABCDA” lists; empty for the answer of one question."""
    found = KEY_LINE.fullmatch(text)
    said = half_width(found[1]) if found else ""
    is_list = RANGE.match(said) or len({one[1] for one in LISTED.finditer(said)}) > 1
    return said if is_list and said[:1].isdecimal() else ""


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
