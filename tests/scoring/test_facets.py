"""Examiners' severity: what made the ratings is found, and what the ratings cannot tell is said."""

import numpy as np
import pytest
from scipy.stats import norm

from scoring.facets import Facets, fit_facets, subsets_of_raters
from scoring.facets_model import Ratings, evaluated, start_of
from scoring.refusals import UnfitDataError

SEVERITIES = np.array([-0.8, -0.3, 0.2, 0.9])
DIFFICULTIES = np.array([-0.4, 0.5])
STEPS = np.array([-1.0, 0.0, 1.0])


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rate everyone on two tasks by two of the four raters."""
    rng = np.random.default_rng(seed)
    persons = np.repeat(np.arange(n), 4)
    raters = np.concatenate([np.tile(rng.choice(4, 2, replace=False), 2) for _ in range(n)])
    tasks = np.tile([0, 0, 1, 1], n)
    line = rng.normal(0, 1.2, n)[persons] - SEVERITIES[raters] - DIFFICULTIES[tasks]
    logs = np.arange(4) * line[:, None] - np.concatenate([[0], np.cumsum(STEPS)])
    chances = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    at = rng.random((len(line), 1))
    return persons, raters, (at > chances.cumsum(axis=1)[:, :-1]).sum(axis=1), tasks


@pytest.fixture(scope="module")
def found() -> Facets:
    return fit_facets(*drawn(400, 1))


def test_severities_are_found_within_their_errors(found: Facets) -> None:
    assert found.converged
    assert (np.abs(found.severities - SEVERITIES) < 3.5 * found.severity_errors).all()
    assert (np.abs(found.difficulties - DIFFICULTIES) < 3.5 * found.difficulty_errors).all()
    assert found.steps == pytest.approx(STEPS, abs=0.25)
    assert found.sd == pytest.approx(1.2, abs=0.2)
    assert found.infit == pytest.approx(np.ones(4), abs=0.2)
    assert found.homogeneity > 100
    assert found.is_connected


@pytest.mark.long
def test_intervals_hold_the_severities_as_often_as_they_say() -> None:
    fits = [fit_facets(*drawn(150, seed)) for seed in range(80)]
    assert all(fit.converged for fit in fits)
    apart = np.array([(fit.severities - SEVERITIES) / fit.severity_errors for fit in fits])
    assert 0.92 <= (np.abs(apart) < 1.96).mean() <= 0.98
    squares = np.array([(fit.infit, fit.outfit) for fit in fits])
    assert squares.mean(axis=0) == pytest.approx(np.ones((2, 4)), abs=0.05)


def test_the_likelihood_is_that_of_a_sum_over_abilities_and_its_slope_its_difference() -> None:
    persons, raters, ratings, tasks = drawn(12, 2)
    data = Ratings(persons, raters, tasks, ratings)
    at = start_of(data) + np.random.default_rng(2).normal(0, 0.2, start_of(data).size)
    end = evaluated(data, at)
    grid = np.linspace(-9, 9, 721)
    slow = 0.0
    for person in range(12):
        whole = norm.pdf(grid) * (grid[1] - grid[0])
        for row in np.flatnonzero(persons == person):
            line = end.sd * grid - end.severities[raters[row]] - end.difficulties[tasks[row]]
            logs = [k * line - end.steps[:k].sum() for k in range(4)]
            whole = whole * np.exp(logs[ratings[row]]) / np.exp(logs).sum(axis=0)
        slow += np.log(whole.sum())
    assert end.log_likelihood == pytest.approx(slow, abs=1e-6)
    step = 1e-5
    for place in range(at.size):
        moved = step * np.eye(at.size)[place]
        ends = [evaluated(data, at + side * moved).log_likelihood for side in (1, -1)]
        wanted = (ends[0] - ends[1]) / (2 * step)
        assert end.scores.sum(axis=0)[place] == pytest.approx(wanted, abs=1e-5)


def test_raters_who_share_no_candidates_are_said_not_to_compare() -> None:
    persons = np.repeat(np.arange(20), 2)
    raters = np.where(persons < 10, np.tile([0, 1], 20), np.tile([2, 3], 20))
    tasks, ratings = np.zeros(40, int), np.zeros(40, int)
    assert subsets_of_raters(Ratings(persons, raters, tasks, ratings)).tolist() == [0, 0, 1, 1]
    raters[1] = 2  # one candidate in common links them
    assert subsets_of_raters(Ratings(persons, raters, tasks, ratings)).tolist() == [0, 0, 0, 0]
    # Each rater has a task of his own: who is severe and what is hard cannot be told apart.
    apart = Ratings(persons, np.tile([0, 1], 20), np.tile([0, 1], 20), ratings)
    assert subsets_of_raters(apart).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("too_few_persons", ([1, 1], [1, 2], [0, 1])),
        ("too_few_raters", (range(20), [1] * 20, [0, 1] * 10)),
        ("missing_ratings", ([1, 1], [1, 2], [0, np.nan])),
        ("not_categories", ([1, 1], [1, 2], [0, 0.5])),
        ("empty_category", (range(20), [1, 2] * 10, [0, 2] * 10)),
        ("extreme_rater", (range(20), [1, 2] * 10, [0, 1] * 10)),
    ],
)
def test_ratings_that_say_nothing_are_refused(code: str, rows: tuple[object, ...]) -> None:
    with pytest.raises(UnfitDataError) as refused:
        fit_facets(*(np.array(list(each)) for each in rows))  # type: ignore[call-overload]
    assert refused.value.code == code
