"""States of an item: one table ``(state, action) → state``."""

from typing import Final

STATES: Final = ("draft", "active", "suspended", "retired")
# "revise": somebody writes a new version, which waits for its review like a new item.
TABLE: Final[dict[tuple[str, str], str]] = {
    ("draft", "activate"): "active",
    ("active", "suspend"): "suspended",
    ("suspended", "activate"): "active",
    ("draft", "retire"): "retired",
    ("active", "retire"): "retired",
    ("suspended", "retire"): "retired",
    ("draft", "revise"): "draft",
    ("active", "revise"): "draft",
    ("suspended", "revise"): "draft",
}


def next_state(state: str, action: str) -> str | None:
    """Return the state after an action, or ``None`` when the action is not possible.

    Examples
    --------
    >>> next_state("draft", "activate")
    'active'
    """
    return TABLE.get((state, action))
