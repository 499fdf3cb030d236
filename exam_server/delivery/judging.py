"""What becomes of an event: counted, refused, kept as late work, or a repeat. Plain facts only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from exam_server.delivery.messages import Event
from proctor.clock import ClockFacts, is_in_time

NOT_OPEN = {
    "assigned": "not_started",
    "checked_in": "not_started",
    "ready": "not_started",
    "paused": "sitting_paused",
    "held": "sitting_held",
    "handed_in": "sitting_closed",
    "void": "sitting_closed",
}
KEPT_AS_LATE = frozenset({"time_over", "sitting_closed", "lease_ended", "sitting_held"})


@dataclass
class SittingFacts:
    """A sitting as its row says inside the transaction, and what this batch adds to it."""

    id: int
    uid: str
    exam_session_id: int
    room_run_id: int
    status: str
    lease_number: int
    acked_seq: int
    given: int | None  # items of an adaptive test so far; none: the whole form was there at once
    confirmed: int
    clock: ClockFacts
    grace: timedelta
    hand_in_after: timedelta
    stored: dict[int, Event] = field(default_factory=dict)
    fresh: list[tuple[Event, datetime]] = field(default_factory=list)


@dataclass
class Verdict:
    """The answer to one ``save_answers``: a code when the whole message could not count."""

    code: str | None = None
    refused: list[dict[str, object]] = field(default_factory=list)
    late: list[Event] = field(default_factory=list)
    is_waiting: bool = False


def closed_code(facts: SittingFacts, *, lease_number: int, received_at: datetime) -> str | None:
    """Return why nothing new can count at this sitting now, or ``None``.

    Codes: ``lease_ended``, ``not_started``, ``sitting_paused``, ``sitting_held``,
    ``sitting_closed``, ``time_over``.
    """
    if lease_number != facts.lease_number:
        return "lease_ended"
    if facts.status != "running":
        return NOT_OPEN[facts.status]
    if not is_in_time(facts.clock, received_at, facts.grace):
        return "time_over"
    return None


def judge(
    facts: SittingFacts, events: Iterable[Event], *, lease_number: int, received_at: datetime
) -> Verdict:
    """Judge the events of one message in order; what counts is added to ``facts.fresh``.

    A repeat of a settled event is always acknowledged, whatever the time: it is stored already.
    """
    verdict = Verdict(closed_code(facts, lease_number=lease_number, received_at=received_at))
    for event in events:
        if event.seq in facts.stored:
            _judge_again(facts.stored[event.seq], event, verdict)
            continue
        judged = placed(facts, event)
        if verdict.code is not None:
            verdict.late.append(judged)
        elif judged.kind == "confirmed" and not _is_next(facts, event.seq):
            verdict.is_waiting = True  # what was done before it has not come yet: it is sent again
        else:
            _count(facts, judged, received_at)
            _judge_again(judged, event, verdict)
    _settle(facts)
    if not verdict.late and verdict.code not in KEPT_AS_LATE:
        verdict.code = None  # nothing was turned away: a pure repeat
    return verdict


def placed(facts: SittingFacts, event: Event) -> Event:
    """Return an event with why it cannot count at its position of an adaptive test, if so.

    Codes: ``item_confirmed`` (there is no way back), ``item_not_given``, ``nothing_to_confirm``.
    """
    if event.refused_code or (facts.given is None and event.kind != "confirmed"):
        return event
    if facts.given is None:
        return event._replace(refused_code="nothing_to_confirm")
    if event.position <= facts.confirmed:
        return event._replace(refused_code="item_confirmed")
    return event._replace(refused_code="item_not_given") if event.position > facts.given else event


def _is_next(facts: SittingFacts, seq: int) -> bool:
    """Say whether every earlier event is settled: a confirmation closes over all of them."""
    _settle(facts)
    return facts.acked_seq == seq - 1


def _count(facts: SittingFacts, event: Event, received_at: datetime) -> None:
    facts.stored[event.seq] = event
    facts.fresh.append((event, received_at))
    if event.kind == "confirmed" and not event.refused_code:
        facts.confirmed = event.position


def _settle(facts: SittingFacts) -> None:
    while facts.acked_seq + 1 in facts.stored:
        facts.acked_seq += 1


def _judge_again(settled: Event, event: Event, verdict: Verdict) -> None:
    """Name an event whose number is settled otherwise, or settled as refused."""
    if not event.is_repeat_of(settled):
        verdict.refused.append({"seq": event.seq, "code": "seq_conflict"})
    elif settled.refused_code:
        verdict.refused.append({"seq": event.seq, "code": settled.refused_code})


def hand_in_from(facts: SittingFacts) -> datetime | None:
    """Return when handing in becomes possible; ``None`` before the start."""
    started_at = facts.clock.started_at
    return None if started_at is None else started_at + facts.hand_in_after
