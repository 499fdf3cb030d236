"""The state message of a sitting: everything a seat needs to show where it stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.clock import rfc3339
from exam_server.delivery.giving import adaptive_told
from exam_server.delivery.standing import Standing, standing_of
from exam_server.forms.custody import order_of
from exam_server.forms.models import SealedForm
from exam_server.programmes.models import RuleSet
from exam_server.seating.accommodating import Granted
from exam_server.seating.breaks import lasting_breaks
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import ExamSession, SeatBreak, Sitting
from proctor.clock import ClockFacts, break_left, ends_at, runs_on_at


def sitting_states(
    db: Session, sittings: Sequence[Sitting], *, now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the state messages of many sittings by id."""
    standing = standing_of(db, sittings)
    return {sitting.id: _state(db, sitting, standing, now=now) for sitting in sittings}


def sitting_state(db: Session, sitting: Sitting, *, now: datetime) -> dict[str, Any]:
    """Return the state message of a sitting."""
    return sitting_states(db, [sitting], now=now)[sitting.id]


def _state(db: Session, sitting: Sitting, standing: Standing, *, now: datetime) -> dict[str, Any]:
    exam_session = db.get_one(ExamSession, sitting.exam_session_id)
    batch = db.get_one(Batch, exam_session.batch_id)
    rules = db.get_one(RuleSet, batch.rule_set_id)
    responses = standing.responses[sitting.id]
    clock = standing.clocks[sitting.id]
    return {
        "sitting_id": sitting.uid,
        "status": sitting.status,
        "lease_number": sitting.lease_number,
        "acked_seq": sitting.acked_seq,
        "answers": responses.answers,
        "flagged": sorted(responses.flagged),
        "seen": sorted(responses.seen),
        "order": order_of(db, sitting.form, sitting.sealed_order),
        "form": form_facts(db, sitting, exam_session),
        "adaptive": adaptive_told(db, sitting, exam_session),
        "candidate": standing.candidates[sitting.id],
        **exam_facts(exam_session, batch, rules),
        **_granted(standing.granted.get(sitting.id), exam_session),
        "language": form_language(exam_session),
        "called": sitting.called_at is not None,
        "identity_confirmed": sitting.identity_confirmed_at is not None,
        "pledge_accepted": sitting.pledge_accepted_at is not None,
        "receipt": standing.receipts.get(sitting.id),
        "safe_browser": standing.browsers.told(sitting),
        **_clock(sitting, clock, standing.away.get(sitting.id), now=now),
        "hand_in_from": _hand_in_from(clock, rules),
        "grace_s": rules.grace_s,
    }


def exam_facts(exam_session: ExamSession, batch: Batch, rules: RuleSet) -> dict[str, Any]:
    """Return what the page says about the exam and its rules before and during it."""
    programme = batch.programme
    return {
        "subject": programme.occupation.name,
        "subject_en": programme.occupation.name_en,
        "level": programme.level,
        "work_type": programme.work_type,
        "organization": programme.organization.name,
        "is_rehearsal": batch.is_rehearsal,
        "planned_start": rfc3339(exam_session.planned_start),
        "minutes": exam_session.minutes,
        "late_limit_min": rules.late_limit_min,
        "hand_in_after_min": rules.hand_in_after_min,
        "signals": rules.signals,
    }


def clock_message(db: Session, sitting: Sitting, *, now: datetime) -> dict[str, Any]:
    """Return the clock as a seat is told of it."""
    away = lasting_breaks(db, [sitting.id]).get(sitting.id)
    return _clock(sitting, clock_facts(db, sitting), away, now=now)


def _granted(granted: Granted | None, exam_session: ExamSession) -> dict[str, Any]:
    """Return the seat's own minutes and how it begins; never why."""
    if granted is None:
        return {"extra_min": 0, "break_min": 0, "large_text": False}
    return {
        "minutes": exam_session.minutes + granted.extra_min,
        "extra_min": granted.extra_min,
        "break_min": granted.break_min,
        "large_text": granted.is_large_text,
    }


def _clock(
    sitting: Sitting, facts: ClockFacts, away: SeatBreak | None, *, now: datetime
) -> dict[str, Any]:
    return {
        "clock_number": sitting.clock_number,
        "status": sitting.status,
        "now": rfc3339(now),
        "starts_at": _text(facts.started_at),
        "ends_at": _text(ends_at(facts, now)),
        "hard_end": _text(facts.hard_end),
        "away": away_told(away, facts),
        "break_left_s": int(break_left(facts, now).total_seconds()),
    }


def away_told(row: SeatBreak | None, clock: ClockFacts) -> dict[str, Any] | None:
    """Return how somebody is away: since when, and until when the clock stands still for it."""
    if row is None:
        return None
    until = runs_on_at(clock) if row.kind == "break" else None
    return {"kind": row.kind, "since": rfc3339(row.left_at), "until": _text(until)}


def form_facts(db: Session, sitting: Sitting, exam_session: ExamSession) -> dict[str, Any] | None:
    """Return where the sealed form is and its hash; nothing before release."""
    if sitting.form_id is None:
        return None
    sealed = db.get(SealedForm, (exam_session.id, sitting.form_id))
    if sealed is None:
        return None
    return {
        "id": sealed.form.uid,
        "exam_session": exam_session.uid,
        "url": "/api/sittings/form",
        "sha256": sealed.sha256,
        "has_formulas": sealed.has_formulas,
    }


def form_language(exam_session: ExamSession) -> str | None:
    """Return the language of the papers."""
    run = exam_session.assembly_run
    return run.paper_structure.blueprint.language if run else None


def _hand_in_from(facts: ClockFacts, rules: RuleSet) -> str | None:
    if facts.started_at is None:
        return None
    return rfc3339(facts.started_at + timedelta(minutes=rules.hand_in_after_min))


def _text(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
