"""A release takes two people: one asks, another looks at the same and releases or refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.errors import ConflictError, NotAllowedError, Problem
from exam_server.forms.editing import hold_forms
from exam_server.inputs import In
from exam_server.seating.choosing_sets import draw_chosen
from exam_server.seating.models import ExamSession, ReleaseRequest
from exam_server.seating.orders import redraw_changed
from exam_server.seating.planning_rules import hold_planned
from exam_server.seating.release_facts import changes_since, facts_seen
from exam_server.seating.releasing import Outlook, form_ids_of, outlook, release
from exam_server.seating.rules import OFFICER, may_release_together

CHIEF = "chief_proctor"


class AskIn(In):
    """Why papers are to be released although not everything is ready."""

    reason: str = Field(default="", max_length=500)


class ReleaseIn(In):
    """Which request is granted: the one that was seen."""

    request: str


class RefuseIn(ReleaseIn):
    """Which request is refused, and why."""

    reason: str = Field(min_length=1, max_length=500)


@dataclass(frozen=True)
class Asked:
    """A request that waits, by whom, and what has changed since."""

    request: ReleaseRequest
    by: Person
    changes: list[Problem]


@dataclass(frozen=True)
class Decided:
    """A request that was decided: by whom it was asked and decided."""

    request: ReleaseRequest
    by: str
    decided_by: str


def role_in(actor: Actor, exam_session: ExamSession) -> str:
    """Return as what somebody acts who may act at all: exam officer, else chief proctor."""
    is_officer = actor.may(OFFICER, organization_id=exam_session.organization_id)
    return OFFICER if is_officer else CHIEF


def ask_for_release(
    db: Session, actor: Actor, exam_session: ExamSession, sent: AskIn, *, now: datetime
) -> ReleaseRequest:
    """Ask for a release; one that waits is replaced when something has changed since.

    Raises ConflictError: ``already_released``, ``too_early_to_release``, ``release_not_possible``,
    ``not_all_ready``, ``release_asked_already``, ``too_few_sets``.
    """
    hold_planned(db, exam_session)
    _hold_forms(db, exam_session)
    if not exam_session.has_own_forms:
        redraw_changed(db, exam_session)
    seen = outlook(db, exam_session)
    _refuse_early(seen, now)
    if not seen.is_possible:
        raise ConflictError("release_not_possible")
    if seen.open_points and not sent.reason:
        raise ConflictError("not_all_ready")
    draw_chosen(db, actor, exam_session)
    _hold_forms(db, exam_session)
    _put_outdated_aside(db, actor, exam_session, now=now)
    request = ReleaseRequest(
        exam_session=exam_session,
        asked_at=now,
        asked_by=actor.id,
        asked_as=role_in(actor, exam_session),
        reason=sent.reason if seen.open_points else "",
        seen=facts_seen(db, exam_session, seen),
    )
    db.add(request)
    db.flush()
    detail = {"open": [check.code for check in seen.open_points], "reason": request.reason}
    _record(db, actor, "ask_release", exam_session, detail)
    return request


def release_asked(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    sent: ReleaseIn,
    *,
    secret: bytes,
    now: datetime,
) -> None:
    """Release as the second person; what that person saw is what is released.

    Raises ConflictError: those of ``release``, ``release_not_asked``, ``release_asked_anew``,
    ``too_early_to_release``, ``release_changed``; NotAllowedError: ``release_needs_another``,
    ``officer_needed``.
    """
    request = _waiting(db, exam_session, sent)
    _refuse_same_person(actor, exam_session, request)
    _hold_forms(db, exam_session)
    seen = outlook(db, exam_session)
    _refuse_early(seen, now)
    changes = changes_since(request.seen, facts_seen(db, exam_session, seen))
    if changes:
        raise ConflictError("release_changed", changes)
    asker = db.get_one(Person, request.asked_by)
    detail = {
        "asked_by": asker.username,
        "open": [check.code for check in seen.open_points],
        "reason": request.reason,
    }
    release(db, exam_session, by=actor.id, secret=secret, now=now, detail=detail)
    _decide(db, actor, request, "released", now=now)


def refuse_release(
    db: Session, actor: Actor, exam_session: ExamSession, sent: RefuseIn, *, now: datetime
) -> None:
    """Refuse as the second person, with the reason.

    Raises ConflictError: ``already_released``, ``release_not_asked``, ``release_asked_anew``;
    NotAllowedError: ``release_needs_another``.
    """
    request = _waiting(db, exam_session, sent)
    if actor.id == request.asked_by:
        raise NotAllowedError("release_needs_another")
    _decide(db, actor, request, "refused", reason=sent.reason, now=now)
    _record(db, actor, "refuse_release", exam_session, {"reason": sent.reason})


def withdraw_request(
    db: Session, actor: Actor, exam_session: ExamSession, sent: ReleaseIn, *, now: datetime
) -> None:
    """Take one's own request back.

    Raises ConflictError: ``already_released``, ``release_not_asked``, ``release_asked_anew``;
    NotAllowedError: ``not_your_request``.
    """
    request = _waiting(db, exam_session, sent)
    if actor.id != request.asked_by:
        raise NotAllowedError("not_your_request")
    _decide(db, actor, request, "withdrawn", now=now)
    _record(db, actor, "withdraw_release", exam_session, {})


def asked_for(db: Session, exam_session: ExamSession, seen: Outlook) -> Asked | None:
    """Return the request that waits, with what has changed since it was made."""
    request = waiting_request(db, exam_session)
    if request is None:
        return None
    changes = changes_since(request.seen, facts_seen(db, exam_session, seen))
    return Asked(request, db.get_one(Person, request.asked_by), changes)


def decisions_of(db: Session, exam_session: ExamSession) -> Sequence[Decided]:
    """Return the requests that were decided, the newest first."""
    chosen = select(ReleaseRequest).where(
        ReleaseRequest.exam_session_id == exam_session.id, ReleaseRequest.decided_at.is_not(None)
    )
    found = db.scalars(chosen.order_by(ReleaseRequest.id.desc())).all()
    people = {person_id for each in found for person_id in (each.asked_by, each.decided_by)}
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {row.id: row.name for row in rows}
    return [
        Decided(each, names[each.asked_by], names.get(each.decided_by or 0, "")) for each in found
    ]


def waiting_request(db: Session, exam_session: ExamSession) -> ReleaseRequest | None:
    """Return the request that waits for its decision."""
    chosen = select(ReleaseRequest).where(
        ReleaseRequest.exam_session_id == exam_session.id, ReleaseRequest.decided_at.is_(None)
    )
    return db.scalar(chosen)


def may_decide(actor: Actor, exam_session: ExamSession, request: ReleaseRequest) -> bool:
    """Say whether somebody may be the second person of a release."""
    second = role_in(actor, exam_session)
    return actor.id != request.asked_by and may_release_together(request.asked_as, second)


def _waiting(db: Session, exam_session: ExamSession, sent: ReleaseIn) -> ReleaseRequest:
    hold_planned(db, exam_session)
    request = waiting_request(db, exam_session)
    if request is None:
        raise ConflictError("release_not_asked")
    if request.uid != sent.request:
        raise ConflictError("release_asked_anew")
    return request


def _refuse_same_person(actor: Actor, exam_session: ExamSession, request: ReleaseRequest) -> None:
    if actor.id == request.asked_by:
        raise NotAllowedError("release_needs_another")
    if not may_decide(actor, exam_session, request):
        raise NotAllowedError("officer_needed")


def _hold_forms(db: Session, exam_session: ExamSession) -> None:
    """Keep changes by hand waiting: what is seen is what is asked for or released."""
    if not exam_session.has_own_forms:  # nobody changes a form that is one candidate's own
        hold_forms(db, form_ids_of(db, exam_session))


def _refuse_early(seen: Outlook, now: datetime) -> None:
    if now < seen.not_before:
        raise ConflictError("too_early_to_release", at=seen.not_before)


def _put_outdated_aside(
    db: Session, actor: Actor, exam_session: ExamSession, *, now: datetime
) -> None:
    asked = asked_for(db, exam_session, outlook(db, exam_session))
    if asked is None:
        return
    if not asked.changes:
        raise ConflictError("release_asked_already")
    _decide(db, actor, asked.request, "outdated", now=now)
    db.flush()


def _decide(
    db: Session,
    actor: Actor,
    request: ReleaseRequest,
    decision: str,
    *,
    reason: str = "",
    now: datetime,
) -> None:
    request.decided_at, request.decided_by = now, actor.id
    request.decision, request.decision_reason = decision, reason
    db.flush()


def _record(
    db: Session, actor: Actor, act: str, exam_session: ExamSession, detail: Mapping[str, Any]
) -> None:
    audit.record(db, act, by=actor.id, of=f"exam_session:{exam_session.uid}", detail=dict(detail))
