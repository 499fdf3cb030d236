"""Composites against base R, and what is no figure; other sets are in ``test_reference.py``."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.classical import analyse_items
from scoring.composite import Rounding, combine

COMPOSITE = 1e-8


def expected(shared: Path, name: str) -> dict[str, Any]:
    path = shared / "reference" / "expected" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def table(shared: Path, name: str, columns: list[str]) -> np.ndarray:
    with (shared / "reference" / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[column] or "nan") for column in columns] for row in rows])


def scored(shared: Path, name: str, columns: list[str]) -> np.ndarray:
    with (shared / "reference" / "data" / f"{name}_key.csv").open(encoding="utf-8") as file:
        key = {row["item"]: float(row["key"]) for row in csv.DictReader(file)}
    raw = table(shared, f"{name}_raw", columns)
    return (raw == np.array([key[column] for column in columns])).astype(float)


def scores_of(shared: Path, name: str, columns: list[str]) -> np.ndarray:
    """Return the matrix that a reference set was computed from."""
    if name.endswith("_scored"):
        return scored(shared, name.removesuffix("_scored"), columns)
    for source in ("icar_ability16", "mathexam14w", "kb36_formx"):
        if name.startswith(source):
            file = "kb36_formx_items" if source == "kb36_formx" else source
            found = table(shared, file, columns)
            return found[~np.isnan(found).any(axis=1)] if name.endswith("_listwise") else found
    return table(shared, name, columns)


def test_composites_agree_with_base_r(shared: Path) -> None:
    # The other set there has weights that total 4.5: no composite of ours.
    wanted = expected(shared, "composite_base_r")["sat12"]
    totals = [scores_of(shared, "sat12_scored", part).sum(axis=1) for part in wanted["parts"]]
    people = [
        {str(place): Decimal(int(mark)) for place, mark in enumerate(person)}
        for person in zip(*totals, strict=True)
    ]
    weights = {str(n): Decimal(str(weight)) * 100 for n, weight in enumerate(wanted["weights"])}
    found = combine(people, weights, {}, Rounding("half_up", 4))
    composites = np.array([float(each) for each in found.composites if each is not None])
    assert composites.size == len(people)
    assert composites.mean() == pytest.approx(wanted["composite_mean"], abs=COMPOSITE)
    assert composites.std(ddof=1) == pytest.approx(wanted["composite_sd"], abs=COMPOSITE)
    effective = [
        float(weight) / 100 * np.cov(total, composites)[0, 1] / composites.var(ddof=1)
        for weight, total in zip(weights.values(), totals, strict=True)
    ]
    assert effective == pytest.approx(wanted["effective_weights"], abs=COMPOSITE)


def test_rounding_noise_is_no_variance() -> None:
    # 0.1 + 0.2 is not 0.3: equal totals and constant items must not become figures.
    equal_totals = analyse_items([[0.1, 0.2, 0.0], [0.0, 0.3, 0.0], [0.2, 0.1, 0.0]])
    assert np.isnan([equal_totals.alpha, equal_totals.sem]).all()
    constant = analyse_items(np.column_stack([np.full(7, 0.1), [0, 1, 0, 1, 1, 0, 1]]))
    assert np.isnan(constant.item_rest_r).all()


@pytest.mark.parametrize("maxima", [[1.0, 0.0], [1.0, np.nan], [1.0]])
def test_a_maximum_that_is_none_is_a_bug(maxima: list[float]) -> None:
    with pytest.raises(ValueError, match="positive maximum"):
        analyse_items([[1.0, 0.0], [0.0, 1.0]], maxima)


def test_a_score_above_its_maximum_is_a_bug() -> None:
    with pytest.raises(ValueError, match=r"score of 2.0 is above the maximum of item 1, 1.0"):
        analyse_items([[1.0, 2.0], [0.0, 1.0]], [1, 1])
