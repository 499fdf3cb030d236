"""Joining the sparse cells of a table of totals by categories, for S-X2."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Row = tuple[FloatArray, FloatArray]  # observed, expected
LEAST = 1.0
RARE_TOTALS, RARE_SHARE = 0.1, 0.05


def collapsed(observed: FloatArray, expected: FloatArray) -> list[Row]:
    """Join cells until every expectation is at least 1.

    Totals in which some category is impossible join the next in which all are possible. Totals
    nobody has are left out and those of one person join the next. In a row of several categories
    the smallest expectation joins its smaller neighbour; columns that are rare throughout join
    the one before. What is left is joined row by row with the neighbouring total that fewer
    persons have. Which rows are sparse is judged before rows of one person are joined, by place:
    the rule of mirt, so that figures can be compared.

    Parameters
    ----------
    observed, expected : ndarray, shape (n_totals, n_categories)

    Returns
    -------
    list of (observed, expected)
        Rows; they may differ in length.
    """
    table = _possible(np.stack([observed, expected]))
    table = table[:, table[0].sum(axis=1) > 0]
    if table.shape[1] < 2:  # noqa: PLR2004 - one row has no neighbour
        return []
    was_sparse = (table[1] < LEAST).any(axis=1)
    table, was_sparse = _without_single(table, was_sparse)
    table = _across(table, was_sparse)
    table = _down(_columns(table))
    return [(o[e > 0], e[e > 0]) for o, e in zip(*table, strict=True)]


def _possible(table: FloatArray) -> FloatArray:
    """Join totals at either end in which the item's highest or lowest category cannot be."""
    edge = table.shape[2] - 2
    if table.shape[1] <= 2 * edge:
        return table[:, :0]
    inner = table[:, edge : table.shape[1] - edge].copy()
    inner[:, 0] += table[:, :edge].sum(axis=1)
    inner[:, -1] += table[:, table.shape[1] - edge :].sum(axis=1)
    return inner


def _without_single(
    table: FloatArray, was_sparse: NDArray[np.bool_]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    kept = np.ones(table.shape[1], bool)
    for row in range(table.shape[1] - 1):
        if table[0, row].sum() == 1:
            table[:, row + 1] += table[:, row]
            kept[row] = False
    table = table[:, kept]
    n_rows = table.shape[1]
    if n_rows > 1 and table[0, -1].sum() == 1:
        table[:, -2] += table[:, -1]
        table = table[:, :-1]
    return table, was_sparse[:n_rows]


def _across(table: FloatArray, was_sparse: NDArray[np.bool_]) -> FloatArray:
    """Join neighbours within a row; what is joined moves left and leaves empty cells."""
    n_columns = table.shape[2]
    found = table.copy()
    for row in np.flatnonzero(was_sparse[: table.shape[1]]):
        cells = [table[:, row, column].copy() for column in range(n_columns)]
        while len(cells) > 2:  # noqa: PLR2004 - at least two categories remain
            sizes = [cell[1] for cell in cells]
            least = max(place for place, size in enumerate(sizes) if size == min(sizes))
            cells[_neighbour(sizes, least)] += cells[least]
            del cells[least]
            if min(cell[1] for cell in cells) >= LEAST:
                break
        cells += [np.zeros(2)] * (n_columns - len(cells))
        found[:, row] = np.stack(cells, axis=1)
    return found


def _neighbour(sizes: list[float], place: int) -> int:
    if place == 0:
        return 1
    if place == len(sizes) - 1:
        return place - 1
    return place - 1 if sizes[place - 1] <= sizes[place + 1] else place + 1


def _columns(table: FloatArray) -> FloatArray:
    """Join columns on the right that are rare in all totals."""
    while table.shape[2] > 2:  # noqa: PLR2004 - at least two categories remain
        if table[1, :, -1].sum() >= LEAST * np.ceil(table.shape[1] * RARE_TOTALS):
            break
        table[:, :, -2] += table[:, :, -1]
        table = table[:, :, :-1]
    kept = np.ones(table.shape[2], bool)
    for column in range(table.shape[2] - 1, 0, -1):
        if (table[1, :, column] > 0).mean() < RARE_SHARE:
            table[:, :, column - 1] += table[:, :, column]
            kept[column] = False
    return np.asarray(table[:, :, kept])


def _down(table: FloatArray) -> FloatArray:
    """Join totals whose expectations are still small with a neighbour."""
    while table.shape[1] > 1:
        sparse = np.flatnonzero(((table[1] < LEAST) & (table[1] != 0)).any(axis=1))
        if not sparse.size:
            break
        row = int(sparse[0])
        sizes = table[0].sum(axis=1).tolist()
        table[:, _neighbour(sizes, row)] += table[:, row]
        table = np.delete(table, row, axis=1)
    return table
