"""Sign-in at a seat: ticket and code, slowed by ticket and device, inside the entry window."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from exam_server.accounts.rules import wait_after
from exam_server.announcements import announce
from exam_server.batches.models import Batch, Registration
from exam_server.batches.tickets import is_right_code
from exam_server.delivery.leases import ask_to_move, digest, take_lease
from exam_server.delivery.models import FailedEntry, SeatSignal
from exam_server.errors import ConflictError, NotAllowedError
from exam_server.programmes.models import Organization, RuleSet
from exam_server.seating.models import ExamSession, Room, RoomRun, Site, Sitting
from proctor.sitting_states import OVER, next_state


@dataclass(frozen=True)
class Entered:
    """A successful sign-in, or a move that the proctor must approve first (no token)."""

    sitting: Sitting
    token: str | None


def enter(
    db: Session, *, ticket: str, code: str, device: str, secret: bytes, now: datetime
) -> Entered | None:
    """Sign a seat in; ``None`` for a wrong ticket or code, which has been noted.

    Ticket and code count as typed in any width and case, with or without blanks.

    Raises NotAllowedError: ``try_again_later``, ``not_yet_open``, ``too_late``;
    ConflictError: ``no_sitting``, ``room_closed``.
    """
    ticket, code = plain_letters(ticket), plain_letters(code).upper()
    registration = _registration_of(db, ticket)
    ticket = registration.ticket if registration else ticket
    failed = db.get(FailedEntry, (ticket, digest(device)))
    _check_wait(failed, now=now)
    stored = registration.code_hash if registration else None
    if registration is None or not is_right_code(secret, ticket, code, stored or ""):
        _note_failure(db, ticket, device, registration, now=now)
        return None
    if failed is not None:
        key = (FailedEntry.ticket == ticket, FailedEntry.device_hash == digest(device))
        db.execute(delete(FailedEntry).where(*key))
    sitting = _sitting_of(db, registration)
    check_window(db, sitting, now=now)
    if sitting.device_hash not in {None, digest(device)}:
        ask_to_move(db, sitting, device, now=now)
        return Entered(sitting, None)
    token = take_lease(db, sitting, device, now=now)
    if registration.batch.is_rehearsal and sitting.status == "assigned":
        sitting.status = next_state(sitting.status, "rehearse") or sitting.status
        start_if_room_runs(db, sitting, now=now)
    return Entered(sitting, token)


def note_sign_in(db: Session, sitting: Sitting, address: str, *, now: datetime) -> None:
    """Keep when and from where a seat was signed in, for the sitting's timeline."""
    db.add(SeatSignal(sitting_id=sitting.id, kind="signed_in", at=now, detail={"now": address}))


def open_centre(db: Session) -> str:
    """Return the name of the test centre, or else the organization, that awaits candidates.

    Empty when there are several: who sits at this computer is not known before sign-in.
    """
    chosen = (
        select(Site.name, Organization.name)
        .join(Room, Room.site_id == Site.id)
        .join(RoomRun, RoomRun.room_id == Room.id)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .join(Organization, ExamSession.organization_id == Organization.id)
        .where(ExamSession.state == "released", Batch.is_rehearsal.is_(False))
        .distinct()
    )
    names = [set(column) for column in zip(*db.execute(chosen).all(), strict=True)]
    return next((one.pop() for one in names if len(one) == 1), "")


def plain_letters(typed: str) -> str:
    """Return what was typed without blanks, in plain letters for those of an input method.

    Examples
    --------
    >>> plain_letters(" ＤＥＭＯ１ 0001 ")
    'DEMO10001'
    """
    return "".join(unicodedata.normalize("NFKC", typed).split())


def _registration_of(db: Session, ticket: str) -> Registration | None:
    """Return the registration of a ticket; one written exactly so goes before capitals."""
    with_rules = joinedload(Registration.batch, innerjoin=True).joinedload(
        Batch.rule_set, innerjoin=True
    )
    written = {ticket, ticket.upper()}
    chosen = select(Registration).where(Registration.ticket.in_(written)).options(with_rules)
    found = db.scalars(chosen).all()
    return next((each for each in found if each.ticket == ticket), found[0] if found else None)


def start_if_room_runs(db: Session, sitting: Sitting, *, now: datetime) -> None:
    """Let a ready sitting run at once when its room has started; the room's end stands.

    The room is held meanwhile: a start at the same moment would not see this sitting as ready
    and leave it waiting for ever. Raises ConflictError: ``room_closed``.
    """
    room_run = sitting.room_run
    db.refresh(room_run, with_for_update={"read": True})
    if room_run.closed_at is not None:
        raise ConflictError("room_closed")
    if sitting.status == "ready" and room_run.started_at is not None:
        sitting.status = "running"
        sitting.started_at = now


def check_window(db: Session, sitting: Sitting, *, now: datetime) -> None:
    """Refuse whoever comes too early or too late; who was in before may always come back.

    Raises NotAllowedError: ``not_yet_open``, ``too_late``; ConflictError: ``room_closed``.
    """
    exam_session = sitting.exam_session
    batch = db.get_one(Batch, exam_session.batch_id)
    rules = db.get_one(RuleSet, batch.rule_set_id)
    if batch.is_rehearsal or sitting.lease_number > 0:
        return
    opens_at = exam_session.planned_start - timedelta(minutes=rules.entry_opens_min)
    if exam_session.state == "planned" or now < opens_at:
        raise NotAllowedError("not_yet_open", opens_at=opens_at)
    if sitting.room_run.closed_at is not None:
        raise ConflictError("room_closed")
    started_at = sitting.room_run.started_at
    if started_at is None or rules.late_limit_min is None:
        return
    if now > started_at + timedelta(minutes=rules.late_limit_min):
        raise NotAllowedError("too_late", minutes=rules.late_limit_min)


def _sitting_of(db: Session, registration: Registration) -> Sitting:
    """Return the newest sitting of a registration that still matters, with session and room."""
    room = joinedload(Sitting.room_run, innerjoin=True).joinedload(RoomRun.room, innerjoin=True)
    chosen = (
        select(Sitting)
        .options(joinedload(Sitting.exam_session, innerjoin=True), room)
        .where(Sitting.registration_id == registration.id)
        .order_by(Sitting.id.desc())
        .with_for_update(of=Sitting, key_share=True)
    )
    sittings = db.scalars(chosen).all()
    if not sittings:
        raise ConflictError("no_sitting")
    return next((each for each in sittings if each.status not in OVER), sittings[0])


def _check_wait(failed: FailedEntry | None, *, now: datetime) -> None:
    if failed is not None and failed.next_try_at > now:
        seconds = int((failed.next_try_at - now).total_seconds()) + 1
        raise NotAllowedError("try_again_later", seconds=seconds)


def _note_failure(
    db: Session, ticket: str, device: str, registration: Registration | None, *, now: datetime
) -> None:
    failed = db.get(FailedEntry, (ticket, digest(device)))
    if failed is None:
        failed = FailedEntry(ticket=ticket[:32], device_hash=digest(device), count=0)
        db.add(failed)
    failed.count += 1
    failed.next_try_at = now + wait_after(failed.count)
    if registration is None:
        return
    sitting = db.scalar(select(Sitting).where(Sitting.registration_id == registration.id))
    if sitting is not None:
        signal = SeatSignal(sitting_id=sitting.id, kind="wrong_code", at=now, detail={})
        db.add(signal)
        announce(db, "code_refused", {}, to=f"seat:{sitting.uid}")
