"""The supply map and the simulated draw: what papers want, what has been used, what pages say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint, ItemFigure
from exam_server.bank.service import add_area, add_point
from exam_server.bank.supply import supply_tree
from exam_server.bank.supply_map import MapRow, draw_of, rows_of, year_of
from exam_server.bank.supply_wants import goal_wants, paper_wants
from exam_server.forms.models import AssemblyRun, Form, FormItem, PaperStructure
from exam_server.forms.supply_facts import paper_facts
from itembank.blueprint import PointFacts
from itembank.demands import Demand
from tests.factories import NOW, make_blueprint, make_item, make_organization

PAPER = {"sections": [{"type": "single", "title": "", "count": 4, "mark": "1"}], "areas": {"B": 3}}


@pytest.fixture
def bank(db: Session) -> Blueprint:
    """A with 25 % and two points, B with 75 % and below it B-A with one point."""
    blueprint = make_blueprint(db, make_organization(db), n_areas=0)
    first = add_area(db, blueprint, "A", "基本", weight=Decimal(25))
    add_area(db, blueprint, "B", "相关", weight=Decimal(75))
    below = add_area(db, blueprint, "B-A", "电路", weight=Decimal(75))
    for area, code in ((first, "001"), (first, "002"), (below, "001")):
        add_point(area, PointFacts(area.path, code, f"点{code}"))
    db.flush()
    return blueprint


def mapped(db: Session, bank: Blueprint, *, opened: str = "") -> dict[str, MapRow]:
    tree, facts = supply_tree(db, bank), paper_facts(db, bank.id, year_of(NOW))
    return {row.code: row for row in rows_of(db, bank, tree, facts, {}, opened=opened)}


def put_in_form(db: Session, bank: Blueprint, version_id: int, *, days_ago: int | None) -> None:
    """Let an item version stand in a form that was opened so many days ago, or is sealed yet."""
    structure = PaperStructure(blueprint=bank, title="卷", minutes=60, demand=PAPER, created_at=NOW)
    run = AssemblyRun(paper_structure=structure, n_forms=1, created_at=NOW)
    form = Form(run=run, code="A", n_items=1, sealed_items=b"", key_id="k")
    db.add(form)
    db.flush()
    if days_ago is not None:
        form.opened_at = NOW - timedelta(days=days_ago)
        row = {"position": 1, "item_version_id": version_id, "section": 1, "mark": Decimal(1)}
        db.add(FormItem(form_id=form.id, **row))
    db.flush()


def test_a_papers_counts_are_shared_out_and_cover_what_it_wants(
    db: Session, bank: Blueprint
) -> None:
    demand = Demand({"single": 3, "multiple": 1}, areas={"B": 3})
    wants = paper_wants(supply_tree(db, bank), demand, papers=8, most_uses=2)
    assert wants[""] == {"single": 12, "multiple": 4, "": 16}
    assert wants["B"] == {"single": 9, "multiple": 3, "": 12} == wants["B-A"] == wants["B-A-001"]
    assert wants["A"] == {"single": 3, "multiple": 1, "": 4}
    assert wants["A-001"] == {"single": 2, "multiple": 1, "": 2} == wants["A-002"]
    bank.goals = {"single": 40}
    wants = goal_wants(supply_tree(db, bank))
    assert (wants["A-001"], wants[""]) == ({"single": 5, "": 5}, {"single": 40, "": 40})


def test_the_map_counts_stock_use_and_figures(db: Session, bank: Blueprint) -> None:
    point = bank.areas[0].points[0]
    good, seen = make_item(db, point), make_item(db, point)
    for state in ("draft", "stored", "pilot", "retired"):
        make_item(db, point).item.state = state
    figure = {"version_number": 1, "persons": 40, "discrimination": 0.1, "computed_at": NOW}
    db.add(ItemFigure(item_id=good.item_id, difficulty=0.5, is_flagged=True, **figure))
    put_in_form(db, bank, seen.id, days_ago=1)
    put_in_form(db, bank, seen.id, days_ago=800)
    put_in_form(db, bank, good.id, days_ago=None)
    rows = mapped(db, bank, opened="A")
    assert list(rows) == ["", "A", "A-001", "A-002", "B", "B-A"]
    for code in ("", "A", "A-001"):
        square = rows[code].squares["single"]
        assert (square.active, square.in_review, square.kept) == (2, 1, 2)
        assert (square.used, square.uses) == (1, 2)
        assert (square.known, square.mean_p, square.flagged) == (1, 0.5, 1)
    assert rows["B"].squares == {}


def test_a_draw_takes_off_what_stood_in_papers_of_the_year(db: Session, bank: Blueprint) -> None:
    for area in (bank.areas[0], bank.areas[2]):
        for _ in range(6):
            version = make_item(db, area.points[0])
    demand = Demand({"single": 4}, areas={"B": 3})
    put_in_form(db, bank, version.id, days_ago=800)

    def carried() -> int:
        facts = paper_facts(db, bank.id, year_of(NOW))
        return draw_of(supply_tree(db, bank), facts, demand, wanted=9, most_uses=1).carried

    assert carried() == 2
    put_in_form(db, bank, version.id, days_ago=1)
    assert carried() == 1
