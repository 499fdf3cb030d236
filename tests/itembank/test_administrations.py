"""Figures over several forms: of all persons, whatever the order of the forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.administrations import Measured, pooled

parts = st.lists(
    st.builds(
        Measured,
        st.integers(1, 500),
        st.none() | st.floats(0, 1),
        st.none() | st.floats(-1, 1),
    ),
    min_size=1,
    max_size=5,
)


@given(parts)
def test_pooled_figures_lie_between_their_parts_in_any_order(given_parts: list[Measured]) -> None:
    found, turned = pooled(given_parts), pooled(given_parts[::-1])
    assert found.persons == turned.persons == sum(each.persons for each in given_parts)
    for name in ("difficulty", "discrimination"):
        values = [getattr(each, name) for each in given_parts]
        known = [value for value in values if value is not None]
        mean = getattr(found, name)
        if mean is not None:
            assert min(known) - 1e-5 <= mean <= max(known) + 1e-5
            assert getattr(turned, name) == pytest.approx(mean, abs=1e-9)


def test_one_form_is_itself_and_nothing_is_refused() -> None:
    alone = Measured(3, 0.5, 0.1)
    assert pooled([alone]) == alone
    with pytest.raises(ValueError, match="nothing"):
        pooled([])
