"""The facts that paper documents of an exam session are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server.batches.models import Candidate, CandidatePhoto, Registration
from exam_server.batches.rules import masked_id
from exam_server.clock import SITE_ZONE
from exam_server.programmes.models import Organization
from exam_server.seating.accommodating import Granted, granted_in
from exam_server.seating.forms_given import forms_given
from exam_server.seating.models import ExamSession, Room, RoomRun, Seat, Sitting
from exam_server.seating.room_times import end_of

KINDS = ("seat_chart", "attendance", "door_list", "desk_labels")
THEORY = {"zh": "理论知识考试", "en": "Theory"}


@dataclass(frozen=True)
class Papers:
    """The facts of an exam session's documents, and the photos they show by file name."""

    facts: dict[str, Any]
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def list_papers(db: Session, exam_session: ExamSession, *, language: str, now: datetime) -> Papers:
    """Return what seat charts, attendance sheets, door lists and desk labels show."""
    sittings = sittings_of(db, exam_session)
    photos = photos_of(db, [each.registration.candidate_id for each in sittings])
    letters = form_numbers(exam_session)
    granted = granted_in(db, exam_session)
    by_seat = {(each.room_run_id, each.seat_id): each for each in sittings}
    rooms = [
        {
            **room_facts(run.room),
            "due": sum(each.room_run_id == run.id for each in sittings),
            "seats": [
                {**_seat(seat, sitting, letters, photos), "extra_min": extra_of(sitting, granted)}
                for seat in run.room.seats
                for sitting in [by_seat.get((run.id, seat.id))]
            ],
        }
        for run in exam_session.rooms
    ]
    facts = head_facts(db, exam_session, language=language, now=now)
    return Papers({**facts, "rooms": rooms}, _by_file(photos))


def head_facts(
    db: Session, exam_session: ExamSession, *, language: str, now: datetime
) -> dict[str, Any]:
    """Return what every document says: organization, batch, exam session, when it was made."""
    batch, start = exam_session.batch, exam_session.planned_start.astimezone(SITE_ZONE)
    programme, owner = batch.programme, db.get_one(Organization, exam_session.organization_id)
    occupation = programme.occupation
    return {
        "language": language,
        "organization": owner.name,
        "batch": {"name": batch.named(language), "code": batch.code},
        "exam_session": {
            "name": exam_session.name,
            "occupation": occupation.name_en if language == "en" else occupation.name,
            "work_type": programme.work_type,
            "level": programme.level,
            "component": THEORY[language],
            "date": f"{start:%Y-%m-%d}",
            "from": f"{start:%H:%M}",
            "to": f"{end_of(exam_session).astimezone(SITE_ZONE):%H:%M}",
            "minutes": exam_session.minutes,
        },
        "printed_at": f"{now.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}",
        "is_sample": batch.is_sample,
    }


def ticket_papers(
    db: Session,
    exam_session: ExamSession,
    codes: Mapping[int, str],
    *,
    language: str,
    now: datetime,
) -> Papers:
    """Return what the tickets of those show who got a login code, by registration."""
    chosen = select(Registration).where(Registration.id.in_(codes))
    loaded = chosen.options(joinedload(Registration.candidate)).order_by(Registration.ticket)
    registered = db.scalars(loaded).all()
    sittings = {each.registration_id: each for each in sittings_of(db, exam_session)}
    photos = photos_of(db, [each.candidate_id for each in registered])
    rules, granted = exam_session.batch.rule_set, granted_in(db, exam_session)
    candidates = [
        {
            **_person(each.candidate, each.ticket, photos),
            "id_type": each.candidate.id_type,
            "code": codes[each.id],
            "extra_min": extra_of(sittings.get(each.id), granted),
            **_place(sittings.get(each.id)),
        }
        for each in registered
    ]
    facts = {
        **head_facts(db, exam_session, language=language, now=now),
        "rules": {
            "entry_opens": rules.entry_opens_min,
            "late_limit": rules.late_limit_min,
            "hand_in_after": rules.hand_in_after_min,
        },
        "candidates": sorted(candidates, key=_by_place),
    }
    return Papers(facts, _by_file(photos))


def extra_of(sitting: Sitting | None, granted: Mapping[int, Granted]) -> int:
    """Return the extra minutes of a seat; documents never say why."""
    found = granted.get(sitting.id) if sitting else None
    return found.extra_min if found else 0


def sittings_of(db: Session, exam_session: ExamSession) -> Sequence[Sitting]:
    """Return everybody seated with seat and name."""
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    loaded = chosen.options(
        joinedload(Sitting.seat),
        joinedload(Sitting.room_run).joinedload(RoomRun.room).joinedload(Room.site),
        joinedload(Sitting.registration).joinedload(Registration.candidate),
    )
    return db.scalars(loaded.order_by(Sitting.room_run_id, Sitting.seat_id)).all()


def photos_of(db: Session, candidate_ids: Sequence[int]) -> dict[int, bytes]:
    """Return the photos of candidates who have one."""
    chosen = select(CandidatePhoto.candidate_id, CandidatePhoto.body)
    found = db.execute(chosen.where(CandidatePhoto.candidate_id.in_(candidate_ids)))
    return {row.candidate_id: row.body for row in found}


def form_numbers(exam_session: ExamSession) -> dict[int, int]:
    """Return the place of each form among the exam session's, by which it is drawn."""
    return {form.id: place for place, form in enumerate(forms_given(exam_session))}


def room_facts(room: Room) -> dict[str, Any]:
    """Return what documents say of a room."""
    return {
        "site": room.site.name,
        "address": room.site.address,
        "name": room.name,
        "rows": room.rows,
        "columns": room.columns,
    }


def _seat(
    seat: Seat, sitting: Sitting | None, letters: Mapping[int, int], photos: Mapping[int, bytes]
) -> dict[str, Any]:
    where = {
        "number": seat.number,
        "row": seat.row,
        "column": seat.column,
        "state": "seat" if seat.is_usable else "broken",
    }
    if sitting is None:
        nobody = dict.fromkeys(("ticket", "name", "id_number", "photo", "form"))
        return {**where, **nobody}
    who = _person(sitting.registration.candidate, sitting.registration.ticket, photos)
    who["id_number"] = masked_id(str(who["id_number"]))
    return {**where, **who, "form": letters.get(sitting.form_id or 0)}


def _person(candidate: Candidate, ticket: str, photos: Mapping[int, bytes]) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "name": candidate.name,
        "id_number": candidate.id_number,
        "photo": _file(candidate.id) if candidate.id in photos else None,
    }


def _place(sitting: Sitting | None) -> dict[str, Any]:
    if sitting is None:
        return {"room": None, "seat": None}
    return {"room": room_facts(sitting.room_run.room), "seat": sitting.seat.number}


def _by_place(candidate: Mapping[str, Any]) -> tuple[str, int, str]:
    room = candidate["room"]
    return (room["name"] if room else "", candidate["seat"] or 0, candidate["ticket"])


def _file(candidate_id: int) -> str:
    return f"photo-{candidate_id}.jpg"


def _by_file(photos: Mapping[int, bytes]) -> dict[str, bytes]:
    return {_file(candidate_id): body for candidate_id, body in photos.items()}
