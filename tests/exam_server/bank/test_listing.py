"""The list of a bank: filters, pages, places."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank import list_order
from exam_server.bank.exposure import add_use
from exam_server.bank.list_order import PAGE_SIZE, Place
from exam_server.bank.listing import ItemFilter, items_in, read_filter
from exam_server.bank.models import Blueprint, Item, ItemFigure, ItemVersion
from itembank.grams import folded
from tests.factories import NOW, make_blueprint, make_item, make_organization, make_person


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
    listed = items_in(db, bank, ItemFilter(**wanted))  # type: ignore[arg-type]
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


def test_pages_follow_one_another_there_and_back(db: Session, bank: Blueprint) -> None:
    point = bank.areas[0].points[0]
    for _ in range(PAGE_SIZE):
        make_item(db, point)
    first = items_in(db, bank, ItemFilter())
    assert (first.total, len(first.lines), first.previous) == (PAGE_SIZE + 6, PAGE_SIZE, None)
    assert first.next is not None
    second = items_in(db, bank, ItemFilter(), first.next)
    assert (len(second.lines), second.next) == (6, None)
    assert second.lines[0].code > first.lines[-1].code
    assert second.previous is not None
    again = items_in(db, bank, ItemFilter(), second.previous)
    assert [line.code for line in again.lines] == [line.code for line in first.lines]
    assert items_in(db, bank, ItemFilter(), Place(after="~")).lines == first.lines


def says(db: Session, bank: Blueprint, code: str, text: str) -> None:
    """Have an item of the bank say something new, in a new version."""
    item = db.scalars(select(Item).where(Item.code == code)).one()
    item.version_number += 1
    version = ItemVersion(
        item=item,
        number=item.version_number,
        type="single",
        content={"stem": text},
        key={},
        search_text=folded(text),
        created_at=NOW,
    )
    db.add(version)
    db.flush()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("电阻", ["A0", "A1"]),  # two characters
        ("阻", ["A0", "A1"]),  # one
        ("绝缘电阻", ["A0"]),
        ("缘电", ["A0"]),  # across words: Chinese has none
        ("电阻 绝缘", ["A0"]),  # both, wherever
        ("“电阻值 500”", ["A1"]),  # as it stands
        ("“500 电阻值”", []),
        ("阻绝", []),  # neighbours only in the question
        ("５００ｖ", ["A0"]),  # wide, other case
        ("insul", ["B0"]),  # a word from its beginning
        ("INSULATED glove", ["B0"]),
        ("电值", []),  # characters that do not meet
        ("b1", ["B1"]),  # a code
        ("%", []),
        ("'\"* OR", []),  # nothing of the index's own language gets through
    ],
)
def test_a_search_finds_what_holds_the_text(
    db: Session, bank: Blueprint, asked: str, found: list[str]
) -> None:
    says(db, bank, "A0", "用500V绝缘电阻表测量")
    says(db, bank, "A1", "电阻值 500 欧")
    says(db, bank, "B0", "Wear insulated gloves")
    assert codes(db, bank, text=asked) == found


def test_an_older_version_and_another_bank_are_not_found(db: Session, bank: Blueprint) -> None:
    says(db, bank, "A0", "接触器")
    says(db, bank, "A0", "继电器")
    other = make_blueprint(db, make_organization(db))
    assert codes(db, bank, text="接触") == []
    assert codes(db, bank, text="继电") == ["A0"]
    assert codes(db, other, text="继电") == []


def test_figures_writer_and_missing_languages_narrow(db: Session, bank: Blueprint) -> None:
    for place, code in enumerate(("A0", "A1", "A2")):
        item = db.scalars(select(Item).where(Item.code == code)).one()
        values = {"difficulty": 0.1 + 0.4 * place, "discrimination": 0.5 - 0.2 * place}
        row = ItemFigure(item_id=item.id, version_number=1, persons=90, computed_at=NOW, **values)
        db.add(row)
    person = make_person(db)
    db.flush()
    assert codes(db, bank, figures=("hard",)) == ["A0"]
    assert codes(db, bank, figures=("easy", "weak")) == ["A2"]
    assert codes(db, bank, figures=("none",)) == ["B0", "B1", "B2"]
    assert codes(db, bank, writer=person.username) == []
    assert codes(db, bank, gap="en", at="A-001") == ["A0"]


def used(db: Session, bank: Blueprint, uses: Mapping[str, int]) -> None:
    """Let items have stood in so many papers that are over, the last of them just now."""
    for item in db.scalars(select(Item).where(Item.blueprint_id == bank.id)):
        for n in reversed(range(uses.get(item.code, 0))):
            add_use(db, [item.id], known=[], at=NOW - timedelta(days=n))


def test_use_narrows_and_sorts_in_pages_that_meet(
    db: Session, bank: Blueprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(db, bank, {"A1": 3, "B0": 1, "B2": 1})
    other = make_blueprint(db, make_organization(db))
    make_item(db, other.areas[0].points[0]).item.code = "O"
    db.flush()
    used(db, other, {"O": 9})
    assert codes(db, bank, used="never") == ["A0", "A2", "B1"]
    assert codes(db, bank, used="1") == ["A1", "B0", "B2"]
    assert codes(db, bank, used="2") == ["A1"]
    assert codes(db, bank, used="most") == ["A1"]
    assert codes(db, other, used="most") == ["O"]
    assert codes(db, bank, used="1", at="B") == ["B0", "B2"]
    orders = {
        "most_used": ["A1", "B0", "B2", "A0", "A2", "B1"],
        "least_used": ["A0", "A2", "B1", "B0", "B2", "A1"],
    }
    monkeypatch.setattr(list_order, "PAGE_SIZE", 2)
    for sort, whole in orders.items():
        wanted, there, back = ItemFilter(sort=sort), [], []
        listed = items_in(db, bank, wanted)
        there += [line.code for line in listed.lines]
        while listed.next:
            listed = items_in(db, bank, wanted, listed.next)
            there += [line.code for line in listed.lines]
        while listed.previous:
            listed = items_in(db, bank, wanted, listed.previous)
            back = [line.code for line in listed.lines] + back
        assert there == whole
        assert back == whole[:-2]
    (line,) = items_in(db, bank, ItemFilter(used="2")).lines
    assert (line.n_papers, line.last_used_at) == (3, NOW)


def test_nothing_used_is_said_too(db: Session, bank: Blueprint) -> None:
    assert codes(db, bank, used="most") == codes(db, bank, used="1") == []
    assert len(codes(db, bank, used="never")) == 6


def test_a_filter_goes_into_an_address_and_comes_back() -> None:
    wanted = ItemFilter(
        "电阻", ("single",), ("draft",), ("2", "3"), "A-001", "waiting", ("weak",), "li", "en"
    )
    wanted = replace(wanted, used="3", sort="most_used")
    query = {
        key: value if isinstance(value, list) else [value] for key, value in wanted.query().items()
    }
    assert read_filter(query) == wanted
    nonsense = {"state": ["nonsense"], "difficulty": ["9"], "used": ["0"], "sort": ["stem"]}
    assert read_filter(nonsense) == ItemFilter()
    assert read_filter({"used": ["007"]}).used == "7"
    assert read_filter({"used": ["²"]}).used == ""
    assert wanted.without("difficulties", "2").difficulties == ("3",)
    assert wanted.without("at").at == ""
