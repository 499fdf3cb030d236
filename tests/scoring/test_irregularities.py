"""Answers alike and items known beforehand: exact tails by counting, signs where they belong."""

from itertools import product

import numpy as np
import pytest

from scoring.copying_indices import copying_indices
from scoring.irt.calibration import known_items
from scoring.matched_answers import matched_answers, trinomial_table
from scoring.pair_weights import pair_places, pair_weights
from scoring.preknowledge import fit_times, signs_of_preknowledge
from scoring.rare_wrong import rare_wrong_pairs
from scoring.refusals import UnfitDataError
from scoring.similarity import adjusted_p

RNG = np.random.default_rng(1)
CHANCES = RNG.dirichlet(np.ones(4), (60, 40))
CHOICES = (CHANCES.cumsum(axis=2) > RNG.random((60, 40, 1))).argmax(axis=2)
KEY = RNG.integers(0, 4, 40)


def test_right_and_wrong_matches_have_the_tail_of_all_outcomes_counted() -> None:
    chances, key = CHANCES[:2, :5], KEY[:5]
    both = chances[0] * chances[1]
    right = both[np.arange(5), key]
    ends = np.stack([1 - both.sum(axis=1), right, both.sum(axis=1) - right], axis=1)
    table = np.zeros((6, 6))
    for outcome in product(range(3), repeat=5):
        chance = np.prod([ends[item, end] for item, end in enumerate(outcome)])
        table[outcome.count(1), outcome.count(2)] += chance
    assert trinomial_table(right, ends[:, 2]) == pytest.approx(table)
    choices = np.stack([key, key])
    choices[:, 4] = (key[4] + 1) % 4
    found = matched_answers(choices, chances, key, 0, 1)
    assert (found.right, found.wrong) == (4, 1)
    upper = np.array([[table[i:, j:].sum() for j in range(6)] for i in range(6)])
    assert found.p_value == pytest.approx(table[upper <= upper[4, 1] * (1 + 1e-9)].sum())


def test_tails_of_honest_pairs_are_no_smaller_than_they_say() -> None:
    tails = [matched_answers(CHOICES, CHANCES, KEY, i, i + 1).p_value for i in range(58)]
    assert np.mean(np.array(tails) < 0.05) < 0.15
    copied = CHOICES.copy()
    copied[1, :25] = copied[0, :25]
    assert matched_answers(copied, CHANCES, KEY, 0, 1).p_value < 1e-4


def test_an_item_both_left_out_is_no_answer_alike() -> None:
    left_out = CHOICES.copy()
    left_out[:2, :10] = -1
    found = copying_indices(left_out, KEY, 0, 1)
    wrong = (left_out[1] != KEY) & (left_out[1] >= 0)
    assert found.matches == (wrong & (left_out[0] == left_out[1])).sum()
    assert 0 <= found.s2 <= 1


def test_rare_wrong_answers_weigh_what_they_are_expected_to() -> None:
    copied = CHOICES.copy()
    copied[5, 10:40] = copied[9, 10:40]
    found = rare_wrong_pairs(copied, CHANCES, KEY)
    assert (5, 9) in set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    every = rare_wrong_pairs(CHOICES, CHANCES, KEY, screen=-np.inf)
    assert len(every.first) == every.n_pairs == 60 * 59 // 2
    rarity = -np.log(CHANCES.mean(axis=0))
    rarity[np.arange(40), KEY] = 0
    both = CHANCES[0] * CHANCES[1]
    mean = (both * rarity).sum(axis=1)
    spread = ((both * rarity**2).sum(axis=1) - mean**2).sum()
    seen = rarity[np.arange(40), CHOICES[0]][CHOICES[0] == CHOICES[1]].sum()
    assert every.weights[0] == pytest.approx(seen)
    assert every.z[0] == pytest.approx((seen - mean.sum()) / np.sqrt(spread))


def test_near_seats_and_times_weigh_more_and_the_mean_is_one() -> None:
    seats = [[1, 1, 1], [1, 1, 2], [1, 9, 9], [2, 1, 1]]
    minutes = RNG.uniform(0, 90, (4, 6))
    minutes[1] = minutes[0] + 0.5
    minutes[3] = np.nan
    for weights in (pair_weights(seats=seats), pair_weights(seats=seats, minutes=minutes)):
        assert weights.mean() == pytest.approx(1)
        assert weights.argmax() == pair_places(0, 1, 4)
        assert weights[pair_places([0, 1], [3, 3], 4)] == pytest.approx(weights.min())
    flagged = adjusted_p([0.01], 6, pair_weights(seats=seats)[pair_places([0], [1], 4)])
    assert flagged[0] < adjusted_p([0.01], 6)[0]
    with pytest.raises(ValueError, match="seats or minutes"):
        pair_weights()


def test_times_are_split_into_items_and_persons() -> None:
    rng = np.random.default_rng(8)  # its own: which tests ran before is of no account
    speeds = rng.normal(0, 0.3, 400)
    speeds -= speeds.mean()
    intensities = np.linspace(3, 5, 30)
    logs = intensities - speeds[:, None] + rng.normal(0, 0.4, (400, 30))
    found = fit_times(np.exp(logs))
    assert found.intensities == pytest.approx(intensities, abs=0.08)
    assert found.discriminations == pytest.approx(np.full(30, 2.5), rel=0.12)
    assert np.corrcoef(found.speeds, speeds)[0, 1] > 0.9
    with pytest.raises(UnfitDataError, match="time_not_positive"):
        fit_times(np.zeros((20, 3)))


def test_those_better_and_faster_on_exposed_items_stand_out_and_others_do_not() -> None:
    items = known_items(np.ones(40), np.linspace(-1.5, 1.5, 40), model="2pl")
    ability, exposed = RNG.normal(size=(400, 1)), np.arange(40) % 4 == 0
    line = ability - items.difficulties + 2.5 * exposed * (np.arange(400) < 30)[:, None]
    answers = (RNG.random(line.shape) < 1 / (1 + np.exp(-line))).astype(float)
    fast = 0.6 * exposed * (np.arange(400) < 30)[:, None]
    seconds = np.exp(4 - fast + RNG.normal(0, 0.4, line.shape))
    found = signs_of_preknowledge(items, answers, exposed, seconds)
    assert np.median(found.p_values[:30]) < 1e-4
    assert np.mean(found.p_values[30:] < 0.05) == pytest.approx(0.05, abs=0.03)
    alone = signs_of_preknowledge(items, answers, exposed)
    assert np.isnan(alone.speeds).all()
    assert np.mean(alone.p_values[30:] < 0.05) == pytest.approx(0.05, abs=0.03)
