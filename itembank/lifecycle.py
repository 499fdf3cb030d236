"""States of an item: one table ``(state, action) → state``; and the reviews a draft passes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

STATES: Final = ("draft", "stored", "pilot", "active", "suspended", "retired")
IN_USE: Final = ("stored", "pilot", "active")  # through all its reviews
# A draft passes its reviews (``FLOWS``); what its bank then asks of it are the first actions.
# "revise": somebody writes a new version, which waits for its review like a new item.
TABLE: Final[dict[tuple[str, str], str]] = {
    ("draft", "store"): "stored",
    ("draft", "pilot"): "pilot",
    ("draft", "activate"): "active",
    ("stored", "pilot"): "pilot",
    ("stored", "activate"): "active",
    ("pilot", "activate"): "active",
    ("stored", "suspend"): "suspended",
    ("pilot", "suspend"): "suspended",
    ("active", "suspend"): "suspended",
    ("suspended", "activate"): "active",
    ("draft", "retire"): "retired",
    ("stored", "retire"): "retired",
    ("pilot", "retire"): "retired",
    ("active", "retire"): "retired",
    ("suspended", "retire"): "retired",
    ("draft", "revise"): "draft",
    ("stored", "revise"): "draft",
    ("pilot", "revise"): "draft",
    ("active", "revise"): "draft",
    ("suspended", "revise"): "draft",
}
# What a candidate chooses from or is marked by; unit and picture belong to the answer.
ANSWER_PLACES: Final = frozenset(
    "type key options left right blanks reuse fixed unit picture mark_share".split()  # noqa: SIM905 - reads better
)


def next_state(state: str, action: str) -> str | None:
    """Return the state after an action, or ``None`` when the action is not possible.

    Examples
    --------
    >>> next_state("draft", "activate")
    'active'
    """
    return TABLE.get((state, action))


# A draft's way: which reviews it passes, by how many of them its bank asks for.
FLOWS: Final[dict[int, tuple[str, ...]]] = {
    1: ("final",),
    2: ("first", "final"),
    3: ("first", "second", "final"),
}
STAGES: Final = FLOWS[3]
LAST: Final = "final"
# Which later changes take an approval's standing away.
RERUNS: Final = ("any", "key_options")


def next_stage(flow: Sequence[str], standing: Collection[str]) -> str | None:
    """Return the first review of a flow without an approval that stands; ``None`` past the last.

    Examples
    --------
    >>> next_stage(FLOWS[3], {"first"})
    'second'
    """
    return next((stage for stage in flow if stage not in standing), None)


@dataclass(frozen=True)
class Way:
    """Which steps a bank has between the last review and use: 入库 (stored), 试测 (pilot)."""

    has_store: bool = False
    has_pilot: bool = False


def way_on(state: str, way: Way) -> str | None:
    """Return the action that takes an item one step on; ``None`` where there is no way on.

    A draft's step is the one after its last review. What a bank has given up as a step still
    leads on: present items keep their state.

    Examples
    --------
    >>> [way_on(state, Way(has_store=True)) for state in ("draft", "stored", "active")]
    ['store', 'activate', None]
    >>> [way_on(state, Way(has_pilot=True)) for state in ("draft", "stored", "pilot")]
    ['pilot', 'pilot', 'activate']
    """
    if state == "draft" and way.has_store:
        return "store"
    if state in {"draft", "stored"}:
        return "pilot" if way.has_pilot else "activate"
    return "activate" if state == "pilot" else None


def touches_answer(place: str) -> bool:
    """Say whether a changed place belongs to what is right or to what can be chosen.

    Places are named as in an item's content: ``options.A``, ``parts.2.key``, ``stem``.

    Examples
    --------
    >>> [touches_answer(each) for each in ("stem", "options.A", "key.correct", "type")]
    [False, True, True, True]
    """
    parts = place.split(".")
    return bool(ANSWER_PLACES & set(parts)) and parts[-1] != "explanation"


def stages_kept(rerun: str, changed: Iterable[str], standing: Collection[str]) -> set[str]:
    """Return the approvals that stand after a change of some places.

    Where any change counts, none do. Where only key and options count, another change keeps all
    but the last review, which always sees the version that goes into use.

    Examples
    --------
    >>> sorted(stages_kept("key_options", ["stem"], {"first", "second", "final"}))
    ['first', 'second']
    >>> stages_kept("key_options", ["key.correct"], {"first"})
    set()
    """
    if rerun == "any" or any(map(touches_answer, changed)):
        return set()
    return set(standing) - {LAST}
