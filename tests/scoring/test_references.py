"""Every classical reference set, and composites against base R."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.classical import analyse_items, cronbach_alpha
from scoring.composite import Rounding, combine

CTT = 1e-6
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


@pytest.mark.parametrize(
    "name",
    [
        "icar_ability16_listwise",
        "kb36_formx",
        "lsat_bock_lieberman",
        "mathexam14w_credits",
        "mathexam14w_solved",
        "psych101_scored",
        "sat12_scored",
        "science",
    ],
)
def test_classical_figures_agree_with_other_tools(shared: Path, name: str) -> None:
    wanted = expected(shared, f"ctt_{name}")
    items = wanted["items"]
    found = analyse_items(scores_of(shared, name, [item["item"] for item in items]))
    assert (found.n_persons, found.n_items) == (wanted["n_persons"], wanted["n_items"])
    whole = [found.mean, found.sd, found.alpha, found.sem]
    named = [wanted[each] for each in ("total_mean", "total_sd", "alpha_raw", "sem")]
    assert whole == pytest.approx(named, abs=CTT)
    for figures, field in (
        (found.difficulties, "p"),
        (found.item_rest_r, "r_drop"),
        (found.alpha_if_deleted, "alpha_if_deleted"),
    ):
        assert figures == pytest.approx([item[field] for item in items], abs=CTT), field


def test_difficulties_count_only_those_who_were_presented_the_item(shared: Path) -> None:
    # With missing answers only p is binding: the other tools fill in means for the rest.
    items = expected(shared, "ctt_icar_ability16_pairwise")["items"]
    found = analyse_items(scores_of(shared, "icar_ability16", [item["item"] for item in items]))
    assert found.difficulties == pytest.approx([item["p"] for item in items], abs=CTT)
    assert found.n_presented.min() < found.n_persons


@pytest.mark.parametrize(
    ("case", "name"), [("sat12", "sat12_scored"), ("mathexam_credits", "mathexam14w_credits")]
)
def test_alpha_of_parts_agrees_with_base_r(shared: Path, case: str, name: str) -> None:
    wanted = expected(shared, "composite_base_r")[case]
    alphas = [cronbach_alpha(scores_of(shared, name, part)) for part in wanted["parts"]]
    assert alphas == pytest.approx(wanted["part_alpha"], abs=COMPOSITE)


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
