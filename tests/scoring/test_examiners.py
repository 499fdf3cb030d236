"""Examiners compared where marks are missing by design: known answers, the truth, refusals."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from scoring.generalizability import d_study, g_study
from scoring.rater_effects import rater_effects, rating_categories
from scoring.refusals import UnfitDataError
from scoring.unbalanced_components import unbalanced_components

SHARED_NAME = "gtheory_brennan_3_2"


def columns_of(marks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return persons, raters, marks and tasks of a full table (persons, tasks, raters)."""
    person, task, rater = np.indices(marks.shape)
    return person.ravel(), rater.ravel(), marks.ravel(), task.ravel()


def crossed(seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shape = (30, 3, 4)
    sizes = {(0,): 8.0, (1,): 3.0, (2,): 3.0, (0, 1): 4.0, (0, 2): 1.5, (1, 2): 1.0}
    marks = rng.normal(70, 2, shape)
    for axes, sd in sizes.items():
        own = [n if axis in axes else 1 for axis, n in enumerate(shape)]
        marks = marks + rng.normal(0, sd, own)
    return marks


def test_full_tables_give_the_components_of_the_balanced_study() -> None:
    marks = crossed()
    found = unbalanced_components(*columns_of(marks))
    wanted = g_study(marks)
    assert found.converged
    assert found.study.facets == wanted.facets
    for name, value in wanted.components.items():
        assert found.study.components[name] == pytest.approx(value, abs=1e-3)
    person, rater, given, task = columns_of(marks)
    nested = unbalanced_components(person, rater + 10 * task, given, task)
    assert nested.is_nested
    for name, value in g_study(marks, is_nested=True).components.items():
        assert nested.study.components[name] == pytest.approx(value, abs=1e-3)
    pair = unbalanced_components(*columns_of(marks[:, :1])[:3])
    assert pair.study.components == pytest.approx(dict(g_study(marks[:, 0]).components), abs=1e-3)


def test_brennans_data_give_his_components(shared: Path) -> None:
    with (shared / "reference" / "data" / f"{SHARED_NAME}.csv").open(encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    text = (shared / "reference" / "expected" / f"{SHARED_NAME}.json").read_text("utf-8")
    wanted = json.loads(text)
    raters = [row["Task"] * 100 + row["Rater"] for row in rows]
    found = unbalanced_components(
        [row["Person"] for row in rows],
        raters,
        [row["Score"] for row in rows],
        [row["Task"] for row in rows],
    )
    names = {
        "p": "Person",
        "t": "Task",
        "r:t": "tr",
        "pt": "Person:Task",
        "pr:t": "Residual",
    }
    for name, theirs in names.items():
        value = wanted["variance_components"][theirs]
        assert found.study.components[name] == pytest.approx(value, abs=1e-4)
    study = d_study(found.study, 4, 3)
    assert study.dependability == pytest.approx(wanted["dependability_phi"], abs=1e-4)
    low, high = found.dependability_interval(4, 3, np.random.default_rng(1))
    assert low < study.dependability < high


def sparse(seed: int, n: int = 150, raters: int = 6) -> tuple[list[tuple[float, ...]], np.ndarray]:
    """Let two of six raters mark each of two tasks of a person; return rows and severities."""
    rng = np.random.default_rng(seed)
    severe = rng.normal(0, 3, raters)
    rows = []
    for person in range(n):
        able = rng.normal(70, 8)
        for task in range(2):
            shown = able + rng.normal(0, 4) - 3 * task
            rows += [
                (person, rater, shown - severe[rater] + rng.normal(0, 3), task)
                for rater in rng.permutation(raters)[:2]
            ]
    return rows, severe


def test_severities_lie_within_their_intervals_about_as_often_as_said() -> None:
    inside = []
    for seed in range(20):
        rows, severe = sparse(seed)
        found = rater_effects(*np.array(rows).T)
        assert found.subsets.max() == 0
        others = (severe.sum() - severe) / 5
        apart = np.abs(found.severities - (severe - others)) / found.errors
        inside += list(apart < 1.96)
    assert 0.88 <= np.mean(inside) <= 1


def test_components_of_sparse_marks_are_near_the_truth() -> None:
    rows, _ = sparse(5, n=110, raters=8)
    found = unbalanced_components(*np.array(rows).T)
    assert found.converged
    told = found.study.components
    assert told["p"] == pytest.approx(64, rel=0.35)
    assert told["pt"] == pytest.approx(16, rel=0.35)
    assert told["ptr"] + max(told["pr"], 0) == pytest.approx(9, rel=0.3)
    low, high = found.interval("p")
    assert low < 64 < high


def test_examiners_without_common_candidates_are_named_apart() -> None:
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(40), 2)
    rater = np.where(person % 2 == 0, 0, 2) + np.tile([0, 1], 40)
    marks = rng.normal(70, 5, 80) - np.array([0.0, 4.0, 0.0, 4.0])[rater]
    found = rater_effects(person, rater, marks, np.zeros(80))
    assert found.subsets.tolist() == [0, 0, 1, 1]
    alone = rater_effects(
        np.append(person, 99), np.append(rater, 9), np.append(marks, 50.0), np.zeros(81)
    )
    assert np.isnan(alone.severities[-1])
    assert alone.corrections[-1] == 0


@pytest.mark.parametrize(
    ("persons", "raters", "code"),
    [
        (range(20), [1] * 20, "too_few_raters"),
        (range(20), [1, 2] * 10, "too_few_persons"),
    ],
)
def test_thin_marks_are_refused(persons: range, raters: list[int], code: str) -> None:
    with pytest.raises(UnfitDataError) as refused:
        rater_effects(list(persons), raters, np.arange(20.0), np.zeros(20))
    assert refused.value.code == code


def test_components_that_a_design_confounds_are_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(UnfitDataError) as refused:
        unbalanced_components(range(40), np.arange(40) % 4, rng.normal(size=40))
    assert refused.value.code == "not_told_apart"


def test_categories_are_few_full_and_in_order() -> None:
    shares = np.random.default_rng(1).beta(8, 3, 500)
    found = rating_categories(shares)
    counts = np.bincount(found)
    assert (counts >= 10).all()
    assert len(counts) <= 10
    assert (np.diff(found[np.argsort(shares)]) >= 0).all()
    assert rating_categories([0.5, 0.5]).tolist() == [0, 0]
