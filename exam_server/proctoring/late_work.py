"""Work that came late: what came when and why, what is around it, what it would change.

Never the content of an answer, and never whether it is right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.clock import parse_rfc3339
from exam_server.delivery.models import (
    AnswerEvent,
    ContactLoss,
    EndedLease,
    LateDecision,
    LateWork,
    ServerOutage,
)
from exam_server.proctoring.late_waiting import waiting_rows
from exam_server.proctoring.needs import losses_of
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import Sitting
from proctor.clock import ends_at
from proctor.late_work import FAMILIES, LateEvent, TakenIn, take_in

Key = tuple[int, str]  # lease and cause


@dataclass(frozen=True)
class LateGroup:
    """What came under one lease for one cause, and what was decided about it.

    ``late_s`` says how long after the end the first of it came, ``clock_late`` how many events
    the candidate's own computer gave a time after the end. ``changes`` are the positions at which
    another answer would stand, or stands since; ``idle`` counts what changes nothing.
    """

    lease_number: int
    cause: str
    rows: Sequence[LateWork]
    changes: Sequence[int]
    idle: int
    late_s: int | None
    clock_late: int
    decision: LateDecision | None = None
    by: str = ""

    @property
    def key(self) -> str:
        """Return its name in a form."""
        return f"{self.lease_number}:{self.cause}"

    @property
    def received(self) -> tuple[datetime, datetime]:
        """Return when the first and the last of it came."""
        times = [row.received_at for row in self.rows]
        return min(times), max(times)

    @property
    def given(self) -> tuple[datetime, datetime] | None:
        """Return the first and last time the candidate's computer gave, if it gave any."""
        times = [at for row in self.rows if (at := instant_of(row.at)) is not None]
        return (min(times), max(times)) if times else None


@dataclass(frozen=True)
class LateWorkOf:
    """The late work of a sitting and the evidence around it."""

    sitting: Sitting
    end: datetime | None
    waiting: Sequence[LateGroup]
    decided: Sequence[LateGroup]
    losses: Sequence[ContactLoss]
    outages: Sequence[ServerOutage]
    lease_ends: Mapping[int, datetime]

    @property
    def problem(self) -> str | None:
        """Return why nothing can be decided now: ``late_work_not_over``, ``late_work_void``."""
        return state_problem(self.sitting.status)


def state_problem(status: str) -> str | None:
    """Return why late work of a sitting in this state cannot be decided, or ``None``."""
    if status == "handed_in":
        return None
    return "late_work_void" if status == "void" else "late_work_not_over"


def late_work_of(db: Session, sitting: Sitting, *, now: datetime) -> LateWorkOf:
    """Read what came late at a sitting and what stands around it."""
    end = end_of(db, sitting, now=now)
    groups = [*_waiting(db, sitting, end), *_decided(db, sitting, end)]
    ends = select(EndedLease).where(EndedLease.sitting_id == sitting.id)
    return LateWorkOf(
        sitting=sitting,
        end=end,
        waiting=[each for each in groups if each.decision is None],
        decided=[each for each in groups if each.decision is not None],
        losses=losses_of(db, [sitting.id]).get(sitting.id, []),
        outages=outages_around(db, sitting, now=now),
        lease_ends={row.lease_number: row.ended_at for row in db.scalars(ends)},
    )


def end_of(db: Session, sitting: Sitting, *, now: datetime) -> datetime | None:
    """Return when the sitting ended, or its time does as known now."""
    return sitting.ended_at or ends_at(clock_facts(db, sitting), now)


def outages_around(db: Session, sitting: Sitting, *, now: datetime) -> Sequence[ServerOutage]:
    """Return the server's outages from the sitting's start to a day after its end."""
    if sitting.started_at is None:
        return []
    last = (sitting.ended_at or now) + timedelta(days=1)
    chosen = select(ServerOutage).where(
        ServerOutage.ended_at >= sitting.started_at, ServerOutage.began_at <= last
    )
    return db.scalars(chosen.order_by(ServerOutage.began_at)).all()


@dataclass(frozen=True)
class Standing:
    """What the stored events add up to: what stands where, since when, and the last number."""

    given: Mapping[tuple[str, int], datetime | None]
    answers: Mapping[int, str | None]
    last_seq: int
    closed: frozenset[int]  # positions of an adaptive test that were confirmed


