"""What no figure may depend on: the order of persons and items; and data that is refused."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ability import estimate_abilities
from scoring.calibrate import calibrate
from scoring.classical import analyse_items
from scoring.composite import Rounding
from scoring.dif import mantel_haenszel
from scoring.dif_areas import delta_distances, sibtest
from scoring.dif_levels import breslow_day, standardized_differences
from scoring.dif_models import logistic_dif
from scoring.equating.anchors import chained_equipercentile, synthetic_linear, taken
from scoring.equating.curves import Items
from scoring.equating.item_scores import equate_true_scores, score_shares
from scoring.homogeneity import Test, lambda4, omega
from scoring.linking import bootstrapped, equate, link
from scoring.option_tables import analyse_options
from scoring.refusals import UnfitDataError
from scoring.score_groups import speededness, upper_lower_index

ITEM_FIGURES = "difficulties", "sds", "item_rest_r", "biserials", "alpha_if_deleted"
WHOLE_FIGURES = "alpha", "lambda2", "lambda6", "omega", "kr21", "mean", "sd", "sem"


def answers(seed: int, n: int = 200, k: int = 9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    ability, hardness = rng.normal(size=(n, 1)), rng.normal(size=k)
    return (rng.random((n, k)) < 1 / (1 + np.exp(hardness - ability))).astype(float)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), has_missing=st.booleans())
def test_no_order_changes_a_classical_figure(*, seed: int, has_missing: bool) -> None:
    rng = np.random.default_rng(seed)
    marks = answers(seed)
    if has_missing:
        marks[rng.random(marks.shape) < 0.02] = np.nan
    persons, items = rng.permutation(len(marks)), rng.permutation(marks.shape[1])
    for missing in ("listwise", "pairwise"):
        one = analyse_items(marks, missing=missing)
        other = analyse_items(marks[persons][:, items], missing=missing)
        for name in ITEM_FIGURES:
            assert getattr(one, name)[items] == pytest.approx(getattr(other, name)), name
        for name in WHOLE_FIGURES:
            assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True), name
    apart = upper_lower_index(marks)
    again = upper_lower_index(marks[persons][:, items])
    assert apart[items] == pytest.approx(again, abs=1e-12)


@settings(max_examples=5)
@given(st.integers(0, 2**31))
def test_no_order_changes_a_dif_figure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks, focal = answers(seed, n=300), rng.random(300) < 0.4
    persons, items = rng.permutation(len(marks)), rng.permutation(marks.shape[1])

    def figures(marks: np.ndarray, focal: np.ndarray) -> list[np.ndarray]:
        found = mantel_haenszel(marks, focal)
        return [
            found.chi_squares,
            found.odds_ratios,
            breslow_day(marks, focal).chi_squares,
            standardized_differences(marks, focal),
            delta_distances(marks, focal),
            sibtest(marks, focal).betas,
            logistic_dif(marks, focal).likelihood_ratios,
        ]

    moved = figures(marks[persons][:, items], focal[persons])
    for one, other in zip(figures(marks, focal), moved, strict=True):
        assert one[items] == pytest.approx(other, rel=1e-6, abs=1e-9, nan_ok=True)


def test_a_shifted_item_is_found_and_no_other() -> None:
    rng = np.random.default_rng(5)
    ability, focal = rng.normal(size=(4000, 1)), np.arange(4000) % 2 == 0
    hardness = np.tile(np.linspace(-1, 1, 20), (4000, 1))
    hardness[focal, 7] += 1.0
    marks = (rng.random(hardness.shape) < 1 / (1 + np.exp(hardness - ability))).astype(float)
    found = mantel_haenszel(marks, focal, purify=True)
    assert found.classes[7] == "C"
    assert found.deltas[7] < -1.5
    assert set(np.delete(np.array(found.classes), 7)) == {"A"}
    assert found.converged


def test_classical_figures_with_gaps_are_those_of_numpy() -> None:
    marks = answers(3)
    marks[np.random.default_rng(3).random(marks.shape) < 0.1] = np.nan
    found = analyse_items(marks, missing="pairwise")
    masked = np.ma.masked_invalid(marks)
    covariance = np.ma.cov(masked, rowvar=False, allow_masked=True)
    for i, j in ((0, 1), (4, 8)):
        both = ~np.isnan(marks[:, i] + marks[:, j])
        covariance[i, j] = covariance[j, i] = np.cov(marks[both, i], marks[both, j])[0, 1]
    for item in range(marks.shape[1]):
        seen = ~np.isnan(marks[:, item])
        rest = np.nansum(np.delete(marks, item, axis=1), axis=1)[seen]
        wanted = np.corrcoef(marks[seen, item], rest)[0, 1]
        assert found.item_rest_r[item] == pytest.approx(wanted)
    complete = marks[~np.isnan(marks).any(axis=1)]
    listwise = analyse_items(marks)
    assert listwise.sd == pytest.approx(complete.sum(axis=1).std(ddof=1))
    assert listwise.alpha == pytest.approx(analyse_items(complete).alpha)


def test_options_agree_with_marks_counted_one_by_one() -> None:
    rng = np.random.default_rng(8)
    codes = rng.integers(-1, 4, (120, 6))
    marks = rng.integers(0, 3, (6, 4)).astype(float) / 2
    earned = np.where(codes < 0, 0.0, marks[np.arange(6), codes])
    found = analyse_options(codes, marks, earned.sum(axis=1))
    for item, option in ((0, 0), (3, 2), (5, 3)):
        chosen = codes[:, item] == option
        rest = earned.sum(axis=1) - earned[:, item]
        assert found.counts[item, option] == chosen.sum()
        wanted = np.corrcoef(chosen, rest)[0, 1]
        assert found.correlations[item, option] == pytest.approx(wanted)


def test_bounds_stand_in_order_and_omega_is_the_models() -> None:
    loadings = np.linspace(0.4, 0.8, 8)
    covariance = np.outer(loadings, loadings)
    np.fill_diagonal(covariance, 1.0)
    test = Test(covariance, float(covariance.sum()))
    true = loadings.sum() ** 2 / covariance.sum()
    assert omega(test) == pytest.approx(true, abs=1e-8)
    assert omega(test, "minres") == pytest.approx(true, abs=1e-8)
    large = np.kron(np.eye(3), covariance) + 0.2
    assert lambda4(large) >= lambda4(covariance) - 1
    halves = lambda4(covariance, equal_halves=False)
    assert lambda4(covariance) <= halves <= 1


def test_there_and_back_is_where_one_started() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.binomial(30, 0.5, 3000), rng.binomial(30, 0.6, 3000)
    for method in ("mean", "linear", "equipercentile", "loglinear"):
        there, back = (
            equate(one, other, method, max_scores=(30, 30)) for one, other in ((x, y), (y, x))
        )
        middle = np.arange(10, 20)
        again = np.interp(there.equivalents[middle], back.scores, back.equivalents)
        near = 0.15 if "l" in method[1:] and method != "linear" else 1e-9
        assert again == pytest.approx(middle, abs=near), method
    same = equate(x, x, "equipercentile", max_scores=(30, 30))
    seen = np.unique(x)
    assert same.equivalents[seen] == pytest.approx(seen)


def test_one_group_equates_to_itself_through_an_anchor() -> None:
    rng = np.random.default_rng(4)
    whole = rng.binomial(30, rng.beta(4, 4, 2000))
    anchor = rng.hypergeometric(whole, 30 - whole, 10)
    form = taken(whole, anchor, 30, 10)
    for method in ("tucker", "levine", "nominal"):
        assert synthetic_linear(form, form, method).equivalents == pytest.approx(np.arange(31))
    seen = np.flatnonzero(form.whole.shares > 0)
    assert chained_equipercentile(form, form).equivalents[seen] == pytest.approx(seen)


def test_linked_items_land_on_the_base_scale() -> None:
    rng = np.random.default_rng(6)
    new = Items(rng.uniform(0.7, 2, 20), rng.normal(size=20), np.full(20, 0.2))
    base = new.moved(1.3, -0.4)
    for method in ("mean_mean", "mean_sigma", "haebara", "stocking_lord"):
        found = link(base, new, method)
        assert (found.slope, found.intercept) == pytest.approx((1.3, -0.4), abs=1e-5)
        assert found.converged
    assert equate_true_scores(new.moved(1.3, -0.4), base).equivalents == pytest.approx(
        np.arange(21), abs=1e-9
    )
    assert score_shares(base.chances(np.linspace(-2, 2, 5))).sum(axis=1) == pytest.approx(
        np.ones(5)
    )


def test_drawn_errors_are_near_those_of_the_formula() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.binomial(20, 0.5, 400), rng.binomial(20, 0.6, 400)
    found = bootstrapped(lambda a, b: equate(a, b, "linear", max_scores=(20, 20)), (x, y), rng, 300)
    wanted = equate(x, y, "linear", max_scores=(20, 20)).standard_errors
    assert found.standard_errors[8:14] == pytest.approx(wanted[8:14], rel=0.2)


def test_a_conversion_table_gives_marks_on_the_scale() -> None:
    found = equate([0, 1, 2, 3], [1, 2, 3, 4], "mean", max_scores=(4, 4))
    marks = found.published(Decimal(4), Rounding("half_up", 1))
    assert marks[Decimal("4.0")] == Decimal("4.0")
    assert marks[Decimal("0.0")] == Decimal("1.0")


def test_speed_shows_in_items_not_reached() -> None:
    missed = np.tril(np.ones((4, 4)), -1)[:, ::-1]
    found = speededness(missed, 1 - missed)
    assert found.reached_last == 0.25
    assert found.is_speeded
    assert found.ratio == pytest.approx(1)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda: mantel_haenszel([[2, 0], [1, 1]], [0, 1]), "not_dichotomous"),
        (lambda: mantel_haenszel([[1, 0], [1, 1]], [1, 1]), "one_group_empty"),
        (lambda: mantel_haenszel([[1], [1]], [0, 1]), "too_few_items"),
        (lambda: mantel_haenszel([[1, 0], [1, 1]], ["f", "m"]), "group_unknown"),
        (lambda: mantel_haenszel([[1, 0], [1, 1]], [0, np.nan]), "group_unknown"),
        (lambda: equate([np.inf, 3], [1, 2]), "scores_off_scale"),
        (lambda: equate([3, 3], [1, 2]), "no_variation"),
        (lambda: equate([0.5, 3], [1, 2]), "scores_off_scale"),
        (lambda: equate([np.nan, 3], [1, 2]), "missing_scores"),
        (lambda: equate([0, 3, 3, 2], [1, 2, 2, 0], "loglinear"), "smoothing_failed"),
        (lambda: link(Items(*np.ones((3, 1))), Items(*np.ones((3, 1)))), "too_few_common_items"),
        (lambda: link(Items(*-np.ones((3, 2))), Items(*np.ones((3, 2)))), "slope_not_positive"),
    ],
)
def test_data_that_says_nothing_is_refused_with_the_reason(
    asked: Callable[[], object], code: str
) -> None:
    with pytest.raises(UnfitDataError) as refused:
        asked()
    assert refused.value.code == code


def test_what_is_masked_is_missing_and_not_what_stands_behind_the_mask() -> None:
    marks = answers(9)
    mask = np.random.default_rng(9).random(marks.shape) < 0.1
    hidden, missing = np.ma.masked_array(marks, mask), np.where(mask, np.nan, marks)
    focal = np.arange(len(marks)) % 2 == 0
    assert analyse_items(hidden).alpha == analyse_items(missing).alpha
    assert mantel_haenszel(hidden, focal).n_persons == mantel_haenszel(missing, focal).n_persons
    one, other = (calibrate(each, "rasch") for each in (hidden, missing))
    assert one.difficulties.tolist() == other.difficulties.tolist()
    abilities = [estimate_abilities(one, each).values for each in (hidden, missing)]
    assert abilities[0].tolist() == abilities[1].tolist()
