"""Rows by how they are counted: families of counts that exclude each other, and other sums.

A unit lies in at most one row of a family (one area, one type, one enemy set), so that a family
is one label a unit, and an exchange touches two counts of it however many rows it has.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from itembank.parallel_forms.model import FloatArray, FormModel, IntArray

# A sum is kept this share of its band, or of a usual item, inside its bounds: rounding elsewhere
# must not turn a form that keeps them into one that does not.
INSIDE_OF_BAND = 0.002
INSIDE_OF_ITEM = 0.01


@dataclass(frozen=True)
class Family:
    """Labels of the units, 0 for none of the rows; bounds of the counts, label by label."""

    labels: IntArray  # (n_units + 1,): the last stands for no unit
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Sums:
    """The other rows, each scaled so that a usual unit weighs 1; the last unit is none."""

    values: FloatArray  # (n_rows, n_units + 1)
    low: FloatArray
    high: FloatArray


def families_of(model: FormModel) -> tuple[list[Family], Sums]:
    """Sort the rows of a model; the first families hold the first rows."""
    matrix = csr_array(model.matrix)
    is_count = np.array(
        [bool((_row(matrix, place)[1] == 1).all()) for place in range(matrix.shape[0])]
    )
    gathered: list[tuple[np.ndarray, list[int]]] = []
    for place in np.flatnonzero(is_count).tolist():
        columns, _ = _row(matrix, place)
        fitting = [each for each in gathered if not each[0][columns].any()]
        if not fitting:
            fitting = [(np.zeros(model.n_units, dtype=np.bool_), [])]
            gathered += fitting
        taken, places = fitting[0]
        taken[columns] = True
        places.append(place)
    families = [_family(model, matrix, places) for _, places in gathered]
    return families, _sums(model, matrix, np.flatnonzero(~is_count))


def _row(matrix: csr_array, place: int) -> tuple[IntArray, FloatArray]:
    first, last = matrix.indptr[place : place + 2]
    columns = np.asarray(matrix.indices[first:last], dtype=np.int64)
    return columns, np.asarray(matrix.data[first:last], dtype=np.float64)


def _family(model: FormModel, matrix: csr_array, places: list[int]) -> Family:
    labels = np.zeros(model.n_units + 1, dtype=np.int64)
    for label, place in enumerate(places, start=1):
        labels[_row(matrix, place)[0]] = label
    return Family(
        labels,
        np.concatenate([[-np.inf], model.low[places]]),
        np.concatenate([[np.inf], model.high[places]]),
    )


def _sums(model: FormModel, matrix: csr_array, places: IntArray) -> Sums:
    values = np.zeros((places.size, model.n_units + 1))
    values[:, :-1] = matrix[places].toarray()
    spread = np.maximum(values.std(axis=1), 1e-12)
    low, high = model.low[places] / spread, model.high[places] / spread
    inside = np.minimum(INSIDE_OF_ITEM, INSIDE_OF_BAND * np.where(high > low, high - low, 0.0))
    is_whole = (values == np.round(values)).all(axis=1)
    inside = np.where(is_whole, 0.0, inside)
    return Sums(values / spread[:, None], low + inside, high - inside)
