"""For which skill levels and work types a point is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.blueprint import PointFacts
from itembank.blueprint_kinds import LEVELS, are_levels, is_for, kind_problems, read_levels
from itembank.blueprint_layout import read_layout


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3 5 4", "543"),
        ("５、４", "54"),
        ("四级/中级工", "4"),
        ("高级技师", "1"),
        ("3～5", "543"),
        ("53", "53"),
    ],
)
def test_levels_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert read_levels(typed) == read


@given(st.sets(st.sampled_from(LEVELS)), st.sampled_from(LEVELS))
def test_levels_are_read_back_and_say_who_they_are_for(chosen: set[str], asked: str) -> None:
    kept = read_levels(" ".join(chosen))
    assert are_levels(kept)
    assert set(kept) == chosen
    assert is_for(kept, (), level=asked, work_type="") == (not chosen or asked in chosen)


def test_the_cell_of_a_wrong_level_or_work_type_is_named() -> None:
    rows = [
        ["代码", "名称", "鉴定比重", "代码", "名称", "重要程度", "适用等级", "适用工种"],
        ["A", "基础", 100, "001", "守则", "X", "5-3", "普通车床、数控车床"],
        ["", "", "", "002", "电路", "Y", "六级", "钻井"],
    ]
    table = read_layout(rows)
    assert table is not None
    assert table.points[0] == PointFacts("A", "001", "守则", "X", "543", ("普通车床", "数控车床"))
    found = [(each.where, each.code) for each in table.checked(["普通车床", "数控车床"])]
    assert found == [("G3", "level_unknown"), ("H3", "work_type_unknown")]
    assert kind_problems(table.points[:1], ()) == []
