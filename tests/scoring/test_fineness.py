"""Long tests: posteriors narrower than the usual quadrature are integrated all the same."""

import numpy as np
import pytest

from scoring.ability import estimate_abilities
from scoring.calibrate import Settings, calibrate, known_items
from scoring.facets import fit_facets
from scoring.facets_model import Ratings, evaluated
from scoring.irt.functions import category_chances

LONG = known_items(np.full(150, 2.5), np.linspace(-2, 2, 150), model="2pl")


def drawn(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    chances = category_chances(LONG, rng.normal(size=n))[:, :, 1]
    return (rng.random(chances.shape) < chances).astype(float)


def test_posterior_means_of_a_long_test_are_integrals() -> None:
    data = drawn(6, 1)
    found = estimate_abilities(LONG, data)
    theta = np.linspace(-6, 6, 4801)
    right = category_chances(LONG, theta)[:, :, 1]
    logs = data @ np.log(right).T + (1 - data) @ np.log1p(-right).T - theta**2 / 2
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    means = weights @ theta
    assert found.values == pytest.approx(means, abs=1e-6)
    spreads = np.sqrt((weights * (theta - means[:, None]) ** 2).sum(axis=1))
    assert found.standard_errors == pytest.approx(spreads, rel=1e-5)


def test_a_long_test_of_many_steps_is_calibrated_to_the_top() -> None:
    rng = np.random.default_rng(41)
    steps = rng.normal(scale=0.4, size=(60, 5))
    truth = known_items(np.ones(60), steps, model="pcm")
    chances = category_chances(truth, 2.5 * rng.normal(size=300))
    data = (rng.random((300, 60, 1)) > np.cumsum(chances, axis=2)[:, :, :-1]).sum(axis=2)
    found = calibrate(data, "pcm", settings=Settings(with_errors=False))
    assert found.converged
    assert found.convergence.n_iterations < 60
    assert found.sds[0] == pytest.approx(2.5, abs=0.35)


def test_standard_errors_do_not_depend_on_the_way_they_are_summed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = drawn(400, 3)[:, ::15]
    exact = Settings(tolerance=1e-9)
    quick = calibrate(data, "2pl", settings=exact)
    monkeypatch.setattr("scoring.irt.errors.MOST_CELLS", 0)
    slow = calibrate(data, "2pl", settings=exact)
    assert slow.errors.slopes == pytest.approx(quick.errors.slopes, rel=1e-8)
    assert slow.covariance == pytest.approx(quick.covariance, rel=1e-7, abs=1e-12)


def test_many_ratings_of_a_person_are_integrated_as_finely_as_they_need() -> None:
    rng = np.random.default_rng(2)
    persons, raters, tasks = (each.ravel() for each in np.indices((40, 6, 6)))
    ability = 2.5 * rng.normal(size=40)
    line = ability[persons] - np.linspace(-0.5, 0.5, 6)[raters] - np.linspace(-1, 1, 6)[tasks]
    edges = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    ratings = (line[:, None] + rng.logistic(size=(len(line), 1)) > edges).sum(axis=1)
    found = fit_facets(persons, raters, ratings, tasks)
    data = Ratings(persons, raters, tasks, ratings)
    at = np.concatenate(
        [found.severities[:-1], found.difficulties, found.steps[:-1], [np.log(found.sd)]]
    )
    exact = evaluated(data, at, 1201)
    assert found.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-4)
    assert found.abilities == pytest.approx(exact.abilities, abs=1e-5)
    assert found.converged
