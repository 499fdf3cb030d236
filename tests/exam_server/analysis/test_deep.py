"""What models say of simulated candidates: their truth, what is planted, and refusals when thin."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from exam_server.analysis.deep import STEPS, deep_figures
from exam_server.analysis.drifting import linking_figures
from exam_server.analysis.figures import figures_of
from exam_server.analysis.pooling import POOLED, pooled
from exam_server.analysis.responses import NOT_PRESENTED, FormResponses
from exam_server.bank.administrations import Earlier
from exam_server.bank.parameters import Known
from exam_server.jobs import CancelledError
from scoring.calibrate import calibrate
from scoring.classification import classify_totals
from scoring.irt.functions import item_information
from tests.exam_server.analysis.simulated import Simulated, form_of, simulated

PERSONS, ITEMS = 240, 24
COPIERS = (7, 8)  # next to each other in one room


def codes_of(form: FormResponses) -> Any:
    return np.array([["ABCD".index(each) for each in row] for row in form.answers])


@pytest.fixture(scope="module")
def thick() -> Simulated:
    """240 candidates; two neighbours alike, item 3 unequal for a group, item 5 known now."""
    found = simulated(PERSONS, ITEMS, seed=4)
    codes, rng = codes_of(found.form), np.random.default_rng(8)
    women = np.arange(PERSONS) % 2 == 1
    codes[women & (rng.random(PERSONS) < 0.7), 2] = 1
    codes[COPIERS[1]] = codes[COPIERS[0]] = rng.integers(0, 4, ITEMS)
    return replace(found, form=form_of(codes))


@pytest.fixture(scope="module")
def deep(thick: Simulated) -> dict[str, Any]:
    items = figures_of([thick.form], 60, "minimum")["forms"][0]["items"]
    then = {
        (item["uid"], 1): Earlier("spring", 300, item["p"] - (0.3 if item["position"] == 5 else 0))
        for item in items
        if item["p"] > 0.35
    }
    steps: list[int] = []
    found = deep_figures(thick.gathered(earlier=then), lambda done, total: steps.append(done))
    assert steps == [*range(1, STEPS)]
    return found


def test_difficulties_are_those_of_the_calibration_and_near_the_truth(
    thick: Simulated, deep: dict[str, Any]
) -> None:
    model = deep["model"]
    assert (model["model"], model["converged"], model["n"]) == ("rasch", True, PERSONS)
    places = [item["position"] - 1 for item in model["items"]]
    own = calibrate(thick.form.marks[:, places], "rasch")
    sd = float(own.sds[0])
    assert [item["difficulty"] for item in model["items"]] == pytest.approx(
        own.difficulties / sd, abs=1e-5
    )
    assert [item["slope"] for item in model["items"]] == pytest.approx([sd] * len(places), abs=1e-5)
    sound = [
        (item, place) for item, place in zip(model["items"], places, strict=True) if place != 2
    ]
    gaps = [abs(item["difficulty"] * sd - thick.difficulties[place]) for item, place in sound]
    assert max(gaps) < 0.6
    (told,) = deep["information"]
    at_cut = item_information(own, np.array([told["cut"] * sd])).sum() * sd**2
    assert told["at_cut"] == pytest.approx(at_cut, rel=0.01)
    assert sum(model["persons"]["counts"]) == PERSONS


def test_slopes_are_estimated_from_the_number_the_rules_name(thick: Simulated) -> None:
    found = deep_figures(thick.gathered(slopes_from=PERSONS), lambda *_: None)
    assert found["model"]["model"] == "2pl"
    assert len({item["slope"] for item in found["model"]["items"]}) > 1


def test_what_was_planted_is_found_and_nothing_else(deep: dict[str, Any]) -> None:
    (pair,) = deep["alike"]["pairs"]
    assert (tuple(pair["sittings"]), pair["apart"], pair["matches"]) == (COPIERS, 1, ITEMS)
    assert deep["alike"]["n_pairs"] == PERSONS * (PERSONS - 1) // 2
    (told,) = deep["fairness"]["sex"]
    large = [item["code"] for item in told["items"] if item["class"] == "C"]
    assert "Q3" in large
    assert {each["refused"] for each in deep["fairness"]["room"]} == {"too_few_persons"}
    assert [item["code"] for item in deep["drift"]["items"] if item["has_moved"]] == ["Q5"]


def test_decisions_are_those_of_livingston_and_lewis(thick: Simulated) -> None:
    (form,) = figures_of([thick.form], 60, "minimum")["forms"]
    totals = thick.form.marks.sum(axis=1)
    found, _ = classify_totals(totals, ITEMS, [0.6 * ITEMS], form["alpha"])
    assert form["decision"]["accuracy"] == pytest.approx(found.accuracy, abs=1e-3)
    assert form["decision"]["consistency"] == pytest.approx(found.consistency, abs=1e-3)
    assert form["speed"]["reached_last"] == 1


def test_thirty_candidates_get_no_model_and_twenty_no_decision() -> None:
    thin = simulated(30, ITEMS)
    found = deep_figures(thin.gathered(), lambda *_: None)
    assert found["model"]["refused"] == ["too_few_persons"]
    assert (found["information"], found["alike"]["refused"]) == ([], "too_few_persons")
    assert {each["refused"] for each in found["fairness"]["sex"]} == {"too_few_persons"}
    assert found["drift"]["refused"] == "too_few_common_items"
    (form,) = figures_of([simulated(20, ITEMS).form], 60, "minimum")["forms"]
    assert (form["decision"], form["speed"]) == ({"refused": "too_few_persons"},) * 2


def test_forms_of_one_candidate_each_are_analysed_together() -> None:
    whole = simulated(120, 40, seed=2)
    rng, forms = np.random.default_rng(0), []
    for person in range(120):
        own = np.sort(rng.permutation(40)[:30])
        marks = whole.form.marks[person : person + 1, own]
        forms.append(
            replace(
                whole.form,
                form=str(person),
                items=[whole.form.items[place] for place in own],
                max_marks=np.ones(30),
                marks=marks,
                statuses=whole.form.statuses[person : person + 1, own],
                answers=[[whole.form.answers[person][place] for place in own]],
                theory=marks.mean(axis=1) * 100,
                sittings=[person],
            )
        )
    (form,) = figures_of(forms, 60, "minimum")["forms"]
    assert (form["form"], form["n"], form["n_items"], form["alpha"]) == (POOLED, 120, 40, None)
    together = pooled(forms)
    assert int((together.statuses == NOT_PRESENTED).sum()) == 120 * 10
    for item in form["items"]:
        place = next(at for at, each in enumerate(together.items) if each.uid == item["uid"])
        seen = ~np.isnan(together.marks[:, place])
        assert item["n"] == seen.sum()
        assert item["p"] == pytest.approx(np.nanmean(together.marks[:, place]), abs=1e-6)
    found = deep_figures(whole.gathered(*forms), lambda *_: None)
    assert found["model"]["converged"]
    assert len(found["information"]) == 1
    assert found["fairness"]["sex"][0]["refused"] == "own_forms"


def test_a_calibration_is_brought_onto_the_banks_scale_without_items_that_moved(
    deep: dict[str, Any],
) -> None:
    items = deep["model"]["items"]
    bank = {
        (item["uid"], 1): Known(item["slope"] / 1.2, 1.2 * item["difficulty"] + 0.5, "s", "spring")
        for item in items[:9]
    }
    moved = items[0]["uid"], 1
    bank[moved] = replace(bank[moved], difficulty=bank[moved].difficulty + 2)
    found = linking_figures(items, bank)
    assert (found["kind"], found["n_anchors"], found["scale"]) == ("linked", 8, "s")
    assert (found["slope"], found["intercept"]) == (
        pytest.approx(1.2, abs=0.01),
        pytest.approx(0.5, abs=0.01),
    )
    assert [each["code"] for each in found["moved"]] == [items[0]["code"]]
    few = dict(list(bank.items())[:3])
    assert linking_figures(items, few)["kind"] == "refused"


def test_long_work_that_is_called_off_stops_between_steps(thick: Simulated) -> None:
    def called_off(done: int, _total: int) -> None:
        if done == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        deep_figures(thick.gathered(), called_off)
