"""States of a sitting: one table ``(state, action) → state`` and the function that reads it."""

from typing import Final

STATES: Final = (
    "assigned",
    "checked_in",
    "ready",
    "running",
    "paused",
    "held",
    "handed_in",
    "void",
)
LIVE: Final = frozenset({"running", "paused"})
OVER: Final = frozenset({"handed_in", "void"})

TABLE: Final[dict[tuple[str, str], str]] = {
    ("assigned", "confirm_identity"): "checked_in",
    ("assigned", "rehearse"): "ready",
    ("checked_in", "accept_pledge"): "ready",
    ("ready", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("running", "hold"): "held",
    ("paused", "hold"): "held",
    ("held", "resume"): "running",
    ("running", "hand_in"): "handed_in",
    ("running", "close"): "handed_in",
    ("paused", "close"): "handed_in",
    ("held", "close"): "handed_in",
    ("assigned", "void"): "void",
    ("checked_in", "void"): "void",
    ("ready", "void"): "void",
    ("running", "void"): "void",
    ("paused", "void"): "void",
    ("held", "void"): "void",
    ("handed_in", "void"): "void",
}
ACTIONS: Final = tuple(sorted({action for _, action in TABLE}))


def next_state(state: str, action: str) -> str | None:
    """Return the state after an action, or ``None`` when the action is not possible.

    Examples
    --------
    >>> next_state("ready", "start")
    'running'
    >>> next_state("handed_in", "start") is None
    True
    """
    if state not in STATES:
        msg = f"no such state: {state!r}"
        raise ValueError(msg)
    return TABLE.get((state, action))
