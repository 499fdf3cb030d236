"""A key of written answers as one text: the model answer, then the rubric line by line.

``【评分细则】`` heads the rubric; ``（1）names the cause（4分）`` is a criterion, a line
``2.5分：in part`` below it a level. A text without such lines is the model
answer alone: it is then the one criterion as a whole.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from itembank.items.rubrics import Criterion, rubric_of

HEAD: Final = re.compile(r"\s*[【\[]?\s*评分(?:细则|标准|要点|参考)\s*[】\]]?\s*[:：]?\s*")
CRITERION: Final = re.compile(
    r"\s*(?:[（(]\s*\d{1,2}\s*[)）]|\d{1,2}\s*[.．、])?\s*(?P<words>\S.*?)"
    r"\s*[（(]\s*(?P<points>\d{1,4}(?:\.\d{1,2})?)\s*分\s*[)）]\s*[。；;]?\s*"
)
LEVEL: Final = re.compile(
    r"\s*(?P<points>\d{1,4}(?:\.\d{1,2})?)\s*分\s*[:：]\s*(?P<words>\S.*?)\s*"
)
ONE_CRITERION: Final = "按参考答案评分"
USUAL_POINTS: Final = "10"


def written_cell(key: Mapping[str, Any]) -> str:
    """Return a key as a text.

    Examples
    --------
    >>> rubric = [{"id": "1", "words": "names the cause", "points": "4"}]
    >>> print(written_cell({"model_answer": "The fuse.", "rubric": rubric}))
    The fuse.
    【评分细则】
    （1）names the cause（4分）
    """
    model = str(key.get("model_answer", ""))
    rubric = rubric_of(key)
    if not rubric or rubric == (Criterion("1", ONE_CRITERION, Decimal(USUAL_POINTS)),):
        return model
    lines = [model, "【评分细则】"] if model else ["【评分细则】"]
    for number, each in enumerate(rubric, start=1):
        lines.append(f"（{number}）{_line(each.words)}（{_plain(each.points)}分）")
        lines += [f"{_plain(level.points)}分：{_line(level.words)}" for level in each.levels]
    return "\n".join(lines)


def read_written_cell(text: str, points: str = USUAL_POINTS) -> dict[str, Any]:
    """Return the key that a text says; ``points`` are those of the one criterion it has else.

    Examples
    --------
    >>> read_written_cell("更换保险丝。")["rubric"]
    [{'id': '1', 'words': '按参考答案评分', 'points': '10'}]
    """
    model, criteria = _parted(text.replace("\r\n", "\n").strip().split("\n"))
    if not criteria:
        criteria = [{"words": ONE_CRITERION, "points": points}]
    rubric = [{"id": str(number), **each} for number, each in enumerate(criteria, start=1)]
    return {"model_answer": "\n".join(model).strip(), "rubric": rubric}


def _parted(lines: list[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """Part a text into model answer and criteria; a rubric that is not read whole is none."""
    heads = [place for place, line in enumerate(lines) if HEAD.fullmatch(line)]
    if not heads:
        return lines, []
    criteria: list[dict[str, Any]] = []
    for line in filter(str.strip, lines[heads[-1] + 1 :]):
        level, criterion = LEVEL.fullmatch(line), CRITERION.fullmatch(line)
        if level and criteria:
            criteria[-1].setdefault("levels", []).append(level.groupdict())
        elif criterion:
            criteria.append(criterion.groupdict())
        else:
            return lines, []
    return (lines[: heads[-1]], criteria) if criteria else (lines, [])


def _line(words: str) -> str:
    return " ".join(words.split())


def _plain(points: Any) -> str:
    return f"{points.normalize():f}"
