"""The room record (考场情况记录单): what the office archives of a room, from its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.audit import AuditEntry
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.delivery.models import ContactLoss, Receipt
from exam_server.proctoring.matters import LateRow, VoidRow, late_rows, void_rows
from exam_server.proctoring.needs import attendance_of
from exam_server.proctoring.seats import IncidentRow, incidents_of
from exam_server.seating.accommodating import Granted, frozen_of
from exam_server.seating.models import Duty, Pause, RoomRun, Seat, SeatBreak, Sitting, TimeCredit

# Who begins within this time of the start was ready for it.
STARTED_WITH_THE_ROOM = timedelta(seconds=60)
SHORTEST_LOSS_NOTED = timedelta(minutes=1)


@dataclass(frozen=True)
class SeatRow:
    """A sitting with its seat and candidate."""

    sitting: Sitting
    seat: int
    name: str
    ticket: str


@dataclass(frozen=True)
class ClockRow:
    """A change of time or a candidate away: of one seat, or of the whole room (no seat)."""

    at: datetime
    until: datetime | None
    minutes: str | None
    seat: int | None
    reason: str
    by: str
    kind: str = "pause"  # or "break", "out"


@dataclass(frozen=True)
class LossRow:
    """A long loss of contact, or a computer that was replaced."""

    at: datetime
    until: datetime | None
    seat: int
    kind: str
    by: str = ""


@dataclass(frozen=True)
class RoomRecord:
    """Everything a room record states."""

    room_run: RoomRun
    batch: Batch
    seats: Sequence[SeatRow]
    absent: Sequence[SeatRow]
    late: Sequence[SeatRow]
    doubtful: Sequence[SeatRow]
    forced: Sequence[SeatRow]
    incidents: Sequence[IncidentRow]
    clock: Sequence[ClockRow]
    machines: Sequence[LossRow]
    proctors: Sequence[str]
    receipts: int
    granted: Sequence[tuple[SeatRow, Granted]]
    late_work: Sequence[LateRow]
    void_requests: Sequence[VoidRow]

    @property
    def due(self) -> int:
        """Return how many were expected."""
        return len(self.seats)

    @property
    def present(self) -> int:
        """Return how many came."""
        return len(self.seats) - len(self.absent)

    @property
    def handed_in(self) -> int:
        """Return how many papers came in."""
        return sum(row.sitting.status == "handed_in" for row in self.seats)


def record_of(db: Session, room_run: RoomRun) -> RoomRecord:
    """Read the record of a room, at any time of its day."""
    seats = _seats(db, room_run)
    ids = [row.sitting.id for row in seats]
    numbers = {row.sitting.id: row.seat for row in seats}
    granted = frozen_of(db, ids)
    marks = {each: row.mark for each, row in attendance_of(db, ids).items()}
    return RoomRecord(
        room_run=room_run,
        batch=db.get_one(Batch, room_run.exam_session.batch_id),
        seats=seats,
        absent=[r for r in seats if r.sitting.status == "assigned" and r.sitting.id not in marks],
        late=[row for row in seats if _was_late(row.sitting, room_run)],
        doubtful=[row for row in seats if marks.get(row.sitting.id) == "doubtful"],
        forced=[row for row in seats if row.sitting.end_reason == "forced"],
        incidents=incidents_of(db, room_run),
        clock=_clock_rows(db, room_run, numbers),
        machines=_machine_rows(db, seats),
        proctors=_proctors(db, room_run),
        receipts=len(db.scalars(select(Receipt.id).where(Receipt.sitting_id.in_(ids))).all()),
        granted=[(row, granted[row.sitting.id]) for row in seats if row.sitting.id in granted],
        late_work=late_rows(db, room_run.exam_session, room_run),
        void_requests=void_rows(db, room_run.exam_session, room_run),
    )


def _seats(db: Session, room_run: RoomRun) -> list[SeatRow]:
    chosen = (
        select(Sitting, Seat.number, Candidate.name, Registration.ticket)
        .join(Seat, Sitting.seat_id == Seat.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .join(Candidate, Registration.candidate_id == Candidate.id)
        .where(Sitting.room_run_id == room_run.id)
        .order_by(Seat.number)
    )
    return [SeatRow(*row) for row in db.execute(chosen)]


def _was_late(sitting: Sitting, room_run: RoomRun) -> bool:
    if sitting.started_at is None or room_run.started_at is None:
        return False
    return sitting.started_at > room_run.started_at + STARTED_WITH_THE_ROOM


def _clock_rows(db: Session, room_run: RoomRun, numbers: dict[int, int]) -> list[ClockRow]:
    """Return credits and pauses in the order in which they came."""
    credits_ = (
        select(TimeCredit, Person.name)
        .outerjoin(Person, TimeCredit.granted_by == Person.id)
        .where(TimeCredit.room_run_id == room_run.id)
    )
    rows = [
        ClockRow(
            credit.granted_at,
            None,
            f"{credit.minutes:+}",
            numbers.get(credit.sitting_id or 0),
            credit.reason,
            by or "",
        )
        for credit, by in db.execute(credits_)
    ]
    pauses = (
        select(Pause, Person.name)
        .outerjoin(Person, Pause.paused_by == Person.id)
        .where(Pause.room_run_id == room_run.id)
    )
    rows += [
        ClockRow(
            pause.paused_at,
            pause.resumed_at,
            None,
            numbers.get(pause.sitting_id or 0),
            pause.reason,
            by or "",
        )
        for pause, by in db.execute(pauses)
    ]
    rows += _away_rows(db, numbers)
    return sorted(rows, key=lambda row: row.at)


def _away_rows(db: Session, numbers: dict[int, int]) -> list[ClockRow]:
    chosen = (
        select(SeatBreak, Person.name)
        .outerjoin(Person, SeatBreak.person_id == Person.id)
        .where(SeatBreak.sitting_id.in_(numbers))
    )
    return [
        ClockRow(
            row.left_at,
            row.returned_at,
            None,
            numbers[row.sitting_id],
            row.reason,
            by or "",
            row.kind,
        )
        for row, by in db.execute(chosen)
    ]


def _machine_rows(db: Session, seats: Sequence[SeatRow]) -> list[LossRow]:
    """Return long losses of contact and moves to another computer."""
    by_id = {row.sitting.id: row for row in seats}
    losses = db.scalars(select(ContactLoss).where(ContactLoss.sitting_id.in_(by_id)))
    rows = []
    for loss in losses:
        row = by_id[loss.sitting_id]
        until = loss.regained_at or row.sitting.ended_at
        if until is None or until - loss.lost_at >= SHORTEST_LOSS_NOTED:
            rows.append(LossRow(loss.lost_at, until, row.seat, "lost"))
    by_address = {f"sitting:{row.sitting.uid}": row.seat for row in seats}
    moves = (
        select(AuditEntry.at, AuditEntry.object, Person.name)
        .outerjoin(Person, AuditEntry.person_id == Person.id)
        .where(AuditEntry.act == "approve_move", AuditEntry.object.in_(by_address))
    )
    rows += [
        LossRow(at, None, by_address[address], "moved", by or "")
        for at, address, by in db.execute(moves)
    ]
    return sorted(rows, key=lambda row: row.at)


def _proctors(db: Session, room_run: RoomRun) -> list[str]:
    on_duty = and_(
        Duty.exam_session_id == room_run.exam_session_id,
        or_(Duty.room_id == room_run.room_id, Duty.room_id.is_(None)),
    )
    chosen = select(Person.name).join(Duty, Duty.person_id == Person.id).where(on_duty)
    return list(db.scalars(chosen.order_by(Duty.room_id.is_(None), Duty.id)))
