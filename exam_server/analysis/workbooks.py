"""The report as sheets of a workbook: what it says first, then its tables, figures as numbers."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from flask_babel import gettext

from exam_server.analysis.sections import Section
from exam_server.tables_out import Sheet

LONGEST_NAME: Final = 31  # of a sheet in a workbook
# No leading zeros (those are codes), no more digits than a spreadsheet keeps.
NUMBER: Final = re.compile(r"([−-]?(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?)( ?%)?")


def sheets_of(sections: Sequence[Section]) -> list[Sheet]:
    """Return a sheet of every sentence, then one for each table."""
    told = [(each.title, words) for each in sections for words in each.told]
    tables = [each for each in sections if each.rows]
    return [
        (gettext("In short"), [gettext("Part of the report"), gettext("In short")], told),
        *(
            (
                f"{at} {each.title}"[:LONGEST_NAME],
                each.headings,
                [[number_in(cell) for cell in row] for row in each.rows],
            )
            for at, each in enumerate(tables, start=2)
        ),
    ]


def number_in(cell: str) -> Decimal | str:
    """Return a cell that is a figure as one, shares of 100 as parts of 1.

    Examples
    --------
    >>> number_in("−0.50"), number_in("92 %"), number_in("007"), number_in("0.91 – 0.95")
    (Decimal('-0.50'), Decimal('0.92'), '007', '0.91 – 0.95')
    """
    found = NUMBER.fullmatch(cell)
    if found is None:
        return cell
    number = Decimal(found[1].replace("−", "-"))
    return number.scaleb(-2) if found[2] else number
