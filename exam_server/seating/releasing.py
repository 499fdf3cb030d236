"""Release: forms sealed for an exam session, once; from then on nothing of them changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.models import CandidatePhoto, Registration
from exam_server.errors import ConflictError
from exam_server.forms.editing import hold_forms
from exam_server.forms.sealed_forms import Releasing, release_prepared, sealed_form
from exam_server.seating.accommodating import cut_short, freeze, granted_in
from exam_server.seating.adaptive_papers import begin_forms, pool_standing
from exam_server.seating.choosing_sets import refuse_unready, set_problem
from exam_server.seating.duties import staffing_of
from exam_server.seating.forms_given import forms_given
from exam_server.seating.models import ExamSession, Seat, Sitting
from exam_server.seating.orders import redraw_changed
from exam_server.seating.own_forms import own_forms_of, too_alike


@dataclass(frozen=True)
class Check:
    """A thing looked at before a release: ``danger`` stops it, ``attention`` asks for a reason."""

    code: str
    state: Literal["ok", "attention", "danger"]
    count: int = 0


@dataclass(frozen=True)
class Outlook:
    """What a release will do."""

    checks: list[Check]
    forms: list[str]
    entry_opens_at: datetime
    count: int
    not_before: datetime

    @property
    def is_possible(self) -> bool:
        """Say whether nothing stops the release."""
        return all(check.state != "danger" for check in self.checks)

    @property
    def open_points(self) -> list[Check]:
        """Return what is not ready and needs a reason."""
        return [check for check in self.checks if check.state == "attention"]


def release(
    db: Session,
    exam_session: ExamSession,
    *,
    by: int | None,
    secret: bytes,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Seal every form the exam session's sittings use and open it for sign-in.

    The sealing alone: people release by ``release_asking``, where it takes two; only a
    rehearsal is released by nobody. Raises ConflictError: ``already_released``,
    ``seats_not_drawn``, ``candidates_without_seat``, ``seats_broken``, ``own_forms_missing``,
    ``set_not_ready``, ``sets_used_meanwhile``, ``pool_not_ready``.
    """
    db.refresh(exam_session, with_for_update=True)
    if exam_session.state != "planned":
        raise ConflictError("already_released", name=exam_session.name)
    form_ids = form_ids_of(db, exam_session)
    if not form_ids and not _is_seated(exam_session):
        raise ConflictError("seats_not_drawn")
    unseated = _unseated(db, exam_session)
    if unseated:
        raise ConflictError("candidates_without_seat", count=unseated)
    if _on_broken_seats(db, exam_session):
        raise ConflictError("seats_broken")
    releasing = Releasing(exam_session.id, exam_session.uid, by, secret, now)
    _give_forms(db, exam_session, form_ids, releasing)
    freeze(db, exam_session)
    exam_session.state = "released"
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "release_forms", by=by, of=of, detail=detail)


def _give_forms(
    db: Session, exam_session: ExamSession, form_ids: Sequence[int], releasing: Releasing
) -> None:
    if exam_session.is_adaptive:
        begin_forms(db, exam_session, by=releasing.by, now=releasing.now)
        return
    if exam_session.most_alike is None:
        hold_forms(db, form_ids)
        refuse_unready(db, exam_session, form_ids)
        redraw_changed(db, exam_session)
        for form_id in form_ids:
            db.add(sealed_form(db, form_id, releasing))
        return
    lacking = own_forms_of(db, exam_session)
    if not lacking.is_complete or lacking.is_being_made:
        raise ConflictError("own_forms_missing", count=lacking.missing)
    release_prepared(db, releasing)


