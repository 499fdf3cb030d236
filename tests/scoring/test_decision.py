"""Decisions: what comes before what."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scoring.composite import Rounding, combine
from scoring.decision import decide

PASS = Decimal(60)
marks = st.one_of(st.none(), st.decimals(0, 100, places=2))


def test_a_void_sitting_never_passes_whatever_its_marks() -> None:
    standings = {"practical": "absent", "theory": "void"}
    found = decide(Decimal(100), PASS, missing=["practical"], standings=standings)
    assert (found.outcome, found.reasons) == ("void", ("void_theory",))


def test_who_was_absent_anywhere_is_absent_and_each_place_is_named() -> None:
    standings = {"theory": "absent", "practical": "absent"}
    found = decide(Decimal(100), PASS, standings=standings)
    assert (found.outcome, found.reasons) == ("absent", ("absent_theory", "absent_practical"))


def test_a_mark_rounded_up_to_the_pass_mark_passes_and_one_rounded_down_does_not() -> None:
    weights = {"theory": Decimal(100)}
    people = [{"theory": Decimal(mark)} for mark in ("59.95", "59.94")]
    found = combine(people, weights, {}, Rounding("half_up", 1))
    assert [decide(each, PASS).outcome for each in found.composites] == ["pass", "fail"]


@given(marks, marks, st.one_of(st.none(), st.decimals(0, 100, places=1)))
def test_a_pass_has_no_reason_and_everything_else_has_one(
    theory: Decimal | None, practical: Decimal | None, minimum: Decimal | None
) -> None:
    found = combine(
        [{"theory": theory, "practical": practical}],
        {"theory": Decimal(40), "practical": Decimal(60)},
        {"theory": minimum},
        Rounding(),
    )
    composite = found.composites[0]
    decision = decide(
        composite, PASS, missing=found.missing[0], below_minimum=found.below_minimum[0]
    )
    assert (decision.outcome == "pass") == (decision.reasons == ())
    if decision.outcome == "pass":
        assert composite is not None
        assert composite >= PASS
        assert theory is not None
        assert minimum is None or theory >= minimum
    if None in (theory, practical):
        assert decision.outcome == "incomplete"
