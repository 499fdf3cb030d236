"""What of an exam session waits for a decision or has had one: late work, sittings made void."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Candidate, Registration
from exam_server.delivery.models import LateDecision, LateWork
from exam_server.errors import NotFoundError
from exam_server.proctoring.late_waiting import waiting_counts
from exam_server.proctoring.models import VoidRequest
from exam_server.proctoring.voiding import RequestRow, requests_of
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Seat, Sitting

LOOKERS = ("exam_officer", "quality_supervisor")


@dataclass(frozen=True)
class Place:
    """A sitting with where it is and whose it is."""

    sitting: Sitting
    room: Room
    seat: int
    name: str
    ticket: str


@dataclass(frozen=True)
class LateRow:
    """Late work of a sitting: how much waits since when, and what was decided."""

    place: Place
    waits: int
    since: datetime | None
    decisions: Sequence[LateDecision]


@dataclass(frozen=True)
class VoidRow:
    """A request about a sitting."""

    place: Place
    row: RequestRow


def exam_session_seen(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session for officers and supervisors of its organization and its chief.

    Raises NotFoundError: ``no_such_exam_session``.
    """
    found = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if found is not None:
        if actor.may(*LOOKERS, organization_id=found.organization_id):
            return found
        led = select(Duty.id).where(
            Duty.exam_session_id == found.id, Duty.person_id == actor.id, Duty.room_id.is_(None)
        )
        is_chief = actor.may("chief_proctor", organization_id=found.organization_id)
        if is_chief and db.scalar(led.limit(1)) is not None:
            return found
    raise NotFoundError("no_such_exam_session")


def late_rows(
    db: Session, exam_session: ExamSession, room_run: RoomRun | None = None
) -> list[LateRow]:
    """Return the sittings with late work, by room and seat; of one room if it is named."""
    came = select(LateWork.sitting_id).where(LateWork.sitting_id == Sitting.id).exists()
    places = _places(db, exam_session, came, room_run)
    waits = waiting_counts(db, places)
    decisions: dict[int, list[LateDecision]] = {}
    chosen = select(LateDecision).where(LateDecision.sitting_id.in_(places))
    for decision in db.scalars(chosen.order_by(LateDecision.decided_at, LateDecision.id)):
        decisions.setdefault(decision.sitting_id, []).append(decision)
    rows = []
    for each, place in places.items():
        count, since = waits.get(each, (0, None))
        rows.append(LateRow(place, count, since, decisions.get(each, [])))
    return [row for row in rows if row.waits or row.decisions]


def void_rows(
    db: Session, exam_session: ExamSession, room_run: RoomRun | None = None
) -> list[VoidRow]:
    """Return the requests to make sittings void, the oldest first."""
    asked = select(VoidRequest.id).where(VoidRequest.sitting_id == Sitting.id).exists()
    places = _places(db, exam_session, or_(asked, Sitting.status == "void"), room_run)
    rows = requests_of(db, VoidRequest.sitting_id.in_(places))
    return [VoidRow(places[row.request.sitting_id], row) for row in rows]


def place_of(db: Session, sitting: Sitting) -> Place:
    """Return where one sitting is and whose it is."""
    exam_session = db.get_one(ExamSession, sitting.exam_session_id)
    return _places(db, exam_session, Sitting.id == sitting.id, None)[sitting.id]


def _places(
    db: Session, exam_session: ExamSession, which: ColumnElement[bool], room_run: RoomRun | None
) -> dict[int, Place]:
    chosen = (
        select(Sitting, Room, Seat.number, Candidate.name, Registration.ticket)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .join(Room, RoomRun.room_id == Room.id)
        .join(Seat, Sitting.seat_id == Seat.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .join(Candidate, Registration.candidate_id == Candidate.id)
        .where(Sitting.exam_session_id == exam_session.id, which)
        .order_by(RoomRun.id, Seat.number)
    )
    if room_run is not None:
        chosen = chosen.where(Sitting.room_run_id == room_run.id)
    return {row[0].id: Place(*row) for row in db.execute(chosen)}
