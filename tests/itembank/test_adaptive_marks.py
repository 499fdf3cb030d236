"""Abilities and marks of adaptive tests: both estimates against the calibration, and rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.results.second import abilities
from itembank.adaptive.marks import (
    Conversion,
    ability_at,
    estimate,
    expected_share,
    mark_of,
)
from itembank.adaptive.pool import ItemCurve
from scoring.ability import estimate_abilities
from scoring.irt.calibration import known_items

slopes = st.floats(0.4, 2.5)
difficulties = st.floats(-3, 3)
guessings = st.sampled_from([0.0, 0.1, 0.25, 0.4])
curves = st.lists(st.builds(ItemCurve, slopes, difficulties, guessings), min_size=3, max_size=30)


@pytest.mark.parametrize(("method", "within"), [("eap", 0.02), ("wle", 1e-3)])
def test_abilities_are_those_of_the_calibration(method: str, within: float) -> None:
    rng = np.random.default_rng(3)
    items = [ItemCurve(float(a), float(b)) for a, b in rng.uniform((0.6, -2), (2, 2), (25, 2))]
    pool = known_items([c.slope for c in items], [c.difficulty for c in items], model="2pl")
    for truth in (-1.5, 0.0, 1.0):
        chances = [1 / (1 + np.exp(-c.slope * (truth - c.difficulty))) for c in items]
        rights = rng.random(len(items)) < chances
        known = estimate_abilities(pool, rights[None, :].astype(float), method=method)
        found = estimate(method, items, [bool(each) for each in rights])
        assert found.ability == pytest.approx(float(known.values[0]), abs=within)
        assert found.standard_error == pytest.approx(float(known.standard_errors[0]), abs=0.03)


@settings(max_examples=60, deadline=None)
@given(curves, st.data(), st.sampled_from(["eap", "wle"]))
def test_the_second_computation_finds_the_same_ability(
    items: list[ItemCurve], data: st.DataObject, method: str
) -> None:
    rights = data.draw(st.lists(st.booleans(), min_size=len(items), max_size=len(items)))
    told = [
        (abilities.Curve(c.slope, c.difficulty, c.guessing), right)
        for c, right in zip(items, rights, strict=True)
    ]
    by_first = estimate(method, items, rights).ability
    by_second = abilities.ability_of(method, told)
    assert by_second == pytest.approx(by_first, abs=1e-7)


@pytest.mark.parametrize("guessed", [0.0, 0.25])
def test_a_weighted_likelihood_is_greatest_at_the_ability(guessed: float) -> None:
    rng = np.random.default_rng(8)
    theta = np.linspace(-6, 6, 6001)
    for n_items in (1, 4, 12, 25):
        a, b = rng.uniform(0.6, 2.2, n_items), rng.normal(0, 1.2, n_items)
        above = 1 / (1 + np.exp(-a * (theta[:, None] - b)))
        right = guessed + (1 - guessed) * above
        rise = a * (1 - guessed) * above * (1 - above)
        information = (rise**2 / (right * (1 - right))).sum(axis=1)
        items = [ItemCurve(*each, guessed) for each in zip(a.tolist(), b.tolist(), strict=True)]
        for share in (0.0, 0.3, 0.6, 1.0):
            rights = rng.random(n_items) < share
            told = np.where(rights, np.log(right), np.log(1 - right)).sum(axis=1)
            wanted = theta[(told + np.log(information) / 2).argmax()]
            found = estimate("wle", items, rights.tolist()).ability
            assert found == pytest.approx(wanted, abs=2e-3)


@given(curves, st.floats(-4, 4), st.floats(-4, 4))
def test_a_higher_ability_never_has_a_lower_mark(
    items: list[ItemCurve], one: float, other: float
) -> None:
    plan = Conversion("eap", 3, "proportional", tuple(items))
    low, high = sorted((one, other))
    assert 0 <= mark_of(plan, low, 9) <= mark_of(plan, high, 9) <= 100
    assert mark_of(plan, high, 2) < mark_of(plan, high, 3)  # too few items never pay


def test_the_cut_is_where_the_mark_is_expected() -> None:
    plan = Conversion("eap", 3, "zero", (ItemCurve(1.0, -1.0), ItemCurve(1.5, 1.0)))
    assert expected_share(plan, ability_at(plan, 0.6)) == pytest.approx(0.6)
    assert mark_of(plan, 2.0, 2) == 0
