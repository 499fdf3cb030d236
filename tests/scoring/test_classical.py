"""Item statistics against values computed by other tools (R: psych, CTT)."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.classical import analyse_items

TOLERANCE = 1e-6


def data_of(shared: Path, name: str) -> np.ndarray:
    with (shared / "reference/data" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])


def scored_sat12(shared: Path) -> np.ndarray:
    with (shared / "reference/data/sat12_key.csv").open(encoding="utf-8") as file:
        key = [row[-1] for row in csv.reader(file)][1:]
    return (data_of(shared, "sat12_raw") == np.array([float(each) for each in key])).astype(float)


@pytest.mark.parametrize("name", ["lsat_bock_lieberman", "sat12_scored", "kb36_formx"])
def test_figures_agree_with_other_tools(shared: Path, name: str) -> None:
    loaders = {
        "lsat_bock_lieberman": lambda: data_of(shared, "lsat_bock_lieberman"),
        "sat12_scored": lambda: scored_sat12(shared),
        "kb36_formx": lambda: data_of(shared, "kb36_formx_items"),
    }
    path = shared / f"reference/expected/ctt_{name}.json"
    expected = json.loads(path.read_text(encoding="utf-8"))
    found = analyse_items(loaders[name]())
    items = expected["items"]
    assert found.n_persons == expected["n_persons"]
    assert found.alpha == pytest.approx(expected["alpha_raw"], abs=TOLERANCE)
    assert found.sem == pytest.approx(expected["sem"], abs=TOLERANCE)
    assert found.mean == pytest.approx(expected["total_mean"], abs=TOLERANCE)
    assert found.sd == pytest.approx(expected["total_sd"], abs=TOLERANCE)
    assert found.difficulties == pytest.approx([item["p"] for item in items], abs=TOLERANCE)
    assert found.item_rest_r == pytest.approx([item["r_drop"] for item in items], abs=TOLERANCE)
    deleted = [item["alpha_if_deleted"] for item in items if "alpha_if_deleted" in item]
    if deleted:
        assert found.alpha_if_deleted == pytest.approx(deleted, abs=TOLERANCE)


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


@given(st.lists(st.lists(st.sampled_from([0.0, 1.0]), min_size=4, max_size=4), min_size=3))
def test_the_order_of_persons_changes_nothing(rows: list[list[float]]) -> None:
    one, other = analyse_items(rows), analyse_items(rows[::-1])
    assert one.alpha == pytest.approx(other.alpha, nan_ok=True)
    assert one.item_rest_r == pytest.approx(other.item_rest_r, nan_ok=True)
