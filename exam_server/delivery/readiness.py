"""Whether an exam session is ready before the doors open: papers, people, seats, the machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.config import Settings
from exam_server.delivery.machine_checks import Ready, machine_checks
from exam_server.delivery.seat_checks import CheckedRoom, checked_rooms
from exam_server.errors import NotFoundError
from exam_server.forms.models import Form, PreparedForm, SealedForm
from exam_server.forms.sealed_forms import body_of
from exam_server.forms.sealing import sha256_of, unseal, unwrap_key
from exam_server.seating.adaptive_pools import opened_of_pool
from exam_server.seating.duties import staffing_of
from exam_server.seating.live import other_versions_started
from exam_server.seating.models import Duty, ExamSession
from exam_server.seating.releasing import outlook
from exam_server.seating.service import held_exam_session_for

SOON = timedelta(days=1)
PRINTER = "printer"
MOST_UNSEALED = 60  # while somebody waits for a page; the console command opens all
MOST_NAMED = 20


@dataclass(frozen=True)
class Readiness:
    """Everything looked at for an exam session, and its rooms seat by seat."""

    exam_session: ExamSession
    machine: list[Ready]
    exam: list[Ready]
    rooms: list[CheckedRoom]

    def count(self, state: str) -> int:
        """Return how many things stand so."""
        return sum(each.state == state for each in (*self.machine, *self.exam))


def ready_exam_session_for(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session for its officers, its chief proctor and whoever is on duty in it.

    Raises NotFoundError: ``no_such_exam_session``.
    """
    on_duty = (
        select(ExamSession)
        .join(Duty, Duty.exam_session_id == ExamSession.id)
        .where(
            ExamSession.uid == uid,
            Duty.person_id == actor.id,
            ExamSession.organization_id.in_(actor.organizations("proctor", "chief_proctor")),
        )
        .limit(1)
    )
    return db.scalar(on_duty) or held_exam_session_for(db, actor, uid)


def readiness_of(
    db: Session,
    exam_session: ExamSession,
    settings: Settings,
    *,
    now: datetime,
    most_opened: int | None = MOST_UNSEALED,
) -> Readiness:
    """Look at everything an exam session needs.

    ``most_opened`` papers are opened at most, spread over all; with ``None`` every one.
    """
    rooms = checked_rooms(db, exam_session, settings.secret)
    seats = sum(len(room.seats) for room in rooms)
    exam = [
        _pool(db, exam_session, most_opened)
        if exam_session.is_adaptive
        else _papers(db, exam_session, settings.secret, most_opened),
        *(
            Ready(f"exam_{check.code}", check.state, {"count": check.count})
            for check in outlook(db, exam_session).checks
        ),
        _unwatched(db, exam_session),
        _seats_checked(rooms),
        _printer(db, exam_session),
        _same_version(exam_session),
    ]
    return Readiness(exam_session, machine_checks(db, settings, seats=seats, now=now), exam, rooms)


def exam_sessions_soon(db: Session, *, now: datetime) -> list[ExamSession]:
    """Return the exam sessions of the next day and those that are not yet closed."""
    chosen = select(ExamSession).where(
        ExamSession.state != "closed",
        ExamSession.planned_start > now - SOON,
        ExamSession.planned_start < now + SOON,
    )
    return list(db.scalars(chosen.order_by(ExamSession.planned_start, ExamSession.id)))


def exam_session_named(db: Session, uid: str) -> ExamSession:
    """Return an exam session for the operator; raises NotFoundError: ``no_such_exam_session``."""
    found = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if found is None:
        raise NotFoundError("no_such_exam_session")
    return found


def answer_printer(
    db: Session, actor: Actor, exam_session: ExamSession, *, is_working: bool
) -> None:
    """Keep what a person says of the printer."""
    detail = {"is_working": is_working}
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "answer_printer", by=actor.id, of=of, detail=detail)


