"""Pages of a bank's blueprint: cells, points, sheets, versions, undo."""

import io
import re

import pytest
from flask.testing import FlaskClient

from exam_server.bank.models import Point
from exam_server.db import Database
from tests.exam_server.bank.test_routes import make_bank, rows_of, staff_at, write
from tests.staff import Desk, desk_of


@pytest.fixture
def desk(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "item_writer")


def test_a_blueprint_is_changed_and_a_wrong_cell_keeps_what_was_typed(desk: Desk) -> None:
    bank = make_bank(desk)
    cells = {"range:A": "基础要求", "weight:A": "30", "weight:A-A": "30", "weight:B": "60"}
    wrong = desk.client.post(f"{bank}/blueprint", data=cells)
    assert wrong.status_code == 422
    assert 'value="基础要求"' in wrong.text
    assert 'href="#weight:A"' in wrong.text
    right = desk.client.post(f"{bank}/blueprint", data={**cells, "weight:B": "70"})
    assert right.status_code == 302
    assert "基础要求" in desk.client.get(bank).text


def test_a_point_is_moved_retired_taken_up_and_deleted(desk: Desk) -> None:
    bank = make_bank(desk)
    moved = {"at": "A-A-001", "to": "B", "code": "002"}
    assert desk.client.post(f"{bank}/blueprint/move", data=moved).status_code == 302
    at = {"at": "B-002"}
    desk.client.post(f"{bank}/blueprint/retire", data={**at, "reason": "不再考"})
    assert "不再考" in desk.client.get(f"{bank}/blueprint?at=B-002").text
    desk.client.post(f"{bank}/blueprint/take-up", data=at)
    desk.client.post(f"{bank}/blueprint/delete", data=at)
    assert rows_of(desk, Point) == 1


def test_points_are_split_and_merged_after_a_look_and_a_change_is_undone(desk: Desk) -> None:
    bank = make_bank(desk)
    made = write(desk, bank)
    split, item = f"{bank}/blueprint/points/A-A-001/split", f"item:{made['uid']}"
    assert made["uid"] in desk.client.get(split).text
    nameless = desk.client.post(split, data={"code_1": "002"})
    assert nameless.status_code == 422
    asked = {"code_1": "002", "name_1": "义务", item: "1"}
    shown = desk.client.post(split, data=asked).text
    assert rows_of(desk, Point) == 2, "only shown"
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    taken = {**asked, "seen": seen[1], "step": "take"}
    assert desk.client.post(split, data=taken).status_code == 302
    assert desk.client.post(split, data=taken).status_code == 409
    merge = f"{bank}/blueprint/points/A-A-002/merge"
    shown = desk.client.get(f"{merge}?into=B-001").text
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    sent = {"into": "B-001", "seen": seen[1]}
    assert desk.client.post(merge, data=sent).status_code == 302
    assert rows_of(desk, Point) == 2
    table = desk.client.get(f"{bank}/blueprint").text
    last = re.search(r'name="change" value="([\w-]+)"', table)
    assert last
    undo = {"change": last[1]}
    assert desk.client.post(f"{bank}/blueprint/undo", data=undo).status_code == 302
    assert rows_of(desk, Point) == 3


def test_an_officer_declares_a_version_and_sees_what_has_changed_since(desk: Desk) -> None:
    bank = make_bank(desk)
    sent = {"in_force_on": "2026-03-01", "note": "2026 版标准"}
    refused = desk.client.post(f"{bank}/blueprint/versions", data=sent)
    assert refused.status_code == 403, "no officer"
    staff_at(desk, "exam_officer")
    assert desk.client.post(f"{bank}/blueprint/versions", data=sent).status_code == 302
    assert desk.client.post(f"{bank}/blueprint/versions", data=sent).status_code == 409
    desk.client.post(f"{bank}/blueprint", data={"name:B-001": "直流电路"})
    assert "直流电路" not in desk.client.get(f"{bank}/blueprint/versions/1").text
    changed = desk.client.get(f"{bank}/blueprint/compare?old=1&new=now").text
    assert "直流电路" in changed
    sheet = desk.client.post(f"{bank}/blueprint/compare/sheet", data={"old": "1", "new": "now"})
    assert sheet.data.startswith(b"PK")
    assert desk.client.get(f"{bank}/blueprint/versions/7").status_code == 404


def test_a_sheet_of_the_blueprint_is_compared_before_it_is_taken(desk: Desk) -> None:
    bank = make_bank(desk)
    rows = ["代码,名称,鉴定比重,重要程度", "B,专业知识,75,", "B-002,新点,,X"]
    sent = {"sheet": (io.BytesIO("\n".join(rows).encode()), "x.csv")}
    page = desk.client.post(f"{bank}/blueprint/sheet", data=sent)
    assert page.status_code == 422, "weights of a part do not total 100"
    rows[1:1] = ["A,基本要求,25,"]
    sent = {"sheet": (io.BytesIO("\n".join(rows).encode()), "x.csv")}
    text = desk.client.post(f"{bank}/blueprint/sheet", data=sent).text
    assert "专业知识" in text
    lines = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert lines
    assert "专业知识" not in desk.client.get(bank).text
    seen = re.search(r'name="seen" value="(\w+)"', text)
    assert seen
    taken = {"lines": lines[1], "seen": seen[1]}
    assert desk.client.post(f"{bank}/blueprint/sheet/take", data=taken).status_code == 302
    assert desk.client.post(f"{bank}/blueprint/sheet/take", data=taken).status_code == 409
    assert "新点" in desk.client.get(f"{bank}/blueprint").text
    for form in ("letters", "rows"):
        made = desk.client.post(f"{bank}/blueprint/export", data={"form": form})
        sent = {"sheet": (io.BytesIO(made.data), "x.xlsx")}
        page = desk.client.post(f"{bank}/blueprint/sheet", data=sent)
        assert page.status_code == 200
        assert 'name="seen"' not in page.text, "nothing to take"
