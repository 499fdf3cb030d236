"""Every pair of state and action."""

import itertools

import pytest

from proctor.sitting_states import ACTIONS, LIVE, OVER, STATES, TABLE, next_state


@pytest.mark.parametrize(("state", "action"), list(itertools.product(STATES, ACTIONS)))
def test_a_pair_leads_where_the_table_says_or_nowhere(state: str, action: str) -> None:
    assert next_state(state, action) == TABLE.get((state, action))


def test_an_unknown_state_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no such state"):
        next_state("asleep", "start")


def test_nothing_leads_out_of_void_and_only_voiding_out_of_handed_in() -> None:
    assert {action for state, action in TABLE if state == "void"} == set()
    assert {action for state, action in TABLE if state == "handed_in"} == {"void"}


def test_only_what_lives_or_is_held_can_be_closed() -> None:
    closable = {state for state, action in TABLE if action == "close"}
    assert closable == {*LIVE, "held"}
    assert {TABLE[state, "close"] for state in closable} <= OVER
