"""The answer cell of the field's spreadsheet, by item type."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from itembank.items.registry import read_sheet_key
from scoring.marks import read_number

TRUE = {"正确", "对", "√", "✓", "是", "T", "TRUE", "A", "Y"}
FALSE = {"错误", "错", "×", "✗", "否", "F", "FALSE", "B", "N"}
BETWEEN = re.compile(r"[,，、;；\s]+")
NUMBER = re.compile(r"(?P<value>[^±]+)(±(?P<tolerance>[^（(]+))?(?P<share>[（(]相对[）)])?")
BLANK = re.compile(r"[（(][\s_　]*[）)]|_{2,}|＿+|\[\[\w{1,8}\]\]")


@dataclass(frozen=True)
class Answered:
    """What a cell says: the key, the stem with its blanks marked, or what is wrong."""

    stem: str
    key: dict[str, Any] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()
    problem: str = ""


def answered(kind: str, cell: str, stem: str, letters: Sequence[str]) -> Answered:
    """Return what the answer cell says.

    Examples
    --------
    >>> answered("multiple", "A、C", "Which?", "ABCD").key
    {'correct': ['A', 'C']}
    >>> answered("numeric", "12.5±0.1", "U = ?", "").key["tolerance"]
    '0.1'
    >>> answered("text_entry", "PLC/可编程控制器；50", "用（  ）控制，频率为（  ）Hz", "").stem
    '用[[1]]控制，频率为[[2]]Hz'
    """
    own = read_sheet_key(kind, cell)
    if own is not None:
        return Answered(stem, own)
    if kind == "true_false":
        return _judged(cell, stem)
    if kind == "numeric":
        return _number(cell, stem)
    if kind == "text_entry":
        return _blanks(cell, stem)
    chosen = sorted({letter for part in BETWEEN.split(cell.upper()) for letter in part})
    if not chosen or not set(chosen) <= set(letters):
        return Answered(stem, problem="key_without_option")
    if kind == "single" and len(chosen) > 1:
        return Answered(stem, problem="key_not_single")
    return Answered(stem, {"correct": chosen})


def _judged(cell: str, stem: str) -> Answered:
    said = unicodedata.normalize("NFKC", cell).strip().upper()
    said = {"1": "T", "0": "F"}.get(said, said)
    if said not in TRUE | FALSE:
        return Answered(stem, problem="judgement_unknown")
    return Answered(stem, {"correct": ["A" if said in TRUE else "B"]})


def _number(cell: str, stem: str) -> Answered:
    found = NUMBER.fullmatch(cell)
    value = found["value"].strip() if found else ""
    tolerance = (found["tolerance"] or "0").strip() if found else ""
    if read_number(value) is None:
        return Answered(stem, problem="key_not_a_number")
    if read_number(tolerance) is None:
        return Answered(stem, problem="tolerance_not_a_number")
    mode = "relative" if found and found["share"] else "absolute"
    return Answered(stem, {"value": value, "tolerance": tolerance, "tolerance_mode": mode})


def _blanks(cell: str, stem: str) -> Answered:
    """Pair the blanks of the stem, in turn, with the answers: ``；`` between, ``/`` for others."""
    texts = [
        [text.strip() for text in part.split("/") if text.strip()]
        for part in re.split(r"[;；]", cell)
    ]
    pieces = BLANK.split(stem)
    if len(pieces) - 1 != len(texts) or not all(texts):
        return Answered(stem, problem="blanks_and_answers")
    blanks = tuple(str(number) for number in range(1, len(texts) + 1))
    marked = pieces[0] + "".join(
        f"[[{blank}]]{piece}" for blank, piece in zip(blanks, pieces[1:], strict=True)
    )
    key = {"blanks": dict(zip(blanks, texts, strict=True)), "case_sensitive": False}
    return Answered(marked, key, blanks)
