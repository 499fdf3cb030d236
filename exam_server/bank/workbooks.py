"""Workbooks that go out: every text stays a text, so nothing in them is run as a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

WIDTH = 20


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, headings, rows, and widths of columns."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[int] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of these sheets, headings frozen."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for each in sheets:
            sheet = book.add_worksheet(each.name)
            for column in range(len(each.headings)):
                width = each.widths[column] if column < len(each.widths) else WIDTH
                sheet.set_column(column, column, width, wrapped)
            sheet.write_row(0, 0, each.headings, bold)
            for number, row in enumerate(each.rows, start=1):
                sheet.write_row(number, 0, row)
            sheet.freeze_panes(1, 0)
    return file.getvalue()
