"""Spreadsheets that people send: .xlsx or .csv read into rows of named columns."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from exam_server.errors import InvalidInputError, Problem

MOST_ROWS = 20_000
# From 16 digits on a spreadsheet's number has lost its last ones.
MOST_EXACT = 10**15


@dataclass(frozen=True)
class Column:
    """A column: its name here, the headings it may have, whether it must be there."""

    name: str
    headings: tuple[str, ...]
    is_needed: bool = True


@dataclass(frozen=True)
class SheetRow:
    """A row as text by column name; ``number`` is what a spreadsheet shows beside it."""

    number: int
    cells: Mapping[str, str]


def read_sheet(name: str, data: bytes, columns: Sequence[Column]) -> list[SheetRow]:
    """Read the first sheet of a file; empty rows are left out.

    Raises InvalidInputError: ``sheet_unreadable``, ``sheet_empty``, ``too_many_rows``,
    ``columns_missing`` (naming them).
    """
    rows = _csv_rows(data) if name.lower().endswith(".csv") else workbook_rows(data)
    _check_size(rows)
    return _named(rows[1:], _places(_headings(rows[0]), columns), first=2)


def read_pasted(text: str, columns: Sequence[Column]) -> list[SheetRow]:
    """Read cells copied out of a spreadsheet, with their headings or in the columns' order.

    Raises InvalidInputError: ``sheet_unreadable``, ``sheet_empty``, ``too_many_rows``,
    ``columns_missing``.
    """
    first_line = text.lstrip("\r\n").partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in first_line else ","))
    except csv.Error:
        raise InvalidInputError("sheet_unreadable") from None
    _check_size([row for row in rows if row])
    headings = _headings(rows[0])
    known = {heading.lower() for column in columns for heading in column.headings}
    if known.isdisjoint(headings):
        in_order = {column.name: place for place, column in enumerate(columns)}
        return _named(rows, in_order, first=1)
    return _named(rows[1:], _places(headings, columns), first=2)


def as_pasted(rows: Sequence[SheetRow], columns: Sequence[Column]) -> str:
    """Return rows as text that ``read_pasted`` reads again."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow([column.headings[0] for column in columns])
    for row in rows:
        writer.writerow([row.cells.get(column.name, "") for column in columns])
    return file.getvalue()


def _check_size(rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        raise InvalidInputError("sheet_empty")
    if len(rows) > MOST_ROWS:
        raise InvalidInputError("too_many_rows", most=MOST_ROWS)


def _headings(row: Sequence[str]) -> list[str]:
    return [cell.strip().lower() for cell in row]


def _named(
    rows: Sequence[Sequence[str]], places: Mapping[str, int], *, first: int
) -> list[SheetRow]:
    return [
        SheetRow(number, {each: _cell(row, place) for each, place in places.items()})
        for number, row in enumerate(rows, start=first)
        if any(cell.strip() for cell in row)
    ]


def _places(headings: list[str], columns: Sequence[Column]) -> dict[str, int]:
    places, problems = {}, []
    for column in columns:
        known = [heading for heading in column.headings if heading.lower() in headings]
        if known:
            places[column.name] = headings.index(known[0].lower())
        elif column.is_needed:
            detail: dict[str, object] = {"column": " / ".join(column.headings)}
            problems.append(Problem("1", "column_missing", detail))
    if problems:
        raise InvalidInputError("columns_missing", problems)
    return places


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _csv_rows(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding))))
        except UnicodeDecodeError:
            continue
        except csv.Error:  # such as a quotation mark that is never closed
            break
    raise InvalidInputError("sheet_unreadable")


def workbook_rows(data: bytes, *, fills_merged: bool = False) -> list[list[str]]:
    """Return the first sheet's cells as text; raises InvalidInputError ``sheet_unreadable``.

    ``fills_merged`` says that a cell merged over rows counts for each of them.
    """
    return [
        [_text(cell) for cell in row] for row in _workbook_cells(data, fills_merged=fills_merged)
    ]


def sheet_cells(name: str, data: bytes) -> list[list[object]]:
    """Return the first sheet's cells as they are held, numbers as numbers; of a CSV, text.

    Raises InvalidInputError: ``sheet_unreadable``, ``sheet_empty``, ``too_many_rows``.
    """
    is_csv = name.lower().endswith(".csv")
    rows = [list[object](row) for row in (_csv_rows(data) if is_csv else _workbook_cells(data))]
    if not rows:
        raise InvalidInputError("sheet_empty")
    if len(rows) > MOST_ROWS:
        raise InvalidInputError("too_many_rows", most=MOST_ROWS)
    return rows


def _workbook_cells(data: bytes, *, fills_merged: bool = False) -> list[list[Any]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges if fills_merged else None
        return _filled_down(cells, merged or ())
    except (CalamineError, ValueError, OSError, IndexError):
        raise InvalidInputError("sheet_unreadable") from None


def _filled_down(cells: list[list[Any]], merged: Sequence[Any]) -> list[list[Any]]:
    """Return cells in which those merged over rows of one column hold their first one's value."""
    for (top, left), (bottom, right) in merged:
        if left == right and bottom < len(cells) and left < len(cells[top]):
            for row in range(top + 1, bottom + 1):
                cells[row][left] = cells[top][left]
    return cells


def _text(cell: object) -> str:
    """Return a cell as people see it: whole numbers without ``.0``, long ones like ``1.1E+17``."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < MOST_EXACT else f"{cell:.5E}"
    return str(cell)
