"""Data at the edge: few persons, nothing that varies, extreme groups, figures that are none."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from scoring.agreement import cohen_kappa, intraclass_correlations
from scoring.agreement_intervals import weighted_kappa
from scoring.classical import analyse_items
from scoring.classification import classify_totals
from scoring.classification_irt import classify_abilities, classify_number_right
from scoring.composite import Rounding, combine, rounded
from scoring.composite_reliability import composite_reliability, same_again
from scoring.copying_indices import copying_indices
from scoring.decision import decide
from scoring.dif import mantel_haenszel
from scoring.dif_areas import sibtest
from scoring.dif_levels import breslow_day
from scoring.dif_models import fitted, logistic_dif
from scoring.dif_ordinal import ordinal_dif, ordinal_logistic_dif
from scoring.distractors import group_shares, option_statistics, quantile_groups
from scoring.equating.anchors import (
    braun_holland,
    chained_linear,
    frequency_estimation,
    synthetic_linear,
    taken,
)
from scoring.generalizability import d_study, g_study
from scoring.homogeneity import METHODS, Test, lambda6, omega, standardized_alpha
from scoring.item_drift import drift_of
from scoring.linking import equate
from scoring.matched_answers import matched_answers
from scoring.option_tables import analyse_options
from scoring.rare_wrong import rare_wrong_pairs
from scoring.rater_effects import rating_categories
from scoring.refusals import UnfitDataError
from scoring.similarity import (
    adjusted_p,
    copying,
    nearness_weights,
    option_chances,
    similar_pairs,
)
from scoring.standards import angoff, bookmark, hofstee, impact_table
from scoring.standards_by_groups import (
    borderline_group,
    borderline_regression,
    contrasting_groups,
)
from scoring.unbalanced_components import unbalanced_components

RNG = np.random.default_rng(20)
RIGHT = (RNG.random((60, 5)) < 0.6).astype(float)
FOCAL = np.arange(60) % 2 == 1
NAN = float("nan")


def of_loadings(loadings: list[float], own: list[float]) -> Test:
    covariance = np.outer(loadings, loadings) + np.diag(own)
    return Test(covariance, float(covariance.sum()))


@pytest.mark.parametrize("method", METHODS)
def test_omega_is_found_where_one_item_is_nearly_the_factor(method: str) -> None:
    loadings, own = np.array([0.99, 0.8, 0.7, 0.3, 0.9]), []
    own = list(1 - loadings**2)
    wanted = loadings.sum() ** 2 / (loadings.sum() ** 2 + sum(own))
    assert omega(of_loadings(list(loadings), own), method) == pytest.approx(wanted, abs=1e-6)


def test_omega_of_weak_items_is_found_and_no_factor_without_own_variances_is_told() -> None:
    weak = of_loadings([0.05, 0.1, 0.15, 0.2], [1.0] * 4)
    assert omega(weak) == pytest.approx(0.25 / 4.25, abs=1e-6)
    impossible = np.array([[1, 0.9, 0.6], [0.9, 1, 0.2], [0.6, 0.2, 1]])  # 0.9 × 0.6 / 0.2 > 1
    assert np.isnan(omega(Test(impossible, float(impossible.sum()))))
    assert omega(Test(impossible, float(impossible.sum())), "minres") < 1


def test_an_item_that_everybody_gets_right_changes_no_figure_of_correlations() -> None:
    marks = RIGHT + 0.3 * RIGHT.sum(axis=1, keepdims=True)
    few, more = analyse_items(marks), analyse_items(np.column_stack([marks, np.ones(60)]))
    for name in ("omega", "lambda6", "standardized_alpha", "mean"):
        apart = 1.0 if name == "mean" else 0.0
        assert getattr(more, name) - apart == pytest.approx(getattr(few, name)), name
    assert np.isnan(more.item_rest_r[5])
    nothing = Test(np.zeros((3, 3)), 0.0)
    assert np.isnan([omega(nothing), lambda6(nothing), standardized_alpha(nothing)]).all()


def test_ratings_that_are_all_the_same_agree_in_nothing() -> None:
    found = intraclass_correlations(np.full((4, 3), 0.1))
    assert np.isnan([found.oneway, found.consistency, found.agreement_average]).all()
    study = g_study(np.full((4, 3), 0.1))
    assert set(study.components.values()) == {0.0}
    assert np.isnan(d_study(study).dependability)


def test_a_masked_rating_is_missing_and_units_do_not_count() -> None:
    first, second = np.ma.masked_array([1.0, 9, 2, 3], [False, True, False, False]), [1, 2, 2, 3]
    assert cohen_kappa(first, second) == 1
    tiny = weighted_kappa([0, 1e-7, 2e-7, 3e-7], [0, 1e-7, 3e-7, 3e-7], np.random.default_rng(1))
    whole = weighted_kappa([0, 1, 2, 3], [0, 1, 3, 3], np.random.default_rng(1))
    assert tiny.value == pytest.approx(whole.value)
    assert weighted_kappa(first, second, np.random.default_rng(1)).n == 3


def test_an_item_that_only_one_group_gets_right_differs_most() -> None:
    marks = RIGHT.copy()
    marks[FOCAL, 0] = 0
    found, other = mantel_haenszel(marks, FOCAL), mantel_haenszel(marks, ~FOCAL)
    assert (found.odds_ratios[0], other.odds_ratios[0]) == (np.inf, 0)
    assert found.deltas[0] == -other.deltas[0] == -np.inf
    assert found.classes[0] == other.classes[0] == "C"
    assert np.isnan(breslow_day(marks, FOCAL).chi_squares[0])


def test_groups_apart_for_sure_have_the_likelihood_of_the_limit() -> None:
    marks = RIGHT.copy()
    marks[:, 1] = FOCAL
    alone = fitted(np.column_stack([np.ones(60), marks.sum(axis=1)]), marks[:, 1])
    assert alone is not None
    found = logistic_dif(marks, FOCAL)
    assert found.likelihood_ratios[1] == pytest.approx(-2 * alone[1])
    assert np.isnan(found.coefficients[1]).all()
    assert found.is_flagged[1]
    steps = ordinal_logistic_dif(marks, FOCAL)
    assert steps.likelihood_ratios == pytest.approx(found.likelihood_ratios)
    assert np.isnan(steps.coefficients[1]).all()
    pair = logistic_dif(RIGHT[:, :2], FOCAL).likelihood_ratios
    assert pair[0] == pytest.approx(pair[1])


def test_without_reliability_or_other_items_sibtest_says_nothing() -> None:
    spoilt = RIGHT.copy()
    spoilt[:, 1] = 1 - spoilt[:, 0]
    assert np.isnan(sibtest(spoilt, FOCAL).betas[2:]).all()
    assert np.isnan(sibtest(RIGHT[:, :2], FOCAL).betas).all()
    assert np.isnan(sibtest(RIGHT, np.arange(60) == 3).betas).all()


def test_a_form_is_worth_itself_where_nobody_has_a_score() -> None:
    scores = [2, 2, 4, 4, 6, 8, 8]
    found = equate(scores, scores, max_scores=(10, 10))
    assert found.equivalents[2:9] == pytest.approx(np.arange(2, 9))
    assert equate(scores, scores, max_scores=(10.0, 10.0)).equivalents.tolist() == (
        found.equivalents.tolist()
    )


def test_groups_are_mixed_by_size_unless_a_weight_is_given() -> None:
    x = taken([2, 3, 5, 6, 8, 8], [0, 1, 1, 2, 3, 3], 9, 3)
    y = taken([1, 3, 6], [0, 1, 2], 9, 3)
    by_size = frequency_estimation(x, y, 6 / 9).equivalents
    assert frequency_estimation(x, y).equivalents.tolist() == by_size.tolist()


LOW, HIGH = taken([1, 2, 3], [0, 1, 1], 9, 3), taken([6, 7, 9], [2, 3, 3], 9, 3)
LONGER = taken([1, 2, 3], [0, 1, 1], 9, 4)
WEIGHTS = {"theory": Decimal(40), "practical": Decimal(60)}
MARKS = [dict.fromkeys(WEIGHTS, Decimal(70))]
CHOICES, CHANCES = np.zeros((2, 2), int), np.full((2, 2, 2), 0.5)
LARGE = RNG.integers(0, 31, 200) * 100.0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda: frequency_estimation(LOW, HIGH), "anchor_unrelated"),
        (lambda: classify_totals([0, 30, 0, 30], 30, [15], 0.8), "reliability_out_of_range"),
        (
            lambda: classify_totals([0, 30, 30], 30, [15], 0.8, "hanson_brennan"),
            "reliability_out_of_range",
        ),
        (
            lambda: classify_totals(LARGE, 3000, [1500], 0.8, "hanson_brennan"),
            "reliability_out_of_range",
        ),
        (lambda: classify_totals([0, 1, 1, 0], 1, [1], 0.5, "hanson_brennan"), "no_variation"),
        (lambda: classify_totals([0, 1, 2], 3, [NAN], 0.5), "cut_off_scale"),
        (lambda: classify_totals([0, 1, 2], 3, [], 0.5), "cut_off_scale"),
        (lambda: classify_abilities([0, 1], [1, 1], [1, 0]), "cut_off_scale"),
        (lambda: classify_abilities([], [], [1]), "parameters_missing"),
        (lambda: classify_number_right([[NAN]], [1]), "parameters_missing"),
        (lambda: borderline_regression([1, 2, 4], [0.1, 0.1, 0.1], 0.1), "no_variation"),
        (lambda: borderline_group([1, NAN], [1, 1]), "missing_scores"),
        (lambda: borderline_group([1, 2], [1, NAN]), "group_unknown"),
        (lambda: contrasting_groups([1, NAN], [0, 1]), "missing_scores"),
        (lambda: hofstee([NAN, 1, 2], (0, 2), (0.1, 0.9)), "missing_scores"),
        (lambda: impact_table([NAN, 1], [1]), "missing_scores"),
        (lambda: bookmark([1, 1], [0, 1], [1.5]), "ratings_off_scale"),
        (lambda: bookmark([1, 0], [0, 1], [1]), "slope_not_positive"),
        (lambda: unbalanced_components([], [], []), "too_few_persons"),
        (lambda: rating_categories([NAN, 1]), "missing_ratings"),
        (lambda: composite_reliability(RIGHT, [1] * 5, [2] * 5), "reliability_out_of_range"),
    ],
)
def test_data_without_an_answer_is_refused_with_a_code(
    asked: Callable[[], object], code: str
) -> None:
    with pytest.raises(UnfitDataError) as refused:
        asked()
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: analyse_items([[1, 2]], [1, np.inf]), "positive maximum"),
        (lambda: cohen_kappa([1, 2], [1, 2, 3]), "one an object"),
        (lambda: intraclass_correlations([[1, np.inf], [1, 2]]), "infinite: inf"),
        (lambda: g_study([[1, np.inf], [2, 3]]), "infinite: inf"),
        (lambda: d_study(g_study([[1, 2], [3, 5]]), NAN), "at least one condition"),
        (lambda: ordinal_dif([[1, np.inf], [1, 0]], [0, 1]), "infinite: inf"),
        (lambda: equate([1, 2], [1, 2], max_scores=(2.5, 2)), r"whole number above 0: 2\.5"),
        (lambda: equate(range(9), range(9), "loglinear", degree=2.5), r"whole number from 1: 2\.5"),
        (lambda: synthetic_linear(LOW, LOW, "tuker"), "method is one of tucker"),
        (lambda: synthetic_linear(LOW, LOW, weight=2), "share from 0 to 1: 2"),
        (lambda: braun_holland(LOW, LOW, -1), "share from 0 to 1: -1"),
        (lambda: chained_linear(LOW, LONGER), "one anchor, of 3 and 4"),
        (lambda: classify_abilities([0, 1], [1, 1], [0], [1]), "2 weights"),
        (lambda: classify_number_right([[1.5]], [1]), "chances from 0 to 1"),
        (lambda: similar_pairs(CHOICES + 5, CHANCES), "one of 2 options: 5"),
        (lambda: similar_pairs(CHOICES, 3 * CHANCES), "chances from 1.5 to 1.5"),
        (lambda: copying([0, 1], CHANCES[0], [0, 7]), "one of 2 options: 7"),
        (lambda: copying_indices(CHOICES, [0, 0], 0, 99), "0 and 99"),
        (lambda: matched_answers(CHOICES, CHANCES, [0, 7], 0, 1), "2 options: .*7"),
        (lambda: rare_wrong_pairs(CHOICES, CHANCES, [0, 7]), "one of 2 options: 7"),
        (lambda: adjusted_p([2.0], 3), "tails from 0 to 1"),
        (lambda: adjusted_p([0.1, 0.2], 3, [1]), "as many weights"),
        (lambda: nearness_weights([-1, 2], 1), "distances of at least 0"),
        (lambda: drift_of([50] * 6, [9] * 6, [60] * 6, [9] * 6), "shares from 0 to 1"),
        (lambda: analyse_options(CHOICES, [[1, 0], [1, 0]], [1, NAN]), "a score is missing"),
        (lambda: quantile_groups([1, 2], 1.5), "1.5 groups"),
        (lambda: group_shares([[1, 0]], [7], 2), "groups from 0 to 1"),
        (lambda: option_statistics([[1, NAN]], [1]), "chosen or not"),
        (lambda: angoff([[0.5, 0.5], [0.6, 0.6]], [1, 0]), "positive mark"),
        (lambda: bookmark([1], [0], [1], 1.0), "no chance: 1.0"),
        (lambda: borderline_group([1, 2], [1]), "do not fit"),
        (lambda: same_again([60], -1, 60), "at least 0: -1"),
        (lambda: composite_reliability(RIGHT, [-1] * 5, [1] * 5), "weights of at least 0"),
        (lambda: combine(MARKS, {"theory": 40.0, "practical": 60.0}, {}, Rounding()), "theory is"),
        (lambda: combine(MARKS, WEIGHTS, {"theory": Decimal("nan")}, Rounding()), "theory is"),
        (lambda: combine(MARKS, WEIGHTS, {"theroy": Decimal(60)}, Rounding()), "theroy"),
        (lambda: rounded(59.95, Rounding()), r"finite Decimal, a value is 59\.95"),
        (lambda: rounded(Decimal(1), Rounding("down", 1.5)), r"whole number up to 20: 1\.5"),
        (lambda: decide(Decimal("nan"), Decimal(60)), "the composite is"),
    ],
)
def test_misuse_is_told_with_what_was_wrong(asked: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        asked()


def test_nothing_is_published_as_minus_nothing_and_an_unknown_error_is_not_certainty() -> None:
    assert str(rounded(Decimal("-0.04"), Rounding("half_up", 1))) == "0.0"
    assert np.isnan(same_again([60, 70], NAN, 60)).all()
    assert same_again([60, 70], 0, 60).tolist() == [1, 1]
    assert np.isnan(impact_table([], [50, 60])).all()


def test_what_is_not_known_of_options_is_no_chance_and_rounding_up_is_no_share_above_one() -> None:
    assert np.isnan(option_chances([[1, 0]], [[0, 0]], [NAN, np.inf])).all()
    assert np.isnan(option_chances([[NAN, NAN]], [[0, 0]], [0])).all()
    rounded_up = [np.nextafter(1, 2)] * 6
    assert drift_of(rounded_up, [9] * 6, rounded_up, [9] * 6).overall == 0


def test_a_choice_that_is_missing_or_masked_is_like_no_other() -> None:
    hidden = np.ma.masked_array([[0, 1], [0, 1]], [[True, False], [False, False]])
    found = similar_pairs(hidden, CHANCES, screen=-9)
    assert found.matches.tolist() == [1]
    assert similar_pairs([[NAN, 1], [0, 1]], CHANCES, screen=-9).matches.tolist() == [1]
