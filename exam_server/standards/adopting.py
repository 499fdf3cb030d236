"""A panel's cut put forward by one officer and decided on by another; what it rests on is frozen.

It never touches what was decided: a cut that is adopted stands in a new dated rule set, and
batches keep the rule set they were made with.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import rfc8785
from pydantic import Field
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Registration
from exam_server.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Problem,
)
from exam_server.inputs import In
from exam_server.programmes.models import RuleSet
from exam_server.programmes.service import rule_set_for
from exam_server.standards.judged import OFFICER, digest_of
from exam_server.standards.models import PanelAdoption, PanelRound, StandardPanel
from exam_server.standards.reporting import Report, judgements_in, report_of
from exam_server.standards.service import name_of
from exam_server.todo import local_day

WHOLE = Decimal(100)
NOT_COPIED = {"id", "uid", "valid_from", "theory_minimum"}


class ProposalIn(In):
    """A cut put forward: the mark of 100, for which rule set, from when, and why."""

    rule_set: str
    cut: Decimal = Field(ge=0, le=100, decimal_places=2)
    valid_from: date
    reason: str = Field(min_length=1, max_length=2000)


def propose(
    db: Session, actor: Actor, found: PanelRound, sent: ProposalIn, *, now: datetime
) -> PanelAdoption:
    """Put the cut of a closed round forward, with everything it rests on.

    Raises ConflictError: ``round_not_closed``, ``round_has_no_cut``, ``adoption_waits``;
    InvalidInputError: ``adoption_wrong`` with ``date_has_passed``; NotFoundError:
    ``no_such_rule_set``.
    """
    panel = found.panel
    if found.closed_at is None:
        raise ConflictError("round_not_closed")
    rules = rule_set_for(db, actor, sent.rule_set)
    if rules.organization_id != panel.organization_id:
        raise NotFoundError("no_such_rule_set")
    if sent.valid_from < local_day(now):
        raise InvalidInputError("adoption_wrong", [Problem("valid_from", "date_has_passed")])
    if waiting_for(db, panel):
        raise ConflictError("adoption_waits")
    report = report_of(db, found)
    if report.found.cut is None:
        raise ConflictError("round_has_no_cut")
    frozen = frozen_facts(db, report)
    adoption = PanelAdoption(
        round=found,
        rule_set=rules,
        cut=sent.cut,
        valid_from=sent.valid_from,
        reason=sent.reason,
        frozen=frozen,
        sha256=digest(frozen),
        proposed_at=now,
        proposed_by=actor.id,
    )
    db.add(adoption)
    db.flush()
    detail = {"round": found.number, "cut": str(sent.cut), "sha256": adoption.sha256}
    audit.record(db, "propose_cut", by=actor.id, of=name_of(panel), detail=detail)
    return adoption


def decide(
    db: Session,
    actor: Actor,
    adoption: PanelAdoption,
    *,
    is_agreed: bool,
    reason: str,
    now: datetime,
) -> None:
    """Agree or refuse as the second person.

    Where the rule set says that the body may set its own pass mark, a new one from the date has
    it; otherwise the cut is kept as evidence beside the regulation's.

    Raises ConflictError: ``adoption_decided``, ``adoption_date_passed``, ``rule_set_exists``;
    NotAllowedError: ``second_person_needed``, ``member_decides_not``; InvalidInputError:
    ``adoption_wrong`` with ``reason_missing``.
    """
    db.refresh(adoption, ["outcome"], with_for_update=True)
    panel = adoption.round.panel
    if adoption.outcome is not None:
        raise ConflictError("adoption_decided")
    if adoption.proposed_by == actor.id:
        raise NotAllowedError("second_person_needed")
    if any(member.person_id == actor.id for member in panel.members):
        raise NotAllowedError("member_decides_not")
    if not reason.strip():
        raise InvalidInputError("adoption_wrong", [Problem("reason", "reason_missing")])
    outcome = "refused"
    if is_agreed:
        outcome = "adopted" if adoption.rule_set.may_set_cut else "evidence"
    made = _with_cut(db, adoption, now) if outcome == "adopted" else None
    adoption.outcome, adoption.new_rule_set = outcome, made
    adoption.decided_at, adoption.decided_by = now, actor.id
    adoption.decided_reason = reason.strip()
    db.flush()
    detail = {"cut": str(adoption.cut), "outcome": adoption.outcome, "sha256": adoption.sha256}
    audit.record(db, "decide_cut", by=actor.id, of=name_of(panel), detail=detail)


def _with_cut(db: Session, adoption: PanelAdoption, now: datetime) -> RuleSet:
    rules = adoption.rule_set
    if adoption.valid_from < local_day(now):
        raise ConflictError("adoption_date_passed")
    same = (
        RuleSet.organization_id == rules.organization_id,
        RuleSet.name == rules.name,
        RuleSet.valid_from == adoption.valid_from,
    )
    if db.scalar(select(RuleSet.id).where(*same)):
        raise ConflictError("rule_set_exists")
    names = {each.key for each in inspect(RuleSet).column_attrs} - NOT_COPIED
    values = {name: getattr(rules, name) for name in names}
    if rules.theory_weight == WHOLE:  # theory alone is the composite
        values["pass_mark"] = adoption.cut
    made = RuleSet(**values, valid_from=adoption.valid_from, theory_minimum=adoption.cut)
    db.add(made)
    db.flush()
    return made


def adoption_for(db: Session, actor: Actor, uid: str) -> PanelAdoption:
    """Return an adoption for an officer; raises NotFoundError: ``no_such_adoption``."""
    adoption = db.scalar(select(PanelAdoption).where(PanelAdoption.uid == uid))
    owner = adoption.round.panel.organization_id if adoption else 0
    if adoption is None or not actor.may(OFFICER, organization_id=owner):
        raise NotFoundError("no_such_adoption")
    return adoption


def adoptions_of(db: Session, panel: StandardPanel) -> Sequence[PanelAdoption]:
    """Return what was put forward of a panel, the newest first."""
    chosen = (
        select(PanelAdoption)
        .join(PanelRound, PanelAdoption.round_id == PanelRound.id)
        .where(PanelRound.panel_id == panel.id)
        .options(joinedload(PanelAdoption.proposer), joinedload(PanelAdoption.decider))
    )
    return db.scalars(chosen.order_by(PanelAdoption.id.desc())).all()


def waiting_for(db: Session, panel: StandardPanel) -> PanelAdoption | None:
    """Return what still waits for the second person."""
    return next((each for each in adoptions_of(db, panel) if each.outcome is None), None)


def frozen_facts(db: Session, report: Report) -> dict[str, Any]:
    """Return everything a round rests on, in plain data.

    Items are told by a keyed hash only: the paper may not have been opened yet.
    """
    found, panel = report.round, report.round.panel
    facts = {
        "panel": {
            "uid": panel.uid,
            "title": panel.title,
            "method": panel.method,
            "rules": panel.rules,
            "source": panel.source,
            "definition": panel.definition,
            "items": panel.n_items,
            "items_digest": digest_of(db, panel),
        },
        "round": {
            "number": found.number,
            "note": found.note,
            "opened_at": found.opened_at.isoformat(),
            "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        },
        "ratings": {
            who.uid: {str(place): value for place, value in report.ratings.values[who.id].items()}
            for who in report.ratings.people
        },
        "judgements": _judgements(db, found),
        "recommended": report.found.cut,
        "standard_error": report.found.error,
        "impact": [vars(each) for each in report.impact],
        "marks": {
            "marking": report.marking.uid if report.marking else None,
            "candidates": len(report.marks),
        },
    }
    plain: dict[str, Any] = json.loads(json.dumps(facts))
    return plain


def _judgements(db: Session, found: PanelRound) -> dict[str, int]:
    judged = judgements_in(db, found)
    chosen = select(Registration.id, Registration.uid).where(Registration.id.in_(judged))
    return {uid: judged[key] for key, uid in db.execute(chosen)}


def digest(frozen: dict[str, Any]) -> str:
    """Return the hash over what was frozen: SHA-256 over its RFC 8785 JSON."""
    return hashlib.sha256(rfc8785.dumps(frozen)).hexdigest()
