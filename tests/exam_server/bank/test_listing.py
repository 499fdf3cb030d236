"""The list of a bank: filters, pages, places."""

import pytest
from sqlalchemy.orm import Session

from exam_server.bank.listing import PAGE_SIZE, ItemFilter, items_in, read_filter
from exam_server.bank.models import Blueprint
from tests.factories import make_blueprint, make_item, make_organization


@pytest.fixture
def bank(db: Session) -> Blueprint:
    """Three points in each of the ranges A and B, one item each."""
    blueprint = make_blueprint(db, make_organization(db))
    for area in blueprint.areas:
        for place, point in enumerate(area.points):
            version = make_item(db, point, difficulty=place + 1)
            version.item.code = f"{area.code}{place}"
    db.flush()
    return blueprint


def codes(db: Session, bank: Blueprint, **wanted: object) -> list[str]:
    listed = items_in(db, bank, ItemFilter(**wanted), page=1)  # type: ignore[arg-type]
    return [line.code for line in listed.lines]


def test_a_range_holds_its_points_items_and_a_point_its_own(db: Session, bank: Blueprint) -> None:
    assert codes(db, bank, at="A") == ["A0", "A1", "A2"]
    assert codes(db, bank, at="A-002") == ["A1"]
    assert codes(db, bank, at="A-00") == []


def test_values_of_one_kind_are_alternatives_kinds_narrow(db: Session, bank: Blueprint) -> None:
    assert codes(db, bank, difficulties=("1", "3"), at="B") == ["B0", "B2"]
    assert codes(db, bank, types=("multiple",)) == []
    assert len(codes(db, bank, states=("active", "draft"))) == 6


def test_search_finds_codes_in_any_case_and_takes_wild_cards_literally(
    db: Session, bank: Blueprint
) -> None:
    assert codes(db, bank, text="b1") == ["B1"]
    assert codes(db, bank, text="%") == []


def test_a_page_behind_the_last_is_the_last(db: Session, bank: Blueprint) -> None:
    point = bank.areas[0].points[0]
    for _ in range(PAGE_SIZE):
        make_item(db, point)
    listed = items_in(db, bank, ItemFilter(), page=99)
    assert (listed.number, listed.n_pages, len(listed.lines)) == (2, 2, 6)


def test_a_filter_goes_into_an_address_and_comes_back() -> None:
    wanted = ItemFilter("电阻", ("single",), ("draft",), ("2", "3"), "A-001", "waiting")
    query = {
        key: value if isinstance(value, list) else [value] for key, value in wanted.query().items()
    }
    assert read_filter(query) == wanted
    assert read_filter({"state": ["nonsense"], "difficulty": ["9"]}) == ItemFilter()
    assert wanted.without("difficulties", "2").difficulties == ("3",)
    assert wanted.without("at").at == ""