def outlook(db: Session, exam_session: ExamSession) -> Outlook:
    """Return what a release will do, and what speaks against it."""
    opens = timedelta(minutes=exam_session.batch.rule_set.entry_opens_min)
    forms = [] if exam_session.has_own_forms else forms_given(exam_session)
    own_photo = CandidatePhoto.candidate_id == Registration.candidate_id
    has_photo = select(CandidatePhoto.candidate_id).where(own_photo).exists()
    checks = [
        *_seat_checks(db, exam_session),
        *_own_form_checks(db, exam_session),
        *_set_checks(db, exam_session),
        *_pool_checks(db, exam_session),
        _attention("codes", _count(db, exam_session, Registration.code_hash.is_(None))),
        _attention("staff", sum(each.missing for each in staffing_of(db, exam_session))),
        _attention("photos", _count(db, exam_session, ~has_photo)),
        _attention("hard_end", len(cut_short(exam_session, granted_in(db, exam_session)))),
    ]
    codes = [form.code for form in forms]
    count = _count(db, exam_session)
    start, rules = exam_session.planned_start, exam_session.batch.rule_set
    not_before = start - timedelta(hours=rules.release_not_before_hours)
    return Outlook(checks, codes, start - opens, count, not_before)


def _seat_checks(db: Session, exam_session: ExamSession) -> list[Check]:
    if exam_session.seat_seed is None and not form_ids_of(db, exam_session):
        return [Check("seats", "danger")]
    unseated, broken = _unseated(db, exam_session), _on_broken_seats(db, exam_session)
    return [
        Check("seats", "ok"),
        Check("unseated", "danger" if unseated else "ok", unseated),
        Check("broken", "danger" if broken else "ok", broken),
    ]


def _is_seated(exam_session: ExamSession) -> bool:
    """Say whether seats are drawn where no form goes with them."""
    return exam_session.is_adaptive and exam_session.seat_seed is not None


def _pool_checks(db: Session, exam_session: ExamSession) -> list[Check]:
    if not exam_session.is_adaptive:
        return []
    standing = pool_standing(db, exam_session)
    is_ready = standing.code == "ok" and not standing.is_being_sealed
    return [Check("pool", "ok" if is_ready else "danger")]


def _own_form_checks(db: Session, exam_session: ExamSession) -> list[Check]:
    if exam_session.most_alike is None:
        return []
    found = own_forms_of(db, exam_session)
    is_ready = found.is_complete and not found.is_being_made
    told = found.run.result if found.run else None
    unmet = sum(bool(row["unmet"]) for row in told["rows"]) if told else 0
    return [
        Check("own_forms", "ok" if is_ready else "danger", found.missing),
        _attention("own_forms_unmet", unmet),
        _attention("too_alike", too_alike(db, exam_session)),
    ]


def _set_checks(db: Session, exam_session: ExamSession) -> list[Check]:
    lacking = set_problem(db, exam_session)
    if lacking is None:
        return []
    return [Check("sets", "danger" if lacking else "ok", lacking)]


def _attention(code: str, count: int) -> Check:
    return Check(code, "attention" if count else "ok", count)


def form_ids_of(db: Session, exam_session: ExamSession) -> list[int]:
    """Return the forms that the exam session's sittings use."""
    chosen = select(Sitting.form_id).where(
        Sitting.exam_session_id == exam_session.id, Sitting.form_id.isnot(None)
    )
    return sorted(each for each in db.scalars(chosen.distinct()) if each is not None)


def _unseated(db: Session, exam_session: ExamSession) -> int:
    seated = select(Sitting.id).where(
        Sitting.exam_session_id == exam_session.id, Sitting.registration_id == Registration.id
    )
    return _count(db, exam_session, ~seated.exists())


def _on_broken_seats(db: Session, exam_session: ExamSession) -> int:
    chosen = select(func.count()).select_from(Sitting).join(Seat, Sitting.seat_id == Seat.id)
    here = (Sitting.exam_session_id == exam_session.id, Seat.is_usable.is_(False))
    return db.scalar(chosen.where(*here)) or 0


def _count(db: Session, exam_session: ExamSession, *conditions: ColumnElement[bool]) -> int:
    """Return how many candidates of the batch fulfil conditions; the withdrawn do not count."""
    chosen = select(func.count()).select_from(Registration)
    batch = (
        Registration.batch_id == exam_session.batch_id,
        Registration.withdrawn_at.is_(None),
    )
    return db.scalar(chosen.where(*batch, *conditions)) or 0
