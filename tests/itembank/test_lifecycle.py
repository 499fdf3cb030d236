"""States of an item: all pairs walked."""

from itertools import product

import pytest

from itembank.lifecycle import (
    FLOWS,
    LAST,
    RERUNS,
    STATES,
    TABLE,
    next_stage,
    next_state,
    stages_kept,
    touches_answer,
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


def test_only_drafts_and_suspended_items_can_be_activated() -> None:
    assert {state for state in STATES if next_state(state, "activate")} == {"draft", "suspended"}


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
