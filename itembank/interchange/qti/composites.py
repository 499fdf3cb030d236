"""Several interactions of one item as the parts of an item set, each with its share."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from itembank.interchange.qti.judging import NEAR, Reason, Scoring, Verdict, unjudged, verdict
from itembank.interchange.qti.parts import Part
from itembank.interchange.qti.values import Maybe, UnscorableError, shown
from itembank.interchange.qti.written_parts import KINDS
from itembank.items.registry import item_type

MOST_TRIED: Final = 30  # samples of a part, with the others empty
Named = Sequence[tuple[str, str | None]]


def composite(
    parts: list[Part],
    scoring: Scoring,
    names: Named = (),
    *,
    has_processing: bool,
) -> tuple[Part, Verdict]:
    """Return an item set and whether its parts add up as the file's own processing does.

    ``names`` gives each part's id and the share it states; without them parts are numbered and
    their shares found.
    """
    ids = [name for name, _ in names] or [str(n) for n in range(1, len(parts) + 1)]
    by_machine = [part for part in parts if part.type not in KINDS]
    judged, found, reason = _judged(by_machine, scoring, has_processing=has_processing)
    verdicts, shares = _with_written(parts, judged, found)
    said = [share for _, share in names] or shares
    rows = []
    for own, part, share in zip(ids, parts, said, strict=True):
        content = {name: each for name, each in part.content.items() if name != "_item"}
        row = {"id": own, "type": part.type, **content}
        rows.append({**row, "mark_share": share} if share is not None else row)
    keys = {own: each.key for own, each in zip(ids, verdicts, strict=True)}

    def say(answer: Any) -> dict[str, Maybe]:
        given = answer or {}
        found: dict[str, Maybe] = {}
        for own, part in zip(ids, parts, strict=True):
            found |= part.say(given.get(own))
        return found

    losses: dict[str, set[str]] = {}
    for part in parts:
        losses |= part.losses
    whole = Part("item_set", {"stem": "", "parts": rows}, {"parts": keys}, say, [], None, losses)
    return whole, Verdict({"parts": keys}, reason)


def _with_written(
    parts: list[Part], judged: list[Verdict], found: list[str | None]
) -> tuple[list[Verdict], list[str | None]]:
    """Put the parts that a person marks, by their own rubrics, among those that were judged."""
    told = iter(zip(judged, found, strict=True))
    every = [(Verdict(part.key), None) if part.type in KINDS else next(told) for part in parts]
    return [verdict for verdict, _ in every], [share for _, share in every]


def _judged(
    parts: list[Part], scoring: Scoring, *, has_processing: bool
) -> tuple[list[Verdict], list[str | None], Reason | None]:
    alone: list[str | None] = [None] * len(parts)
    if not parts:
        return [], [], None
    if not has_processing:
        verdicts = [unjudged(part, "qti_no_processing") for part in parts]
        return verdicts, alone, _first(verdicts)
    verdicts = [_verdict(part, parts, scoring) for part in parts]
    reason = _first(verdicts)
    if reason is not None:
        return verdicts, alone, reason
    try:
        earned = [
            scoring.score(_responses(parts, {n: _right(part, each)}))
            for n, (part, each) in enumerate(zip(parts, verdicts, strict=True))
        ]
        reason = _added_up(parts, verdicts, scoring, earned)
    except UnscorableError as error:
        return verdicts, alone, (error.code, error.detail)
    return verdicts, alone if reason else _shares(earned), reason


def _first(verdicts: Sequence[Verdict]) -> Reason | None:
    found = [each.reason for each in verdicts if each.reason is not None]
    missing = next((each for each in found if each[0] == "qti_no_key"), None)
    return missing or next(iter(found), None)


def _verdict(part: Part, parts: list[Part], scoring: Scoring) -> Verdict:
    """Judge a part by what it adds while the others are as the file has them right."""
    rest = {n: each.right for n, each in enumerate(parts) if each is not part}
    own = parts.index(part)

    def added(answer: Any) -> Fraction:
        with_it = scoring.score(_responses(parts, {**rest, own: answer}))
        return with_it - scoring.score(_responses(parts, rest))

    return verdict(part, added)


def _responses(parts: Sequence[Part], answers: dict[int, Any]) -> dict[str, Maybe]:
    found: dict[str, Maybe] = {}
    for n, part in enumerate(parts):
        found |= part.say(answers.get(n))
    return found


def _right(part: Part, judged: Verdict) -> Any:
    return item_type(part.type).right_answer(part.content, judged.key)


def _added_up(
    parts: list[Part], verdicts: list[Verdict], scoring: Scoring, earned: list[Fraction]
) -> Reason | None:
    """Return how the whole differs from the sum of its parts, ``None`` where it does not."""
    right = {
        n: _right(part, each) for n, (part, each) in enumerate(zip(parts, verdicts, strict=True))
    }
    best = scoring.score(_responses(parts, right))
    if best <= 0:
        return "qti_key_earns_nothing", {}
    if not all(earned) and sum(earned) < best:
        return "qti_needs_all_or_nothing", {}
    if min(earned) <= 0 or sum(earned) != best or scoring.score(_responses(parts, {})) != 0:
        return "qti_scoring_differs", {}
    for n, part in enumerate(parts):
        for sample in part.samples[:MOST_TRIED]:
            alone = scoring.score(_responses(parts, {n: sample}))
            beside = scoring.score(_responses(parts, {**right, n: sample}))
            if abs(beside - alone - (best - earned[n])) > NEAR * best:
                return "qti_scoring_differs", {}
    return None


def _shares(earned: list[Fraction]) -> list[str | None]:
    if len(set(earned)) == 1:
        return [None] * len(earned)
    return [_share(each) for each in earned]


def _share(value: Fraction) -> str:
    return str(Decimal(shown(value)).normalize()) if value.denominator == 1 else shown(value)
