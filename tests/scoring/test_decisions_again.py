"""Classification, generalizability, standards, composites, similarity: what must always hold."""

from collections.abc import Callable

import numpy as np
import pytest

from scoring.classification import TrueScores, classified, classify_totals, true_scores
from scoring.classification_irt import classify_abilities, classify_number_right
from scoring.composite_reliability import composite_reliability, same_again
from scoring.copying_indices import copying_indices
from scoring.generalizability import d_study, g_study
from scoring.homogeneity import alpha
from scoring.refusals import UnfitDataError
from scoring.similarity import (
    adjusted_p,
    copying,
    nearness_weights,
    option_chances,
    similar_pairs,
    upper_tails,
)
from scoring.standards import angoff, bookmark, hofstee, impact_table
from scoring.standards_by_groups import borderline_group, contrasting_groups


def test_a_simulated_population_is_classified_as_foretold() -> None:
    rng = np.random.default_rng(11)
    share = rng.beta(6, 4, 40000)
    once, again = rng.binomial(40, share), rng.binomial(40, share)
    reliability = np.corrcoef(once, again)[0, 1]
    for method in ("livingston_lewis", "hanson_brennan"):
        found, _ = classify_totals(once, 40, [20, 28], reliability, method)
        true = np.searchsorted([0.5, 0.7], share, side="right")
        first, second = (np.searchsorted([20, 28], each, side="right") for each in (once, again))
        assert found.accuracy == pytest.approx((true == first).mean(), abs=0.01), method
        assert found.consistency == pytest.approx((first == second).mean(), abs=0.01), method
        assert found.joint.sum() == pytest.approx(1)


def test_four_parameters_of_true_scores_come_back_from_their_moments() -> None:
    rng = np.random.default_rng(12)
    marks = rng.binomial(60, 0.25 + 0.7 * rng.beta(2, 3, 400000)).astype(float)
    found = true_scores(marks, 60)
    assert (found.low, found.high) == pytest.approx((0.25, 0.95), abs=0.05)
    sure = classified(TrueScores(500.0, 500.0, 0.0, 1.0), np.array([10.0]), 60, np.array([0.2]))
    assert sure.accuracy == pytest.approx(1, abs=1e-4)


def test_an_exact_measure_classifies_everyone_rightly() -> None:
    theta = np.linspace(-2, 2, 40)
    assert classify_abilities(theta, np.full(40, 1e-6), [-1.03, 0.51]).accuracy == pytest.approx(1)
    chances = np.full((3, 30), 0.5)
    found = classify_number_right(chances, [15])
    assert found.accuracy == pytest.approx(0.5722, abs=1e-4)


def test_components_of_a_simulated_study_come_back() -> None:
    rng = np.random.default_rng(13)
    p, t, r = rng.normal(0, 2, (400, 1, 1)), rng.normal(0, 1, (1, 40, 1)), rng.normal(0, 1, 30)
    data = p + t + r + rng.normal(0, 1.5, (400, 40, 30))
    found = g_study(data).components
    assert found["p"] == pytest.approx(4, rel=0.2)
    assert found["ptr"] == pytest.approx(2.25, rel=0.02)
    assert abs(found["pt"]) < 0.02
    persons, tasks = rng.permutation(400), rng.permutation(40)
    again = g_study(data[persons][:, tasks]).components
    assert list(again.values()) == pytest.approx(list(found.values()))
    study = g_study(data)
    assert d_study(study, 1, 1).dependability < d_study(study, 5, 2).dependability


def test_the_coefficient_of_one_facet_is_alpha() -> None:
    data = np.random.default_rng(14).normal(size=(50, 6)) + np.arange(50)[:, None] / 20
    found = d_study(g_study(data)).generalizability
    assert found == pytest.approx(alpha(np.cov(data, rowvar=False)))


def test_judges_standards_agree_where_they_must() -> None:
    found = angoff(np.full((4, 10), 0.6))
    assert (found.cut, found.standard_error) == pytest.approx((6, 0))
    cut, cuts = bookmark(np.ones(3), np.array([0.0, -1.0, 1.0]), [2, 3, 3])
    assert cuts == pytest.approx(np.array([-1, 0, 0]) + np.log(2))
    assert cut == pytest.approx(np.log(2))
    marks = np.arange(101)
    assert hofstee(marks, (40, 60), (0.4, 0.6)) == pytest.approx(50, abs=0.6)
    assert np.isnan(hofstee(marks, (80, 90), (0.0, 0.1)))
    assert impact_table(marks, [0, 101]) == pytest.approx([1, 0])
    rng = np.random.default_rng(15)
    both = np.concatenate([rng.normal(50, 8, 4000), rng.normal(70, 8, 4000)])
    even, fewest = contrasting_groups(both, np.arange(8000) >= 4000)
    assert even == pytest.approx(60, abs=0.7)
    assert fewest == pytest.approx(60, abs=2)
    assert borderline_group([1, 2, 9], [1, 1, 0]) == (1.5, 1.5)


