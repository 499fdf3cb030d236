"""Items with several categories: linked scales, differential functioning, person fit."""

from functools import partial

import numpy as np
import pytest
from scipy.optimize import minimize

from scoring.dif import mantel_haenszel
from scoring.dif_models import logistic_dif
from scoring.dif_ordinal import ordinal_dif, ordinal_logistic_dif
from scoring.equating.curves import Items
from scoring.equating.step_items import StepItems
from scoring.irt.calibration import Calibration, known_items
from scoring.irt.fit import person_fit
from scoring.irt.functions import category_chances
from scoring.irt.person_fit import corrected_person_fit
from scoring.linking import link

RNG = np.random.default_rng(1)
STEPS = np.sort(RNG.normal(size=(24, 3)), axis=1)
STEPS[1, 2] = np.nan
MIXED = known_items(RNG.uniform(0.8, 1.8, 24), STEPS, model=["grm", "gpcm"] * 12)


def drawn(items: Calibration, n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    chances = np.nan_to_num(category_chances(items, rng.normal(size=n)))
    at = rng.random((n, items.n_items, 1))
    return (at > np.cumsum(chances, axis=2)[:, :, :-1] + 1e-12).sum(axis=2).astype(float)


@pytest.mark.parametrize("method", ["mean_mean", "mean_sigma", "haebara", "stocking_lord"])
def test_linked_steps_land_on_the_base_scale(method: str) -> None:
    new = known_items(MIXED.slopes[:5], STEPS[:5], model=MIXED.models[:5])
    base = StepItems(new).moved(1.3, -0.4).calibration
    found = link(base, new, method)
    assert (found.slope, found.intercept) == pytest.approx((1.3, -0.4), abs=1e-5)
    moved = found.move(new)
    assert isinstance(moved, StepItems)
    assert moved.steps == pytest.approx(base.steps, nan_ok=True, abs=1e-5)
    assert found.converged


def test_steps_are_not_linked_with_items_that_have_none() -> None:
    plain = Items(np.ones(24), MIXED.difficulties, np.zeros(24))
    for pair in ((MIXED, plain), (plain, MIXED)):
        with pytest.raises(ValueError, match="linked as calibrations"):
            link(*pair)
    with pytest.raises(ValueError, match="do not fit"):
        link(known_items(np.ones(24), MIXED.difficulties, model="2pl"), MIXED)


def test_two_categories_give_the_figures_of_dichotomous_items() -> None:
    marks = (drawn(MIXED, 400, 2) > 1).astype(float)[:, :8]
    focal = np.random.default_rng(2).random(400) < 0.4
    found, wanted = ordinal_dif(marks, focal), mantel_haenszel(marks, focal, correct=False)
    assert found.chi_squares == pytest.approx(wanted.chi_squares)
    assert found.nominal_chi_squares == pytest.approx(wanted.chi_squares)
    for kind in ("both", "uniform", "nonuniform"):
        ours, theirs = ordinal_logistic_dif(marks, focal, kind), logistic_dif(marks, focal, kind)
        assert ours.likelihood_ratios == pytest.approx(theirs.likelihood_ratios, abs=1e-7)
        slopes = theirs.coefficients[:, 1:]
        assert ours.coefficients == pytest.approx(slopes, abs=1e-6, nan_ok=True)


def test_figures_of_several_categories_are_those_counted_level_by_level() -> None:
    marks = drawn(MIXED, 300, 3)[:, 2:8]
    focal = np.random.default_rng(3).random(300) < 0.5
    marks[focal, 4] = np.minimum(marks[focal, 4] + 1, 3)
    found = ordinal_dif(marks, focal)
    gap, covariance = np.zeros(3), np.zeros((3, 3))
    for level in np.unique(marks.sum(axis=1)):
        at = marks.sum(axis=1) == level
        n, own = at.sum(), (at & focal).sum()
        if n < 2:
            continue
        share = np.array([(marks[at, 4] == k).mean() for k in range(1, 4)])
        gap += [(marks[at & focal, 4] == k).sum() - own * share[k - 1] for k in range(1, 4)]
        scale = own * (n - own) / (n - 1)
        covariance += scale * (np.diag(share) - np.outer(share, share))
    assert found.nominal_chi_squares[4] == pytest.approx(gap @ np.linalg.solve(covariance, gap))
    rank = np.arange(1, 4)
    assert found.chi_squares[4] == pytest.approx((gap @ rank) ** 2 / (rank @ covariance @ rank))
    assert found.classes[4] in {"BB", "CC"}
    assert found.differences[4] > 0


def test_proportional_odds_are_the_maximum_another_search_finds() -> None:
    marks = drawn(MIXED, 300, 4)[:, 2:8]
    focal = np.random.default_rng(4).random(300) < 0.5
    total, own = marks.sum(axis=1), marks[:, 0].astype(int)

    def minus(at: np.ndarray, *, with_group: bool) -> float:
        line = at[3] * total + at[4] * focal * with_group
        above = 1 / (1 + np.exp(-(at[:3, None] + line)))
        edges = np.concatenate([np.ones((1, 300)), above, np.zeros((1, 300))])
        return -float(
            np.log(np.maximum((edges[:-1] - edges[1:])[own, np.arange(300)], 1e-12)).sum()
        )

    start = np.array([-2.0, -4.0, -6.0, 0.4, 0.0])
    options = {"maxiter": 9000, "maxfev": 9000, "fatol": 1e-10, "xatol": 1e-8}
    ends = [
        minimize(partial(minus, with_group=side), start, method="Nelder-Mead", options=options)
        for side in (False, True)
    ]
    found = ordinal_logistic_dif(marks, focal, "uniform")
    assert found.likelihood_ratios[0] == pytest.approx(2 * (ends[0].fun - ends[1].fun), abs=1e-3)


def test_the_corrected_figure_is_standard_normal_where_the_plain_one_is_too_narrow() -> None:
    data = drawn(MIXED, 2000, 5)
    data[:300, 3] = np.nan
    found = corrected_person_fit(MIXED, data)
    assert np.nanstd(found.corrected) == pytest.approx(1, abs=0.05)
    assert np.nanstd(found.plain) < 0.9
    assert found.plain == pytest.approx(person_fit(MIXED, data, found.abilities), nan_ok=True)
    with pytest.raises(ValueError, match="wle, ml or map"):
        corrected_person_fit(MIXED, data, "eap")
