"""Candidates from spreadsheets, tickets and codes."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches import registering, service
from exam_server.batches.models import Batch, Registration
from exam_server.batches.rules import COLUMNS, candidate_problems, is_resident_id
from exam_server.batches.service import CandidateIn
from exam_server.batches.tickets import ALPHABET, is_right_code, new_code
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.tables_in import read_sheet
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_organization,
    make_person,
    make_registration,
)

HEAD = "姓名,证件类型,证件号码,准考证号"
GOOD = "张三,身份证,11010119900307803X,"


def register(db: Session, *lines: str, head: str = HEAD) -> int:
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    batch = make_batch(db, organization)
    rows = read_sheet("list.csv", "\n".join([head, *lines]).encode(), COLUMNS)
    return registering.register_candidates(db, officer, batch, rows, now=NOW)


def refusal_of(db: Session, *lines: str, head: str = HEAD) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as refused:
        register(db, *lines, head=head)
    assert db.scalar(select(func.count()).select_from(Registration)) == 0
    return [(problem.where, problem.code) for problem in refused.value.problems]


def test_a_right_list_is_registered_with_tickets(db: Session) -> None:
    assert register(db, GOOD, "李四,护照,P1234567,T-0001") == 2
    tickets = db.scalars(select(Registration.ticket)).all()
    assert "T-0001" in tickets
    assert len(set(tickets)) == 2


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((",身份证,11010119900307803X,",), ("2 name", "name_missing")),
        (("张三,身份证,,",), ("2 id_number", "id_number_missing")),
        (("张三,身份证,110101199003078031,",), ("2 id_number", "id_number_wrong")),
        ((GOOD, GOOD), ("3 id_number", "id_number_repeated")),
        ((f"{GOOD}T-1", f"{GOOD}T-1"), ("2 ticket", "ticket_wrong")),
        (("甲,护照,P1,T-01", "乙,护照,P2,T-01"), ("3 ticket", "ticket_repeated")),
        ((), ("2", "no_candidates")),
        (("张三,身份证,1.10101E+17,",), ("2 id_number", "digits_lost")),
        (("张三,护照,P1,2.02611E+15",), ("2 ticket", "digits_lost")),
        (("甲,护照,P1,t-01", "乙,护照,P2,T-01"), ("3 ticket", "ticket_repeated")),
    ],
)
def test_one_wrong_cell_stops_the_list_and_is_named(
    db: Session, lines: tuple[str, ...], problem: tuple[str, str]
) -> None:
    assert problem in refusal_of(db, *lines)


def test_missing_columns_are_named(db: Session) -> None:
    assert refusal_of(db, "张三", head="姓名") == [("1", "column_missing")]


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_file_that_is_no_table_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        read_sheet(name, b"\xff\xfe\x00garbage", COLUMNS)


def test_a_workbook_is_read_as_people_see_it() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "证件号码", "准考证号"])
        sheet.write_row(1, 0, ["张三", "P1234567", 20260001])
    (row,) = read_sheet("list.xlsx", file.getvalue(), COLUMNS)
    assert (row.number, row.cells["name"], row.cells["ticket"]) == (2, "张三", "20260001")


def test_a_number_too_long_for_a_spreadsheet_is_never_taken_for_whole() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "证件号码", "准考证号"])
        sheet.write_row(1, 0, ["张三", 110101199003070003, 123456789012345])
    rows = read_sheet("list.xlsx", file.getvalue(), COLUMNS)
    assert rows[0].cells["ticket"] == "123456789012345"
    assert [problem.code for problem in candidate_problems(rows)] == ["digits_lost"]


def test_a_quotation_mark_never_closed_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="sheet_unreadable"):
        read_sheet("list.csv", f'{HEAD}\n"{"x" * 200_000}'.encode(), COLUMNS)


@pytest.mark.parametrize("ticket", ["T-0001", "t-0001"])
def test_a_ticket_in_use_anywhere_is_refused(db: Session, ticket: str) -> None:
    register(db, "甲,护照,P1,T-0001")
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    rows = read_sheet("list.csv", f"{HEAD}\n乙,护照,P2,{ticket}".encode(), COLUMNS)
    with pytest.raises(InvalidInputError) as refused:
        registering.register_candidates(db, officer, make_batch(db, organization), rows, now=NOW)
    assert refused.value.problems[0].code == "ticket_taken"


def test_a_ticket_made_here_is_never_one_of_the_list(db: Session) -> None:
    batch = make_batch(db, make_organization(db), code="ZZ")
    rows = read_sheet("list.csv", f"{HEAD}\n甲,护照,P1,\n乙,护照,P2,zz0001".encode(), COLUMNS)
    registering.register_candidates(db, actor_of(make_person(db)), batch, rows, now=NOW)
    tickets = db.scalars(select(Registration.ticket).order_by(Registration.ticket)).all()
    assert tickets == ["ZZ0002", "zz0001"]


def test_a_person_known_by_another_name_is_named_until_corrected(db: Session) -> None:
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    (first,) = registered(db, officer, make_batch(db, organization), "王红,护照,P1,")
    later = make_batch(db, organization)
    with pytest.raises(InvalidInputError) as refused:
        registered(db, officer, later, "王宏,护照,P1,")
    assert [(p.where, p.code) for p in refused.value.problems] == [("2 name", "name_differs")]
    sent = CandidateIn(name="王宏", employer="一厂")
    service.correct_candidate(db, officer, first, sent)
    (second,) = registered(db, officer, later, "王宏,护照,P1,")
    assert second.candidate is first.candidate
    assert second.candidate.employer == "一厂"


def registered(db: Session, officer: Actor, batch: Batch, line: str) -> Sequence[Registration]:
    rows = read_sheet("list.csv", f"{HEAD}\n{line}".encode(), COLUMNS)
    registering.register_candidates(db, officer, batch, rows, now=NOW)
    return service.registrations_of(db, batch)


def test_a_search_finds_ticket_name_number_and_employer(db: Session) -> None:
    officer, batch = actor_of(make_person(db)), make_batch(db, make_organization(db))
    lines = "张三,护照,P100,T-0001,一厂\n李四,护照,Q200,T-0002,100%厂"
    rows = read_sheet("list.csv", f"{HEAD},单位\n{lines}".encode(), COLUMNS)
    registering.register_candidates(db, officer, batch, rows, now=NOW)

    def found(search: str) -> list[str]:
        return [each.ticket for each in service.registrations_of(db, batch, search=search)]

    assert found("t-0001") == found("张") == found("p100") == found("一厂") == ["T-0001"]
    assert found("0%") == ["T-0002"]
    assert found("") == ["T-0001", "T-0002"]


def test_a_late_candidate_gets_a_code_and_nobody_elses_ends(db: Session) -> None:
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    batch = make_batch(db, organization)
    early = make_registration(db, batch)
    service.issue_codes(db, officer, batch, secret=b"s", now=NOW)
    kept = early.code_hash
    late = make_registration(db, batch)
    issued = service.issue_codes(db, officer, batch, secret=b"s", now=NOW, only_missing=True)
    assert [each.registration for each in issued] == [late]
    assert early.code_hash == kept
    with pytest.raises(ConflictError, match="nobody_needs_a_code"):
        service.issue_codes(db, officer, batch, secret=b"s", now=NOW, only_missing=True)


def test_codes_are_stored_as_hashes_only_and_issuing_again_ends_them(db: Session) -> None:
    register(db, GOOD)
    registration = db.scalars(select(Registration)).one()
    organization_id = registration.batch.organization_id
    officer = actor_of(make_person(db))
    first = service.issue_codes(db, officer, registration.batch, secret=b"s", now=NOW)[0].code
    stored = registration.code_hash
    assert stored is not None
    assert first not in stored
    assert is_right_code(b"s", registration.ticket, first.lower(), stored)
    service.issue_codes(db, officer, registration.batch, secret=b"s", now=NOW)
    assert not is_right_code(b"s", registration.ticket, first, registration.code_hash or "")
    assert organization_id


def test_a_code_has_eight_of_31_letters_and_digits() -> None:
    assert len(ALPHABET) == 31
    assert {len(new_code()) for _ in range(20)} == {8}
    assert not set("0O1IL") & set(ALPHABET)


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("11010119900307803X", True), ("110101199003078030", False), ("1101011990030780", False)],
)
def test_a_resident_number_has_its_check_letter(number: str, is_right: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_resident_id(number) is is_right
