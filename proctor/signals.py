"""What a seat or its line may tell of itself: facts with their detail, never a verdict."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

# What a rule set may have gathered or left alone, as candidates are told of it.
GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "focus": frozenset({"focus_lost", "focus_back"}),
    "fullscreen": frozenset({"fullscreen_left", "fullscreen_back"}),
    "clipboard": frozenset({"copy_tried", "paste_tried"}),
    "line": frozenset({"address_changed", "agent_changed", "line_replaced"}),
}
# What needs a person whatever is gathered.
ALWAYS: Final = frozenset({"not_me", "clock_slow", "clock_fast"})
CLOCK_WRONG: Final = frozenset({"clock_slow", "clock_fast"})
# What stands in the timeline only: it gives no cause to look.
HARMLESS: Final = frozenset(
    {"not_me", "focus_back", "fullscreen_back", "line_replaced", *CLOCK_WRONG}
)
LONGEST_S: Final = 86_400
DETAILS: Final = ("seconds", "s_per_min")


def kinds_gathered(groups: Iterable[str]) -> frozenset[str]:
    """Return the kinds of facts that are stored where these groups are gathered.

    Examples
    --------
    >>> "copy_tried" in kinds_gathered(["focus"])
    False
    """
    return ALWAYS.union(*(GROUPS[group] for group in groups if group in GROUPS))


def plain_detail(sent: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a detail that make sense; a seat may send anything."""
    found = {}
    for name in DETAILS:
        value = sent.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if -LONGEST_S <= value <= LONGEST_S:
            found[name] = round(float(value), 1)
    return found
