"""Use cases of a seat and of starting it; answers go through the journal instead."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.batches.models import CandidatePhoto
from exam_server.delivery.entering import start_if_room_runs
from exam_server.delivery.models import SeatMessage, SeatSignal
from exam_server.delivery.safe_browser import check_browser
from exam_server.delivery.state import clock_message
from exam_server.errors import ConflictError, NotFoundError
from exam_server.forms.models import SealedForm
from exam_server.forms.sealing import unwrap_key
from exam_server.seating.models import RoomRun, Sitting
from proctor.signals import GROUPS, kinds_gathered, plain_detail
from proctor.sitting_states import LIVE, next_state

LONGEST_TEXT = 500
KNOWN_SIGNALS = kinds_gathered(GROUPS)
MOST_SIGNALS = 500


def confirm_identity(sitting: Sitting, *, now: datetime) -> None:
    """Note that the candidate says: this is me. Repeating it changes nothing."""
    if sitting.identity_confirmed_at is None:
        _move(sitting, "confirm_identity")
        sitting.identity_confirmed_at = now


def accept_pledge(db: Session, sitting: Sitting, *, now: datetime) -> None:
    """Note the pledge: the seat is ready, and runs at once when its room has started."""
    if sitting.pledge_accepted_at is None:
        check_browser(db, sitting)
        _move(sitting, "accept_pledge")
        sitting.pledge_accepted_at = now
        start_if_room_runs(db, sitting, now=now)


def _move(sitting: Sitting, action: str) -> None:
    state = next_state(sitting.status, action)
    if state is None:
        raise ConflictError("wrong_step", status=sitting.status)
    sitting.status = state


def start_sittings(db: Session, room_runs: list[RoomRun], *, now: datetime) -> int:
    """Start rooms: every ready sitting runs; return how many. Starting again is safe.

    Raises ConflictError: ``papers_not_released``, ``room_closed``.
    """
    for run in sorted(room_runs, key=lambda run: run.id):
        db.refresh(run, with_for_update=True)
    fresh = [run for run in room_runs if run.started_at is None]
    for run in fresh:
        if run.exam_session.state == "planned":
            raise ConflictError("papers_not_released")
        if run.closed_at is not None:
            raise ConflictError("room_closed")
        run.started_at = now
    ids = [run.id for run in fresh]
    db.flush()
    ready = (Sitting.room_run_id.in_(ids), Sitting.status == "ready")
    started = db.execute(
        update(Sitting)
        .where(*ready)
        .values(status="running", started_at=now, clock_number=Sitting.clock_number + 1)
    )
    for run in fresh:
        room = f"{run.exam_session.uid}:{run.room.uid}"
        announce(db, "room_started", {"room_run": run.id}, to=f"room:{room}")
    return int(started.rowcount)  # type: ignore[attr-defined] # an update has a row count


def form_key(db: Session, sitting: Sitting, secret: bytes) -> str | None:
    """Return the form's key, base64url, while the sitting runs; otherwise nothing."""
    if sitting.status not in LIVE or sitting.form_id is None:
        return None
    sealed = db.get(SealedForm, (sitting.exam_session_id, sitting.form_id))
    if sealed is None or sealed.wrapped_key is None:
        return None
    key = unwrap_key(sealed.wrapped_key, secret, key_id=sealed.key_id)
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def sealed_body(db: Session, sitting: Sitting) -> SealedForm:
    """Return the sealed form of a sitting; raises NotFoundError: ``form_not_sealed``."""
    sealed = (
        db.get(SealedForm, (sitting.exam_session_id, sitting.form_id)) if sitting.form_id else None
    )
    if sealed is None:
        raise NotFoundError("form_not_sealed")
    return sealed


def own_photo(db: Session, sitting: Sitting) -> CandidatePhoto:
    """Return the portrait of a sitting's candidate; raises NotFoundError: ``no_such_photo``."""
    photo = db.get(CandidatePhoto, sitting.registration.candidate_id)
    if photo is None:
        raise NotFoundError("no_such_photo")
    return photo


def ack_message(db: Session, sitting: Sitting, message_uid: str, *, now: datetime) -> None:
    """Note that the seat has shown a message; raises NotFoundError: ``no_such_message``."""
    message = db.scalar(
        select(SeatMessage).where(
            SeatMessage.uid == message_uid, SeatMessage.sitting_id == sitting.id
        )
    )
    if message is None:
        raise NotFoundError("no_such_message")
    message.acked_at = message.acked_at or now


def call_proctor(sitting: Sitting, text: str, *, kind: str | None = None, now: datetime) -> None:
    """Have the seat come to the top of the console until someone answers."""
    sitting.called_at = sitting.called_at or now
    sitting.call_text = text[:LONGEST_TEXT]
    sitting.call_kind = kind


def report_signal(
    db: Session, sitting: Sitting, kind: str, detail: Mapping[str, Any], *, now: datetime
) -> None:
    """Store a fact the seat reports; an unknown kind is kept as ``other``.

    What the rule set leaves alone is not stored, nor more facts than anybody could read.
    """
    gathered = kinds_gathered(sitting.exam_session.batch.rule_set.signals)
    if kind in KNOWN_SIGNALS and kind not in gathered:
        return
    counted = select(func.count()).select_from(SeatSignal)
    if (db.scalar(counted.where(SeatSignal.sitting_id == sitting.id)) or 0) >= MOST_SIGNALS:
        return
    stored = kind if kind in KNOWN_SIGNALS else "other"
    db.add(
        SeatSignal(sitting_id=sitting.id, kind=stored, at=now, detail=dict(plain_detail(detail)))
    )


def announce_clock(
    db: Session, sitting: Sitting, *, reason: str, now: datetime, **more: Any
) -> None:
    """Have a seat told of its changed clock."""
    message = {**clock_message(db, sitting, now=now), "reason": reason, **more}
    announce(db, "clock_changed", message, to=f"sitting:{sitting.uid}")
