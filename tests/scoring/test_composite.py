"""Composites and decisions: exact, rounded once, compared after rounding."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.composite import Rounding, combine, rounded
from scoring.decision import decide

WEIGHTS = {"theory": Decimal(40), "practical": Decimal(50), "performance": Decimal(10)}
NO_MINIMA = dict.fromkeys(WEIGHTS)
marks = st.decimals(0, 100, places=2)


def composite_of(theory: str, practical: str, performance: str, rounding: Rounding) -> Decimal:
    scores = {
        "theory": Decimal(theory),
        "practical": Decimal(practical),
        "performance": Decimal(performance),
    }
    found = combine([scores], WEIGHTS, NO_MINIMA, rounding).composites[0]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("half_up", "59.95", "60.0"),
        ("half_up", "59.949", "59.9"),
        ("half_even", "59.85", "59.8"),
        ("half_even", "59.95", "60.0"),
        ("down", "59.99", "59.9"),
    ],
)
def test_rounding_at_its_boundaries(mode: str, value: str, expected: str) -> None:
    assert rounded(Decimal(value), Rounding(mode, 1)) == Decimal(expected)


def test_half_marks_stay_exact() -> None:
    assert composite_of("59.5", "60.5", "0.1", Rounding("half_up", 4)) == Decimal("54.06")


def test_a_composite_is_rounded_once_at_the_end() -> None:
    # Rounded part by part this would give 60.1.
    assert composite_of("60.13", "60.05", "60.05", Rounding("half_up", 1)) == Decimal("60.1")
    assert composite_of("59.9", "59.97", "60.0", Rounding("half_up", 1)) == Decimal("59.9")


def test_a_missing_component_of_weight_leaves_no_composite() -> None:
    found = combine([{"theory": Decimal(90), "practical": None}], WEIGHTS, NO_MINIMA, Rounding())
    assert found.composites == (None,)
    assert found.missing == (("practical", "performance"),)


def test_a_component_without_weight_does_not_count() -> None:
    weights = {"theory": Decimal(100), "practical": Decimal(0)}
    found = combine(
        [{"theory": Decimal(70)}], weights, {"practical": Decimal(60)}, Rounding("half_up", 0)
    )
    assert (found.composites, found.below_minimum) == ((Decimal(70),), ((),))


@pytest.mark.parametrize("theory", [Decimal(50), Decimal(-10)])
def test_weights_that_do_not_total_a_hundred_are_a_bug(theory: Decimal) -> None:
    with pytest.raises(ValueError, match="total 100"):
        combine([], {"theory": theory, "practical": Decimal(60)}, {}, Rounding())


@given(marks, marks, marks, st.sampled_from(["half_up", "half_even", "down"]))
def test_a_better_theory_mark_never_lowers_the_composite(
    theory: Decimal, practical: Decimal, performance: Decimal, mode: str
) -> None:
    rounding = Rounding(mode, 1)
    better = min(theory + Decimal("0.5"), Decimal(100))
    rest = (str(practical), str(performance), rounding)
    assert composite_of(str(better), *rest) >= composite_of(str(theory), *rest)


def test_sixty_is_a_pass_and_just_below_is_not() -> None:
    assert decide(Decimal("60.0"), Decimal(60)).outcome == "pass"
    below = decide(Decimal("59.9"), Decimal(60))
    assert (below.outcome, below.reasons) == ("fail", ("below_pass_mark",))


def test_every_reason_is_given() -> None:
    found = decide(Decimal(50), Decimal(60), below_minimum=["theory", "practical"])
    assert found.reasons == (
        "below_minimum_theory",
        "below_minimum_practical",
        "below_pass_mark",
    )


def test_absent_and_incomplete_are_not_fails() -> None:
    assert decide(None, Decimal(60), standings={"theory": "absent"}).outcome == "absent"
    found = decide(None, Decimal(60), missing=["practical"])
    assert (found.outcome, found.reasons) == ("incomplete", ("missing_practical",))


@given(st.lists(st.decimals(0, 100, places=9), min_size=3, max_size=3), st.integers(0, 6))
def test_a_composite_is_the_exact_fraction_rounded_once(given_: list[Decimal], places: int) -> None:
    person = dict(zip(WEIGHTS, given_, strict=True))
    with localcontext(prec=6):  # a caller's own precision costs no digit
        found = combine([person], WEIGHTS, NO_MINIMA, Rounding("half_up", places)).composites[0]
    exact = sum(Fraction(person[name]) * int(weight) for name, weight in WEIGHTS.items()) / 100
    assert found is not None
    wanted = Fraction(int(exact * 10**places + Fraction(1, 2)), 10**places)
    assert Fraction(found) == wanted


@pytest.mark.parametrize("mark", [59.5, Decimal("nan"), Decimal("inf")])
def test_a_mark_that_is_no_decimal_figure_is_a_bug(mark: Decimal) -> None:
    with pytest.raises(ValueError, match="finite Decimal"):
        combine([dict.fromkeys(WEIGHTS, mark)], WEIGHTS, NO_MINIMA, Rounding())
    with pytest.raises(ValueError, match="rounding is one of"):
        rounded(Decimal(1), Rounding("up"))
