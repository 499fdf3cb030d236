"""Seat draw: who sits where, and which form, so that neighbours hold different forms."""

from collections.abc import Hashable, Mapping, Sequence
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


SEAT, BROKEN, AISLE = "S", "B", "."
NUMBERINGS = ("rows", "snake", "columns", "columns_snake")
DOORS = ("left", "right")
SEATS_PER_PROCTOR = 15
FEWEST_PROCTORS = 2


def numbered(cells: Sequence[str], numbering: str, door: str) -> dict[tuple[int, int], int]:
    """Number the seats of a room, broken ones too, from 1; return them by row and column.

    ``cells`` has a line a row, the front one first, with a letter a cell: ``S`` a seat, ``B`` a
    broken one, anything else no seat. ``rows`` goes row by row, each from the door's side,
    ``snake`` turns at the end of each; ``columns`` goes column by column from the door's side,
    each from the front, ``columns_snake`` turns at the end of each.

    Examples
    --------
    >>> numbered(["S.S", "SSS"], "rows", "left")
    {(1, 1): 1, (1, 3): 2, (2, 1): 3, (2, 2): 4, (2, 3): 5}
    >>> numbered(["SS", "SS"], "columns_snake", "right")
    {(1, 2): 1, (2, 2): 2, (2, 1): 3, (1, 1): 4}
    """
    if numbering not in NUMBERINGS or door not in DOORS:
        msg = f"unknown numbering or door: {numbering!r}, {door!r}"
        raise ValueError(msg)
    rows = list(range(1, len(cells) + 1))
    columns = list(range(1, max(map(len, cells), default=0) + 1))
    columns = columns if door == "left" else columns[::-1]
    by_columns = numbering.startswith("columns")
    outer, inner = (columns, rows) if by_columns else (rows, columns)
    turns = numbering.endswith("snake")
    order = []
    for place, line in enumerate(outer):
        way = inner[::-1] if turns and place % 2 else inner
        order += [(each, line) if by_columns else (line, each) for each in way]
    seats = [(row, column) for row, column in order if _is_seat(cells, row, column)]
    return {seat: number for number, seat in enumerate(seats, start=1)}


def _is_seat(cells: Sequence[str], row: int, column: int) -> bool:
    line = cells[row - 1]
    return column <= len(line) and line[column - 1] in {SEAT, BROKEN}


def proctors_needed(n_candidates: int) -> int:
    """Return how many proctors a room needs: one for 15 candidates, never fewer than two.

    Examples
    --------
    >>> [proctors_needed(n) for n in (0, 1, 30, 31, 45, 46)]
    [0, 2, 2, 3, 3, 4]
    """
    if n_candidates <= 0:
        return 0
    return max(FEWEST_PROCTORS, -(-n_candidates // SEATS_PER_PROCTOR))


def same_form_neighbours(
    seated: Mapping[tuple[int, int], Hashable],
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the pairs of seats side by side, or one behind the other, that share a form.

    ``seated`` gives the form of each taken seat of one room by row and column.

    Examples
    --------
    >>> same_form_neighbours({(1, 1): "A", (1, 2): "A", (2, 1): "B"})
    [((1, 1), (1, 2))]
    """
    return [
        ((row, column), beside)
        for row, column in sorted(seated)
        for beside in ((row, column + 1), (row + 1, column))
        if beside in seated and seated[beside] == seated[row, column]
    ]
