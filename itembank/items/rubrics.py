"""Rubrics (评分细则): criteria with points by which a person marks what was written.

A key's ``rubric`` is a list of criteria ``{"id", "words", "points", "levels"?}``; levels describe
how many points which work earns. Points are texts of decimals. They add up to the share of the
mark where an item says one, and are scaled to the mark of the position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any, Final

from itembank.items.shapes import ID, rows, share_of_part, text
from itembank.problems import Problem
from scoring.marks import SMALLEST, read_number

MOST_CRITERIA: Final = 20
MOST_LEVELS: Final = 10
MOST_POINTS: Final = 1000
STEP: Final = Decimal("0.01")  # of points
LONGEST_WORDS: Final = 2000


@dataclass(frozen=True)
class Level:
    """How many points which work earns."""

    points: Decimal
    words: str


@dataclass(frozen=True)
class Criterion:
    """What is looked at, the most points it brings, and levels, the best first."""

    id: str
    words: str
    points: Decimal
    levels: tuple[Level, ...] = ()


def rubric_of(key: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Return the rubric of a key that has no problems.

    Examples
    --------
    >>> rubric_of({"rubric": [{"id": "1", "words": "names the law", "points": "2.5"}]})
    (Criterion(id='1', words='names the law', points=Decimal('2.5'), levels=()),)
    """
    return tuple(
        Criterion(
            str(each["id"]),
            text(each, "words"),
            _points(each) or Decimal(0),
            tuple(
                sorted(
                    (Level(_level_points(level), text(level, "words")) for level in _levels(each)),
                    key=lambda level: -level.points,
                )
            ),
        )
        for each in rows(key, "rubric")
    )


def full_points(rubric: Sequence[Criterion]) -> Decimal:
    """Return the points that earn the full mark."""
    return sum((each.points for each in rubric), Decimal(0))


