"""A blueprint written as lines: one range or point a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from itembank.blueprint import AreaFacts, PointFacts, blueprint_problems, read_importance
from itembank.blueprint_kinds import (
    WORK_TYPE_JOINT,
    kind_problems,
    read_levels,
    read_work_types,
)
from itembank.problems import Problem

POINT = re.compile(r"-\d{3}$")
POINT_WORDS = ("point", "点", "鉴定点")
RANGE_WORDS = ("range", "范围")
LARGEST_WEIGHT = 1000
DECIMALS = 4  # as many as a weight in store has
UNSAID = "="  # a cell that leaves levels or work types as they are
FILLED = ("", "", "", "", UNSAID, UNSAID)  # what cells that are not there say


@dataclass(frozen=True)
class BlueprintLines:
    """A blueprint as typed: one range or point a line."""

    areas: list[AreaFacts]
    points: list[PointFacts]
    problems: list[Problem]


def read_blueprint_lines(text: str, *, check: bool = True) -> BlueprintLines:
    """Read lines such as ``A-B | name | 25`` (range, weight) and ``A-B-001 | name | X`` (point).

    A code whose last part is a number of three digits is a point, unless a fourth cell says
    ``point`` or ``range``; a point may have its skill levels in a fifth cell and its work types
    in a sixth. Where there are tabs, as pasted from a spreadsheet, they part the
    cells. Problems name the line; those of the whole only with ``check``.
    """
    areas: list[AreaFacts] = []
    points: list[PointFacts] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in re.split(r"\t" if "\t" in line else r"[|｜]", line)]
        if not any(parts):
            continue
        code, name, last, kind, levels, kinds = (*parts, *FILLED[len(parts) :])[: len(FILLED)]
        detail: dict[str, object] = {"line": number}
        if not code or not name:
            problems.append(Problem("lines", "line_incomplete", detail))
        elif _is_point(code, kind.lower()):
            area, _, own = code.rpartition("-")
            importance = read_importance(last)
            points.append(PointFacts(area, own, name, importance, *_kinds(levels, kinds)))
        else:
            weight = read_weight(last)
            if last and weight is None:
                detail["text"] = last
                problems.append(Problem("lines", "line_weight_wrong", detail))
            areas.append(AreaFacts(code, name, weight))
    whole = [*blueprint_problems(areas, points), *kind_problems(points, ())] if check else []
    return BlueprintLines(areas, points, [*problems, *whole])


def as_lines(areas: Sequence[AreaFacts], points: Sequence[PointFacts]) -> str:
    """Return a blueprint as lines that ``read_blueprint_lines`` reads again."""
    rows = [
        *((each.path, each.name, _typed(each.weight), RANGE_WORDS[0]) for each in areas),
        *(_point_cells(each) for each in points),
    ]
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def read_weight(text: str) -> Decimal | None:
    """Return a weight as typed, a percent sign allowed; ``None`` for what is none.

    Examples
    --------
    >>> read_weight("12.5"), read_weight("25 %"), read_weight("viel")
    (Decimal('12.5'), Decimal('25'), None)
    """
    try:
        weight = Decimal(text.strip().rstrip("%％").strip())
    except InvalidOperation:
        return None
    if not weight.is_finite() or abs(weight) > LARGEST_WEIGHT:
        return None
    return weight if weight == round(weight, DECIMALS) else None


def _is_point(code: str, kind: str) -> bool:
    if kind in RANGE_WORDS or "-" not in code:
        return False
    return kind in POINT_WORDS or POINT.search(code) is not None


def _kinds(levels: str, work_types: str) -> tuple[str | None, tuple[str, ...] | None]:
    return (
        None if levels == UNSAID else read_levels(levels),
        None if work_types == UNSAID else read_work_types(work_types),
    )


def _point_cells(point: PointFacts) -> tuple[str, ...]:
    kinds = (
        UNSAID if point.levels is None else point.levels,
        UNSAID if point.work_types is None else WORK_TYPE_JOINT.join(point.work_types),
    )
    return point.full_code, point.name, point.importance or "", POINT_WORDS[0], *kinds


def _typed(weight: Decimal | None) -> str:
    return "" if weight is None else f"{weight:f}"
