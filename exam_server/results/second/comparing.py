"""A decision computed a second time and held against what the first computation has stored.

Papers are taken in portions, each read in a transaction of its own: no portion is large, and
none holds the store while the next is computed.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.programmes.models import RuleSet
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.second import reading
from exam_server.results.second.abilities import Plan, adaptive_theory
from exam_server.results.second.conversions import conversions_in
from exam_server.results.second.deciding import Marker, equated_of, outcome_of, paper_marks
from exam_server.results.second.facts import (
    Asked,
    Attempt,
    Conversion,
    Counting,
    Outcome,
    Theory,
)
from exam_server.results.second.handed_in import (
    HandedIn,
    Promised,
    chain_fault,
    handed_in,
    promised,
)
from exam_server.results.second.own_modules import mark_by_own_module
from exam_server.results.second.stored import Marking, Stored, marking_of, stored_marks
from exam_server.results.second.tallies import Difference, Tally, exactly, shown

MOST_NAMED: Final = 200
MARKS: Final = ("theory", "theory_raw", "practical", "performance", "composite")
PAPERS_AT_ONCE: Final = 100
FORMS_KEPT: Final = 50
SHOWN: Final = 8  # figures of a hash, as a receipt's code has


def compute_again(db: Session, run: DecisionRun) -> dict[str, Any]:
    """Compute a decision a second time; return what was compared and every difference."""
    again = Again.begin(db, run)
    for portion in again.portions():
        again.take(db, portion)
    return again.finish(db)


class Again:
    """The second computation of one decision, as far as it has come."""

    def __init__(self, run_id: int, shared: reading.Shared, counting: Counting) -> None:
        self.run_id, self.shared, self.counting = run_id, shared, counting
        self.markings: dict[int, Marking] = {}  # by exam session
        self.sessions: dict[int, tuple[str, bool]] = {}  # name, and whether it has a chain
        self.plans: dict[int, Plan] = {}  # of adaptive exam sessions
        self.attempts: list[Attempt] = []
        self.tickets: Mapping[int, str] = {}
        self.marker, self.tally = Marker(mark_by_own_module), Tally()
        self.theories: dict[int, tuple[int, Theory]] = {}
        self.conversions: Mapping[int | None, Conversion] = {}
        self._forms = OrderedDict[int | None, list[Asked]]()

    @classmethod
    def begin(cls, db: Session, run: DecisionRun) -> "Again":
        """Read what is compared: who sat, the markings that stand, the chains of receipts."""
        batch = db.get_one(Batch, run.batch_id)
        rules = db.get_one(RuleSet, batch.rule_set_id)
        shared, counting = reading.shared_in(db, batch, rules), reading.counting_of(rules)
        again = cls(run.id, shared, counting)
        again.tickets = reading.registrations_in(db, batch)
        again.conversions = conversions_in(db, batch)
        again.tally.differences += _unsound(again.conversions)
        for exam_session in reading.sessions_in(db, batch):
            name = exam_session.name
            again.sessions[exam_session.id] = (name, exam_session.chain_link > 0)
            plan = reading.adaptive_plan(db, exam_session)
            if plan is not None:
                again.plans[exam_session.id] = plan
            again.attempts += reading.attempts_in(db, exam_session)
            marking = marking_of(db, exam_session)
            if marking is not None:
                again.markings[exam_session.id] = marking
                again.tally.markings.append(marking.uid)
            fault = chain_fault(db, exam_session)
            if fault:
                again.tally.differences.append(Difference("chain", "", "", fault, name))
        return again

    @property
    def n_papers(self) -> int:
        """Say how many papers there are to compute."""
        return sum(each.is_handed_in for each in self.attempts)

    def portions(self) -> Iterator[Sequence[Attempt]]:
        """Give the papers in portions, those of one form together."""
        papers = [each for each in self.attempts if each.is_handed_in]
        papers.sort(key=lambda each: (each.exam_session_id, each.form_id or 0, each.sitting_id))
        for first in range(0, len(papers), PAPERS_AT_ONCE):
            yield papers[first : first + PAPERS_AT_ONCE]

    def take(self, db: Session, portion: Sequence[Attempt]) -> None:
        """Compute a portion of papers and compare it."""
        ids = [each.sitting_id for each in portion]
        sent, receipts = handed_in(db, ids), promised(db, ids)
        given = reading.persons_marks(db, ids)
        stored = stored_marks(db, self.markings.values(), ids)
        for attempt in portion:
            key = attempt.sitting_id
            items = self._items(db, attempt.form_id)
            marks = paper_marks(sent[key].answers, given.get(key, {}), items, self.marker)
            self.tally.papers += 1
            self.tally.responses += len(items)
            self.tally.persons_marks += len(given.get(key, {}))
            ticket = self.tickets[attempt.registration_id]
            self.tally.differences += _paper_differences(
                attempt, items, marks, stored.get(key), ticket
            )
            self._check_receipt(attempt, sent[key], receipts.get(key), ticket)
            plan = self.plans.get(attempt.exam_session_id)
            if plan is None:
                conversion = self.conversions.get(attempt.form_id)
                theory = equated_of(items, marks, self.counting, conversion)
            else:
                found = adaptive_theory(plan, sent[key], items, marks, self.counting)
                theory = Theory(found)
            self._keep_theory(attempt, theory)

    def finish(self, db: Session) -> dict[str, Any]:
        """Decide on everybody and compare that; return all that was found."""
        run = db.get_one(DecisionRun, self.run_id)
        batch = db.get_one(Batch, run.batch_id)
        outcomes = _outcomes(db, batch, self.counting, self.attempts, self.theories)
        found = _decision_differences(db, run, outcomes, self.tickets)
        self.tally.differences += found
        return _figures(self.tally, self.marker, len(outcomes))

    def _items(self, db: Session, form_id: int | None) -> list[Asked]:
        if form_id not in self._forms:
            self._forms[form_id] = reading.asked_on(db, form_id, self.shared)
        self._forms.move_to_end(form_id)
        while len(self._forms) > FORMS_KEPT:
            self._forms.popitem(last=False)
        return self._forms[form_id]

    def _check_receipt(
        self, attempt: Attempt, sent: HandedIn, receipt: Promised | None, ticket: str
    ) -> None:
        """Hold what was read against the newest receipt; a paper of a chain must have one."""
        name, has_chain = self.sessions[attempt.exam_session_id]
        if receipt is None and not has_chain:
            self.tally.without_receipt += 1
            return
        self.tally.receipts += 1
        first = "" if receipt is None else f"{receipt.count} · {receipt.digest[:SHOWN]}"
        if receipt is None or (receipt.count, receipt.digest) != (sent.count, sent.digest):
            second = f"{sent.count} · {sent.digest[:SHOWN]}"
            self.tally.differences.append(Difference("receipt", ticket, first, second, name))

    def _keep_theory(self, attempt: Attempt, theory: Theory) -> None:
        """Of two papers the later sitting counts, and one without a mark takes nothing away."""
        before = self.theories.get(attempt.registration_id)
        if (
            before is None
            or before[1].mark is None
            or (theory.mark is not None and attempt.sitting_id > before[0])
        ):
            self.theories[attempt.registration_id] = (attempt.sitting_id, theory)


def _unsound(conversions: Mapping[int | None, Conversion]) -> Iterator[Difference]:
    for each in conversions.values():
        if not each.is_sound:
            yield Difference("conversion", "", each.form, "")


def _paper_differences(
    attempt: Attempt,
    items: Sequence[Asked],
    marks: Mapping[int, Fraction | None],
    stored: Stored | None,
    ticket: str,
) -> Iterator[Difference]:
    """Give where a paper is marked otherwise."""
    if stored is None or stored.keys() != marks.keys():
        first, second = f"{len(stored or {})}", f"{len(marks)}"
        yield Difference("paper", ticket, first, second, attempt.exam_session)
        return
    for each in items:
        mark, counts = stored[each.position]
        place = (attempt.exam_session, each.code, each.position)
        if exactly(mark) != marks[each.position]:
            second = shown(marks[each.position])
            yield Difference("response", ticket, shown(exactly(mark)), second, *place)
        if counts != each.counts:
            yield Difference("counts", ticket, str(counts), str(each.counts), *place)


def _outcomes(
    db: Session,
    batch: Batch,
    counting: Counting,
    attempts: Sequence[Attempt],
    theories: Mapping[int, tuple[int, Theory]],
) -> dict[int, Outcome]:
    sat: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        sat.setdefault(attempt.registration_id, []).append(attempt)
    entered = reading.entered_in(db, batch)
    return {
        each: outcome_of(
            theories[each][1] if each in theories else Theory(None),
            sat.get(each, []),
            entered.get(each, {}),
            counting,
        )
        for each in reading.registrations_in(db, batch).keys() - reading.withdrawn_in(db, batch)
    }


def _decision_differences(
    db: Session, run: DecisionRun, outcomes: Mapping[int, Outcome], tickets: Mapping[int, str]
) -> Iterator[Difference]:
    chosen = select(Decision).where(Decision.decision_run_id == run.id)
    decided = {each.registration_id: each for each in db.scalars(chosen)}
    for registration_id, ticket in sorted(tickets.items(), key=lambda pair: pair[1]):
        first, second = decided.get(registration_id), outcomes.get(registration_id)
        if first is None or second is None:
            one, other = (each.outcome if each else "" for each in (first, second))
            if one != other:  # who was withdrawn is decided by neither
                yield Difference("candidate", ticket, one, other)
            continue
        for name in MARKS:
            marks = exactly(getattr(first, name)), getattr(second, name)
            if marks[0] != marks[1]:
                yield Difference(name, ticket, shown(marks[0]), shown(marks[1]))
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
        "receipts": tally.receipts,
        "without_receipt": tally.without_receipt,
        "not_again": dict(sorted(marker.unknown.items())),
        "markings": sorted(tally.markings),
        "n_differences": len(differences),
        "n_differing": len({each.ticket for each in differences} - {""}),
        "differences": [asdict(each) for each in differences[:MOST_NAMED]],
    }
