"""Pages of batches, candidates and login codes."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.batches.rules import COLUMNS
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.programmes.models import Organization
from exam_server.seating.papers import head_facts
from exam_server.tables_in import read_sheet
from tests.factories import (
    NOW,
    make_batch,
    make_exam_session,
    make_programme,
    make_registration,
    make_rule_set,
)
from tests.staff import Desk, desk_of

SHEET = "姓名,证件类型,证件号码\n赵六,护照,P1\n李四,护照,P2"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


def add_batch(office: Desk, n_candidates: int = 0, **values: str) -> str:
    """Add a batch; return its address."""
    with office.database.writing() as db:
        batch = make_batch(db, db.get_one(Organization, office.organization_id), **values)
        for _ in range(n_candidates):
            make_registration(db, batch)
        return f"/batches/{batch.uid}"


def upload(office: Desk, address: str, text: str, name: str = "list.csv") -> TestResponse:
    sent = {"file": (io.BytesIO(text.encode()), name)}
    return office.client.post(f"{address}/candidates", data=sent)


def count_registered(office: Desk) -> int:
    with office.database.reading() as db:
        return db.scalar(select(func.count()).select_from(Registration)) or 0


def codes(answer: TestResponse) -> dict[str, str]:
    rows = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    return {row[0]: row[2] for row in list(rows)[1:]}


def batch_fields(office: Desk) -> dict[str, str]:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        programme, rules = make_programme(db, organization), make_rule_set(db, organization)
        named = {"programme": programme.uid, "rule_set": rules.uid}
    return {**named, "code": "B-1", "name": "一批", "exam_date": "2026-06-01"}


def test_a_batch_is_created_listed_and_not_made_twice(office: Desk) -> None:
    sent = batch_fields(office)
    assert office.client.post("/batches/new", data=sent).status_code == 302
    assert "一批" in office.client.get("/batches/").text
    again = office.client.post("/batches/new", data=sent)
    assert again.status_code == 409
    assert 'value="B-1"' in again.text


def test_the_list_names_the_next_step_of_batches_to_come_only(
    office: Desk, clock: TestClock
) -> None:
    office.client.post("/batches/new", data=batch_fields(office))
    ahead = office.client.get("/batches/").text
    assert "/candidates/add" in ahead
    clock.advance(days=1)
    assert "/candidates/add" not in office.client.get("/batches/").text


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [("code", "=1", 422), ("name", "", 422), ("programme", NOBODY, 404), ("rule_set", NOBODY, 404)],
)
def test_a_wrong_batch_is_refused_and_nothing_typed_is_lost(
    office: Desk, field: str, value: str, status: int
) -> None:
    sent = {**batch_fields(office), field: value}
    answer = office.client.post("/batches/new", data=sent)
    assert answer.status_code == status
    assert 'value="2026-06-01"' in answer.text
    with office.database.reading() as db:
        assert db.scalars(select(Batch)).all() == []


def test_an_uploaded_list_is_registered_and_found(office: Desk) -> None:
    address = add_batch(office)
    assert upload(office, address, SHEET).status_code == 302
    assert count_registered(office) == 2
    page = office.client.get(f"{address}?search=李").text
    assert "李四" in page
    assert "赵六" not in page


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", ""])
def test_a_list_with_a_wrong_row_or_no_list_registers_nobody(office: Desk, name: str) -> None:
    answer = upload(office, add_batch(office), f"{SHEET}\n,护照,P3", name)
    assert answer.status_code == 422
    assert count_registered(office) == 0


def test_the_empty_list_is_a_workbook_that_is_read_again(office: Desk) -> None:
    answer = office.client.get("/batches/candidates.xlsx")
    assert read_sheet("candidates.xlsx", answer.data, COLUMNS) == []


def test_codes_are_issued_to_those_without_one_unless_everybody_is_asked_for(office: Desk) -> None:
    address = add_batch(office, 2)
    first = codes(office.client.post(f"{address}/codes", data={"csv": "1"}))
    assert len(first) == 2
    assert office.client.post(f"{address}/codes", data={"csv": "1"}).status_code == 409
    again = codes(office.client.post(f"{address}/codes", data={"csv": "1", "everybody": "1"}))
    assert again.keys() == first.keys()
    assert not set(again.values()) & set(first.values())


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(office: Desk) -> None:
    address = add_batch(office)
    upload(office, address, "姓名,证件类型,证件号码\n=1+1,护照,P1")
    listed = office.client.post(f"{address}/codes", data={"csv": "1"}).text
    assert ",'=1+1," in listed


def test_a_candidate_is_corrected(office: Desk) -> None:
    address = add_batch(office, 1)
    with office.database.reading() as db:
        uid = db.scalars(select(Registration.uid)).one()
    page = f"{address}/candidates/{uid}"
    assert office.client.get(page).status_code == 200
    empty = office.client.post(page, data={"name": "", "employer": "一厂"})
    assert empty.status_code == 422
    assert 'value="一厂"' in empty.text
    assert office.client.post(page, data={"name": "王宏", "employer": "一厂"}).status_code == 302
    with office.database.reading() as db:
        assert db.scalars(select(Candidate.name)).one() == "王宏"


def test_a_candidate_of_another_batch_is_not_found(office: Desk) -> None:
    add_batch(office, 1)
    with office.database.reading() as db:
        uid = db.scalars(select(Registration.uid)).one()
    assert office.client.get(f"{add_batch(office)}/candidates/{uid}").status_code == 404


def test_a_batch_is_named_in_the_readers_language_on_pages_and_documents(office: Desk) -> None:
    client = office.client
    fields = {**batch_fields(office), "name_en": "Batch one"}
    address = client.post("/batches/new", data=fields).headers["Location"]
    client.post("/batches/new", data={**fields, "code": "B-2", "name": "二批", "name_en": ""})
    chinese = client.get("/batches/").text
    client.set_cookie("language", "en")
    english = client.get("/batches/").text
    assert "一批" in chinese
    assert "Batch one" not in chinese
    assert "Batch one" in english
    assert "一批" not in english
    assert "二批" in english  # where it has none in English, its first title
    refused = client.post(f"{address}/titles", data={"name": " ", "name_en": "Batch 1"})
    assert refused.status_code == 422
    assert 'value="Batch 1"' in refused.text
    client.post(f"{address}/titles", data={"name": "第一批", "name_en": "First"})
    assert "First" in client.get(address).text
    with office.database.reading() as db:
        batch = db.scalars(select(Batch).where(Batch.code == "B-1")).one()
        exam_session = make_exam_session(db, batch)
        heads = [head_facts(db, exam_session, language=each, now=NOW) for each in ("zh", "en")]
        assert [head["batch"]["name"] for head in heads] == ["第一批", "First"]
