"""Lists of made-up candidates as employers send them: spreadsheets with names and numbers."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from exam_server.demo.people import id_number

Row = tuple[str, str, str]
HEADINGS = ("姓名", "身份证号", "工作单位")
FAMILY = "赵钱孙李周吴"
GIVEN = ("建国", "志强", "丽华", "晓燕", "文博")
EMPLOYERS = ("示例电机制造有限公司", "示例供电服务公司", "示例职业技术学院")


def made_up(*, first_place: int) -> list[Row]:
    """Return thirty people: name, identity number with its right check letter, employer.

    Their numbers count from ``first_place``, so that two lists of one server share nobody.
    """
    names = [family + given for family in FAMILY for given in GIVEN]
    return [
        (
            name,
            id_number(
                first_place + place, "MF"[place % 2], f"19{70 + place}-03-{place % 28 + 1:02}"
            ),
            EMPLOYERS[place % len(EMPLOYERS)],
        )
        for place, name in enumerate(names)
    ]


def write_list(path: Path, rows: Sequence[Row]) -> Path:
    """Write a workbook."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADINGS, *rows]):
            sheet.write_row(number, 0, row)
    return path
