"""Whatever a seat sends is read without harm: an event can be stored and hashed or is refused."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from exam_server.delivery.messages import (
    LARGEST_ANSWER,
    LARGEST_MESSAGE,
    MOST_EVENTS,
    Event,
    Parsed,
    parse_events,
)

AT = "2026-06-01T01:00:00.000Z"
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
# Small each, for an event has five of them: what grows beyond all bounds is thrown away untried.
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
events = st.fixed_dictionaries(
    {"seq": st.integers(1, 5) | anything},
    optional={
        "kind": st.sampled_from(["answer", "seen"]) | anything,
        "position": st.integers(-1, 12) | anything,
        "answer": anything,
        "at": st.just(AT) | anything,
    },
)


def only(**changes: Any) -> Event:
    event = {"seq": 1, "position": 1, "answer": "A", "at": AT, **changes}
    parsed = parse_events({"events": [event]}, 10)
    assert isinstance(parsed, Parsed)
    return parsed.events[0]


@given(st.lists(events, max_size=6) | anything)
def test_anything_sent_is_read_and_what_is_kept_can_be_stored_and_hashed(sent: Any) -> None:
    parsed = parse_events({"events": sent}, 10)
    for event in parsed.events if isinstance(parsed, Parsed) else ():
        assert 1 <= event.position <= 10 or event.refused_code
        (event.at + (event.answer or "")).encode()
        assert "\0" not in event.at + (event.answer or "")
        rfc8785.dumps(None if event.answer is None else json.loads(event.answer))


@given(anything)
def test_no_message_at_all_is_read_without_harm(sent: Any) -> None:
    assert isinstance(parse_events(sent, 10), str | Parsed)


@pytest.mark.parametrize(
    "answer",
    [[10**20], [float("nan")], [[float("inf")]], [[{"a": 1}]], [[["A"]]], [True], 5, {"1": 2}],
)
def test_an_answer_that_has_no_hash_is_refused(answer: Any) -> None:
    assert only(answer=answer).refused_code == "malformed_answer"


@pytest.mark.parametrize(
    "answer", ["B", ["A", "C"], {"1": "安培"}, [["a", "x"], ["b", "y"]], [12.5, 40], "", []]
)
def test_every_shape_of_the_protocol_is_taken_as_it_is(answer: Any) -> None:
    event = only(answer=answer)
    assert event.refused_code is None
    assert json.loads(str(event.answer)) == answer


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": ["answer"]},
        {"kind": {}},
        {"at": None},
        {"at": "yesterday"},
        {"at": "2026-06-01T01:00:00"},
        {"at": "2026-06-01\x0001:00:00+00:00"},
        {"at": "2026-06-01\ud80001:00:00+00:00"},
        {"at": "0001-01-01T00:00:00+05:00"},
        {"position": True},
        {"position": "1"},
    ],
)
def test_a_malformed_event_is_refused_under_its_own_number(changes: dict[str, Any]) -> None:
    event = only(**changes)
    assert (event.seq, event.refused_code) == (1, "malformed_event")


def test_limits_are_bytes_not_letters() -> None:
    fits = "汉" * ((LARGEST_ANSWER - 2) // 3)
    assert only(answer=fits).refused_code is None
    assert only(answer=fits + "汉").refused_code == "answer_too_large"
    several = [
        {"seq": n, "position": 1, "answer": fits, "at": AT}
        for n in range(1, LARGEST_MESSAGE // LARGEST_ANSWER + 2)
    ]
    assert isinstance(parse_events({"events": several[:-1]}, 10), Parsed)
    assert parse_events({"events": several}, 10) == "message_too_large"


def test_a_message_has_its_largest_number_of_events() -> None:
    many = [{"seq": n, "position": 1, "answer": "A", "at": AT} for n in range(1, MOST_EVENTS + 2)]
    assert isinstance(parse_events({"events": many[:-1]}, 10), Parsed)
    assert parse_events({"events": many}, 10) == "too_many_events"
