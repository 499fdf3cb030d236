"""A decision computed a second time and held against what the first computation has stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.programmes.models import RuleSet
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.second import reading
from exam_server.results.second.deciding import Marker, outcome_of, paper_marks, theory_of
from exam_server.results.second.facts import Asked, Attempt, Counting, Outcome
from exam_server.results.second.own_modules import mark_by_own_module
from exam_server.seating.models import ExamSession

MOST_NAMED: Final = 200
MARKS: Final = ("theory", "practical", "performance", "composite")
Stored = Mapping[tuple[int, int], tuple[Decimal | None, bool]]


@dataclass(frozen=True)
class Difference:
    """Where the two computations differ, and both values in words of figures.

    ``kind``: response, counts (in the sums or not), paper (one has no marks), theory, practical,
    performance, composite, outcome, reasons, or candidate (one knows nobody of that ticket).
    """

    kind: str
    ticket: str
    first: str
    second: str
    exam_session: str = ""
    item: str = ""
    position: int = 0


@dataclass
class Tally:
    """What was compared so far."""

    papers: int = 0
    responses: int = 0
    persons_marks: int = 0
    markings: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def compute_again(db: Session, run: DecisionRun) -> dict[str, Any]:
    """Compute a decision a second time; return what was compared and every difference."""
    batch = db.get_one(Batch, run.batch_id)
    rules = db.get_one(RuleSet, batch.rule_set_id)
    counting = reading.counting_of(rules)
    tickets = reading.registrations_in(db, batch)
    marker, tally = Marker(mark_by_own_module), Tally()
    attempts: list[Attempt] = []
    theories: dict[int, tuple[int, Fraction | None]] = {}
    forms: dict[int | None, list[Asked]] = {}
    for exam_session in reading.sessions_in(db, batch):
        stored = _Marked(db, exam_session)
        tally.markings += stored.uids
        for attempt in reading.attempts_in(db, exam_session):
            attempts.append(attempt)
            if not attempt.is_handed_in:
                continue
            if attempt.form_id not in forms:
                forms[attempt.form_id] = reading.asked_on(db, attempt.form_id, batch, rules)
            items = forms[attempt.form_id]
            marks = paper_marks(attempt, items, marker)
            tally.differences += stored.differences(
                attempt, items, marks, tickets[attempt.registration_id], tally
            )
            theory = theory_of(items, marks, counting)
            before = theories.get(attempt.registration_id)
            # of two papers the later sitting counts, and one without a mark takes nothing away
            if (
                before is None
                or before[1] is None
                or (theory is not None and attempt.sitting_id > before[0])
            ):
                theories[attempt.registration_id] = (attempt.sitting_id, theory)
    outcomes = _outcomes(db, batch, counting, attempts, theories)
    tally.differences += _decision_differences(db, run, outcomes, tickets)
    return _figures(tally, marker, len(outcomes))


class _Marked:
    """What the newest published marking of an exam session says, paper by paper."""

    def __init__(self, db: Session, exam_session: ExamSession) -> None:
        chosen = select(MarkingRun).where(
            MarkingRun.exam_session_id == exam_session.id, MarkingRun.published_at.is_not(None)
        )
        runs = sorted(db.scalars(chosen), key=lambda run: run.id)
        self._db, self._run = db, runs[-1] if runs else None
        self.uids = [self._run.uid] if self._run else []
        self._papers = dict[int, Decimal | None]()
        self._rows: dict[int, dict[int, tuple[Decimal | None, bool]]] = {}
        if self._run is not None:
            self._read(self._run.id)

    def _read(self, run_id: int) -> None:
        scores = select(SittingScore.sitting_id, SittingScore.theory)
        for sitting_id, theory in self._db.execute(
            scores.where(SittingScore.marking_run_id == run_id)
        ):
            self._papers[sitting_id] = theory
        chosen = (
            select(
                ResponseScore.sitting_id,
                ResponseScore.position,
                ResponseScore.mark,
                ResponseScore.counts,
            )
            .where(ResponseScore.marking_run_id == run_id)
            .execution_options(yield_per=10_000)
        )
        for sitting_id, position, mark, counts in self._db.execute(chosen):
            self._rows.setdefault(sitting_id, {})[position] = (mark, counts)

    def differences(
        self,
        attempt: Attempt,
        items: Sequence[Asked],
        marks: Mapping[int, Fraction | None],
        ticket: str,
        tally: Tally,
    ) -> Iterator[Difference]:
        """Give where a paper is marked otherwise."""
        tally.papers += 1
        tally.responses += len(items)
        tally.persons_marks += len(attempt.given)
        rows = self._rows.get(attempt.sitting_id, {})
        if attempt.sitting_id not in self._papers or rows.keys() != marks.keys():
            first, second = f"{len(rows)}", f"{len(marks)}"
            yield Difference("paper", ticket, first, second, attempt.exam_session)
            return
        for each in items:
            mark, counts = rows[each.position]
            place = (attempt.exam_session, each.code, each.position)
            if _fraction(mark) != marks[each.position]:
                second = shown(marks[each.position])
                yield Difference("response", ticket, shown(_fraction(mark)), second, *place)
            if counts != each.counts:
                yield Difference("counts", ticket, str(counts), str(each.counts), *place)


def _outcomes(
    db: Session,
    batch: Batch,
    counting: Counting,
    attempts: Sequence[Attempt],
    theories: Mapping[int, tuple[int, Fraction | None]],
) -> dict[int, Outcome]:
    sat: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        sat.setdefault(attempt.registration_id, []).append(attempt)
    entered = reading.entered_in(db, batch)
    return {
        each: outcome_of(
            theories[each][1] if each in theories else None,
            sat.get(each, []),
            entered.get(each, {}),
            counting,
        )
        for each in reading.registrations_in(db, batch)
    }


def _decision_differences(
    db: Session, run: DecisionRun, outcomes: Mapping[int, Outcome], tickets: Mapping[int, str]
) -> Iterator[Difference]:
    chosen = select(Decision).where(Decision.decision_run_id == run.id)
    decided = {each.registration_id: each for each in db.scalars(chosen)}
    for registration_id, ticket in sorted(tickets.items(), key=lambda pair: pair[1]):
        first, second = decided.get(registration_id), outcomes[registration_id]
        if first is None:
            yield Difference("candidate", ticket, "", second.outcome)
            continue
        for name in MARKS:
            one, other = _fraction(getattr(first, name)), getattr(second, name)
            if one != other:
                yield Difference(name, ticket, shown(one), shown(other))
        if first.outcome != second.outcome:
            yield Difference("outcome", ticket, first.outcome, second.outcome)
        elif sorted(first.reasons) != sorted(second.reasons):
            reasons = " ".join(first.reasons), " ".join(second.reasons)
            yield Difference("reasons", ticket, *reasons)


def _figures(tally: Tally, marker: Marker, n_candidates: int) -> dict[str, Any]:
    differences = tally.differences
    return {
        "candidates": n_candidates,
        "papers": tally.papers,
        "responses": tally.responses,
        "persons_marks": tally.persons_marks,
        "not_again": dict(sorted(marker.unknown.items())),
        "markings": sorted(tally.markings),
        "n_differences": len(differences),
        "n_differing": len({each.ticket for each in differences}),
        "differences": [asdict(each) for each in differences[:MOST_NAMED]],
    }


def shown(value: Fraction | None) -> str:
    """Return a mark as figures; nothing for none.

    Examples
    --------
    >>> shown(Fraction(143, 2)), shown(None)
    ('71.5', '')
    """
    if value is None:
        return ""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


def _fraction(mark: Decimal | None) -> Fraction | None:
    return None if mark is None else Fraction(mark)
