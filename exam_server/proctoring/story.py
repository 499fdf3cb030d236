"""The whole timeline of a sitting, as it may be asked for in a dispute: every event in order.

Answers are told by their question and their times, never by their content.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import parse_rfc3339
from exam_server.delivery.models import AnswerEvent, LateWork, Receipt
from exam_server.proctoring.late_work import instant_of, outages_around
from exam_server.proctoring.timeline import happened
from exam_server.seating.models import RoomRun, Sitting

# What a reader may choose, and which events belong to it.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "identity": (
        "signed_in",
        "identity_confirmed",
        "pledge_accepted",
        "attendance",
        "move_asked",
        "approve_move",
    ),
    "time": (
        "started",
        "ended",
        "paused",
        "time_granted",
        "time_taken_back",
        "force_hand_in",
        "break",
        "out",
    ),
    "answers": ("answer", "flagged", "unflagged"),
    "contact": ("lost", "outage"),
    "signals": ("signal",),
    "talk": ("message", "called", "answer_call"),
    "incidents": ("incident", "void_asked", "void_ended"),
    "late": ("late_came", "late_decided"),
    "receipts": ("receipt",),
    "result": ("result",),
}
KIND_OF: Final = {kind: group for group, kinds in KINDS.items() for kind in kinds}
LASTING: Final = ("paused", "break", "out")
STRETCHES: Final = ("lost", "outage", "paused", "break")


@dataclass(frozen=True)
class StoryEvent:
    """Something that happened: when, until when if it lasted, and the facts its words need."""

    kind: str
    at: datetime
    until: datetime | None = None
    by: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """Return the kind a reader chooses it by."""
        return KIND_OF[self.kind]


@dataclass(frozen=True)
class Wanted:
    """Which events a reader wants: kinds (none: all), from and until when."""

    kinds: frozenset[str] = frozenset()
    start: datetime | None = None
    end: datetime | None = None

    def includes(self, event: StoryEvent) -> bool:
        """Say whether an event is wanted; what lasted is, if any of it lies inside."""
        if self.kinds and event.group not in self.kinds:
            return False
        last = event.until or event.at
        is_begun = self.end is None or event.at <= self.end
        return is_begun and (self.start is None or last >= self.start)


def story_of(db: Session, sitting: Sitting, *, now: datetime) -> list[StoryEvent]:
    """Return everything that happened at a sitting, the oldest first."""
    told = [
        *_told(db, sitting),
        *_answers(db, sitting),
        *_late(db, sitting),
        *_receipts(db, sitting),
        *_outages(db, sitting, now=now),
    ]
    return numbered(db, sitting, sorted(told, key=lambda event: event.at))


def chosen(events: Iterable[StoryEvent], wanted: Wanted) -> list[StoryEvent]:
    """Return the events a reader wants."""
    return [event for event in events if wanted.includes(event)]


def _told(db: Session, sitting: Sitting) -> Iterator[StoryEvent]:
    for told in happened(db, sitting):
        facts = dict(told)
        kind, at = facts.pop("kind"), parse_rfc3339(facts.pop("at"))
        until, by = facts.pop("until", None), facts.pop("by", "")
        if kind == "signal" and facts.get("signal") == "signed_in":
            kind = "signed_in"
        yield StoryEvent(kind, at, parse_rfc3339(until) if until else None, by, facts)


def _answers(db: Session, sitting: Sitting) -> Iterator[StoryEvent]:
    """Tell each answer, change and flag by its position; ``seen`` is no event of a dispute."""
    standing: dict[int, str | None] = {}
    found = select(AnswerEvent).where(AnswerEvent.sitting_id == sitting.id)
    for event in db.scalars(found.order_by(AnswerEvent.seq)):
        if event.kind == "seen" and event.refused_code is None:
            continue
        facts: dict[str, Any] = {
            "seq": event.seq,
            "position": event.position,
            "given_at": instant_of(event.at),
            "lease_number": event.lease_number,
            "refused": event.refused_code,
            "is_late": event.late_seq is not None,
        }
        if event.kind == "answer":
            facts["change"] = _change(event, standing.get(event.position))
            if event.refused_code is None:
                standing[event.position] = event.answer
        kind = event.kind if event.kind in KIND_OF else "answer"
        yield StoryEvent(kind, event.received_at, facts=facts)


def _change(event: AnswerEvent, before: str | None) -> str:
    if event.answer is None:
        return "cleared"
    return "answered" if before is None else "changed"


def _late(db: Session, sitting: Sitting) -> Iterator[StoryEvent]:
    """Tell late work by the moments it came in."""
    came: dict[tuple[datetime, int, str], int] = {}
    found = select(LateWork).where(LateWork.sitting_id == sitting.id)
    for row in db.scalars(found.order_by(LateWork.received_at, LateWork.seq)):
        key = (row.received_at, row.lease_number, row.cause)
        came[key] = came.get(key, 0) + 1
    for (at, lease_number, cause), count in came.items():
        facts = {"lease_number": lease_number, "cause": cause, "count": count}
        yield StoryEvent("late_came", at, facts=facts)


def _receipts(db: Session, sitting: Sitting) -> Iterator[StoryEvent]:
    found = select(Receipt).where(Receipt.sitting_id == sitting.id).order_by(Receipt.link)
    for receipt in db.scalars(found):
        facts = {
            "link": receipt.link,
            "count": receipt.count,
            "hash": receipt.hash,
            "chain": receipt.chain,
            "reason": receipt.reason,
        }
        yield StoryEvent("receipt", receipt.handed_in_at, facts=facts)


def _outages(db: Session, sitting: Sitting, *, now: datetime) -> Iterator[StoryEvent]:
    for outage in outages_around(db, sitting, now=now):
        yield StoryEvent("outage", outage.began_at, outage.ended_at)


def numbered(db: Session, sitting: Sitting, events: list[StoryEvent]) -> list[StoryEvent]:
    """Give clock changes their numbers, if they add up to the number the sitting has now.

    A change is confirmed when the seat has acknowledged its number or a later one.
    """
    room_run = db.get_one(RoomRun, sitting.room_run_id)
    last = sitting.ended_at
    number = 1
    numbers: dict[int, int] = {}
    for at, place in sorted(_clock_changes(events, sitting, room_run)):
        if last is None or at <= last:
            number += 1
            numbers.setdefault(place, number)
    if number != sitting.clock_number:
        return events
    return [
        replace(
            event,
            facts={
                **event.facts,
                "clock": numbers[place],
                "is_confirmed": sitting.clock_acked >= numbers[place],
            },
        )
        if place in numbers
        else event
        for place, event in enumerate(events)
    ]


def _clock_changes(
    events: Sequence[StoryEvent], sitting: Sitting, room_run: RoomRun
) -> Iterator[tuple[datetime, int]]:
    for place, event in enumerate(events):
        if event.kind in {"time_granted", "time_taken_back", *LASTING}:
            yield event.at, place
        if event.kind == "started" and sitting.started_at == room_run.started_at:
            yield event.at, place
        if event.kind in LASTING and event.until is not None:
            yield event.until, place
