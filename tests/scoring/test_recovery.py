"""Estimates of simulated data stand where the truth is, and their intervals hold it."""

import pytest

from benchmarks.measurement.recovery import recovered


@pytest.mark.long
@pytest.mark.parametrize("model", ["rasch", "2pl"])
def test_intervals_hold_the_truth_as_often_as_they_say(model: str) -> None:
    for found in recovered(model, 200, 500, 10).values():
        assert found.n_converged == found.n_samples
        assert 0.93 <= found.covered.mean() <= 0.97
        assert abs(found.biases.mean()) < 0.03
        assert (found.claimed / found.spreads).mean() == pytest.approx(1, abs=0.1)
