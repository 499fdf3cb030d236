"""Agreement of raters against irr, psych and Fleiss' own table."""

from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.agreement import (
    WEIGHTS,
    cohen_kappa,
    fleiss_kappa,
    intraclass_correlations,
    kendall_w,
    light_kappa,
)
from scoring.krippendorff import krippendorff_alpha
from tests.scoring.test_references import expected, table

CLOSE = 1e-6


@pytest.fixture
def anxiety(shared: Path) -> tuple[np.ndarray, dict[str, Any]]:
    ratings = table(shared, "irr_anxiety", ["rater1", "rater2", "rater3"])
    return ratings, expected(shared, "raters_anxiety")


def as_irr(ratings: np.ndarray, level: str) -> float:
    """Return alpha as irr 0.84.1 has it: its chance counts each value once for each partner.

    Krippendorff's own examples, below, and the tie to Fleiss' kappa count each value once.
    """
    n_values, n_raters = ratings.size, ratings.shape[1]
    n_pairs = n_values * (n_raters - 1)
    change = (n_pairs - 1) / n_pairs * n_values / (n_values - 1)
    return 1 - (1 - krippendorff_alpha(ratings, level)) * change


def test_all_figures_of_the_anxiety_ratings(anxiety: tuple[np.ndarray, dict[str, Any]]) -> None:
    ratings, wanted = anxiety
    assert kendall_w(ratings) == pytest.approx(wanted["kendall_w"]["tie_corrected"], abs=CLOSE)
    assert fleiss_kappa(ratings) == pytest.approx(wanted["fleiss_kappa"], abs=CLOSE)
    assert light_kappa(ratings) == pytest.approx(wanted["light_kappa"], abs=CLOSE)
    for level, value in wanted["krippendorff"].items():
        assert as_irr(ratings, level) == pytest.approx(value, abs=CLOSE), level
    for pair in wanted["pairwise_kappa"]:
        first, second = ratings[:, pair["r1"] - 1], ratings[:, pair["r2"] - 1]
        for weights in WEIGHTS:
            found = cohen_kappa(first, second, weights)
            assert found == pytest.approx(pair[weights], abs=CLOSE), (pair, weights)


def test_the_six_intraclass_correlations(anxiety: tuple[np.ndarray, dict[str, Any]]) -> None:
    ratings, wanted = anxiety
    found = vars(intraclass_correlations(ratings))
    for each in wanted["icc"]:
        kind = "oneway" if each["model"] == "oneway" else each["type"]
        name = kind + ("_average" if each["unit"] == "average" else "")
        assert found[name] == pytest.approx(each["icc"], abs=CLOSE), name


def test_fleiss_diagnoses(shared: Path) -> None:
    ratings = table(shared, "irr_diagnoses_fleiss1971", [f"rater{n}" for n in range(1, 7)])
    wanted = expected(shared, "raters_fleiss1971")
    assert fleiss_kappa(ratings) == pytest.approx(wanted["fleiss_kappa"], abs=CLOSE)
    assert light_kappa(ratings) == pytest.approx(wanted["light"], abs=CLOSE)
    assert as_irr(ratings, "nominal") == pytest.approx(wanted["kripp_nominal"], abs=CLOSE)
    small_sample = (ratings.size - 1) / ratings.size
    by_fleiss = 1 - (1 - fleiss_kappa(ratings)) * small_sample  # Krippendorff (2004), 11.3.4
    assert krippendorff_alpha(ratings) == pytest.approx(by_fleiss, abs=1e-12)


def test_a_missing_rating_counts_for_krippendorff_alone() -> None:
    """Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C."""
    nan = float("nan")
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
    ratings = np.array(observers).T
    found = [krippendorff_alpha(ratings, level) for level in ("nominal", "ordinal", "interval")]
    assert found == pytest.approx([0.743, 0.815, 0.849], abs=1e-3)


@given(st.permutations(range(6)), st.integers(1, 2))
def test_full_agreement_is_one_in_any_order(order: list[int], column: int) -> None:
    ratings = np.column_stack([order] * (column + 1))
    for found in (
        cohen_kappa(order, order, "quadratic"),
        fleiss_kappa(ratings),
        kendall_w(ratings),
        krippendorff_alpha(ratings, "ordinal"),
        intraclass_correlations(ratings).agreement,
    ):
        assert found == pytest.approx(1)


def test_too_little_is_said_to_be_unknown() -> None:
    assert np.isnan(cohen_kappa([1], [1]))
    assert np.isnan(fleiss_kappa([[1, 1], [1, 1]]))
    assert np.isnan(krippendorff_alpha([[1, 1], [1, 1]]))
    assert np.isnan(intraclass_correlations([[1, 2]]).agreement)
    assert np.isnan(kendall_w([[1], [2]]))


@settings(max_examples=20)
@given(st.integers(0, 2**31))
def test_no_order_of_objects_or_raters_changes_a_coefficient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 4, (12, 4)).astype(float)
    moved = ratings[rng.permutation(12)][:, rng.permutation(4)]
    for act in (fleiss_kappa, light_kappa, kendall_w, krippendorff_alpha):
        assert act(moved) == pytest.approx(act(ratings))
    one, other = (intraclass_correlations(each) for each in (ratings, moved))
    assert astuple(other) == pytest.approx(astuple(one))
