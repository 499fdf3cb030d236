"""States of an item: all pairs walked."""

from itertools import product

import pytest

from itembank.lifecycle import (
    FLOWS,
    LAST,
    RERUNS,
    STATES,
    TABLE,
    Way,
    next_stage,
    next_state,
    stages_kept,
    touches_answer,
    way_on,
)

ACTIONS = sorted({action for _, action in TABLE})


@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTIONS)))
def test_every_pair_leads_to_a_known_state_or_nowhere(state: str, action: str) -> None:
    after = next_state(state, action)
    assert after is None or after in STATES
    assert after != state or action == "revise"


def test_retired_is_final_and_everything_else_can_be_retired() -> None:
    assert {next_state("retired", action) for action in ACTIONS} == {None}
    assert {next_state(state, "retire") for state in STATES if state != "retired"} == {"retired"}


def test_what_is_in_use_or_retired_cannot_be_activated() -> None:
    can = {state for state in STATES if next_state(state, "activate")}
    assert can == {"draft", "stored", "pilot", "suspended"}


@pytest.mark.parametrize("has_store", [False, True])
@pytest.mark.parametrize("has_pilot", [False, True])
def test_every_way_ends_in_use_and_takes_the_steps_of_its_bank(
    *, has_store: bool, has_pilot: bool
) -> None:
    way = Way(has_store=has_store, has_pilot=has_pilot)
    walked, state = [], "draft"
    while (action := way_on(state, way)) is not None:
        state = next_state(state, action) or "nowhere"
        walked.append(state)
    steps = [name for name, has in (("stored", has_store), ("pilot", has_pilot)) if has]
    assert walked == [*steps, "active"]


@pytest.mark.parametrize("state", ["stored", "pilot"])
def test_a_step_that_a_bank_gave_up_still_leads_on(state: str) -> None:
    assert next_state(state, way_on(state, Way()) or "") == "active"


def test_whatever_is_changed_must_be_reviewed_again() -> None:
    assert {next_state(state, "revise") for state in STATES if state != "retired"} == {"draft"}


@pytest.mark.parametrize("flow", FLOWS.values())
def test_each_flow_asks_for_its_reviews_in_turn_and_ends_with_the_final_one(
    flow: tuple[str, ...],
) -> None:
    passed: list[str] = []
    while (stage := next_stage(flow, passed)) is not None:
        passed.append(stage)
    assert tuple(passed) == flow
    assert passed[-1] == LAST


@pytest.mark.parametrize(
    ("place", "is_answer"),
    [
        ("parts.2.options.A", True),
        ("key.parts.1.correct", True),
        ("translations.en.options.B", True),
        ("translations.en.explanation", False),
        ("difficulty", False),
        ("parts.1.stem", False),
    ],
)
def test_what_is_chosen_or_marked_by_is_told_apart(place: str, *, is_answer: bool) -> None:
    assert touches_answer(place) == is_answer


def test_the_final_review_always_sees_what_goes_into_use() -> None:
    for rerun in RERUNS:
        assert LAST not in stages_kept(rerun, ["explanation"], FLOWS[3])
