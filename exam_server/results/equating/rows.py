"""The conversion as people read it: for each raw mark the theory marks that would be published."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from exam_server.results.equating.conversion import WHOLE, converted, frozen
from exam_server.results.equating.wording import method_words
from scoring.composite import Rounding, rounded

Facts = Mapping[str, Any]
NEAR = 5  # of 100 on each side of the line


def made_rows(figures: Facts) -> list[dict[str, Any]]:
    """Return the figures of the methods that have a table."""
    return [row for row in figures["methods"] if row["refused"] is None]


def conversion_rows(figures: Facts) -> list[dict[str, Any]]:
    """Return a row for each raw mark: what it is, and by each method what is published."""
    made = made_rows(figures)
    if not made:
        return []
    rounding = Rounding(*figures["rounding"])
    most, reference = (Decimal(figures["most"][name]) for name in ("new", "reference"))
    marks = [Decimal(row[0]) for row in made[0]["rows"]]
    tables = [frozen(marks, [row[1] for row in each["rows"]], most, reference) for each in made]
    line = Decimal(figures["line"]["mark"])
    return [
        {
            "raw": mark,
            "theory": rounded(mark * WHOLE / most, rounding),
            "worth": [converted(table, mark, most, rounding) for table in tables],
            "errors": [each["rows"][at][2] for each in made],
            "is_near": abs(mark * WHOLE / most - line) <= NEAR,
            "line": line,
        }
        for at, mark in enumerate(marks)
    ]


def headings(figures: Facts) -> list[str]:
    """Return the headings of the whole table."""
    found = [gettext("Raw mark"), gettext("Theory mark of 100, raw")]
    for each in made_rows(figures):
        name = method_words(each["method"])
        found += [gettext("%(name)s: equated", name=name), gettext("%(name)s: error", name=name)]
    return found


def sheet_rows(figures: Facts) -> list[list[object]]:
    """Return the whole table for a workbook."""
    rows: list[list[object]] = []
    for each in conversion_rows(figures):
        pairs = zip(each["worth"], each["errors"], strict=True)
        rows.append([each["raw"], each["theory"], *(cell for pair in pairs for cell in pair)])
    return rows
