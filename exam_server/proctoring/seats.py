"""What consoles are told of a room and its seats: never the content of an answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.clock import rfc3339
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import ContactLoss, SeatMessage
from exam_server.delivery.notices import time_told
from exam_server.delivery.state import away_told
from exam_server.forms.models import Form
from exam_server.proctoring.models import Incident
from exam_server.proctoring.needs import Records, need_told, records_of, seat_needs
from exam_server.seating.accommodating import Granted, frozen_of
from exam_server.seating.breaks import lasting_breaks
from exam_server.seating.clock_facts import clock_facts_of, room_clocks_of
from exam_server.seating.models import RoomRun, Seat, SeatBreak, Sitting
from proctor.clock import ClockFacts, break_left, ends_at, is_paused, time_left
from proctor.contact import lost_time, whole_minutes

NEWEST_INCIDENTS = 50


def room_snapshot(
    db: Session, live: LiveFacts, room_run: RoomRun, *, now: datetime
) -> dict[str, Any]:
    """Return everything a console shows of a room."""
    ids = db.scalars(select(Sitting.id).where(Sitting.room_run_id == room_run.id)).all()
    return {
        **place_told(db, room_run, now=now),
        "places": [
            {
                "number": seat.number,
                "row": seat.row,
                "column": seat.column,
                "is_usable": seat.is_usable,
            }
            for seat in room_run.room.seats
        ],
        "seats": seats_told(db, live, ids, now=now),
        "incidents": incidents_told(db, room_run),
        "clock": time_told(db),
    }


def place_told(db: Session, room_run: RoomRun, *, now: datetime) -> dict[str, Any]:
    """Return exam session, room and the room's clock, without anybody's name."""
    exam_session, room = room_run.exam_session, room_run.room
    batch = db.get_one(Batch, exam_session.batch_id)
    clock = room_clocks_of(db, [room_run.id])[room_run.id]
    return {
        "exam_session": {
            "id": exam_session.uid,
            "name": exam_session.name,
            "state": exam_session.state,
            "subject": batch.programme.occupation.name,
            "subject_en": batch.programme.occupation.name_en,
            "minutes": exam_session.minutes,
            "planned_start": rfc3339(exam_session.planned_start),
            "most_out": batch.rule_set.most_out,
        },
        "room": {
            "id": room.uid,
            "name": room.name,
            "rows": room.rows,
            "columns": room.columns,
            "started_at": _text(room_run.started_at),
            "closed_at": _text(room_run.closed_at),
            "ends_at": _text(ends_at(clock, now)),
            "left_s": _left_s(clock, now),
            "is_paused": is_paused(clock),
        },
        "now": rfc3339(now),
    }


@dataclass(frozen=True)
class _Beside:
    """What rows beside their own say of the sittings that are told."""

    live: LiveFacts
    clocks: Mapping[int, ClockFacts]
    records: Records
    answered: Mapping[int, int]
    lengths: Mapping[int | None, int]
    unread: Mapping[int, list[str]]
    granted: Mapping[int, Granted]
    away: Mapping[int, SeatBreak]


def seats_told(
    db: Session, live: LiveFacts, sitting_ids: Iterable[int], *, now: datetime
) -> list[dict[str, Any]]:
    """Return the facts of sittings in the order of their seats."""
    by_room = seats_by_room(db, live, sitting_ids, now=now)
    return [told for seats in by_room.values() for told in seats]


def seats_by_room(
    db: Session, live: LiveFacts, sitting_ids: Iterable[int], *, now: datetime
) -> dict[int, list[dict[str, Any]]]:
    """Return the facts of sittings by their rooms: a few queries, however many rooms."""
    ids = list(sitting_ids)
    live.look_elsewhere(db, ids)
    rows = db.execute(
        select(Sitting, Seat, Registration.ticket, Candidate.name, Form.code)
        .join(Seat, Sitting.seat_id == Seat.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .join(Candidate, Registration.candidate_id == Candidate.id)
        .outerjoin(Form, Sitting.form_id == Form.id)
        .where(Sitting.id.in_(ids))
        .order_by(Sitting.room_run_id, Seat.number)
    ).all()
    beside = _Beside(
        live=live,
        clocks=clock_facts_of(db, ids),
        records=records_of(db, [row[0] for row in rows]),
        answered=live.answered_counts(db, ids),
        lengths=_form_lengths(db, ids),
        unread=_unread(db, ids),
        granted=frozen_of(db, ids),
        away=lasting_breaks(db, ids),
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for sitting, seat, ticket, name, form in rows:
        told = {
            "sitting": sitting.uid,
            "seat": seat.number,
            "row": seat.row,
            "column": seat.column,
            "name": name,
            "ticket": ticket,
            "form": form or "",
            **_sitting_told(sitting, beside, now=now),
        }
        found[sitting.room_run_id].append(told)
    return found


def progress_told(
    db: Session, live: LiveFacts, sittings: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return of sittings (uids by id) what an answer changes: no row is read for a known seat."""
    counts = live.answered_counts(db, sittings)
    return [
        {
            "sitting": uid,
            "answered": counts[sitting_id],
            "last_contact_at": _text(live.last_contact.get(sitting_id)),
        }
        for sitting_id, uid in sittings.items()
    ]


