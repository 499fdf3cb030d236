"""Pages of the bank: list, search, edit, import as a job."""

import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from exam_server.bank.jobs import JOBS
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.db import Database
from tests.staff import Desk, desk_of

LINES = """A | 基本要求 | 25
A-A | 职业道德 | 25
B | 相关知识 | 75
A-A-001 | 守则 | X
B-001 | 电路 | Y"""
ROW = {"id": "T1A01", "correct": 0, "question": "Which?", "answers": ["one", "two", "3", "4"]}


@pytest.fixture
def desk(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "item_writer")


def make_bank(desk: Desk, lines: str = LINES) -> str:
    sent = {"organization": str(desk.organization_id), "title": "题库", "lines": lines}
    answer = desk.client.post("/bank/new", data={**sent, "language": "zh_Hans_CN"})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def point_of(desk: Desk, bank: str) -> str:
    page = desk.client.get(f"{bank}/items/new").text
    found = re.search(r'<option value="(\d+)">A-A-001', page)
    assert found
    return found[1]


def single(desk: Desk, bank: str, **changed: str) -> dict[str, str]:
    return {
        "type": "single",
        "code": "S1",
        "point": point_of(desk, bank),
        "stem": "求 $R$ 的值 <b>",
        "option_A": "$1\\,\\Omega$",
        "option_B": "2",
        "key_A": "on",
        "difficulty": "2",
        **changed,
    }


def rows_of(desk: Desk, table: Any) -> int:
    with desk.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def upload(desk: Desk, bank: str, data: bytes, **fields: str) -> str:
    """Upload, work the job off, return its page."""
    files = {"files": (io.BytesIO(data), "pool.json"), **fields}
    answer = desk.client.post(f"{bank}/import", data=files)
    assert answer.status_code == 302
    assert desk.work(JOBS)
    return desk.client.get(answer.location).text


def test_an_item_is_written_found_and_previewed_with_its_formula(desk: Desk) -> None:
    bank = make_bank(desk)
    answer = desk.client.post(f"{bank}/items/new", data=single(desk, bank))
    page = desk.client.get(answer.location).text
    assert 'data-latex="R"' in page
    assert "&lt;b&gt;" in page
    assert "S1" in desk.client.get(f"{bank}?q=求&type=single&area=A").text
    assert "S1" not in desk.client.get(f"{bank}?area=B").text


def test_a_wrong_item_is_refused_with_everything_typed(desk: Desk) -> None:
    bank = make_bank(desk)
    sent = single(desk, bank, option_B="", explanation="because")
    answer = desk.client.post(f"{bank}/items/new", data=sent)
    assert answer.status_code == 422
    assert "because" in answer.text
    assert rows_of(desk, Item) == 0


def test_an_edit_is_a_new_version_and_a_stale_edit_overwrites_nothing(desk: Desk) -> None:
    bank = make_bank(desk)
    desk.client.post(f"{bank}/items/new", data=single(desk, bank))
    with desk.database.reading() as db:
        address = f"/bank/items/{db.scalars(select(Item.uid)).one()}/edit"
    assert "求 $R$ 的值 &lt;b&gt;" in desk.client.get(address).text
    sent = single(desk, bank, stem="新题干", seen_version="1")
    assert desk.client.post(address, data=sent).status_code == 302
    stale = desk.client.post(address, data={**sent, "stem": "旧题干"})
    assert stale.status_code == 409
    assert "旧题干" in stale.text
    assert rows_of(desk, ItemVersion) == 2


def test_a_wrong_blueprint_is_named_by_line_and_makes_no_bank(desk: Desk) -> None:
    sent = {"organization": str(desk.organization_id), "title": "题库", "language": "en"}
    wrong = LINES.replace("| 75", "| 70")
    answer = desk.client.post("/bank/new", data={**sent, "lines": wrong})
    assert answer.status_code == 422
    assert "95" in answer.text
    assert rows_of(desk, Blueprint) == 0


def test_a_dry_run_reports_and_stores_nothing(desk: Desk) -> None:
    bank = make_bank(desk)
    page = upload(desk, bank, json.dumps([ROW, {**ROW, "question": ""}]).encode(), dry_run="1")
    assert "T1A01" in page
    assert rows_of(desk, Item) == 0


def test_a_refused_row_stops_the_import_until_its_list_is_accepted(desk: Desk) -> None:
    bank = make_bank(desk)
    data = json.dumps([ROW, {**ROW, "id": "T1A02", "question": ""}]).encode()
    digest = re.search(r"accepted=([0-9a-f]+)", upload(desk, bank, data, dry_run="1"))
    assert digest
    assert "T1A02 question" in upload(desk, bank, data)
    assert rows_of(desk, Item) == 0
    upload(desk, bank, data, accepted=digest[1])
    assert rows_of(desk, Item) == 1


@pytest.mark.parametrize("data", [b"", b"[{", b"hello", b"\xff\xfe\xff"])
def test_a_malformed_file_says_so_and_stores_nothing(desk: Desk, data: bytes) -> None:
    page = upload(desk, make_bank(desk), data)
    assert "error-summary" in page
    assert rows_of(desk, Item) == 0
