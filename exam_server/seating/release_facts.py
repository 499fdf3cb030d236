"""What two people look at before they release papers, kept so that nothing else is released."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server.clock import rfc3339
from exam_server.errors import Problem
from exam_server.forms.models import Form
from exam_server.forms.sealed_forms import form_digest
from exam_server.seating.accommodating import granted_in
from exam_server.seating.adaptive_models import SealedPool
from exam_server.seating.models import ExamSession, Sitting
from exam_server.seating.own_forms import given_in
from exam_server.seating.releasing import Outlook, form_ids_of

OWN = "*"  # all own forms together


def facts_seen(db: Session, exam_session: ExamSession, seen: Outlook) -> dict[str, Any]:
    """Return plan, checks, seats and forms as they are now, as plain data to be kept."""
    return {
        "plan": {
            "name": exam_session.name,
            "planned_start": rfc3339(exam_session.planned_start),
            "minutes": exam_session.minutes,
            "rooms": sorted(run.room.uid for run in exam_session.rooms),
        },
        "checks": {check.code: [check.state, check.count] for check in seen.checks},
        "candidates": seen.count,
        "seats": _seats_digest(db, exam_session),
        "granted": _granted(db, exam_session),
        "forms": _forms_digests(db, exam_session),
    }


def changes_since(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Problem]:
    """Return what is no longer as it was seen: codes ``seen_plan_changed`` and the like."""
    found = []
    if before["plan"] != now["plan"]:
        found.append(Problem("", "seen_plan_changed"))
    if before["candidates"] != now["candidates"]:
        counts = {"before": before["candidates"], "now": now["candidates"]}
        found.append(Problem("", "seen_candidates_changed", counts))
    if before["seats"] != now["seats"]:
        found.append(Problem("", "seen_seats_changed"))
    if before.get("granted", {}) != now["granted"]:
        found.append(Problem("", "seen_accommodations_changed"))
    if before["forms"] != now["forms"]:
        either = {**before["forms"], **now["forms"]}
        codes = [c for c in either if before["forms"].get(c) != now["forms"].get(c)]
        found.append(Problem("", "seen_forms_changed", {"codes": ", ".join(sorted(codes))}))
    if before["checks"] != now["checks"]:
        found.append(Problem("", "seen_checks_changed"))
    return found


def _forms_digests(db: Session, exam_session: ExamSession) -> dict[str, str]:
    """Return what stands for each form's body, or for all own ones or a pool, sealed already."""
    if exam_session.is_adaptive:
        pool = db.get(SealedPool, exam_session.id)
        return {OWN: pool.sha256 if pool else ""}
    if exam_session.most_alike is not None:
        given = given_in(db, exam_session)
        return {OWN: hashlib.sha256(given.encode()).hexdigest()}
    return {
        code: form_digest(db, form_id, exam_session_uid=exam_session.uid)
        for code, form_id in _forms_used(db, exam_session)
    }


def _forms_used(db: Session, exam_session: ExamSession) -> list[tuple[str, int]]:
    ids = form_ids_of(db, exam_session)
    chosen = select(Form.code, Form.id).where(Form.id.in_(ids)).order_by(Form.code)
    return [(row.code, row.id) for row in db.execute(chosen)]


def _granted(db: Session, exam_session: ExamSession) -> dict[str, list[int]]:
    """Return who gets how many extra minutes and minutes of breaks, by sitting."""
    granted = granted_in(db, exam_session)
    uids = db.execute(select(Sitting.id, Sitting.uid).where(Sitting.id.in_(granted)))
    return {uid: [granted[key].extra_min, granted[key].break_min] for key, uid in uids}


def _seats_digest(db: Session, exam_session: ExamSession) -> str:
    """Return a hash of who sits where with which form, in which order."""
    chosen = (
        select(Sitting)
        .where(Sitting.exam_session_id == exam_session.id)
        .options(joinedload(Sitting.registration), joinedload(Sitting.seat))
        .order_by(Sitting.registration_id)
    )
    seats = [
        [
            each.registration.uid,
            each.room_run_id,
            each.seat.number,
            each.form_id,
            each.sealed_order.hex() if each.sealed_order else None,
        ]
        for each in db.scalars(chosen)
    ]
    return hashlib.sha256(rfc8785.dumps(seats)).hexdigest()
