"""Tables that go out: CSV with a named list of columns, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response


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
