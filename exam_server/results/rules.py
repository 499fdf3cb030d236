"""How a decision comes about from marks and a rule set's values, in figures anybody can check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from scoring.composite import Composites, Rounding, combine
from scoring.decision import decide

COMPONENTS: Final = ("theory", "practical", "performance")
WHOLE: Final = Decimal(100)
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
UNSURE: Final = ("pass", "fail")  # outcomes that a standard error can turn


@dataclass(frozen=True)
class Rules:
    """The values of a rule set that a decision is made by."""

    pass_mark: Decimal
    weights: Mapping[str, Decimal]
    minima: Mapping[str, Decimal | None]
    rounding: Rounding

    @property
    def counted(self) -> tuple[str, ...]:
        """Return the components that have a weight."""
        return tuple(name for name in COMPONENTS if self.weights[name] > 0)


@dataclass(frozen=True)
class Given:
    """What is known of one person: marks of 100, and where the person was absent or void."""

    marks: Mapping[str, Decimal | None]
    standings: Mapping[str, str]


@dataclass(frozen=True)
class Judgement:
    """What a person's marks come to."""

    composite: Decimal | None
    outcome: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One condition: the component (or ``composite``), its mark, the least mark, how it stands.

    ``state``: met, failed, missing, or free (there is no minimum).
    """

    name: str
    mark: Decimal | None
    least: Decimal | None
    state: str


def rules_of(applied: Mapping[str, Any]) -> Rules:
    """Read the values a decision keeps: marks and weights as text."""

    def mark(name: str) -> Decimal | None:
        return None if applied[name] is None else Decimal(applied[name])

    return Rules(
        pass_mark=Decimal(applied["pass_mark"]),
        weights={name: Decimal(applied[f"{name}_weight"]) for name in COMPONENTS},
        minima={name: mark(f"{name}_minimum") for name in COMPONENTS},
        rounding=Rounding(applied["rounding"], applied["decimals"]),
    )


def judge(people: Sequence[Given], rules: Rules) -> list[Judgement]:
    """Return what the marks of each person come to."""
    marks = [person.marks for person in people]
    combined = combine(marks, rules.weights, rules.minima, rules.rounding)
    return [_judged(person, combined, place, rules) for place, person in enumerate(people)]


def is_borderline(given: Given, rules: Rules, theory_sem: Decimal | None) -> bool:
    """Say whether a theory mark one standard error away would turn pass into fail or back.

    Only the theory paper's error is known; the other marks count as exact.

    Examples
    --------
    >>> applied = {f"{name}_{kind}": None for name in COMPONENTS for kind in ("minimum",)}
    >>> applied |= {"theory_weight": "40", "practical_weight": "60", "performance_weight": "0"}
    >>> applied |= {"pass_mark": "60", "rounding": "half_up", "decimals": 1}
    >>> marks = {"theory": Decimal(58), "practical": Decimal(62)}
    >>> is_borderline(Given(marks, {}), rules_of(applied), Decimal(3))
    True
    >>> is_borderline(Given(marks, {}), rules_of(applied), Decimal("0.5"))
    False
    """
    theory = given.marks.get("theory")
    if theory is None or theory_sem is None:
        return False
    shifted = [
        Given({**given.marks, "theory": min(max(theory + shift, Decimal(0)), WHOLE)}, {})
        for shift in (-theory_sem, theory_sem)
    ]
    (here, *others) = judge([given, *shifted], rules)
    return here.outcome in UNSURE and any(each.outcome != here.outcome for each in others)


def checks(
    marks: Mapping[str, Decimal | None], composite: Decimal | None, rules: Rules
) -> list[Check]:
    """Return every condition of a pass and how it stands."""
    found = [
        Check(
            name, marks.get(name), rules.minima[name], _state(marks.get(name), rules.minima[name])
        )
        for name in rules.counted
    ]
    whole = Check("composite", composite, rules.pass_mark, _state(composite, rules.pass_mark))
    return [*found, whole]


def explanation(
    marks: Mapping[str, Decimal | None],
    composite: Decimal | None,
    applied: Mapping[str, Any],
    names: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the sum behind a composite; the arrow shows where it was rounded, once.

    ``applied`` are the values a decision keeps: weights as text, and how many decimals there are.
    ``names`` puts words before the marks.

    Examples
    --------
    >>> weights = {"theory_weight": "40", "practical_weight": "60", "performance_weight": "0"}
    >>> rules = {**weights, "decimals": 1}
    >>> explanation({"theory": Decimal(71), "practical": Decimal("81.05")}, Decimal(77), rules)
    '71.0 × 40 % + 81.05 × 60 % = 77.03 → 77.0'
    >>> explanation({"theory": Decimal("71.4")}, None, rules)
    '71.4 × 40 % + – × 60 %'
    >>> explanation({"theory": Decimal("71.4")}, None, rules, {"theory": "Theory"})
    'Theory 71.4 × 40 % + – × 60 %'
    """
    weights = {name: Decimal(applied[f"{name}_weight"]) for name in COMPONENTS}
    counted = [name for name in COMPONENTS if weights[name] > 0]
    decimals = applied["decimals"]
    told = " + ".join(
        f"{names.get(name, '')} {shown_mark(name, marks.get(name), decimals)} "
        f"× {weights[name]} %".lstrip()
        for name in counted
    )
    if composite is None:
        return told
    exact = sum(((marks[name] or Decimal(0)) * weights[name] for name in counted), Decimal(0))
    exact /= WHOLE
    published = f"{composite:.{decimals}f}"
    return f"{told} = {published if exact == composite else f'{_shown(exact)} → {published}'}"


def shown_mark(name: str, mark: Decimal | None, decimals: int) -> str:
    """Return a mark as it is published: theory and composite rounded, others as entered."""
    if mark is None:
        return "–"
    return f"{mark:.{decimals}f}" if name in {"theory", "composite"} else f"{mark:f}"


def _judged(person: Given, combined: Composites, place: int, rules: Rules) -> Judgement:
    decision = decide(
        combined.composites[place],
        rules.pass_mark,
        missing=combined.missing[place],
        below_minimum=combined.below_minimum[place],
        standings=person.standings,
    )
    return Judgement(combined.composites[place], decision.outcome, decision.reasons)


def _state(mark: Decimal | None, least: Decimal | None) -> str:
    if mark is None:
        return "missing"
    if least is None:
        return "free"
    return "met" if mark >= least else "failed"


def _shown(value: Decimal) -> str:
    """Return a number without needless zeros or an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
