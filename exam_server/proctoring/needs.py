"""What needs a person at which seat: the facts read for many seats at once, judged by the rule."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from exam_server.clock import rfc3339
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import ContactLoss, SeatSignal
from exam_server.delivery.safe_browser import Browsers, browsers_of
from exam_server.proctoring.late_waiting import waiting_counts
from exam_server.proctoring.models import Attendance, SeenNeed, VoidRequest
from exam_server.seating.models import Sitting, TimeCredit
from proctor.clock import ClockFacts, ends_at, runs_on_at
from proctor.needs import Need, SeatFacts, Seen, needs_of
from proctor.signals import CLOCK_WRONG, HARMLESS

NOT_ME = "not_me"
# What gives no cause to look; that somebody signed in is the server's own note.
NO_CAUSE = HARMLESS | {"signed_in"}
# These stand until somebody has dealt with them, whatever else of the seat was looked at.
STANDING = (NOT_ME, *sorted(CLOCK_WRONG))


@dataclass(frozen=True)
class Records:
    """What rows beside its own say of each sitting."""

    losses: Mapping[int, list[ContactLoss]]
    attendance: Mapping[int, Attendance]
    seen: Mapping[int, dict[str, Seen]]
    signals: Mapping[int, dict[str, tuple[int, datetime]]]
    credited: Mapping[tuple[int, int | None], datetime]
    browsers: Browsers
    late: Mapping[int, tuple[int, datetime]]
    void_asked: Mapping[int, datetime]


def records_of(db: Session, sittings: Iterable[Sitting]) -> Records:
    """Read what stands beside sittings."""
    rows = list(sittings)
    ids = [row.id for row in rows]
    return Records(
        losses=losses_of(db, ids),
        attendance=attendance_of(db, ids),
        seen=_seen(db, ids),
        signals=_signals(db, ids),
        credited=_credited(db, {row.room_run_id for row in rows}),
        browsers=browsers_of(db, rows),
        late=waiting_counts(db, ids),
        void_asked=_void_asked(db, ids),
    )


def lost_since(
    sitting: Sitting, losses: Iterable[ContactLoss], live: LiveFacts | None
) -> datetime | None:
    """Return since when a seat has no contact; ``None`` while it has, or has never come.

    Without the lines of this process (``live``) the stored losses alone decide.
    """
    lasting = min((loss.lost_at for loss in losses if loss.regained_at is None), default=None)
    if live is None:
        return lasting
    if live.is_connected(sitting.id):
        return None
    return lasting or live.last_contact.get(sitting.id, sitting.last_contact_at)


def seat_needs(
    sitting: Sitting, clock: ClockFacts, records: Records, live: LiveFacts | None, *, now: datetime
) -> list[Need]:
    """Return what needs a person at a sitting."""
    signals = records.signals.get(sitting.id, {})
    attendance = records.attendance.get(sitting.id)
    facts = SeatFacts(
        status=sitting.status,
        room_started_at=clock.started_at,
        arrived_at=_arrived_at(sitting, attendance, live),
        lost_at=lost_since(sitting, records.losses.get(sitting.id, ()), live),
        clock_changed_at=_clock_changed_at(sitting, clock, records),
        # a doubted clock holds before the end: somebody has to decide now
        held_at=min(ends_at(clock, now) or now, now),
        called_at=sitting.called_at,
        move_asked_at=sitting.move_asked_at,
        not_me_at=_not_me_at(signals, attendance),
        void_asked_at=records.void_asked.get(sitting.id),
        late_work_at=records.late[sitting.id][1] if sitting.id in records.late else None,
        signals={kind: found for kind, found in signals.items() if kind not in NO_CAUSE},
        seen=records.seen.get(sitting.id, {}),
        break_over_at=runs_on_at(clock),
        browser_missing_at=(
            sitting.identity_confirmed_at if records.browsers.is_missing(sitting) else None
        ),
        clock_wrong_at=max(
            (at for kind, (_, at) in signals.items() if kind in CLOCK_WRONG), default=None
        ),
    )
    return needs_of(facts)


def need_told(need: Need, sitting: Sitting, records: Records) -> dict[str, Any]:
    """Return a need as consoles get it."""
    told: dict[str, Any] = {
        "need": need.kind,
        "urgency": need.urgency,
        "since": rfc3339(need.since),
        "shows_at": rfc3339(need.shows_at),
    }
    if need.kind == "called":
        told["text"] = sitting.call_text or ""
    if need.kind == "signals":
        found = records.signals.get(sitting.id, {})
        told["counts"] = {kind: count for kind, (count, _) in found.items() if kind not in NO_CAUSE}
    if need.kind == "late_work":
        told["counts"] = {"late_work": records.late[sitting.id][0]}
    return told


def losses_of(db: Session, sitting_ids: list[int]) -> dict[int, list[ContactLoss]]:
    """Return the stored losses of contact of sittings, the oldest first."""
    found = defaultdict(list)
    chosen = select(ContactLoss).where(ContactLoss.sitting_id.in_(sitting_ids))
    for loss in db.scalars(chosen.order_by(ContactLoss.lost_at, ContactLoss.id)):
        found[loss.sitting_id].append(loss)
    return found


def attendance_of(db: Session, sitting_ids: list[int]) -> dict[int, Attendance]:
    """Return what proctors have marked of candidates."""
    chosen = select(Attendance).where(Attendance.sitting_id.in_(sitting_ids))
    return {row.sitting_id: row for row in db.scalars(chosen)}


def _void_asked(db: Session, sitting_ids: list[int]) -> dict[int, datetime]:
    chosen = select(VoidRequest.sitting_id, VoidRequest.asked_at).where(
        VoidRequest.sitting_id.in_(sitting_ids), VoidRequest.outcome.is_(None)
    )
    return {row.sitting_id: row.asked_at for row in db.execute(chosen)}


def _seen(db: Session, sitting_ids: list[int]) -> dict[int, dict[str, Seen]]:
    found: dict[int, dict[str, Seen]] = defaultdict(dict)
    for row in db.scalars(select(SeenNeed).where(SeenNeed.sitting_id.in_(sitting_ids))):
        found[row.sitting_id][row.need] = Seen(row.at, row.until)
    return found


def _signals(db: Session, sitting_ids: list[int]) -> dict[int, dict[str, tuple[int, datetime]]]:
    """Return how many facts of each kind a seat has told since somebody last looked."""
    looked = and_(SeenNeed.sitting_id == SeatSignal.sitting_id, SeenNeed.need == "signals")
    is_new = or_(SeenNeed.at.is_(None), SeatSignal.at > SeenNeed.at, SeatSignal.kind.in_(STANDING))
    chosen = (
        select(SeatSignal.sitting_id, SeatSignal.kind, func.count(), func.max(SeatSignal.at))
        .outerjoin(SeenNeed, looked)
        .where(SeatSignal.sitting_id.in_(sitting_ids), is_new)
        .group_by(SeatSignal.sitting_id, SeatSignal.kind)
    )
    found: dict[int, dict[str, tuple[int, datetime]]] = defaultdict(dict)
    for sitting_id, kind, count, newest in db.execute(chosen):
        found[sitting_id][kind] = (count, newest)
    return found


def _credited(db: Session, room_run_ids: set[int]) -> dict[tuple[int, int | None], datetime]:
    """Return when time was last added or taken back, by room and sitting."""
    chosen = (
        select(TimeCredit.room_run_id, TimeCredit.sitting_id, func.max(TimeCredit.granted_at))
        .where(TimeCredit.room_run_id.in_(room_run_ids))
        .group_by(TimeCredit.room_run_id, TimeCredit.sitting_id)
    )
    return {(row[0], row[1]): row[2] for row in db.execute(chosen)}


def _arrived_at(
    sitting: Sitting, attendance: Attendance | None, live: LiveFacts | None
) -> datetime | None:
    if sitting.identity_confirmed_at is not None:
        return sitting.identity_confirmed_at
    if attendance is not None:
        return attendance.at
    is_there = live is not None and live.is_connected(sitting.id)
    return sitting.last_contact_at if is_there else None


def _clock_changed_at(sitting: Sitting, clock: ClockFacts, records: Records) -> datetime | None:
    """Return since when a clock waits for the seat's confirmation; ``None`` when none does."""
    if sitting.clock_acked == sitting.clock_number:
        return None
    room = sitting.room_run_id
    changes = [
        clock.started_at,
        sitting.started_at,
        records.credited.get((room, None)),
        records.credited.get((room, sitting.id)),
        *(instant for stretch in (*clock.pauses, *clock.breaks) for instant in stretch),
    ]
    return max((at for at in changes if at is not None), default=None)


def _not_me_at(
    signals: Mapping[str, tuple[int, datetime]], attendance: Attendance | None
) -> datetime | None:
    """Return when a candidate said "not me", until a proctor has compared face and document."""
    if NOT_ME not in signals:
        return None
    at = signals[NOT_ME][1]
    has_looked = attendance is not None and attendance.mark != "present" and attendance.at > at
    return None if has_looked else at
