"""Whether a rule of ours marks as a file's own processing does, found by trying answers.

What an answer earns in QTI is computed exactly; a key of ours is taken only when it earns the
same share of the mark for every answer tried, and those are chosen to tell rules apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from itembank.interchange.qti.declarations import Declaration, declarations_of
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.parts import Part, distinct
from itembank.interchange.qti.processing import Drawn, outcomes_of
from itembank.interchange.qti.text_parts import numeric_key
from itembank.interchange.qti.values import Maybe, UnscorableError, as_number, as_truth
from itembank.items.choices import BY_OPTION, MINUS, PART
from itembank.items.registry import item_type

SCALE: Final = Decimal(1_000_000)
NEAR: Final = Fraction(1, 100_000)  # files write thirds with a few decimals
POINT_DIGITS: Final = 6
NO_SCORE: Final = ("MAXSCORE", "MINSCORE")
Scorer = Callable[[Any], Fraction]
Reason = tuple[str, dict[str, object]]


@dataclass(frozen=True)
class Verdict:
    """A key, and why it does not mark as the file does (``None`` where it does)."""

    key: dict[str, Any]
    reason: Reason | None = None
    content: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scoring:
    """An item's own processing as a function of responses; what was computed is kept."""

    item: Element
    draw: Drawn
    declared: Mapping[str, Declaration]
    known: dict[tuple[Any, ...], Fraction] = field(default_factory=dict)

    def score(self, responses: Mapping[str, Maybe]) -> Fraction:
        """Return the score; raises UnscorableError."""
        named = tuple(sorted(responses.items(), key=lambda each: each[0]))
        if named not in self.known:
            outcomes = outcomes_of(self.item, responses, self.draw)
            self.known[named] = _worth(outcomes.get(self.outcome))
        return self.known[named]

    @property
    def outcome(self) -> str:
        """Return the name of the outcome that holds the score."""
        names = [each.name for each in self.declared.values() if _is_score(each)]
        if "SCORE" in self.declared or not names:
            return "SCORE"
        return next((each for each in names if "SCORE" in each.upper()), names[0])


def _worth(score: Maybe) -> Fraction:
    """Return a score as a number; one that only says whether the answer is right counts 1."""
    if score is not None and score.base == "boolean":
        return Fraction(bool(as_truth(score)))
    return as_number(score) or Fraction(0)


def _is_score(declared: Declaration) -> bool:
    is_number = declared.base in ("float", "integer") and declared.cardinality == "single"
    return declared.kind == "outcome" and is_number and declared.name not in NO_SCORE


def scoring_of(item: Element, draw: Drawn) -> Scoring:
    """Return an item's processing; one without rules but with a mapping is marked by it."""
    return Scoring(item, draw, declarations_of(item))


def has_processing(item: Element) -> bool:
    """Say whether an item says at all what an answer earns."""
    processing = item.first("responseProcessing")
    return processing is not None and bool(
        processing.elements() or processing.get("template") or processing.get("templateLocation")
    )


def verdict(part: Part, scorer: Scorer) -> Verdict:
    """Return the key that marks as ``scorer`` does, or the file's own key and why it does not."""
    try:
        earned = [(sample, scorer(sample)) for sample in part.samples]
        if part.type == "numeric":
            return _number_verdict(part, earned, scorer)
        key = _key(part, earned)
        if not key:
            return Verdict(part.key, ("qti_no_key", {}))
        return _compared(part, key, earned, scorer)
    except UnscorableError as error:
        return unjudged(part, error.code, error.detail)


def _own_key(part: Part) -> dict[str, Any]:
    if part.type == "numeric" and part.right is not None:
        return {"value": part.right, "tolerance": "0", "tolerance_mode": "absolute"}
    return part.key


def unjudged(part: Part, code: str, detail: dict[str, object] | None = None) -> Verdict:
    """Return the file's own key with a reason."""
    key = _own_key(part)
    return Verdict(key, (code, detail or {}) if key else ("qti_no_key", {}))


def _key(part: Part, earned: list[tuple[Any, Fraction]]) -> dict[str, Any]:
    """Return the key that what was earned speaks for; the file's own where it speaks for none."""
    most = max((score for _, score in earned), default=Fraction(0))
    if most <= 0:
        return _own_key(part)
    best = [sample for sample, score in earned if score == most]
    if part.type == "text_entry":
        return _texts_key(part, best)
    if part.type in ("single", "true_false") and len(best) == 1:
        return {"correct": best}
    if part.type == "multiple" and len(distinct(map(set, best))) == 1:
        return part.key if set(part.right or []) == set(best[0]) else {"correct": best[0]}
    return part.key


def _number_verdict(part: Part, earned: list[tuple[Any, Fraction]], scorer: Scorer) -> Verdict:
    """Judge a number: its key is the stretch of numbers that earns most."""
    most = max((score for _, score in earned), default=Fraction(0))
    item = part.content.get("_item")
    if most <= 0 or not isinstance(item, Element):
        return unjudged(part, "qti_key_earns_nothing")
    tried = [(sample, score == most) for sample, score in earned if sample is not None]
    key, reason = numeric_key(item, part.right, tried)
    if reason:
        return Verdict(key, (reason if key else "qti_no_key", {}))
    return _compared(part, key, earned, scorer)