def test_a_composites_weights_add_up_and_its_reliability_is_that_of_its_parts() -> None:
    rng = np.random.default_rng(16)
    true = rng.normal(size=(20000, 1))
    parts = 10 * true + rng.normal(0, [5, 10], (20000, 2))
    own = [100 / 125, 100 / 200]
    found = composite_reliability(parts, [0.4, 0.6], own)
    assert found.effective_weights.sum() == pytest.approx(1)
    whole = parts @ [0.4, 0.6]
    assert found.reliability == pytest.approx(np.corrcoef(whole, true[:, 0])[0, 1] ** 2, abs=0.01)
    chances = same_again(whole, found.standard_error, 0.0)
    again = 10 * true + rng.normal(0, [5, 10], (20000, 2))
    assert chances.min() >= 0.5
    assert (same_again([60.0], 0.0, 60.0) == 1).all()
    assert chances.mean() == pytest.approx(
        ((whole >= 0) == (again @ [0.4, 0.6] >= 0)).mean(), abs=0.05
    )


def test_a_copier_is_found_among_all_pairs() -> None:
    rng = np.random.default_rng(17)
    chances = option_chances(
        rng.normal(size=(80, 4)), rng.normal(size=(80, 4)), rng.normal(size=90)
    )
    choices = (chances.cumsum(axis=2) > rng.random((90, 80, 1))).argmax(axis=2)
    choices[7, :50] = choices[41, :50]
    found = similar_pairs(choices, chances)
    assert found.n_pairs == 90 * 89 // 2
    flags = adjusted_p(found.gbt_p, found.n_pairs) < 0.01
    assert list(zip(found.first[flags], found.second[flags], strict=True)) == [(7, 41)]
    order = rng.permutation(90)
    moved = similar_pairs(choices[order], chances[order])
    assert np.sort(moved.omegas) == pytest.approx(np.sort(found.omegas))
    omega, _, tail = copying(choices[7], chances[7], choices[41])
    assert omega > 5
    assert tail < 1e-5
    key = np.zeros(80, dtype=int)
    assert copying_indices(choices, key, 7, 41).k1 < 1e-3


def test_exact_tails_are_those_of_counting() -> None:
    chances = np.array([[0.1, 0.7, 0.4]])
    three = 0.1 * 0.7 * 0.4
    assert upper_tails(chances, np.array([3])) == pytest.approx([three])
    assert upper_tails(chances, np.array([0])) == pytest.approx([1])


def test_near_seats_weigh_more_and_false_alarms_stay_bounded() -> None:
    weights = nearness_weights([1, 1, 5, np.nan], 2)
    assert weights.mean() == pytest.approx(1)
    assert weights[0] > weights[2] > weights[3] > 0
    near, far = (adjusted_p([0.01], 4, weights[[place]])[0] for place in (0, 3))
    assert near < adjusted_p([0.01], 4)[0] < far


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda: classify_totals([1, 2], 10, 5, 1.2), "reliability_out_of_range"),
        (lambda: classify_totals([1, 2], 10, 11, 0.8), "cut_off_scale"),
        (lambda: classify_totals([2, 2], 10, 5, 0.8), "no_variation"),
        (lambda: classify_abilities([0.0], [0.0], 0), "standard_error_not_positive"),
        (lambda: g_study([[1, np.nan], [1, 2]]), "unbalanced"),
        (lambda: g_study([[1, 2]]), "too_few_conditions"),
        (lambda: angoff([[0.5, 1.5], [0.5, 0.5]]), "ratings_off_scale"),
        (lambda: contrasting_groups([1, 2], [1, 1]), "one_group_empty"),
        (lambda: borderline_group([1, 2], [0, 0]), "nobody_borderline"),
        (lambda: composite_reliability([[1, np.nan], [1, 2]], [1, 1], [1, 1]), "missing_scores"),
        (lambda: copying_indices(np.zeros((3, 2)), np.zeros(2), 0, 1), "source_all_right"),
    ],
)
def test_data_that_says_nothing_is_refused_with_the_reason(
    asked: Callable[[], object], code: str
) -> None:
    with pytest.raises(UnfitDataError) as refused:
        asked()
    assert refused.value.code == code
