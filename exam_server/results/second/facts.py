"""What the second computation starts from: facts read from the store, and nothing judged yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from exam_server.results.second.formulas import Ready, settled
from exam_server.results.second.knowing import is_known


@dataclass(frozen=True)
class Asked:
    """An item at a position of a form, with the changes of its scoring.

    ``way``: none, or as ``ScoringChange`` names it; ``keys`` are what it is marked by. What does
    not ``counts`` is in no sum. ``drawn`` are the values that were frozen with the form, by part.
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
    drawn: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def ready(self) -> tuple[Ready | None, ...]:
        """What was asked by each key; nothing where the rules here do not know all of it."""
        asked = [settled(self.type, self.content, key, self.drawn) for key in self.keys]
        return tuple(each if each and is_known(*each) else None for each in asked)

    @cached_property
    def place(self) -> tuple[object, ...]:
        """What tells two items apart to which the same answer may earn something else."""
        values = sorted((part, sorted(own.items())) for part, own in self.drawn.items())
        return (self.version_id, self.full, str(values))


@dataclass(frozen=True)
class Attempt:
    """A sitting: its form, and what became of it."""

    sitting_id: int
    registration_id: int
    exam_session_id: int
    exam_session: str
    form_id: int | None
    is_handed_in: bool
    is_void: bool
    is_absent: bool  # never started, although the room has closed
    is_present: bool


@dataclass(frozen=True)
class Conversion:
    """What each raw mark of a form is worth on another, as it was approved and frozen.

    ``is_sound``: the table is still the one whose hash was approved.
    """

    form: str
    rows: Mapping[Fraction, Fraction]
    most: Fraction
    most_reference: Fraction
    is_sound: bool


@dataclass(frozen=True)
class Theory:
    """A theory mark of 100, and what it was before it was equated, if it was."""

    mark: Fraction | None
    raw: Fraction | None = None


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
    theory_raw: Fraction | None = None  # before it was equated; none where it was not
