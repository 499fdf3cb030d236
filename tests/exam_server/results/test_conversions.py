"""Conversions frozen, by numbers alone: within range, never falling, the same by both codes."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.results.equating.conversion import converted, digest, frozen
from exam_server.results.equating.designs import Side, SideItem, anchor_of, designs_of
from exam_server.results.equating.figures import Line, figures_of
from exam_server.results.equating.gathering import SideMarks
from exam_server.results.equating.methods import METHODS, methods_of
from exam_server.results.equating.samples import Group, samples_of
from exam_server.results.second.deciding import equated_of
from exam_server.results.second.facts import Asked, Conversion, Counting
from scoring.composite import Rounding
from scoring.refusals import UnfitDataError

MODES = st.sampled_from(["half_up", "half_even", "down"])
MOSTS = st.sampled_from([Decimal(20), Decimal("12.5"), Decimal(37)])
WORTHS = st.lists(st.floats(-40, 80), min_size=21, max_size=21)
HALF = Decimal("0.5")


@given(
    worths=WORTHS,
    most_reference=MOSTS,
    mode=MODES,
    decimals=st.integers(0, 2),
    only_up=st.booleans(),
)
def test_both_codes_read_a_table_alike_and_it_never_falls_or_leaves_the_scale(
    *, worths: list[float], most_reference: Decimal, mode: str, decimals: int, only_up: bool
) -> None:
    marks = [HALF * at for at in range(21)]
    table = frozen(marks, worths, Decimal(10), most_reference, only_up=only_up)
    rounding = Rounding(mode, decimals)
    found = [converted(table, mark, Decimal(10), rounding) for mark in marks]
    told = [each for each in found if each is not None]
    assert len(told) == len(marks)
    assert told == sorted(told)
    assert min(told) >= 0
    assert max(told) <= 100
    if only_up:
        own = frozen(marks, [float(each) for each in marks], Decimal(10), Decimal(10))
        raw = [converted(own, mark, Decimal(10), rounding) or 0 for mark in marks]
        assert all(one >= other for one, other in zip(told, raw, strict=True))
    counting = Counting(Fraction(60), {}, {}, mode, decimals)
    rows = {Fraction(raw): Fraction(worth) for raw, worth in table["rows"]}
    read = Conversion("B", rows, Fraction(10), Fraction(most_reference), is_sound=True)
    asked = Asked(1, 1, "I", "single", {}, (), Fraction(10))
    again = [equated_of([asked], {1: Fraction(m)}, counting, read).mark for m in marks]
    assert again == [Fraction(each) for each in told]


def test_what_stands_off_a_table_has_no_mark_and_a_changed_table_another_hash() -> None:
    marks = [Decimal(at) for at in range(4)]
    table = frozen(marks, [0, 1, 2, 3], Decimal(3), Decimal(3))
    rounding = Rounding("half_up", 1)
    assert converted(table, HALF, Decimal(3), rounding) is None
    assert converted(table, Decimal(1), Decimal(4), rounding) is None
    other = frozen(marks, [0, 1, 2, 2.9999], Decimal(3), Decimal(3))
    assert digest(table) != digest(other)


def side(name: str, held: str, first: int, n_persons: int) -> SideMarks:
    """Return a form of 40 items of half a mark, from place ``first`` of one long row of items."""
    rng = np.random.default_rng([first, n_persons])
    every = np.linspace(-2.0, 1.4, 80)[np.random.default_rng(1).permutation(80)]
    difficulties = every[first : first + 40]
    chances = 1 / (1 + np.exp(difficulties - rng.normal(size=(n_persons, 1))))
    items = [
        SideItem(f"u{first + at}", 1, f"Q{first + at}", HALF, {}, "AB"[at % 2], version_id=at)
        for at in range(40)
    ]
    parameters: Mapping[tuple[str, int], tuple[float, float, str]] = {
        item.key: (1.0, float(b), "scale") for item, b in zip(items, difficulties, strict=True)
    }
    marks = np.asarray((rng.random(chances.shape) < chances) * 5000.0, dtype=np.float64)
    return SideMarks(Side(held, name, held, name, n_persons, items, parameters), marks)


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, object]]:
    """Return every method's figures for two forms with 20 items in common, alike but for them."""
    line = Line(Decimal(60), "minimum", Rounding("half_up", 1))
    sides = side("B", "S", 20, 320), side("A", "S", 0, 300)
    rng = np.random.default_rng(5)
    methods = [name for name in METHODS if name not in {"equipercentile", "frequency_estimation"}]
    found = figures_of(*sides, methods, line, rng, lambda _done, _total: None)
    assert found["refused"] is None
    assert found["anchor"]["n"] >= 18
    return {each["method"]: each for each in found["methods"]}


def test_every_method_of_every_design_gives_a_rising_table_that_agrees_at_the_line(
    figures: Mapping[str, dict[str, object]],
) -> None:
    for name, row in figures.items():
        assert row["refused"] is None, name
        worths = [each[1] for each in row["rows"]]  # type: ignore[attr-defined]
        assert worths == sorted(worths), name
        at = row["at_line"]
        assert abs(at["difference"] - figures["true_score"]["at_line"]["difference"]) < 6, name  # type: ignore[index]
    assert [row[1] for row in figures["identity"]["rows"]] == [n / 2 for n in range(41)]  # type: ignore[attr-defined]
    errors = {name for name, row in figures.items() if row["at_line"]["error"] is None}  # type: ignore[index]
    assert errors == set(methods_of("irt"))


def test_a_design_says_why_it_is_not_possible() -> None:
    new, reference = side("B", "S2", 40, 9).side, side("A", "S1", 0, 300).side
    assert {each.refused for each in designs_of(new, reference)} == {"too_few_papers"}
    new = replace(new, n_papers=50, items=new.items[:20], parameters={})
    told = {each.name: each.refused for each in designs_of(new, reference)}
    assert told == {
        "random_groups": "other_exam_session",
        "common_items": "too_few_common_items",
        "irt": "parameters_lacking",
    }
    same = {each.name: each.refused for each in designs_of(reference, reference)}
    assert same == {"random_groups": None, "common_items": "same_items", "irt": None}
    newer = [replace(each, version=2) for each in reference.items[:2]]
    other = [*newer, *reference.items[2:]]
    other[2] = replace(other[2], way="full_marks")
    reasons = [why for _, why in anchor_of(replace(reference, items=other), reference).left_out]
    assert reasons == ["other_version", "other_version", "scored_otherwise"]


def test_part_marks_without_a_common_grid_are_not_equated() -> None:
    thirds = Group(np.array([0.0, 3333.0]), np.zeros(2), 200_000, 0)
    with pytest.raises(UnfitDataError, match="marks_off_grid"):
        samples_of(thirds, thirds, [10_000])
