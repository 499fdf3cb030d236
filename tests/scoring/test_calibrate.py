"""Calibration: what it refuses, what cannot change it, and that it finds what made the data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ability import estimate_abilities
from scoring.adaptive import is_above, next_item
from scoring.calibrate import Calibration, Known, Settings, UnfitDataError, calibrate, known_items
from scoring.irt.conditional import andersen_test, calibrate_conditionally
from scoring.irt.fit import person_fit, person_mean_squares
from scoring.irt.functions import category_chances
from scoring.irt.moments import moment_fit

SLOPES = np.array([0.7, 0.9, 1.0, 1.2, 1.5, 1.8, 0.8, 1.1])
DIFFICULTIES = np.array([-1.5, -1.0, -0.5, 0.0, 0.3, 0.6, 1.0, 1.4])
ITEMS = known_items(SLOPES, DIFFICULTIES, model="2pl")
GRADED = known_items(
    SLOPES[:5], np.sort(np.random.default_rng(5).normal(size=(5, 3)), axis=1), model="grm"
)


def drawn(items: Calibration, n: int, seed: int, mean: float = 0, sd: float = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    chances = category_chances(items, mean + sd * rng.normal(size=n))
    at = rng.random((n, items.n_items, 1))
    return (at > np.cumsum(chances, axis=2)[:, :, :-1]).sum(axis=2).astype(float)


@pytest.mark.parametrize(
    ("code", "data", "model"),
    [
        ("too_few_items", np.tile([[0.0, 1.0], [1.0, 0.0]], (9, 1)), "2pl"),
        ("too_few_persons", np.eye(4)[:3], "2pl"),
        ("not_categories", np.tile([[0.5, 1, 0], [1, 0, 1]], (9, 1)), "2pl"),
        ("not_categories", np.tile([[-1.0, 1, 0], [1, 0, 1]], (9, 1)), "grm"),
        ("not_dichotomous", np.tile([[2.0, 1, 0], [1, 0, 1], [0, 1, 1]], (9, 1)), "2pl"),
        ("no_responses", np.tile([[np.nan, 1, 0], [np.nan, 0, 1]], (9, 1)), "rasch"),
        ("no_variation", np.tile([[1.0, 1, 0], [1, 0, 1]], (9, 1)), "2pl"),
        ("empty_category", np.tile([[2.0, 1, 0], [0, 0, 1]], (9, 1)), "gpcm"),
        ("only_extreme_persons", np.tile([[1.0, 1, 1], [0, 0, 0]], (9, 1)), "rasch"),
        ("perfect_separation", np.tile(np.tril(np.ones((4, 3)), -1), (9, 1)), "2pl"),
    ],
)
def test_data_that_cannot_be_calibrated_are_refused(
    code: str, data: np.ndarray, model: str
) -> None:
    with pytest.raises(UnfitDataError) as refused:
        calibrate(data, model)
    assert [each.code for each in refused.value.refusals] == [code]


def test_items_never_given_together_are_not_calibrated_conditionally() -> None:
    data = drawn(ITEMS, 200, 1)
    data[:100, :4], data[100:, 4:] = np.nan, np.nan
    with pytest.raises(UnfitDataError, match="not_linked"):
        calibrate_conditionally(data)
    assert "not_linked" in [each.code for each in calibrate(data, "rasch").warnings]


def test_twins_have_no_bounded_slope_and_it_says_so() -> None:
    data = drawn(ITEMS, 300, 2)[:, :3]
    found = calibrate(np.column_stack([data[:, 0], data]), "2pl")
    assert not found.converged
    assert "slope_unbounded" in [each.code for each in found.warnings]


@pytest.mark.parametrize("model", ["rasch", "2pl", "3pl", "grm", "gpcm", "pcm"])
def test_the_order_of_persons_and_items_changes_nothing(model: str) -> None:
    data = drawn(GRADED if model in ("grm", "gpcm", "pcm") else ITEMS, 400, 3)
    data[:40, 0], data[30:70, 3] = np.nan, np.nan
    rng = np.random.default_rng(4)
    persons, items = rng.permutation(len(data)), rng.permutation(data.shape[1])
    exact = Settings(tolerance=1e-9)
    found = calibrate(data, model, settings=exact)
    other = calibrate(data[persons][:, items], model, settings=exact)
    assert found.converged
    assert other.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)
    assert other.steps == pytest.approx(found.steps[items], abs=1e-3, nan_ok=True)
    assert other.step_errors == pytest.approx(found.step_errors[items], abs=1e-3, nan_ok=True)
    abilities = estimate_abilities(found, data).values
    moved = estimate_abilities(other, data[persons][:, items]).values
    assert moved == pytest.approx(abilities[persons], abs=1e-3)


def test_graded_items_of_two_categories_are_two_parameter_items() -> None:
    data = drawn(ITEMS, 500, 6)
    plain = calibrate(data, "2pl")
    for model in ("grm", "gpcm"):
        found = calibrate(data, model)
        assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)
        assert found.difficulties == pytest.approx(plain.difficulties, abs=1e-2)


def test_models_may_differ_from_item_to_item() -> None:
    data = np.column_stack([drawn(ITEMS, 1500, 7), drawn(GRADED, 1500, 7)])
    found = calibrate(data, ("2pl",) * 8 + ("grm",) * 5)
    assert found.converged
    assert found.slopes == pytest.approx(np.concatenate([SLOPES, SLOPES[:5]]), abs=0.35)
    inside = np.abs(found.steps[8:] - GRADED.steps) < 4 * found.step_errors[8:]
    assert inside.all()


@pytest.mark.long
def test_a_second_population_is_found_beside_the_first() -> None:
    first, second = drawn(ITEMS, 3000, 8), drawn(ITEMS, 3000, 9, mean=0.6, sd=1.3)
    first[:, 6:], second[:, :2] = np.nan, np.nan  # missing by design
    groups = np.repeat(["a", "b"], 3000)
    found = calibrate(np.concatenate([first, second]), "2pl", groups=groups)
    assert (found.means[0], found.sds[0]) == (0, 1)
    assert abs(found.means[1] - 0.6) < 4 * found.errors.means[1]
    assert abs(found.sds[1] - 1.3) < 4 * found.errors.sds[1]
    abilities = estimate_abilities(found, second, groups=groups[3000:]).values
    assert abilities.mean() == pytest.approx(found.means[1], abs=0.02)


def test_anchors_hold_the_scale() -> None:
    data = drawn(ITEMS, 4000, 10, mean=0.5, sd=1.2)
    anchors = {i: Known(SLOPES[i], (DIFFICULTIES[i],)) for i in range(4)}
    found = calibrate(data, "2pl", anchors=anchors)
    assert found.slopes[:4].tolist() == SLOPES[:4].tolist()
    assert np.isnan(found.slope_errors[:4]).all()
    inside = np.abs(found.difficulties - DIFFICULTIES)[4:] < 4 * found.difficulty_errors[4:]
    assert inside.all()
    assert abs(found.means[0] - 0.5) < 4 * found.errors.means[0]


@pytest.mark.long
def test_many_persons_give_what_all_of_them_say() -> None:
    data = drawn(ITEMS, 13_000, 11)
    found = calibrate(data, "2pl")
    with_gap = data.copy()
    with_gap[0] = np.nan  # another path: nobody shows the way, all slopes at each point
    other = calibrate(with_gap, "2pl")
    assert other.slopes == pytest.approx(found.slopes, abs=0.01)
    assert other.slope_errors == pytest.approx(found.slope_errors, rel=1e-2)
    assert other.n_persons == found.n_persons - 1


@given(
    st.integers(0, 7),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.sampled_from(["eap", "map", "ml", "wle"]),
)
@settings(max_examples=30, deadline=None)
def test_a_point_more_never_lowers_an_ability(item: int, given_: list[bool], method: str) -> None:
    less, more = np.array(given_, float), np.array(given_, float)
    less[item], more[item] = 0, 1
    values = estimate_abilities(ITEMS, [less, more], method).values
    assert values[0] < values[1]


def test_abilities_without_a_maximum_are_infinite() -> None:
    floor = known_items([1.0, 1.0, 1.0], [0.0, 0.5, 1.0], [0.2, 0.2, 0.2])
    found = estimate_abilities(floor, [[0, 0, 0], [1, 1, 1], [0, 0, 1], [np.nan] * 3], "ml")
    assert found.values[:3].tolist() == [-np.inf, np.inf, -np.inf]
    assert np.isnan([found.values[3], *found.standard_errors]).all()
    bounded = estimate_abilities(floor, [[0, 0, 0]], "ml", bounds=(-4, 4))
    assert bounded.values.tolist() == [-4]
    assert np.isfinite(bounded.standard_errors).all()


def test_a_response_that_is_no_category_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no category of item 7"):
        estimate_abilities(ITEMS, [[0] * 7 + [2]])


def test_conditional_and_marginal_difficulties_agree() -> None:
    data = drawn(known_items(np.ones(8), DIFFICULTIES, model="2pl"), 2000, 12)
    data[:200, 0] = np.nan
    marginal, conditional = calibrate(data, "rasch"), calibrate_conditionally(data)
    centred = marginal.difficulties - marginal.difficulties.mean()
    assert conditional.difficulties == pytest.approx(centred, abs=0.02)
    assert conditional.difficulty_errors == pytest.approx(marginal.difficulty_errors, rel=0.15)
    assert andersen_test(data).p_value > 0.001


def test_a_person_who_answers_against_the_order_stands_out() -> None:
    against = [[0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0, 0]]
    z = person_fit(ITEMS, against)
    assert z[0] < -2 < z[1]
    assert person_mean_squares(ITEMS, against).outfit[0] > 2


def test_an_adaptive_test_uses_no_item_twice_and_decides_when_it_can() -> None:
    rng = np.random.default_rng(13)
    used: list[int] = []
    for _ in range(8):
        used.append(next_item(ITEMS, 0.2, used, rng, n_best=3))
    assert sorted(used) == list(range(8))
    with pytest.raises(ValueError, match="no item is left"):
        next_item(ITEMS, 0.2, used)
    assert is_above(ITEMS, [1.0] * 8, cut=-1, reach=0.5) is True
    assert is_above(ITEMS, [0.0] * 8, cut=1, reach=0.5) is False
    assert is_above(ITEMS, [np.nan] * 8, cut=0) is None


def test_nothing_is_known_of_moments_where_nobody_answered_every_item() -> None:
    data = drawn(ITEMS, 300, 21)
    data[:150, 0], data[150:, 1] = np.nan, np.nan
    assert np.isnan(moment_fit(calibrate(data, "2pl"), data).statistic)
