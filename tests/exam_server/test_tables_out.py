"""Tables taken away: exact numbers, harmless cells, a record of who took them."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.audit import AuditEntry
from exam_server.errors import InvalidInputError
from exam_server.tables_out import table_response
from tests.factories import actor_of, make_organization, make_person

HEADINGS = ["姓名", "成绩", "人数", "日期", "时间"]
AT = datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
ROWS = [["=HYPERLINK(1)", Decimal("72.50"), 3, date(2026, 6, 1), AT], ["-5", None, 0, None, None]]


def taken(db: Session, kind: str, rows: list[list[object]] = ROWS) -> bytes:
    person = make_person(db, "exam_officer", organization=make_organization(db))
    response = table_response(db, actor_of(person), "名单", HEADINGS, rows, kind)
    assert "attachment" in response.headers["Content-Disposition"]
    return response.get_data()


def test_csv_has_a_byte_order_mark_and_no_formula(db: Session) -> None:
    text = taken(db, "csv").decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[1] == ["'=HYPERLINK(1)", "72.50", "3", "2026-06-01", "2026-06-01 09:30:00"]
    assert rows[2] == ["'-5", "", "0", "", ""]


def test_a_workbook_has_numbers_as_numbers_and_texts_as_they_are(db: Session) -> None:
    body = taken(db, "xlsx")
    sheet = load_workbook(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert sheet[1] == ["=HYPERLINK(1)", 72.5, 3.0, date(2026, 6, 1), datetime(2026, 6, 1, 9, 30)]  # noqa: DTZ001 - a spreadsheet knows no zone
    assert sheet[2][0] == "-5"
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b"<v>72.50</v>" in parts.read("xl/worksheets/sheet1.xml")
        assert b"quotePrefix" in parts.read("xl/styles.xml")


@pytest.mark.parametrize("number", ["0.1", "99.9999", "123456789012345", "1234567890.12345"])
def test_a_decimal_comes_back_exactly(db: Session, number: str) -> None:
    body = taken(db, "xlsx", [["甲", Decimal(number), 1, None, None]])
    got = load_workbook(io.BytesIO(body)).get_sheet_by_index(0).to_python()[1][1]
    assert Decimal(repr(got)) == Decimal(number)


def test_a_decimal_too_long_for_a_spreadsheet_stays_whole_as_text(db: Session) -> None:
    body = taken(db, "xlsx", [["甲", Decimal("0.12345678901234567"), 1, None, None]])
    got = load_workbook(io.BytesIO(body)).get_sheet_by_index(0).to_python()[1][1]
    assert got == "0.12345678901234567"


def test_who_took_what_is_recorded(db: Session) -> None:
    taken(db, "xlsx")
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "export_table")).one()
    assert entry.object == "table:名单"
    assert entry.detail == {"rows": 2, "format": "xlsx", "columns": HEADINGS}


def test_another_format_is_refused(db: Session) -> None:
    with pytest.raises(InvalidInputError, match="no_such_format"):
        taken(db, "pdf")
