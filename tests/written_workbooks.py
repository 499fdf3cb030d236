"""Workbooks as people make them: rows of texts, with cells merged."""

import io
from collections.abc import Sequence

import xlsxwriter


def workbook(rows: Sequence[Sequence[str]], merged: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return a workbook; a merged range holds what its first cell says."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for first, last in merged:
            column, number = ord(first[0]) - ord("A"), int(first[1:]) - 1
            page.merge_range(f"{first}:{last}", rows[number][column])
    return made.getvalue()
