"""What stands at sittings by their rows, read for many at once: a full hall starts quickly."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.clock import rfc3339
from exam_server.delivery.models import AnswerEvent, Receipt, SeatMessage
from exam_server.delivery.receipts import receipt_text
from exam_server.delivery.safe_browser import Browsers, browsers_of
from exam_server.forms.models import AssemblyRun, PaperStructure, SealedForm
from exam_server.programmes.models import Programme
from exam_server.seating.accommodating import Granted, frozen_of
from exam_server.seating.breaks import lasting_breaks
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.models import ExamSession, Room, RoomRun, Seat, SeatBreak, Site, Sitting
from proctor.clock import ClockFacts

SHOWN_ENDS = 4


@dataclass
class Responses:
    """The latest answer of each position, flags and visits."""

    answers: dict[str, Any] = field(default_factory=dict)
    flagged: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)

    def take(self, kind: str, position: int, answer: str | None) -> None:
        """Add the next event in the order of numbers."""
        self.seen.add(position)
        if kind == "flagged":
            self.flagged.add(position)
        elif kind == "unflagged":
            self.flagged.discard(position)
        elif kind == "answer" and answer is not None:
            self.answers[str(position)] = json.loads(answer)
        elif kind == "answer":
            self.answers.pop(str(position), None)


@dataclass
class Standing:
    """Everything about some sittings that their own row does not say."""

    responses: Mapping[int, Responses]
    clocks: Mapping[int, ClockFacts]
    candidates: Mapping[int, dict[str, Any]]
    receipts: Mapping[int, dict[str, Any]]
    granted: Mapping[int, Granted]
    away: Mapping[int, SeatBreak]
    browsers: Browsers


def standing_of(db: Session, sittings: Sequence[Sitting]) -> Standing:
    """Read what stands at sittings, by their ids."""
    ids = [sitting.id for sitting in sittings]
    return Standing(
        responses=responses_of(db, ids),
        clocks=clock_facts_of(db, ids),
        candidates=candidates_of(db, ids),
        receipts=receipts_of(db, ids),
        granted=frozen_of(db, ids),
        away=lasting_breaks(db, ids),
        browsers=browsers_of(db, sittings),
    )


def shared_rows(db: Session, sittings: Iterable[Sitting]) -> list[Any]:
    """Read what many sittings share: exam sessions, rules, sealed forms.

    Hold what is returned while their states are made: a session of the store forgets what nobody
    holds, and would ask again for every sitting.
    """
    ids = {sitting.exam_session_id for sitting in sittings}
    batch = joinedload(ExamSession.batch)
    programme = batch.joinedload(Batch.programme)
    run = joinedload(ExamSession.assembly_run).joinedload(AssemblyRun.paper_structure)
    exam_sessions = select(ExamSession).options(
        batch.joinedload(Batch.rule_set),
        programme.joinedload(Programme.organization),
        programme.joinedload(Programme.occupation),
        run.joinedload(PaperStructure.blueprint),
    )
    sealed = select(SealedForm).options(joinedload(SealedForm.form))
    return [
        *db.scalars(exam_sessions.where(ExamSession.id.in_(ids))),
        *db.scalars(sealed.where(SealedForm.exam_session_id.in_(ids))),
    ]


def responses_of(db: Session, sitting_ids: list[int]) -> Mapping[int, Responses]:
    """Return what the stored events add up to, in the order of their numbers."""
    found: defaultdict[int, Responses] = defaultdict(Responses)
    chosen = select(
        AnswerEvent.sitting_id, AnswerEvent.kind, AnswerEvent.position, AnswerEvent.answer
    ).where(AnswerEvent.sitting_id.in_(sitting_ids), AnswerEvent.refused_code.is_(None))
    for row in db.execute(chosen.order_by(AnswerEvent.sitting_id, AnswerEvent.seq)):
        found[row.sitting_id].take(row.kind, row.position, row.answer)
    return found


def candidates_of(db: Session, sitting_ids: list[int]) -> Mapping[int, dict[str, Any]]:
    """Return what each candidate checks before the start; id numbers are masked."""
    chosen = (
        select(
            Sitting.id,
            Candidate.name,
            Candidate.id_number,
            Registration.ticket,
            Room.name.label("room"),
            Site.name.label("site"),
            Seat.number.label("seat"),
        )
        .join(Registration, Sitting.registration_id == Registration.id)
        .join(Candidate, Registration.candidate_id == Candidate.id)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .join(Room, RoomRun.room_id == Room.id)
        .join(Site, Room.site_id == Site.id)
        .join(Seat, Sitting.seat_id == Seat.id)
        .where(Sitting.id.in_(sitting_ids))
    )
    return {
        row.id: {
            "name": row.name,
            "ticket": row.ticket,
            "id_number_masked": masked(row.id_number),
            "site": row.site,
            "room": row.room,
            "seat": row.seat,
        }
        for row in db.execute(chosen)
    }


def masked(id_number: str) -> str:
    """Return an id number with its middle hidden.

    Examples
    --------
    >>> masked("110101199001011234")
    '1101**********1234'
    >>> masked("AB12")
    '****'
    """
    hidden = len(id_number) - 2 * SHOWN_ENDS
    if hidden <= 0:
        return "*" * len(id_number)
    return id_number[:SHOWN_ENDS] + "*" * hidden + id_number[-SHOWN_ENDS:]


def receipts_of(db: Session, sitting_ids: list[int]) -> Mapping[int, dict[str, Any]]:
    """Return the receipt that stands at each sitting that has one."""
    chosen = (
        select(Receipt, Sitting.uid, Registration.ticket, ExamSession.uid)
        .join(Sitting, Receipt.sitting_id == Sitting.id)
        .join(ExamSession, Receipt.exam_session_id == ExamSession.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Receipt.sitting_id.in_(sitting_ids))
        .order_by(Receipt.link)
    )
    return {
        receipt.sitting_id: receipt_text(receipt, uid, ticket, exam_session)
        for receipt, uid, ticket, exam_session in db.execute(chosen)
    }


def unread_of(db: Session, sitting_ids: list[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Return the proctor's messages each seat has not acknowledged."""
    found = defaultdict(list)
    chosen = select(SeatMessage).where(
        SeatMessage.sitting_id.in_(sitting_ids), SeatMessage.acked_at.is_(None)
    )
    for message in db.scalars(chosen.order_by(SeatMessage.id)):
        found[message.sitting_id].append(message_text(message))
    return found


def message_text(message: SeatMessage) -> dict[str, Any]:
    """Return a message as the seat gets it."""
    return {"id": message.uid, "text": message.text, "at": rfc3339(message.sent_at)}
