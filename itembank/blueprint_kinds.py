"""For whom a point is: skill levels (5 lowest … 1 highest) and work types (工种)."""

import re
import unicodedata
from collections.abc import Sequence

from itembank.blueprint import PointFacts
from itembank.problems import Problem

LEVELS = "54321"  # as they rise
LEVEL_WORDS = {
    "5": ("五级", "初级工"),
    "4": ("四级", "中级工"),
    "3": ("三级", "高级工"),
    "2": ("二级", "技师"),
    "1": ("一级", "高级技师"),
}
PARTS = re.compile(r"[\s、,，;；/／|]+")
SPAN = re.compile(r"([1-5])[-~–—至]([1-5])")
WORK_TYPE_JOINT = "、"


def read_levels(text: str) -> str:
    """Return skill levels, the lowest first, for any way they are written; else the text itself.

    What is returned is right where ``are_levels`` says so; nothing said is all levels.

    Examples
    --------
    >>> [read_levels(text) for text in ("3 5", "五级/初级工、四级", "5-3", "", "六级")]
    ['53', '54', '543', '', '六级']
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found: set[str] = set()
    for part in PARTS.split(plain):
        span = SPAN.fullmatch(part)
        if span:
            low, high = sorted(span.groups())
            found |= {level for level in LEVELS if low <= level <= high}
        elif part and set(part) <= set(LEVELS):
            found |= set(part)
        elif part:
            named = [level for level, words in LEVEL_WORDS.items() if part in words]
            if not named:
                return plain
            found |= set(named)
    return "".join(level for level in LEVELS if level in found)


def are_levels(text: str) -> bool:
    """Say whether a text is levels as they are kept.

    Examples
    --------
    >>> are_levels("53"), are_levels(""), are_levels("35"), are_levels("六级")
    (True, True, False, False)
    """
    return text == "".join(level for level in LEVELS if level in text)


def read_work_types(text: str) -> tuple[str, ...]:
    """Return work types as listed, each once.

    Examples
    --------
    >>> read_work_types("普通车床、数控车床；普通车床")
    ('普通车床', '数控车床')
    """
    parts = re.split(r"[、,，;；\n]+", unicodedata.normalize("NFKC", text))
    names = (" ".join(part.split()) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


def kind_problems(points: Sequence[PointFacts], offered: Sequence[str]) -> list[Problem]:
    """Return which points name a level that is none, or a work type the bank has not.

    Codes: ``level_unknown``, ``work_type_unknown``. Where the bank names none, any goes.
    """
    problems = []
    for point in points:
        if point.levels and not are_levels(point.levels):
            detail: dict[str, object] = {"text": point.levels}
            problems.append(Problem(point.full_code, "level_unknown", detail))
        for name in point.work_types or ():
            if offered and name not in offered:
                detail = {"text": name, "offered": WORK_TYPE_JOINT.join(offered)}
                problems.append(Problem(point.full_code, "work_type_unknown", detail))
    return problems


def is_for(levels: str, work_types: Sequence[str], *, level: str, work_type: str) -> bool:
    """Say whether a point is for a level and a work type; nothing asked or said is all.

    Examples
    --------
    >>> is_for("54", (), level="4", work_type="普通车床"), is_for("54", (), level="3", work_type="")
    (True, False)
    """
    fits_level = not level or not levels or level in levels
    return fits_level and (not work_type or not work_types or work_type in work_types)