def rubric_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a rubric, whatever its shape.

    ``rubric_missing``, ``list_count``, ``list_ids``; at a criterion ``criterion_empty``,
    ``criterion_too_long``, ``criterion_points`` or what is wrong with its levels;
    ``rubric_not_share`` when the points do not add up to the share of the mark.
    """
    criteria = rows(key, "rubric")
    if not criteria:
        return [Problem("key.rubric", "rubric_missing")]
    if len(criteria) > MOST_CRITERIA:
        detail: dict[str, object] = {"fewest": 1, "most": MOST_CRITERIA, "count": len(criteria)}
        return [Problem("key.rubric", "list_count", detail)]
    ids = [each.get("id") for each in criteria]
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in ids):
        return [Problem("key.rubric", "list_ids")]
    if len(set(ids)) < len(ids):
        return [Problem("key.rubric", "list_ids")]
    problems = [
        problem
        for number, each in enumerate(criteria, start=1)
        for problem in _criterion_problems(each, number)
    ]
    return problems or _share_problems(content, key)


def given_problems(rubric: Sequence[Criterion], given: Mapping[str, Decimal]) -> list[Problem]:
    """Return what keeps given points from being a mark: one problem at each criterion.

    ``criterion_unknown``, ``criterion_not_marked``, ``points_out_of_range``, ``points_too_fine``.

    Examples
    --------
    >>> rubric = (Criterion("1", "names the law", Decimal(2)),)
    >>> [each.code for each in given_problems(rubric, {"1": Decimal(3)})]
    ['points_out_of_range']
    """
    known = {each.id for each in rubric}
    problems = [
        Problem(each, "criterion_unknown", {"criterion": each}) for each in given.keys() - known
    ]
    for each in rubric:
        points = given.get(each.id)
        if points is None:
            problems.append(Problem(each.id, "criterion_not_marked", {"criterion": each.id}))
        elif not points.is_finite() or not 0 <= points <= each.points:
            detail: dict[str, object] = {"criterion": each.id, "most": f"{each.points:f}"}
            problems.append(Problem(each.id, "points_out_of_range", detail))
        elif points % STEP:
            problems.append(Problem(each.id, "points_too_fine", {"criterion": each.id}))
    return problems


def mark_of(
    rubric: Sequence[Criterion], points_given: Mapping[str, Decimal], max_mark: Decimal
) -> Decimal:
    """Return the mark that points for every criterion earn: their share of the full mark.

    The share is exact to four decimals, rounded down; all points earn exactly ``max_mark``.

    Raises
    ------
    ValueError
        If a criterion is not marked, unknown, or its points are out of range.

    Examples
    --------
    >>> rubric = (Criterion("1", "cause", Decimal(4)), Criterion("2", "remedy", Decimal(6)))
    >>> mark_of(rubric, {"1": Decimal(4), "2": Decimal("1.5")}, Decimal(20))
    Decimal('11.0000')
    """
    problems = given_problems(rubric, points_given)
    if problems:
        msg = f"no mark from these points: {dict(points_given)!r}, {problems[0].code}"
        raise ValueError(msg)
    whole = full_points(rubric)
    given = sum(points_given.values(), Decimal(0))
    if given == whole:
        return max_mark
    exact = Fraction(max_mark) * Fraction(given) / Fraction(whole)
    units = Decimal(int(exact / Fraction(SMALLEST)))
    return (units * SMALLEST).quantize(SMALLEST, rounding=ROUND_DOWN)


def rubric_words(rubric: Sequence[Criterion]) -> str:
    """Return a rubric as lines of text."""
    lines = []
    for number, each in enumerate(rubric, start=1):
        lines.append(f"({number}) {each.words} [{_plain(each.points)}]")
        lines += [f"    {_plain(level.points)}: {level.words}" for level in each.levels]
    return "\n".join(lines)


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"


def _points(row: Mapping[str, Any]) -> Decimal | None:
    said = row.get("points")
    points = read_number(said) if isinstance(said, str) else None
    is_right = points is not None and 0 <= points <= MOST_POINTS and not points % STEP
    return points if is_right else None


def _level_points(level: Mapping[str, Any]) -> Decimal:
    return _points(level) or Decimal(0)


def _levels(criterion: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return rows(criterion, "levels")


def _criterion_problems(criterion: Mapping[str, Any], number: int) -> list[Problem]:
    where, points = f"key.rubric.{criterion['id']}", _points(criterion)
    detail: dict[str, object] = {"criterion": number, "most": MOST_POINTS}
    problems = _words_problems(where, criterion, detail)
    if not points:
        problems.append(Problem(where, "criterion_points", detail))
        return problems
    levels = _levels(criterion)
    if len(levels) > MOST_LEVELS:
        return [*problems, Problem(where, "too_many_levels", {**detail, "most": MOST_LEVELS})]
    given = [_points(level) for level in levels]
    wrong = any(each is None or each > points for each in given) or len(set(given)) < len(given)
    if wrong:
        problems.append(Problem(where, "level_points", detail))
    elif levels and points not in given:
        problems.append(Problem(where, "level_full_missing", detail))
    for level in levels:
        problems += _words_problems(where, level, detail, empty="level_empty")
    return problems


def _words_problems(
    where: str,
    row: Mapping[str, Any],
    detail: dict[str, object],
    *,
    empty: str = "criterion_empty",
) -> list[Problem]:
    said = text(row, "words")
    if len(said) > LONGEST_WORDS:
        return [Problem(where, "criterion_too_long", {**detail, "most": LONGEST_WORDS})]
    return [] if said else [Problem(where, empty, detail)]


def _share_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    if "mark_share" not in content:
        return []
    share, whole = share_of_part(content), full_points(rubric_of(key))
    if share is None or share == whole:  # a share that is none is told where it stands
        return []
    detail: dict[str, object] = {"points": _plain(whole), "share": _plain(share)}
    return [Problem("key.rubric", "rubric_not_share", detail)]
