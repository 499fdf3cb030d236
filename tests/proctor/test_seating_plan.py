"""The seat draw."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from proctor.seating_plan import Place, draw_seats, form_at

grids = st.tuples(st.integers(1, 8), st.integers(1, 8))


def grid(rows: int, columns: int) -> list[Place]:
    return [Place(0, row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]


@given(grids, st.integers(2, 8))
def test_neighbours_hold_different_forms(size: tuple[int, int], n_forms: int) -> None:
    for place in grid(*size):
        right = Place(0, place.row, place.column + 1)
        behind = Place(0, place.row + 1, place.column)
        assert form_at(place, n_forms) != form_at(right, n_forms)
        assert form_at(place, n_forms) != form_at(behind, n_forms)


@given(grids, st.data())
def test_everybody_gets_a_seat_of_their_own(size: tuple[int, int], data: st.DataObject) -> None:
    places = grid(*size)
    count = data.draw(st.integers(1, len(places)))
    drawn = draw_seats(places, count, 2, np.random.default_rng(data.draw(st.integers(0, 99))))
    assert drawn is not None
    assert len(set(drawn.places)) == count


def test_too_many_candidates_get_no_draw() -> None:
    assert draw_seats(grid(2, 2), 5, 2, np.random.default_rng(1)) is None


def test_a_seed_draws_the_same_again() -> None:
    first = draw_seats(grid(5, 6), 30, 2, np.random.default_rng(7))
    second = draw_seats(grid(5, 6), 30, 2, np.random.default_rng(7))
    other = draw_seats(grid(5, 6), 30, 2, np.random.default_rng(8))
    assert first == second != other


def test_two_forms_of_a_full_room_are_balanced() -> None:
    drawn = draw_seats(grid(5, 6), 30, 2, np.random.default_rng(7))
    assert drawn is not None
    assert drawn.forms.count(0) == drawn.forms.count(1) == 15
