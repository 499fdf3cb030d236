"""Item statistics of thin and odd data; figures of other tools are in ``test_reference.py``."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.classical import analyse_items


def test_thin_data_is_undefined_and_warns_nobody() -> None:
    found = analyse_items([[1.0, 0.0]])
    assert np.isnan([found.alpha, found.sd, found.sem]).all()
    assert np.isnan(found.item_rest_r).all()


def test_an_item_nobody_was_presented_is_undefined() -> None:
    found = analyse_items([[1.0, np.nan], [0.0, np.nan]])
    assert found.n_presented.tolist() == [2, 0]
    assert np.isnan(found.difficulties[1])


def test_difficulty_is_a_share_of_the_items_maximum() -> None:
    assert analyse_items([[1.5], [0.5]], [2.0]).difficulties.tolist() == [0.5]


def test_a_vector_is_a_bug() -> None:
    with pytest.raises(ValueError, match="persons by items"):
        analyse_items([1.0, 0.0])


@settings(max_examples=20)
@given(st.lists(st.lists(st.sampled_from([0.0, 1.0]), min_size=4, max_size=4), min_size=3))
def test_the_order_of_persons_changes_nothing(rows: list[list[float]]) -> None:
    one, other = analyse_items(rows), analyse_items(rows[::-1])
    assert one.alpha == pytest.approx(other.alpha, nan_ok=True)
    assert one.item_rest_r == pytest.approx(other.item_rest_r, nan_ok=True)
