"""A list of candidates before it is stored: every cell as it was read, with what is wrong in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.rules import COLUMNS, candidate_problems
from exam_server.batches.service import store_problems
from exam_server.documents.fonts import unprintable
from exam_server.errors import Problem
from exam_server.tables_in import SheetRow, as_pasted

KNOWN_ALREADY = "registered_already"


@dataclass(frozen=True)
class CheckedRow:
    """A row with what is wrong in it, and what may become trouble later, by column."""

    number: int
    cells: Mapping[str, str]
    problems: Mapping[str, list[Problem]] = field(default_factory=dict)
    warnings: Mapping[str, list[Problem]] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A list as it was read."""

    rows: list[CheckedRow]
    text: str  # the rows again, to be sent back

    @property
    def n_wrong(self) -> int:
        """Return how many cells must be corrected."""
        return sum(len(found) for row in self.rows for found in row.problems.values())

    @property
    def n_warnings(self) -> int:
        """Return how many cells deserve a look."""
        return sum(len(found) for row in self.rows for found in row.warnings.values())

    @property
    def n_known(self) -> int:
        """Return how many people of the list are in the batch already."""
        return sum(_is_known(row) for row in self.rows)


def check_candidates(
    db: Session, batch: Batch, rows: Sequence[SheetRow], *, more_fonts: Path | None = None
) -> Checked:
    """Return every row with every wrong cell; nothing is stored."""
    problems = _by_cell([*candidate_problems(rows), *store_problems(db, batch, rows)])
    warnings = _by_cell(
        [problem for row in rows if (problem := _print_problem(row, more_fonts)) is not None]
    )
    checked = [
        CheckedRow(row.number, row.cells, problems[row.number], warnings[row.number])
        for row in rows
    ]
    return Checked(checked, as_pasted(rows, COLUMNS))


def corrected(rows: Sequence[SheetRow], typed: Mapping[str, str]) -> list[SheetRow]:
    """Return the rows with cells typed anew: ``cell.<row>.<column>``."""
    names = {column.name for column in COLUMNS}
    fresh: dict[int, dict[str, str]] = defaultdict(dict)
    for key, text in typed.items():
        _, number, column = (*key.split("."), "", "")[:3]
        if number.isdecimal() and column in names:
            fresh[int(number)][column] = text.strip()
    return [replace(row, cells={**row.cells, **fresh.get(row.number, {})}) for row in rows]


def without_known(checked: Checked) -> list[SheetRow]:
    """Return the rows of those who are not in the batch yet."""
    return [SheetRow(row.number, row.cells) for row in checked.rows if not _is_known(row)]


def _is_known(row: CheckedRow) -> bool:
    found = row.problems.get("id_number", [])
    return any(problem.code == KNOWN_ALREADY for problem in found)


def _print_problem(row: SheetRow, more_fonts: Path | None) -> Problem | None:
    letters = unprintable(row.cells["name"], more_fonts)
    if not letters:
        return None
    return Problem(f"{row.number} name", "name_unprintable", {"value": letters})


def _by_cell(problems: Sequence[Problem]) -> defaultdict[int, dict[str, list[Problem]]]:
    found: defaultdict[int, dict[str, list[Problem]]] = defaultdict(dict)
    for problem in problems:
        number, _, column = problem.where.partition(" ")
        found[int(number)].setdefault(column, []).append(problem)
    return found
