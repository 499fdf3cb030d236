"""States of an item: all pairs walked."""

from itertools import product

import pytest

from itembank.lifecycle import STATES, TABLE, next_state

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
