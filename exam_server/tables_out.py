"""Tables that go out: CSV with a named list of columns, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from flask import Response

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


def csv_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a download; with a byte-order mark, so that Excel reads Chinese right."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def empty_sheet_response(name: str, headings: Sequence[str]) -> Response:
    """Return an empty workbook to fill in; its cells are text, so that long numbers stay whole."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        as_text = workbook.add_format({"num_format": "@"})
        sheet.set_column(0, len(headings) - 1, COLUMN_WIDTH, as_text)
        sheet.write_row(0, 0, headings, workbook.add_format({"bold": True, "num_format": "@"}))
        sheet.freeze_panes(1, 0)
    response = Response(file.getvalue(), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
