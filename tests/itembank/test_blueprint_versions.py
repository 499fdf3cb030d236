"""Two versions of a blueprint compared."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from itembank.blueprint_versions import (
    KINDS,
    Stood,
    StoodArea,
    StoodPoint,
    as_plain,
    differences,
    digest_of,
    from_plain,
)

AREAS = st.lists(
    st.builds(StoodArea, st.sampled_from(["A", "A-A", "B"]), st.text(max_size=3), st.just("")),
    unique_by=lambda area: area.path,
)
POINTS = st.lists(
    st.builds(
        StoodPoint,
        st.sampled_from("pqrst"),
        st.sampled_from(["A-001", "A-002", "B-001"]),
        st.text(max_size=3),
        st.sampled_from(["", "X", "Y"]),
        st.sampled_from(["", "54"]),
        st.sampled_from([(), ("普通车床",)]),
        st.sampled_from([None, "旧"]),
    ),
    unique_by=lambda point: point.uid,
)
STOOD = st.builds(Stood, AREAS, POINTS)


def kinds(old: Stood, new: Stood) -> list[tuple[str, str, str]]:
    return [(each.kind, each.before, each.after) for each in differences(old, new)]


def test_each_change_of_a_row_is_told_by_itself() -> None:
    point = StoodPoint("p", "A-001", "守则", "X")
    old = Stood((StoodArea("A", "基础", "40"), StoodArea("B", "相关", "60")), (point,))
    moved = replace(point, code="B-001", importance="Y", levels="54", work_types=("甲", "乙"))
    new = Stood(
        (StoodArea("A", "基础", "30"), StoodArea("C", "安全", "70")),
        (replace(moved, retired="旧"), StoodPoint("q", "C-001", "用电")),
    )
    assert kinds(old, new) == [
        ("weight_changed", "40", "30"),
        ("area_dropped", "60", ""),
        ("area_added", "", "70"),
        ("point_moved", "A-001", "B-001"),
        ("importance_changed", "X", "Y"),
        ("levels_changed", "", "5 4"),
        ("work_types_changed", "", "甲、乙"),
        ("point_retired", "", "旧"),
        ("point_added", "", ""),
    ]
    assert ("point_dropped", "", "") in kinds(new, old)


@given(STOOD, STOOD)
def test_nothing_differs_exactly_where_both_say_the_same(old: Stood, new: Stood) -> None:
    found = differences(old, new)
    assert (not found) == (digest_of(old) == digest_of(new))
    assert {each.kind for each in found} <= set(KINDS)
    assert digest_of(from_plain(as_plain(old))) == digest_of(old)
