"""Programmes and dated rule sets."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.inputs import In
from exam_server.programmes.models import (
    RELEASE_NOT_BEFORE_HOURS,
    Occupation,
    Organization,
    Programme,
    RuleSet,
)

COMPONENTS = ("theory", "practical", "performance")
WHOLE = Decimal(100)

SignalGroup = Literal["focus", "fullscreen", "clipboard", "line"]


class ProgrammeIn(In):
    """What an organization assesses."""

    organization: int
    occupation_code: str = Field(min_length=1, max_length=32)
    occupation_name: str = Field(min_length=1)
    occupation_name_en: str = Field(min_length=1)
    level: int = Field(ge=1, le=5)
    work_type: str = ""


class RuleSetIn(In):
    """The rules of a batch; marks of 100, weights in per cent."""

    organization: int
    name: str = Field(min_length=1)
    valid_from: date
    pass_mark: Decimal = Field(ge=0, le=100, decimal_places=2)
    theory_weight: Decimal = Field(ge=0, le=100, decimal_places=2)
    practical_weight: Decimal = Field(ge=0, le=100, decimal_places=2)
    performance_weight: Decimal = Field(ge=0, le=100, decimal_places=2)
    theory_minimum: Decimal | None = Field(default=None, ge=0, le=100, decimal_places=2)
    practical_minimum: Decimal | None = Field(default=None, ge=0, le=100, decimal_places=2)
    performance_minimum: Decimal | None = Field(default=None, ge=0, le=100, decimal_places=2)
    rounding: str = Field(default="half_up", pattern="^(half_up|half_even|down)$")
    decimals: int = Field(default=1, ge=0, le=4)
    dropped_items: str = Field(default="rescale", pattern="^(rescale|full_marks)$")
    equating: str = Field(default="off", pattern="^(off|both_ways|upward)$")
    entry_opens_min: int = Field(default=30, ge=0, le=1440)
    late_limit_min: int | None = Field(default=30, ge=0, le=600)
    hand_in_after_min: int = Field(default=30, ge=0, le=600)
    grace_s: int = Field(default=3, ge=0, le=60)
    release_not_before_hours: int = Field(default=RELEASE_NOT_BEFORE_HOURS, ge=1, le=2160)
    most_out: int = Field(default=1, ge=0, le=100)
    slopes_from: int = Field(default=500, ge=0, le=100000)
    may_set_cut: bool = False
    signals: list[SignalGroup] = Field(default_factory=lambda: list(get_args(SignalGroup)))


def organizations_of(db: Session, actor: Actor, *roles: str) -> Sequence[Organization]:
    """Return the organizations at which one of the roles is held."""
    ids = actor.organizations(*roles)
    chosen = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name)
    return db.scalars(chosen).all()


def programmes_of(db: Session, actor: Actor) -> Sequence[Programme]:
    """Return the programmes of an officer's organizations."""
    ids = actor.organizations("exam_officer")
    chosen = select(Programme).where(Programme.organization_id.in_(ids)).order_by(Programme.id)
    return db.scalars(chosen).all()


def rule_sets_of(db: Session, actor: Actor) -> Sequence[RuleSet]:
    """Return the rule sets of an officer's organizations, the newest first."""
    ids = actor.organizations("exam_officer")
    chosen = select(RuleSet).where(RuleSet.organization_id.in_(ids))
    return db.scalars(chosen.order_by(RuleSet.valid_from.desc(), RuleSet.id.desc())).all()


def programme_for(db: Session, actor: Actor, uid: str) -> Programme:
    """Return a programme; raises NotFoundError: ``no_such_programme``."""
    programme = db.scalar(select(Programme).where(Programme.uid == uid))
    if programme is None or not actor.may(
        "exam_officer", organization_id=programme.organization_id
    ):
        raise NotFoundError("no_such_programme")
    return programme


def rule_set_for(db: Session, actor: Actor, uid: str) -> RuleSet:
    """Return a rule set; raises NotFoundError: ``no_such_rule_set``."""
    rules = db.scalar(select(RuleSet).where(RuleSet.uid == uid))
    if rules is None or not actor.may("exam_officer", organization_id=rules.organization_id):
        raise NotFoundError("no_such_rule_set")
    return rules


def create_programme(db: Session, actor: Actor, sent: ProgrammeIn) -> Programme:
    """Create a programme; raises ``no_such_organization``, ``programme_exists``."""
    _check_organization(actor, sent.organization)
    occupation = db.scalar(select(Occupation).where(Occupation.code == sent.occupation_code))
    if occupation is None:
        occupation = Occupation(
            code=sent.occupation_code, name=sent.occupation_name, name_en=sent.occupation_name_en
        )
        db.add(occupation)
        db.flush()
    same = (
        Programme.organization_id == sent.organization,
        Programme.occupation_id == occupation.id,
        Programme.level == sent.level,
        Programme.work_type == sent.work_type,
    )
    if db.scalar(select(Programme.id).where(*same)):
        raise ConflictError("programme_exists")
    programme = Programme(
        organization_id=sent.organization,
        occupation=occupation,
        level=sent.level,
        work_type=sent.work_type,
    )
    db.add(programme)
    db.flush()
    audit.record(db, "create_programme", by=actor.id, of=f"programme:{programme.uid}")
    return programme


def create_rule_set(db: Session, actor: Actor, sent: RuleSetIn) -> RuleSet:
    """Create a dated rule set; one that exists is never edited.

    Raises InvalidInputError: ``rules_wrong`` with problem ``weights_not_100``; ConflictError:
    ``rule_set_exists``.
    """
    _check_organization(actor, sent.organization)
    total = sent.theory_weight + sent.practical_weight + sent.performance_weight
    if total != WHOLE:
        problem = Problem("theory_weight", "weights_not_100", {"total": total, "whole": WHOLE})
        raise InvalidInputError("rules_wrong", [problem])
    same = (
        RuleSet.organization_id == sent.organization,
        RuleSet.name == sent.name,
        RuleSet.valid_from == sent.valid_from,
    )
    if db.scalar(select(RuleSet.id).where(*same)):
        raise ConflictError("rule_set_exists")
    values = sent.model_dump(exclude={"organization"})
    rule_set = RuleSet(organization_id=sent.organization, **values)
    db.add(rule_set)
    db.flush()
    audit.record(db, "create_rule_set", by=actor.id, of=f"rule_set:{rule_set.uid}")
    return rule_set


def _check_organization(actor: Actor, organization_id: int) -> None:
    if not actor.may("exam_officer", organization_id=organization_id):
        raise NotFoundError("no_such_organization")
