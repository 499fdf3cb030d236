"""Fixed sets drawn by chance or taken in turn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from itembank.fixed_sets import TooFew, drawn_sets, free_sets, next_sets

CODES = st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=8, unique=True)
HISTORY = st.lists(st.frozensets(st.sampled_from("ABCDEFGH"), max_size=3), max_size=6)
SEEDS = st.integers(0, 2**53)


@given(CODES, HISTORY, st.integers(1, 4), st.integers(0, 7), SEEDS)
def test_a_draw_takes_ready_sets_that_the_last_sessions_had_not_and_repeats(
    ready: list[str], history: list[frozenset[str]], count: int, last: int, seed: int
) -> None:
    def draw() -> list[str] | TooFew:
        rng = np.random.default_rng(seed)
        return drawn_sets(ready, history, count=count, last=last, rng=rng)

    found = draw()
    free = [each for each in ready if not any(each in used for used in history[:last])]
    if len(free) < count:
        assert found == TooFew(len(free))
        return
    assert isinstance(found, list)
    assert len(set(found)) == count
    assert set(found) <= set(free)
    assert found == draw()


def test_every_free_set_comes_about_as_often() -> None:
    times = dict.fromkeys("BCD", 0)
    for seed in range(300):
        rng = np.random.default_rng(seed)
        found = drawn_sets(list("ABCD"), [{"A"}], count=1, last=1, rng=rng)
        assert isinstance(found, list)
        times[found[0]] += 1
    assert all(70 <= each <= 130 for each in times.values()), times


@given(CODES, st.integers(1, 3), st.integers(1, 12))
def test_in_turn_no_set_comes_again_before_every_other_has_come(
    ready: list[str], count: int, rounds: int
) -> None:
    count = min(count, len(ready))
    history: list[set[str]] = []
    for _ in range(rounds):
        found = next_sets(ready, history, count=count)
        assert isinstance(found, list)
        assert len(set(found)) == count
        history.insert(0, set(found))
    times = [sum(each in used for used in history) for each in ready]
    assert max(times) - min(times) <= 1


@given(CODES, HISTORY)
def test_nothing_is_barred_without_a_last_session(
    ready: list[str], history: list[frozenset[str]]
) -> None:
    assert free_sets(ready, history, last=0) == ready
    assert next_sets(ready, history, count=len(ready) + 1) == TooFew(len(ready))