def standing_at(db: Session, sitting_id: int) -> Standing:
    """Read what stands at a sitting."""
    given: dict[tuple[str, int], datetime | None] = {}
    answers: dict[int, str | None] = {}
    closed: set[int] = set()
    last = 0
    chosen = select(AnswerEvent).where(AnswerEvent.sitting_id == sitting_id)
    for event in db.scalars(chosen.order_by(AnswerEvent.seq)):
        last = event.seq
        family = FAMILIES.get(event.kind)
        if event.kind == "confirmed" and event.refused_code is None:
            closed.add(event.position)
        if event.refused_code is not None or family is None:
            continue
        given[family, event.position] = instant_of(event.at)
        if family == "answer":
            answers[event.position] = event.answer
    return Standing(given, answers, last, frozenset(closed))


def taken_in(rows: Iterable[LateWork], standing: Standing) -> list[tuple[LateWork, TakenIn]]:
    """Ask the rule what becomes of late work; return each row with its verdict."""
    by_number = {(row.lease_number, row.seq): row for row in rows}
    events = [
        LateEvent(
            row.lease_number, row.seq, row.kind, row.position, instant_of(row.at), row.refused_code
        )
        for row in by_number.values()
    ]
    taken = take_in(events, standing.given, standing.last_seq, standing.closed)
    return [(by_number[each.event.lease_number, each.event.seq], each) for each in taken]


def changed_positions(taken: Iterable[tuple[LateWork, TakenIn]], standing: Standing) -> list[int]:
    """Return where another answer stands once this is taken in."""
    after = {
        row.position: row.answer
        for row, each in taken
        if each.refused_code is None and row.kind == "answer"
    }
    return sorted(
        position for position, answer in after.items() if answer != standing.answers.get(position)
    )


def instant_of(at: str) -> datetime | None:
    """Return the time a candidate's computer gave; ``None`` for none that can be read."""
    try:
        return parse_rfc3339(at)
    except (ValueError, OverflowError):
        return None


def _waiting(db: Session, sitting: Sitting, end: datetime | None) -> list[LateGroup]:
    rows = waiting_rows(db, sitting.id)
    if not rows:
        return []
    standing = standing_at(db, sitting.id)
    groups: dict[Key, list[LateWork]] = {}
    for row in rows:
        groups.setdefault((row.lease_number, row.cause), []).append(row)
    found = []
    for key, own in sorted(groups.items()):
        taken = taken_in(own, standing)
        changes = changed_positions(taken, standing)
        acting = {row.position for row, each in taken if each.refused_code is None}
        idle = sum(row.position not in acting.intersection(changes) for row, _ in taken)
        found.append(_group(key, own, changes, idle, end))
    return found


def _decided(db: Session, sitting: Sitting, end: datetime | None) -> list[LateGroup]:
    chosen = (
        select(LateDecision, Person.name)
        .outerjoin(Person, LateDecision.decided_by == Person.id)
        .where(LateDecision.sitting_id == sitting.id)
        .order_by(LateDecision.decided_at, LateDecision.id)
    )
    found = []
    for decision, by in db.execute(chosen).all():
        own = db.scalars(select(LateWork).where(LateWork.decision_id == decision.id)).all()
        counted = select(AnswerEvent.position).where(
            AnswerEvent.sitting_id == sitting.id,
            AnswerEvent.kind == "answer",
            AnswerEvent.refused_code.is_(None),
            exists().where(
                LateWork.decision_id == decision.id,
                LateWork.sitting_id == AnswerEvent.sitting_id,
                LateWork.lease_number == AnswerEvent.late_lease_number,
                LateWork.seq == AnswerEvent.late_seq,
            ),
        )
        changes = sorted(set(db.scalars(counted)))
        key = (decision.lease_number, decision.cause)
        idle = decision.count - decision.counted
        found.append(_group(key, own, changes, idle, end, decision=decision, by=by or ""))
    return found


def _group(  # noqa: PLR0913 - a group has this many facts
    key: Key,
    rows: Sequence[LateWork],
    changes: Sequence[int],
    idle: int,
    end: datetime | None,
    *,
    decision: LateDecision | None = None,
    by: str = "",
) -> LateGroup:
    first = min(row.received_at for row in rows)
    times = [at for row in rows if (at := instant_of(row.at)) is not None]
    return LateGroup(
        lease_number=key[0],
        cause=key[1],
        rows=rows,
        changes=changes,
        idle=idle,
        late_s=None if end is None or first <= end else int((first - end).total_seconds()),
        clock_late=0 if end is None else sum(at > end for at in times),
        decision=decision,
        by=by,
    )
