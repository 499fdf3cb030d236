"""Key positions: what chance does is not told, what a guesser could use is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from itembank.key_positions import LETTERS, positions_in


@given(st.integers(0, 500), st.integers(2, 8), st.integers(1, 400))
def test_all_items_are_counted_and_the_even_shares_add_up(seed: int, size: int, n: int) -> None:
    drawn = np.random.default_rng(seed).integers(size, size=n)
    counts = {(size, LETTERS[place]): int((drawn == place).sum()) for place in range(size)}
    found = positions_in(counts)
    assert sum(each.count for each in found) == n
    assert abs(sum(each.expected for each in found) - n) < 1e-9


def test_an_even_bank_is_quiet_and_a_letter_that_pays_is_named() -> None:
    quiet = 0
    for seed in range(200):
        drawn = np.random.default_rng(seed).integers(4, size=300)
        counts = {(4, LETTERS[place]): int((drawn == place).sum()) for place in range(4)}
        quiet += not any(each.stands_out for each in positions_in(counts))
    assert quiet >= 195
    lopsided = {(4, "A"): 20, (4, "B"): 95, (4, "C"): 93, (4, "D"): 92}
    assert [each.letter for each in positions_in(lopsided) if each.stands_out] == ["A"]


def test_no_items_have_no_positions() -> None:
    assert positions_in({}) == []