def _texts_key(part: Part, best: list[Any]) -> dict[str, Any]:
    """Return for each blank the texts that earn most while the others hold their own."""
    blanks = [blank["id"] for blank in part.content["blanks"]]
    right = part.right or {}
    taken: dict[str, list[str]] = {}
    for blank in blanks:
        texts = [
            each[blank]
            for each in best
            if each
            and blank in each
            and all(each.get(o) == right.get(o) for o in blanks if o != blank)
        ]
        taken[blank] = distinct(texts) or list(part.key.get("blanks", {}).get(blank, []))
    if not all(taken.values()):
        return part.key
    own = part.key.get("blanks", {})
    given = {
        blank: [each for each in texts if each in own.get(blank, [])] or texts
        for blank, texts in taken.items()
    }
    is_folding = any(set(taken[blank]) > set(given[blank]) for blank in blanks)
    has_case = any(each.upper() != each.lower() for texts in given.values() for each in texts)
    is_sensitive = has_case and not is_folding
    key: dict[str, Any] = {"blanks": given}
    return {**key, "case_sensitive": True} if is_sensitive else key


def _compared(
    part: Part, key: dict[str, Any], earned: list[tuple[Any, Fraction]], scorer: Scorer
) -> Verdict:
    content = {name: each for name, each in part.content.items() if name != "_item"}
    own = item_type(part.type)
    if own.content_problems({**content, "stem": "…"}, key) and part.type != "text_entry":
        return Verdict(key)  # its own fault will be named
    right = own.right_answer(content, key)
    best = scorer(right)
    if best <= 0:
        return Verdict(key, ("qti_key_earns_nothing", {}))
    first: Reason | None = None
    for tried in _policies(part, key, scorer, best):
        reason = _difference(
            [
                (own.score(content, tried, _said(part, sample), SCALE) or Decimal(0), score / best)
                for sample, score in earned
            ]
        )
        if reason is None:
            return Verdict(tried)
        first = first or reason
    return Verdict(key, first)


def _said(part: Part, sample: Any) -> Any:
    """Return a sample as a seat would send it."""
    if part.type == "numeric" and isinstance(sample, Fraction):
        return _digits(sample)
    return sample


def _digits(value: Fraction) -> str:
    with_point = Decimal(value.numerator) / Decimal(value.denominator)
    return format(with_point, "f")


def _policies(
    part: Part, key: dict[str, Any], scorer: Scorer, best: Fraction
) -> list[dict[str, Any]]:
    if part.type == "multiple":
        ways = [{**key, "policy": PART}, {**key, "policy": MINUS}]
        return [key, *ways, *_by_option(part, key, scorer, best)]
    if part.type == "single":
        return [key, *_by_option(part, key, scorer, best)]
    if part.type == "text_entry" and len(part.content["blanks"]) > 1:
        return [key, {**key, "whole": True}]
    return [key, {**key, "policy": PART}] if "policy" in key else [key]


def _by_option(
    part: Part, key: dict[str, Any], scorer: Scorer, best: Fraction
) -> list[dict[str, Any]]:
    """Return the key whose points are what each option brings; none where it is no key."""
    ids = [each["id"] for each in part.content["options"]]
    right = key["correct"]
    if part.type == "single":
        brought = {each: scorer(each) / best for each in ids}
        correct = [each for each in ids if brought[each] == 1]
    else:  # alone what brings something, beside the right ones what takes away
        brought = {
            each: (scorer([each]) if each in right else scorer([*right, each]) - best) / best
            for each in ids
        }
        correct = right
    points = {each: _digits(round(worth, POINT_DIGITS)) for each, worth in brought.items() if worth}
    made = {**key, "correct": correct, "policy": BY_OPTION, "points": points}
    content = {"stem": "…", "options": part.content["options"]}
    return [] if item_type(part.type).content_problems(content, made) else [made]


def _difference(pairs: list[tuple[Decimal, Fraction]]) -> Reason | None:
    """Return how what answers earn differs, ``None`` where it does not."""
    wrong = [
        (Fraction(ours) / Fraction(SCALE), theirs)
        for ours, theirs in pairs
        if abs(Fraction(ours) / Fraction(SCALE) - theirs) > NEAR
    ]
    if not wrong:
        return None
    if any(theirs < 0 for _, theirs in wrong):
        return "qti_needs_minus", {}
    if all(ours == 0 and 0 < theirs < 1 for ours, theirs in wrong):
        return "qti_needs_part_marks", {}
    if all(theirs == 0 and 0 < ours < 1 for ours, theirs in wrong):
        return "qti_needs_all_or_nothing", {}
    if all(ours == 0 and theirs == 1 for ours, theirs in wrong):
        return "qti_several_right", {}
    return "qti_scoring_differs", {}
