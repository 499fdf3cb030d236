"""What consoles are told of a room and its seats: never the content of an answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.clock import rfc3339
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import SeatMessage
from exam_server.forms.models import Form, FormItem
from exam_server.proctoring.models import Incident
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.models import RoomRun, Seat, Sitting
from proctor.clock import ends_at

NEWEST_INCIDENTS = 50


def room_snapshot(
    db: Session, live: LiveFacts, room_run: RoomRun, *, now: datetime
) -> dict[str, Any]:
    """Return everything a console shows of a room."""
    exam_session, room = room_run.exam_session, room_run.room
    batch = db.get_one(Batch, exam_session.batch_id)
    ids = db.scalars(select(Sitting.id).where(Sitting.room_run_id == room_run.id)).all()
    return {
        "exam_session": {
            "id": exam_session.uid,
            "name": exam_session.name,
            "state": exam_session.state,
            "subject": batch.programme.occupation.name,
            "minutes": exam_session.minutes,
            "planned_start": rfc3339(exam_session.planned_start),
        },
        "room": {
            "id": room.uid,
            "name": room.name,
            "rows": room.rows,
            "columns": room.columns,
            "started_at": _text(room_run.started_at),
            "closed_at": _text(room_run.closed_at),
        },
        "now": rfc3339(now),
        "seats": seats_told(db, live, ids, now=now),
        "incidents": incidents_told(db, room_run),
    }


def seats_told(
    db: Session, live: LiveFacts, sitting_ids: Iterable[int], *, now: datetime
) -> list[dict[str, Any]]:
    """Return the facts of sittings in the order of their seats."""
    ids = list(sitting_ids)
    rows = db.execute(
        select(Sitting, Seat, Registration.ticket, Candidate.name, Form.code)
        .join(Seat, Sitting.seat_id == Seat.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .join(Candidate, Registration.candidate_id == Candidate.id)
        .outerjoin(Form, Sitting.form_id == Form.id)
        .where(Sitting.id.in_(ids))
        .order_by(Seat.number)
    ).all()
    clocks = clock_facts_of(db, ids)
    answered = live.answered_counts(db, ids)
    lengths, unread = _form_lengths(db, ids), _unread(db, ids)
    return [
        {
            "sitting": sitting.uid,
            "seat": seat.number,
            "row": seat.row,
            "column": seat.column,
            "name": name,
            "ticket": ticket,
            "form": form or "",
            "status": sitting.status,
            "answered": answered[sitting.id],
            "total": lengths.get(sitting.form_id, 0),
            "ends_at": _text(ends_at(clocks[sitting.id], now)),
            "last_contact_at": _text(live.last_contact.get(sitting.id, sitting.last_contact_at)),
            "connected": live.is_connected(sitting.id),
            "clock_confirmed": sitting.clock_acked == sitting.clock_number,
            "called": None if sitting.called_at is None else (sitting.call_text or ""),
            "move_requested": sitting.move_device_hash is not None,
            "message_unread": unread.get(sitting.id, 0),
        }
        for sitting, seat, ticket, name, form in rows
    ]


def incidents_told(db: Session, room_run: RoomRun) -> list[dict[str, Any]]:
    """Return the newest incidents of a room."""
    chosen = (
        select(Incident, Sitting.uid)
        .outerjoin(Sitting, Incident.sitting_id == Sitting.id)
        .where(Incident.room_run_id == room_run.id)
        .order_by(Incident.id.desc())
        .limit(NEWEST_INCIDENTS)
    )
    return [
        {
            "id": incident.uid,
            "sitting": sitting_uid,
            "category": incident.category,
            "note": incident.note,
            "at": rfc3339(incident.at),
        }
        for incident, sitting_uid in db.execute(chosen)
    ]


def _form_lengths(db: Session, sitting_ids: list[int]) -> dict[int | None, int]:
    forms = select(Sitting.form_id).where(Sitting.id.in_(sitting_ids))
    counted = (
        select(FormItem.form_id, func.count())
        .where(FormItem.form_id.in_(forms))
        .group_by(FormItem.form_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def _unread(db: Session, sitting_ids: list[int]) -> dict[int, int]:
    counted = (
        select(SeatMessage.sitting_id, func.count())
        .where(SeatMessage.sitting_id.in_(sitting_ids), SeatMessage.acked_at.is_(None))
        .group_by(SeatMessage.sitting_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def _text(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
