"""Cases solved and judged by a checker of its own; conflicts; draws."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from exam_server.forms.commands import forms as forms_command
from itembank.demand_models import demand_model, unit_rows
from itembank.demands import Band, Demand, PoolItem
from itembank.parallel_forms.case_model import CaseModel, case_model, form_ids
from itembank.parallel_forms.case_reading import CaseError
from itembank.parallel_forms.conflicts import BrokenBound
from itembank.parallel_forms.keeping_apart import Neighbours
from itembank.parallel_forms.linear_on_the_fly import Drawn, Undrawn, cells_of, draw, overlaps
from itembank.parallel_forms.model import FormModel
from itembank.parallel_forms.relaxation import relax
from itembank.parallel_forms.search import Budget, search
from itembank.parallel_forms.solving import Excluded, Solved, TimeUp, solve
from tests.form_checker import Case, judge, judged

Found = Solved | Excluded | TimeUp
AREAS = ("A", "B", "C")


def made_up_case(seed: int, *, goal: str = "maximin", **more: Any) -> Case:
    """Return a case of 3 forms of 12 from a bank of 90, with bands around what is usual."""
    rng = np.random.default_rng(seed)
    bank = [
        {
            "id": f"I{number}",
            "area": AREAS[number % 3],
            "type": "long" if rng.random() < 0.3 else "short",
            "a": str(rng.uniform(0.6, 1.8)),
            "b": str(rng.normal()),
            "c": str(rng.uniform(0, 0.3)),
            "words": str(rng.integers(10, 90)),
            "times_used": str(rng.integers(0, 6)),
        }
        for number in range(90)
    ]
    counts = [{"kind": "count", "attr": "area", "value": a, "min": 3, "max": 5} for a in AREAS]
    case = {
        "forms": 3,
        "length": 12,
        "max_use_per_item": 1,
        "max_times_used": 5,
        "theta": [-1, 1],
        "weights": [1, 1],
        "objective": goal,
        "constraints": [
            *counts,
            {"kind": "count", "attr": "type", "value": "long", "min": 2, "max": 5},
            {"kind": "sum", "attr": "words", "min": 450, "max": 750},
            {"kind": "mean", "attr": "p_expected", "min": 0.45, "max": 0.7},
        ],
        **({"target": [2.0, 2.0]} if goal == "minimax" else {}),
        **more,
    }
    enemies = [["I0", "I1"], ["I4", "I5", "I8"], ["I30", "I31"], ["I3", "nobody"]]
    return Case(case, bank, enemies)


def model_of(case: Case) -> CaseModel:
    return case_model(case.case, case.bank, case.enemies)


def solved(read: CaseModel, seed: int = 1) -> Found:
    return solve(read.model, np.random.default_rng(seed), time_limit=0.5)


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    goal=st.sampled_from(["maximin", "minimax"]),
    uses=st.integers(1, 2),
)
def test_forms_keep_everything_and_reach_what_they_say(seed: int, goal: str, uses: int) -> None:
    case = made_up_case(seed, goal=goal, max_use_per_item=uses)
    read = model_of(case)
    found = solved(read)
    assert isinstance(found, Solved), found
    broken, objective = judge(case, [form_ids(read.ids, form) for form in found.forms])
    assert broken == []
    assert found.objective == pytest.approx(objective, abs=1e-6)
    assert found.bound is not None
    if goal == "maximin":
        assert objective <= found.bound + 1e-6
        assert found.gap is not None
        assert found.gap < 0.1
    else:
        assert found.gap is None


def test_a_seed_gives_the_same_forms_again_and_another_gives_others() -> None:
    read = model_of(made_up_case(7))
    first, again, other = (solved(read, seed) for seed in (1, 1, 2))
    assert isinstance(first, Solved)
    assert isinstance(again, Solved)
    assert isinstance(other, Solved)
    assert [form.tolist() for form in first.forms] == [form.tolist() for form in again.forms]
    assert [form.tolist() for form in first.forms] != [form.tolist() for form in other.forms]


@pytest.mark.parametrize(
    ("name", "most_gap"),
    [("dev_2000x6_maximin", 0.001), ("dev_500x2_minimax", None)],
)
def test_a_published_case_is_solved_near_its_bound(
    shared: Path, name: str, most_gap: float | None
) -> None:
    path = shared / "reference" / "ata" / f"{name}.json"
    read = model_of(Case.read(path))
    found = solve(read.model, np.random.default_rng(1), time_limit=30)
    assert isinstance(found, Solved), found
    broken, objective = judged(path, [form_ids(read.ids, form) for form in found.forms])
    assert broken == []
    if most_gap is None:
        assert objective <= 0.02
    else:
        bound = json.loads(path.read_text(encoding="utf-8"))["lp_relaxation_bound_aggregated"]
        assert found.bound == pytest.approx(bound, rel=1e-6)
        assert objective >= (1 - most_gap) * bound


def is_possible(model: FormModel, bounds: list[BrokenBound]) -> bool:
    """Ask a solver whether an averaged form keeps these bounds."""
    low, high = np.full(len(model.rows), -np.inf), np.full(len(model.rows), np.inf)
    for each in bounds:
        (low if each.is_low else high)[model.rows.index((each.kind, each.name))] = each.limit
    limits = LinearConstraint(model.matrix, low, high)
    shares = Bounds(0, model.shares)
    return bool(milp(np.zeros(model.n_units), bounds=shares, constraints=limits).success)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"attr": "area", "value": "A", "min": 9, "max": 12}, 4),  # 9 + 3 + 3 > 12
        ({"kind": "sum", "attr": "words", "min": 1200, "max": 2000}, 2),
        ({"attr": "area", "value": "none", "min": 1, "max": 2}, 1),
    ],
)
def test_a_conflict_names_bounds_that_are_all_needed(change: dict[str, Any], named: int) -> None:
    case = made_up_case(3, forms=2)
    case.case["constraints"] = [
        {"kind": "count", **change},
        *(c for c in case.case["constraints"] if c.get("value") != change.get("value", 0)),
    ]
    read = model_of(case)
    found = solved(read)
    assert isinstance(found, Excluded), found
    conflict = list(found.conflict)
    assert len(conflict) == named
    assert not is_possible(read.model, conflict)
    for each in conflict:
        assert is_possible(read.model, [other for other in conflict if other != each])


def test_what_only_whole_items_make_impossible_is_told_too() -> None:
    case = made_up_case(1, forms=1, length=1, theta=[0], weights=[1])
    odd = [{**item, "words": "4"} for item in case.bank]
    case.case["constraints"] = [{"kind": "sum", "attr": "words", "min": 5, "max": 7}]
    half = [{**item, "words": "8" if n % 2 else "4"} for n, item in enumerate(odd)]
    found = solved(case_model(case.case, half, []))
    assert isinstance(found, Excluded)
    assert ("sum", "words") in {(each.kind, each.name) for each in found.conflict}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda case: case.update(objective="best"), "objective"),
        (lambda case: case.update(objective="minimax"), "target"),
        (lambda case: case.update(weights=[1]), "weights"),
        (lambda case: case.pop("forms"), "forms: not given"),
        (lambda case: case.update(forms="three"), "forms: 'three'"),
        (lambda case: case.update(length=0), "length: 0"),
        (lambda case: case.update(theta=[0, float("nan")]), "theta.1: nan"),
        (lambda case: case["constraints"][0].update(min=-3, max=-1), "constraints.0"),
        (lambda case: case["constraints"][0].update(min="3"), "constraints.0.min: '3'"),
        (lambda case: case["constraints"][4].update(attr="type"), "item 'I0': type"),
        (lambda case: case["constraints"].append({"kind": "most"}), "constraints.6"),
        (lambda case: case["constraints"][0].update(attr="colour"), "colour"),
        (lambda case: case.update(max_times_used=0), "no item"),
    ],
)
def test_a_case_that_means_nothing_says_where(
    spoil: Callable[[dict[str, Any]], None], message: str
) -> None:
    case = made_up_case(1)
    spoil(case.case)
    with pytest.raises(CaseError, match=message):
        model_of(case)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("a", "0", "item 'I4': a '0'"),
        ("c", "nan", "item 'I4': c 'nan'"),
        ("b", "hard", "item 'I4': b 'hard'"),
        ("id", "I3", "id 'I3'"),
        ("times_used", "", "item 'I4': times_used"),
    ],
)
def test_a_bank_that_means_nothing_says_where(column: str, value: str, message: str) -> None:
    case = made_up_case(1)
    case.bank[4].update({"times_used": "0", column: value})
    with pytest.raises(CaseError, match=message):
        model_of(case)
    with pytest.raises(CaseError, match="bank: no items"):
        model_of(Case(case.case, [], []))


@pytest.mark.parametrize("target", [0.05, 40.0])
def test_targets_out_of_reach_are_neared_as_far_as_the_bound_allows(target: float) -> None:
    case = made_up_case(4, goal="minimax", target=[target, target])
    read = model_of(case)
    found = solved(read)
    assert isinstance(found, Solved), found
    assert judge(case, [form_ids(read.ids, form) for form in found.forms])[0] == []
    assert found.objective is not None
    assert found.bound is not None
    assert found.bound > 0
    assert found.objective <= found.bound * 1.05


def test_a_conflict_that_only_whole_items_make_names_what_is_needed_alone() -> None:
    """Two rings of five items, neighbours enemies: four whole items of them, but five halves."""
    case = made_up_case(6, forms=1)
    rings = [f"I{number}" for number in range(2, 32, 3)]
    for number in range(32, 90, 3):
        case.bank[number]["area"] = "B"
    pairs = [
        [ring[place], ring[(place + 1) % 5]]
        for ring in (rings[:5], rings[5:])
        for place in range(5)
    ]
    for each in rings:
        case.bank[int(each[1:])]["times_used"] = "0"
    case.case["constraints"][2].update(min=5)
    found = solved(model_of(Case(case.case, case.bank, pairs)))
    assert isinstance(found, Excluded), found
    named = {(each.kind, each.name) for each in found.conflict}
    assert named == {("area", "C"), *(("enemies", " ".join(pair)) for pair in pairs)}


def test_first_forms_are_sought_as_long_as_the_clock_allows() -> None:
    model, rng = model_of(made_up_case(7)).model, np.random.default_rng(1)
    relaxation = relax(model, rng)
    assert relaxation is not None
    found = [
        search(model, relaxation, np.random.default_rng(1), Budget(1, may_go_on=may_go_on))
        for may_go_on in (lambda: False, lambda: True)
    ]
    assert [each.standing.is_feasible for each in found] == [False, True]


def on_disk(folder: Path, case: Case) -> Path:
    path = folder / "case.json"
    case.write(path)
    return path


def run(case: Path, out: Path) -> tuple[int, str]:
    found = CliRunner().invoke(
        forms_command, ["assemble", "--case", str(case), "--out", str(out), "--time-limit", "5"]
    )
    return found.exit_code, found.output


def test_the_command_writes_forms_with_objective_bound_and_gap(tmp_path: Path) -> None:
    case, out = on_disk(tmp_path, made_up_case(2)), tmp_path / "forms.json"
    assert run(case, out)[0] == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert set(answer) == {"forms", "objective", "bound", "gap", "seconds"}
    broken, objective = judged(case, answer["forms"])
    assert broken == []
    assert answer["objective"] == pytest.approx(objective, abs=1e-6)


def test_the_command_ends_with_3_and_the_published_conflict(shared: Path, tmp_path: Path) -> None:
    case, out = shared / "reference/ata/dev_500x1_infeasible.json", tmp_path / "forms.json"
    assert run(case, out)[0] == 3
    answer = json.loads(out.read_text(encoding="utf-8"))
    expected = json.loads(case.read_text(encoding="utf-8"))["minimal_conflict"]
    assert sorted(answer["infeasible"]["conflict"]) == sorted(expected)
    assert all(each in answer["infeasible"]["message"] for each in expected)


@pytest.mark.parametrize("spoilt", ["no json", '{"objective": "maximin"}'])
def test_the_command_refuses_a_file_it_cannot_read(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "case.json").write_text(spoilt, encoding="utf-8")
    status, said = run(tmp_path / "case.json", tmp_path / "forms.json")
    assert (status, "case_unreadable" in said) == (2, True)
    assert not (tmp_path / "forms.json").exists()


def drawn_from(case: Case, n_drawn: int, **more: Any) -> tuple[CaseModel, Drawn]:
    read = model_of(case)
    found = solved(read)
    assert isinstance(found, Solved)
    cells = cells_of(read.model, found.forms)
    drawn = draw(read.model, cells, n_drawn, np.random.default_rng(1), **more)
    assert isinstance(drawn, Drawn)
    return read, drawn


@pytest.mark.long
def test_every_drawn_form_keeps_everything_and_exposure_is_known() -> None:
    case = made_up_case(5)
    read, drawn = drawn_from(case, 500)
    single = Case({**case.case, "forms": 1}, case.bank, case.enemies)
    for form in drawn.forms[::25]:
        assert judge(single, [form_ids(read.ids, form)])[0] == []
    assert len({tuple(sorted(form)) for form in drawn.forms.tolist()}) > 400
    uses = np.bincount(drawn.forms.ravel())
    assert drawn.largest_exposure == uses.max() / 500
    assert drawn.largest_exposure < 0.7
    pairs = [(left, right) for left in range(500) for right in range(left)]
    assert drawn.mean_overlap == pytest.approx(np.mean(overlaps(drawn.forms, pairs[:20000])), abs=1)


@pytest.mark.long
def test_a_candidate_gets_nothing_seen_before() -> None:
    case = made_up_case(5)
    _, first = drawn_from(case, 40)
    n_units = model_of(case).model.n_units
    seen = np.zeros((40, n_units), dtype=np.bool_)
    for number, form in enumerate(first.forms):
        seen[number, form[:4]] = True
    _, again = drawn_from(case, 40, seen=seen)
    assert not np.take_along_axis(seen, again.forms, axis=1).any()


def test_neighbours_share_no_more_than_they_may_and_nothing_seen_comes() -> None:
    """A room of five rows and six columns, each candidate with ten items from an earlier day."""
    pool = [
        PoolItem(f"i{n:03}", "single", "AB"[n % 2], f"p{n}", words=20 + 7 * (n % 5))
        for n in range(200)
    ]
    demand = Demand({"single": 20}, areas={"A": 12}, bands=(Band("words", "", 640, 720),))
    model = demand_model(unit_rows(pool, demand), demand, 6)
    found = solve(model, np.random.default_rng(2), time_limit=10)
    assert isinstance(found, Solved)
    cells = cells_of(model, found.forms)
    rng = np.random.default_rng(3)
    seen = np.zeros((30, model.n_units), dtype=np.bool_)
    for person in range(30):
        seen[person, rng.choice(cells.units.ravel(), 10, replace=False)] = True
    seats = [(row, column) for row in range(5) for column in range(6)]
    beside = [
        (left, right)
        for left, (row, column) in enumerate(seats)
        for right, other in enumerate(seats)
        if other in {(row, column + 1), (row + 1, column)}
    ]
    asked: dict[str, Any] = {"seen": seen, "neighbours": Neighbours(beside, 2)}
    drawn = draw(model, cells, 30, np.random.default_rng(1), **asked)
    assert isinstance(drawn, Drawn)
    assert max(overlaps(drawn.forms, beside)) <= 2
    assert not np.take_along_axis(seen, drawn.forms, axis=1).any()
    for form in drawn.forms:
        assert model.misses(form) == []
    assert len({tuple(sorted(form)) for form in drawn.forms.tolist()}) == 30
    again = draw(model, cells, 30, np.random.default_rng(1), **asked)
    assert isinstance(again, Drawn)
    assert (again.forms == drawn.forms).all()
    apart_from_all = [(left, right) for left in range(30) for right in range(left)]
    nothing: dict[str, Any] = {
        "neighbours": Neighbours(apart_from_all, 0)
    }  # six items a cell, thirty forms
    refused = draw(model, cells, 30, np.random.default_rng(1), **nothing)
    assert isinstance(refused, Undrawn)
    assert refused.reason == "neighbours"
