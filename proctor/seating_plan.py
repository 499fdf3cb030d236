"""Seat draw: who sits where, and which form, so that neighbours hold different forms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Place:
    """A usable seat: its room (by place in the list) and its row and column, from 1."""

    room: int
    row: int
    column: int


@dataclass(frozen=True)
class Drawn:
    """Where each candidate sits and which form lies there, in the order of the candidates."""

    places: tuple[int, ...]
    forms: tuple[int, ...]


def form_at(place: Place, n_forms: int) -> int:
    """Return the form of a place: no place shares it with its left, right, front or back.

    With two forms this is a chessboard. With more, columns step by one and rows by two (by one
    for three forms), so that neighbours differ whichever seats are empty.

    Examples
    --------
    >>> [form_at(Place(0, 1, column), 2) for column in (1, 2, 3)]
    [0, 1, 0]
    """
    if n_forms < 1:
        msg = f"n_forms must be positive: {n_forms!r}"
        raise ValueError(msg)
    step = 1 if n_forms <= 3 else 2  # noqa: PLR2004 - two and three forms step by one
    return (place.column + step * place.row) % n_forms


def draw_seats(
    places: Sequence[Place], n_candidates: int, n_forms: int, rng: np.random.Generator
) -> Drawn | None:
    """Draw seats for candidates; ``None`` when there are more candidates than places.

    Rooms are filled in order, so that the last room alone is not full; inside, who sits where
    is random. The form belongs to the place.

    Examples
    --------
    >>> places = [Place(0, 1, column) for column in (1, 2, 3)]
    >>> drawn = draw_seats(places, 2, 2, np.random.default_rng(1))
    >>> sorted(drawn.places)
    [0, 1]
    """
    if n_candidates > len(places):
        return None
    used = sorted(range(len(places)), key=lambda index: (places[index].room, index))[:n_candidates]
    shuffled = [used[index] for index in rng.permutation(n_candidates)]
    return Drawn(tuple(shuffled), tuple(form_at(places[index], n_forms) for index in shuffled))
