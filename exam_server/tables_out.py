"""Tables that go out: named columns, recorded, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import Response, request
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.clock import SITE_ZONE
from exam_server.downloads import disposition
from exam_server.errors import InvalidInputError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet's binary numbers keep exactly; a longer one goes out as text.
EXACT_DIGITS = 15
WIDEST = 60
Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]  # title, headings, rows
COLUMN_WIDTH = 22


def safe(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe("=1+1"), safe("-5"), safe("张三")
    ("'=1+1", "'-5", '张三')
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def table_response(  # noqa: PLR0913 - a table has this many facts
    db: Session,
    actor: Actor,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    kind: str,
    *,
    title: str | None = None,
    more: Sequence[Sheet] = (),
) -> Response:
    """Return a table to take away, as ``csv`` or ``xlsx``; who took how much is recorded.

    ``title`` names the first sheet of a workbook, ``more`` are those behind it.

    Raises InvalidInputError: ``no_such_format``.
    """
    listed = [list(row) for row in rows]
    if kind == "csv":
        response = csv_response(f"{name}.csv", headings, listed)
    elif kind == "xlsx":
        response = xlsx_response(f"{name}.xlsx", headings, listed, title=title, more=more)
    else:
        raise InvalidInputError("no_such_format", format=kind)
    detail = {"rows": len(listed), "format": kind, "columns": list(headings)}
    audit.record(db, "export_table", by=actor.id, of=f"table:{name}", detail=detail)
    return response


def rows_shown(rows: Mapping[str, Sequence[object]]) -> list[Sequence[object]]:
    """Return the rows a page shows, in its order, by the keys it sends; all of them without."""
    if request.method != "POST":
        return list(rows.values())
    keys = request.form.get("rows", "").splitlines()
    return [rows[key] for key in dict.fromkeys(keys) if key in rows]


def csv_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a download of ``csv_text``."""
    return download(csv_text(headings, rows), "text/csv; charset=utf-8", name)


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text; with a byte-order mark, so that Excel reads Chinese right."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + file.getvalue()


def xlsx_response(
    name: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    title: str | None = None,
    more: Sequence[Sheet] = (),
) -> Response:
    """Return a workbook: numbers and dates as such, every text as text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        _Sheet(book, headings, title).fill(rows)
        for own_title, own_headings, own_rows in more:
            _Sheet(book, own_headings, own_title).fill(own_rows)
    return download(file.getvalue(), XLSX, name)


def empty_sheet_response(name: str, headings: Sequence[str]) -> Response:
    """Return an empty workbook to fill in; its cells are text, so that long numbers stay whole."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        as_text = workbook.add_format({"num_format": "@"})
        sheet.set_column(0, len(headings) - 1, COLUMN_WIDTH, as_text)
        sheet.write_row(0, 0, headings, workbook.add_format({"bold": True, "num_format": "@"}))
        sheet.freeze_panes(1, 0)
    return download(file.getvalue(), XLSX, name)


def download(body: str | bytes, content_type: str, name: str) -> Response:
    """Return a file to keep, under a name that may be Chinese."""
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _csv_cell(cell: object) -> str:
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal | float | datetime):
        return safe(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(SITE_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


class _Sheet:
    """One sheet being filled."""

    def __init__(self, book: Any, headings: Sequence[str], title: str | None = None) -> None:
        self.book = book
        self.sheet = book.add_worksheet(title)
        self.headings = headings
        self.text = book.add_format({"num_format": "@", "quote_prefix": True})
        self.formats: dict[str, Any] = {}

    def fill(self, rows: Sequence[Sequence[object]]) -> None:
        """Write the head, which stays in view and filters, and the rows."""
        bold = self.book.add_format({"bold": True, "quote_prefix": True})
        for column, heading in enumerate(self.headings):
            self.sheet.write_string(0, column, str(heading), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._write(number, column, cell)
        self.sheet.freeze_panes(1, 0)
        if rows:
            self.sheet.autofilter(0, 0, len(rows), len(self.headings) - 1)
        self.sheet.autofit(WIDEST * 7)

    def _write(self, row: int, column: int, cell: object) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, datetime):
            local = cell.astimezone(SITE_ZONE).replace(tzinfo=None)
            self.sheet.write_datetime(row, column, local, self._format("yyyy-mm-dd hh:mm:ss"))
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, cell, self._format("yyyy-mm-dd"))
        elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
            self._write_number(row, column, cell)
        else:
            self.sheet.write_string(row, column, str(cell), self.text)

    def _write_number(self, row: int, column: int, cell: float | Decimal) -> None:
        if isinstance(cell, Decimal):
            _, digits, exponent = cell.as_tuple()
            if len(digits) > EXACT_DIGITS or not isinstance(exponent, int):
                self.sheet.write_string(row, column, f"{cell:f}", self.text)
                return
            shown = "0" if exponent >= 0 else "0." + "0" * -exponent
            self.sheet.write_number(row, column, cell, self._format(shown))
        else:
            self.sheet.write_number(row, column, cell)

    def _format(self, shown: str) -> Any:
        if shown not in self.formats:
            self.formats[shown] = self.book.add_format({"num_format": shown})
        return self.formats[shown]