def _papers(
    db: Session, exam_session: ExamSession, secret: bytes, most_opened: int | None
) -> Ready:
    """Unseal bodies with their keys under the present secret: what seats will do.

    Of more than ``most_opened`` papers every so manieth; that the others have body and key is
    counted without reading them.
    """
    if exam_session.state == "planned":
        return Ready("papers", "danger", {"wrong": "", "count": 0})
    chosen = select(SealedForm).where(SealedForm.exam_session_id == exam_session.id)
    sealed = db.scalars(chosen.order_by(SealedForm.form_id)).all()
    every = -(-len(sealed) // most_opened) if most_opened else 1
    opened = sealed[:: every or 1]
    unopened = set(_incomplete(db, exam_session))
    unopened |= {
        each.form.code for each in opened if not _is_readable(db, each, exam_session.uid, secret)
    }
    codes = sorted(unopened)
    wrong = ", ".join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else "")
    detail: dict[str, object] = {"wrong": wrong, "count": len(sealed), "opened": len(opened)}
    if codes or not sealed:
        return Ready("papers", "danger", detail)
    return Ready("papers" if len(opened) == len(sealed) else "papers_some", "ok", detail)


def _pool(db: Session, exam_session: ExamSession, most_opened: int | None) -> Ready:
    """Open the sealed pool of an adaptive test and what seats get of its items."""
    count, opened = opened_of_pool(db, exam_session, most=most_opened)
    is_ready = exam_session.state != "planned" and count > 0 and opened is not None
    return Ready("pool", "ok" if is_ready else "danger", {"count": count, "opened": opened or 0})


def _incomplete(db: Session, exam_session: ExamSession) -> Sequence[str]:
    """Return the codes of released forms that lack a key or have no body, read or not."""
    prepared = and_(
        PreparedForm.exam_session_id == SealedForm.exam_session_id,
        PreparedForm.form_id == SealedForm.form_id,
    )
    size = func.coalesce(func.length(SealedForm.body), func.length(PreparedForm.body), 0)
    chosen = (
        select(Form.code)
        .join(SealedForm, SealedForm.form_id == Form.id)
        .outerjoin(PreparedForm, prepared)
        .where(
            SealedForm.exam_session_id == exam_session.id,
            or_(SealedForm.wrapped_key.is_(None), size == 0),
        )
    )
    return db.scalars(chosen).all()


def _is_readable(db: Session, sealed: SealedForm, exam_session: str, secret: bytes) -> bool:
    sealed_body = body_of(db, sealed)
    if sealed.wrapped_key is None or sha256_of(sealed_body) != sealed.sha256:
        return False
    try:
        key = unwrap_key(sealed.wrapped_key, secret, key_id=sealed.key_id)
        body = unseal(sealed_body, key, exam_session=exam_session, form=sealed.form.uid)
    except (InvalidTag, ValueError, OSError):
        return False
    return bool(body.get("items"))


def _unwatched(db: Session, exam_session: ExamSession) -> Ready:
    """Name the rooms in which nobody is on duty."""
    names = [
        each.room.name
        for each in staffing_of(db, exam_session)
        if each.room is not None and not each.people
    ]
    return Ready("watched", "danger" if names else "ok", {"names": "、".join(names)})


def _seats_checked(rooms: list[CheckedRoom]) -> Ready:
    seats = [seat for room in rooms for seat in room.seats]
    failed = sum(seat.found is not None and not seat.found.is_ready for seat in seats)
    ready = sum(room.ready for room in rooms)
    detail: dict[str, object] = {"ready": ready, "due": len(seats), "failed": failed}
    missing = ready < len(seats)
    return Ready("seats", "danger" if failed else "attention" if missing else "ok", detail)


def _printer(db: Session, exam_session: ExamSession) -> Ready:
    chosen = select(AuditEntry).where(
        AuditEntry.object == f"exam_session:{exam_session.uid}", AuditEntry.act == "answer_printer"
    )
    newest = db.scalar(chosen.order_by(AuditEntry.id.desc()).limit(1))
    if newest is None:
        return Ready(PRINTER, "attention")
    return Ready(PRINTER, "ok" if newest.detail["is_working"] else "danger", {"at": newest.at})


def _same_version(exam_session: ExamSession) -> Ready:
    started = other_versions_started(exam_session)
    return Ready("version", "attention" if started else "ok", {"count": len(started)})
