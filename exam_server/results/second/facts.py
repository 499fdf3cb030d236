"""What the second computation starts from: facts read from the store, and nothing judged yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Asked:
    """An item at a position of a form, with the changes of its scoring.

    ``way``: none, or as ``ScoringChange`` names it; ``keys`` are what it is marked by. What does
    not ``counts`` is in no sum.
    """

    position: int
    version_id: int
    code: str
    type: str
    content: Mapping[str, Any]
    keys: Sequence[Mapping[str, Any]]
    full: Fraction
    way: str = ""
    counts: bool = True


@dataclass(frozen=True)
class Attempt:
    """A sitting: its form, what became of it, its newest answer at each position as JSON text."""

    sitting_id: int
    registration_id: int
    exam_session: str
    form_id: int | None
    is_handed_in: bool
    is_void: bool
    is_absent: bool  # never started, although the room has closed
    is_present: bool
    answers: Mapping[int, str | None] = field(default_factory=dict)
    given: Mapping[tuple[int, str], Fraction] = field(default_factory=dict)  # persons' marks


@dataclass(frozen=True)
class Entered:
    """What an examiner entered for a component: a mark, or where a person stands without one."""

    standing: str
    mark: Fraction | None


@dataclass(frozen=True)
class Counting:
    """The rule set's values."""

    pass_mark: Fraction
    weights: Mapping[str, Fraction]
    minima: Mapping[str, Fraction | None]
    rounding: str
    decimals: int


@dataclass(frozen=True)
class Outcome:
    """What a candidate's marks come to."""

    theory: Fraction | None
    practical: Fraction | None
    performance: Fraction | None
    composite: Fraction | None
    outcome: str
    reasons: tuple[str, ...]