def _sitting_told(sitting: Sitting, beside: _Beside, *, now: datetime) -> dict[str, Any]:
    live, records, clock = beside.live, beside.records, beside.clocks[sitting.id]
    granted = beside.granted.get(sitting.id)
    attendance = records.attendance.get(sitting.id)
    needs = seat_needs(sitting, clock, records, live, now=now)
    return {
        "status": sitting.status,
        "answered": beside.answered[sitting.id],
        "total": beside.lengths.get(sitting.form_id, 0),
        "ends_from": _ends_from(sitting),
        "is_over": sitting.finished_because is not None,
        "ends_at": _text(ends_at(clock, now)),
        "left_s": _left_s(clock, now),
        "last_contact_at": _text(live.last_contact.get(sitting.id, sitting.last_contact_at)),
        "connected": live.is_connected(sitting.id),
        "clock_number": sitting.clock_number,
        "clock_confirmed": sitting.clock_acked == sitting.clock_number,
        "clock_acked": sitting.clock_acked,
        "called": None if sitting.called_at is None else (sitting.call_text or ""),
        "move_requested": sitting.move_device_hash is not None,
        "unread": beside.unread.get(sitting.id, []),
        "lost_minutes": lost_minutes(records.losses.get(sitting.id, ()), clock, now=now),
        "attendance": attendance.mark if attendance else None,
        "asks_for_break": sitting.call_kind == "break",
        "away": away_told(beside.away.get(sitting.id), clock),
        "break_left_s": int(break_left(clock, now).total_seconds()),
        "safe_browser": records.browsers.told(sitting),
        "granted": vars(granted) if granted else None,
        "needs": [need_told(need, sitting, records) for need in needs],
    }


def lost_minutes(losses: Iterable[ContactLoss], clock: ClockFacts, *, now: datetime) -> int:
    """Return the measured minutes without contact that nobody has given back yet."""
    owed = [
        (loss.lost_at, loss.regained_at)
        for loss in losses
        if loss.time_credit_id is None and loss.regained_at is not None
    ]
    return whole_minutes(lost_time(owed, clock, now))


def incidents_told(db: Session, room_run: RoomRun) -> list[dict[str, Any]]:
    """Return the newest incidents of a room, the newest first."""
    rows = incidents_of(db, room_run)[-NEWEST_INCIDENTS:]
    return [
        {
            "id": row.incident.uid,
            "sitting": row.sitting,
            "seat": row.seat,
            "category": row.incident.category,
            "note": row.incident.note,
            "at": rfc3339(row.incident.at),
            "by": row.by or "",
        }
        for row in reversed(rows)
    ]


@dataclass(frozen=True)
class IncidentRow:
    """An incident with whom it is about and who noted it."""

    incident: Incident
    sitting: str | None
    seat: int | None
    name: str | None
    ticket: str | None
    by: str | None


def incidents_of(db: Session, room_run: RoomRun) -> list[IncidentRow]:
    """Return the incidents of a room in the order in which they happened."""
    chosen = (
        select(Incident, Sitting.uid, Seat.number, Candidate.name, Registration.ticket, Person.name)
        .outerjoin(Sitting, Incident.sitting_id == Sitting.id)
        .outerjoin(Seat, Sitting.seat_id == Seat.id)
        .outerjoin(Registration, Sitting.registration_id == Registration.id)
        .outerjoin(Candidate, Registration.candidate_id == Candidate.id)
        .outerjoin(Person, Incident.person_id == Person.id)
        .where(Incident.room_run_id == room_run.id, Incident.withdrawn_at.is_(None))
        .order_by(Incident.at, Incident.id)
    )
    return [IncidentRow(*row) for row in db.execute(chosen)]


def _form_lengths(db: Session, sitting_ids: list[int]) -> dict[int | None, int]:
    forms = select(Sitting.form_id).where(Sitting.id.in_(sitting_ids))
    chosen = select(Form.id, Form.longest_or_whole).where(Form.id.in_(forms))
    return {row[0]: row[1] for row in db.execute(chosen)}


def _ends_from(sitting: Sitting) -> int | None:
    """Return after how many items a test may end; none where all know how many there are."""
    trial = sitting.exam_session.adaptive_trial if sitting.given_count is not None else None
    if trial is None or trial.plan.rules["stop"] == "length":
        return None
    least: int = trial.plan.rules["least"]
    return least


def _unread(db: Session, sitting_ids: list[int]) -> dict[int, list[str]]:
    found = defaultdict(list)
    chosen = select(SeatMessage.sitting_id, SeatMessage.uid).where(
        SeatMessage.sitting_id.in_(sitting_ids), SeatMessage.acked_at.is_(None)
    )
    for sitting_id, uid in db.execute(chosen.order_by(SeatMessage.id)):
        found[sitting_id].append(uid)
    return found


def _left_s(clock: ClockFacts, now: datetime) -> int | None:
    return None if clock.started_at is None else int(time_left(clock, now).total_seconds())


def _text(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
