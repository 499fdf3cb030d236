"""Intervals and errors of scores: against known figures, theory and simulation."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from scoring.classical import analyse_items, cronbach_alpha
from scoring.reliability import conditional_sems, feldt_interval, has_two_marks_only, sem_near


def f_below(value: float, upper: int, lower: int) -> float:
    """Integrate the density of F numerically: another way to the same probability."""

    def density(x: float) -> float:
        log = (
            upper / 2 * np.log(upper / lower)
            + (upper / 2 - 1) * np.log(x)
            - (upper + lower) / 2 * np.log1p(upper * x / lower)
            - betaln(upper / 2, lower / 2)
        )
        return float(np.exp(log))

    return float(quad(density, 0, value)[0])


@pytest.mark.parametrize(
    ("alpha", "n", "k", "confidence"),
    [(0.79, 41, 26, 0.9), (0.86, 300, 200, 0.95), (0.3, 5, 3, 0.5)],
)
def test_the_limits_cut_off_equal_tails_of_f(
    alpha: float, n: int, k: int, confidence: float
) -> None:
    low, high = feldt_interval(alpha, n, k, confidence)
    freedoms = n - 1, (n - 1) * (k - 1)
    tail = (1 - confidence) / 2
    assert f_below((1 - low) / (1 - alpha), *freedoms) == pytest.approx(1 - tail, abs=1e-6)
    assert f_below((1 - high) / (1 - alpha), *freedoms) == pytest.approx(tail, abs=1e-6)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    # Equal correlations, normal errors: here the distribution is exact.
    rng, n, k, rho = np.random.default_rng(20260601), 40, 8, 0.3
    truth = k * rho / (1 + (k - 1) * rho)
    covered = 0
    for _ in range(3000):
        common = rng.normal(size=(n, 1)) * np.sqrt(rho)
        scores = common + rng.normal(size=(n, k)) * np.sqrt(1 - rho)
        low, high = feldt_interval(cronbach_alpha(scores), n, k)
        covered += low <= truth <= high
    assert covered / 3000 == pytest.approx(0.95, abs=0.012)


def test_more_persons_narrow_the_interval() -> None:
    widths = [high - low for low, high in (feldt_interval(0.8, n, 40) for n in (10, 30, 100, 1000))]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(("alpha", "n", "k"), [(np.nan, 100, 20), (0.8, 1, 20), (0.8, 100, 1)])
def test_where_there_is_no_alpha_there_is_no_interval(alpha: float, n: int, k: int) -> None:
    assert np.isnan(feldt_interval(alpha, n, k)).all()


@pytest.mark.parametrize(("alpha", "confidence"), [(0.8, 1.0), (0.8, 0.0), (1.01, 0.95)])
def test_what_is_no_alpha_or_no_confidence_is_a_bug(alpha: float, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"alpha|confidence"):
        feldt_interval(alpha, 10, 10, confidence)


def test_the_mean_conditional_error_is_that_of_kr21(shared: Path) -> None:
    # Lord (1957): averaged over persons, the binomial error variance is var (1 - KR-21).
    expected = json.loads(
        (shared / "reference/expected/ctt_sat12_scored.json").read_text(encoding="utf-8")
    )
    with (shared / "reference/data/sat12_raw.csv").open(encoding="utf-8") as file:
        rows = np.array(list(csv.reader(file))[1:])
    with (shared / "reference/data/sat12_key.csv").open(encoding="utf-8") as file:
        key = np.array([row["key"] for row in csv.DictReader(file)])
    scores = (rows == key).astype(float)
    sems = conditional_sems(scores, np.ones(scores.shape[1]))
    totals = scores.sum(axis=1)
    # The published KR-21 divides by n - 1; the identity holds for the variance by n.
    k, mean, variance = scores.shape[1], totals.mean(), totals.var()
    kr21 = k / (k - 1) * (1 - mean * (k - mean) / (k * totals.var(ddof=1)))
    assert kr21 == pytest.approx(expected["kr21_sample_var"], abs=1e-6)
    by_n = k / (k - 1) * (1 - mean * (k - mean) / (k * variance))
    assert (sems**2).mean() == pytest.approx(variance * (1 - by_n))


@given(st.integers(2, 40), st.data())
def test_one_stratum_of_right_and_wrong_is_lords_formula(k: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, k))
    (sem,) = conditional_sems([[1.0] * x + [0.0] * (k - x)], np.ones(k))
    assert sem == pytest.approx(np.sqrt(x * (k - x) / (k - 1)))


def test_items_of_other_worth_are_strata_of_their_own() -> None:
    scores = [[1, 1, 0, 0, 5, 0]]
    (sem,) = conditional_sems(scores, [1, 1, 1, 1, 5, 5])
    assert sem**2 == pytest.approx(2 * 2 / 3 + 25 * 1 * 1 / 1)
    (alone,) = conditional_sems([[1, 0, 2.5]], [1, 1, 5])  # half the whole mark
    assert alone**2 == pytest.approx(2 * 1 / 2 + 25 / 4)


def test_the_error_near_a_cut_is_that_of_the_persons_there() -> None:
    scores = [[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    assert sem_near(scores, np.ones(4), cut=2.5, reach=0.5) == pytest.approx(
        np.sqrt((4 / 3 + 1) / 2)
    )
    assert np.isnan(sem_near(scores, np.ones(4), cut=0, reach=0.5))


def test_alpha_is_kr20_only_without_part_marks() -> None:
    right_or_wrong = np.array([[1.0, 0.0, 2.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    assert has_two_marks_only(right_or_wrong, [1, 1, 2])
    assert not has_two_marks_only(right_or_wrong, [1, 1, 4])
    p = right_or_wrong[:, :2].mean(axis=0)
    kr20 = 2 * (1 - (p * (1 - p)).sum() / right_or_wrong[:, :2].sum(axis=1).var())
    assert analyse_items(right_or_wrong[:, :2]).alpha == pytest.approx(kr20)
