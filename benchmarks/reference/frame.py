"""Rows of the table, and how to read the reference data.

A group is a module with ``CASES``: expected file's name (without ``.json``) → a function that
gives its rows. It is named in ``benchmarks.reference.groups``.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One quantity of one file: how far we are from it at most, and how far we may be."""

    file: str
    function: str
    quantity: str
    deviation: float
    tolerance: float
    reason: str = ""  # why it may lie outside its tolerance, where the reason was found

    @property
    def is_within(self) -> bool:
        """Whether the deviation is within the tolerance; what is not a number is not."""
        return self.deviation <= self.tolerance


Case = Callable[["Sources"], Iterator[Row]]


@dataclass(frozen=True)
class Sources:
    """The folder of reference data and how to read it."""

    root: Path

    def expected(self, name: str) -> dict[str, Any]:
        """Return what another tool found."""
        path = self.root / "expected" / f"{name}.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def columns(self, name: str) -> list[str]:
        """Return the names of a data file's columns."""
        with (self.root / "data" / f"{name}.csv").open(encoding="utf-8") as file:
            return next(csv.reader(file))

    def table(self, name: str, columns: Sequence[str] | None = None) -> FloatArray:
        """Return columns of a data file as figures, NaN where a cell is blank."""
        with (self.root / "data" / f"{name}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        names = columns if columns is not None else list(rows[0])
        return np.array([[float(row[column] or "nan") for column in names] for row in rows])

    def scored(self, name: str, columns: Sequence[str]) -> FloatArray:
        """Return a raw multiple-choice file marked by its key, 0 or 1."""
        with (self.root / "data" / f"{name}_key.csv").open(encoding="utf-8") as file:
            key = {row["item"]: float(row["key"]) for row in csv.DictReader(file)}
        raw = self.table(f"{name}_raw", columns)
        return (raw == np.array([key[column] for column in columns])).astype(float)

    def responses(self, name: str, columns: Sequence[str]) -> FloatArray:
        """Return the matrix that a reference set was computed from."""
        if name.endswith("_scored"):
            return self.scored(name.removesuffix("_scored"), columns)
        for source in ("icar_ability16", "mathexam14w", "kb36_formx", "kb36_formy"):
            if name.startswith(source):
                file = f"{source}_items" if source.startswith("kb36") else source
                found = self.table(file, columns)
                return found[~np.isnan(found).any(axis=1)] if name.endswith("_listwise") else found
        return self.table(name, columns)


def largest(found: ArrayLike, wanted: ArrayLike, *, relative: bool = False) -> float:
    """Return the largest deviation, absolute or as a share of what is wanted.

    What is missing on one side only is infinitely far; equal infinities are no deviation.
    """
    ours, theirs = np.asarray(found, float), np.asarray(wanted, float)
    if ours.shape != theirs.shape:
        return float("inf")
    both = ~(np.isnan(ours) & np.isnan(theirs)) & ~((ours == theirs) & np.isinf(ours))
    if not both.any():
        return 0.0
    apart = np.abs(ours[both] - theirs[both])
    if relative:
        apart = apart / np.maximum(np.abs(theirs[both]), 1e-12)
    return float("inf") if np.isnan(apart).any() else float(apart.max())


def figures(rows: Sequence[dict[str, Any]], field: str) -> FloatArray:
    """Return one field of a list of records, NaN where it is absent or null."""
    return np.array([np.nan if row.get(field) is None else float(row[field]) for row in rows])
