"""Pages of the supply map and the simulated draw."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.bank.models import Blueprint
from exam_server.db import Database
from exam_server.forms.models import PaperStructure
from tests.factories import NOW, make_item
from tests.staff import Desk, desk_of

LINES = """A | 基本要求 | 25
A-A | 职业道德 | 25
B | 相关知识 | 75
A-A-001 | 守则 | X
B-001 | 电路 | Y"""


@pytest.fixture
def desk(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "item_writer")


def make_bank(desk: Desk) -> str:
    sent = {"organization": str(desk.organization_id), "title": "题库", "lines": LINES}
    return str(desk.client.post("/bank/new", data={**sent, "language": "zh_Hans_CN"}).location)


def test_supply_shows_have_and_need(desk: Desk) -> None:
    bank = make_bank(desk)
    goal = {"goal_single": "8"}
    assert desk.client.post(f"{bank}/blueprint/goals", data=goal).status_code == 302
    page = desk.client.get(f"{bank}/supply?measure=goal&open=A-A").text
    squares = re.findall(r'map-number">(\d+)<.*?</span>(\d+)</span>', page)
    assert ("0", "2") in squares
    assert ("0", "6") in squares
    assert "A-A-001" in page
    refused = desk.client.post(f"{bank}/blueprint/goals", data={"goal_single": "x"})
    assert refused.status_code == 422


def test_a_draw_says_how_many_papers_there_are_and_what_is_missing(desk: Desk) -> None:
    bank = make_bank(desk)
    assert "试卷结构" in desk.client.get(f"{bank}/draw").text
    with desk.database.writing() as db:
        blueprint = db.scalars(select(Blueprint)).one()
        section = {"type": "single", "title": "单选", "count": 2, "mark": "1"}
        demand = {"sections": [section], "areas": {"A": 1, "B": 1}}
        db.add(
            PaperStructure(
                blueprint=blueprint, title="卷", minutes=60, demand=demand, created_at=NOW
            )
        )
        for area in blueprint.areas:
            for point in area.points:
                for _ in range(3 if area.path == "B" else 1):
                    make_item(db, point)
    page = desk.client.get(f"{bank}/draw?papers=2&uses=1").text
    assert "恰可组 1 套" in page
    assert "2 套卷需用这些试题 2 题次，题库只有 1 题次" in page
    assert "恰可组 2 套" in desk.client.get(f"{bank}/draw?papers=2&uses=2&shared=").text
    assert (
        desk.client.get(f"{bank}/draw?papers=viele&uses=0&shared=-3&measure=x").status_code == 200
    )
    squares = desk.client.get(f"{bank}/supply?papers=2&uses=1").text
    assert "map-cannot" in squares
    assert re.search(r'map-lacks">−1<span class="visually-hidden"> 须命制', squares)
