"""Adaptive plans: written down, tried out, switched on by a second person, switched off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.actors import Actor
from exam_server.adaptive import pooling
from exam_server.adaptive.models import (
    RUNS,
    AdaptiveApproval,
    AdaptivePlan,
    AdaptiveTrial,
    AdaptiveUse,
)
from exam_server.adaptive.rules import PlanIn, plan_problems
from exam_server.bank.models import Blueprint
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from exam_server.forms.models import PaperStructure
from exam_server.forms.practice_banks import declare_for_practice, is_for_practice
from exam_server.jobs import Job, enqueue

OFFICER = "exam_officer"
TRIAL = "adaptive.simulate"


@dataclass(frozen=True)
class Standing:
    """How a plan stands: ``on``, or what is still wanting, as a code."""

    code: str
    trial: AdaptiveTrial | None = None
    approval: AdaptiveApproval | None = None


def plans_of(db: Session, actor: Actor) -> Sequence[AdaptivePlan]:
    """Return the plans of an officer's banks, the newest first."""
    mine = Blueprint.organization_id.in_(actor.organizations(OFFICER))
    chosen = select(AdaptivePlan).join(PaperStructure).join(Blueprint).where(mine)
    return db.scalars(chosen.order_by(AdaptivePlan.id.desc())).all()


def plan_for(db: Session, actor: Actor, uid: str) -> AdaptivePlan:
    """Return a plan; raises NotFoundError: ``no_such_plan``."""
    plan = db.scalar(select(AdaptivePlan).where(AdaptivePlan.uid == uid))
    if plan is None or not _may(actor, plan):
        raise NotFoundError("no_such_plan")
    return plan


def trial_for(db: Session, actor: Actor, uid: str) -> AdaptiveTrial:
    """Return a trial with its result; raises NotFoundError: ``no_such_trial``."""
    chosen = select(AdaptiveTrial).where(AdaptiveTrial.uid == uid)
    trial = db.scalar(chosen.options(undefer(AdaptiveTrial.result)))
    if trial is None or not _may(actor, trial.plan):
        raise NotFoundError("no_such_trial")
    return trial


def trials_of(db: Session, plan: AdaptivePlan) -> Sequence[AdaptiveTrial]:
    """Return the trials of a plan, the newest first."""
    chosen = select(AdaptiveTrial).where(AdaptiveTrial.plan_id == plan.id)
    return db.scalars(chosen.order_by(AdaptiveTrial.id.desc())).all()


def job_of(db: Session, trial: AdaptiveTrial) -> Job | None:
    """Return the job that works a trial out."""
    return db.get(Job, trial.job_id) if trial.job_id else None


def create_plan(
    db: Session, actor: Actor, structure: PaperStructure, sent: PlanIn, *, now: datetime
) -> AdaptivePlan:
    """Write a plan down; under a title that is there it is that plan's next version.

    Raises InvalidInputError: ``invalid_input``; ConflictError: ``types_not_adaptive``,
    ``cells_need_full_length``.
    """
    problems = plan_problems(sent)
    if problems:
        raise InvalidInputError("invalid_input", problems)
    rules = sent.model_dump(exclude={"title"})
    pooling.demand_for(structure, rules)
    same = (AdaptivePlan.paper_structure_id == structure.id, AdaptivePlan.title == sent.title)
    last = db.scalar(select(func.max(AdaptivePlan.number)).where(*same)) or 0
    plan = AdaptivePlan(
        structure=structure,
        title=sent.title,
        number=last + 1,
        rules=rules,
        created_at=now,
        created_by=actor.id,
    )
    db.add(plan)
    db.flush()
    _note(db, "write_adaptive_plan", actor, plan, number=plan.number)
    return plan


def ask_for_trial(
    db: Session, actor: Actor, plan: AdaptivePlan, *, is_supposed: bool, now: datetime
) -> AdaptiveTrial:
    """Have a plan tried out by the job process.

    Raises ConflictError: ``too_few_calibrated``, ``too_few_items``.
    """
    entries = pooling.entries_of(db, plan.structure, is_supposed=is_supposed)
    pooling.check_size(entries, plan.rules, is_supposed=is_supposed)
    trial = AdaptiveTrial(plan=plan, is_supposed=is_supposed, asked_at=now, asked_by=actor.id)
    db.add(trial)
    db.flush()
    job = enqueue(
        db,
        TRIAL,
        title=f"{plan.title} {plan.number}",
        payload={"trial": trial.id},
        person_id=actor.id,
        organization_id=plan.structure.blueprint.organization_id,
        is_heavy=True,
    )
    trial.job_id = job.id
    _note(db, "try_adaptive_plan", actor, plan, supposed=is_supposed)
    return trial


def standing_of(db: Session, plan: AdaptivePlan) -> Standing:
    """Return how a plan stands on the bank as it is now.

    ``on``, or the first thing wanting: ``not_tried``, ``not_passed``, ``pool_changed``,
    ``bank_not_for_practice``, ``not_approved``.
    """
    chosen = select(AdaptiveTrial).where(
        AdaptiveTrial.plan_id == plan.id,
        AdaptiveTrial.is_supposed.is_(False),
        AdaptiveTrial.has_passed.is_not(None),
    )
    trial = db.scalar(chosen.order_by(AdaptiveTrial.id.desc()).limit(1))
    if trial is None:
        return Standing("not_tried")
    if not trial.has_passed:
        return Standing("not_passed", trial)
    entries = pooling.entries_of(db, plan.structure, is_supposed=False)
    if pooling.pool_digest(entries) != trial.pool_sha256:
        return Standing("pool_changed", trial)
    if not is_for_practice(db, plan.structure.blueprint_id):
        return Standing("bank_not_for_practice", trial)
    approval = approval_of(db, plan)
    if approval is None or approval.trial_id != trial.id:
        return Standing("not_approved", trial)
    return Standing("on", trial, approval)


def approval_of(db: Session, plan: AdaptivePlan) -> AdaptiveApproval | None:
    """Return the approval that stands, whether or not its trial still does."""
    chosen = select(AdaptiveApproval).where(
        AdaptiveApproval.plan_id == plan.id, AdaptiveApproval.ended_at.is_(None)
    )
    return db.scalar(chosen.order_by(AdaptiveApproval.id.desc()).limit(1))


def approve(db: Session, actor: Actor, plan: AdaptivePlan, *, now: datetime) -> None:
    """Switch a plan on, as somebody who neither wrote it nor had it tried out.

    Raises ConflictError: what ``standing_of`` names, behind ``plan_``; NotAllowedError:
    ``plan_second_person_needed``.
    """
    db.refresh(plan, with_for_update=True)
    standing = standing_of(db, plan)
    if standing.code == "on":
        return
    if standing.code != "not_approved" or standing.trial is None:
        raise ConflictError(f"plan_{standing.code}")
    if actor.id in {plan.created_by, standing.trial.asked_by}:
        raise NotAllowedError("plan_second_person_needed")
    earlier = approval_of(db, plan)
    if earlier is not None:
        earlier.ended_at, earlier.ended_by = now, actor.id
    row = AdaptiveApproval(
        plan_id=plan.id, trial_id=standing.trial.id, approved_at=now, approved_by=actor.id
    )
    db.add(row)
    _begin_counting(db, standing.trial)
    _note(db, "approve_adaptive_plan", actor, plan, trial=standing.trial.uid)


def switch_off(
    db: Session, actor: Actor, plan: AdaptivePlan, *, reason: str, now: datetime
) -> None:
    """Switch a plan off: nobody begins by it; whoever has begun goes on.

    Raises InvalidInputError: ``reason_missing``; ConflictError: ``plan_not_approved``.
    """
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    approval = approval_of(db, plan)
    if approval is None:
        raise ConflictError("plan_not_approved")
    approval.ended_at, approval.ended_by = now, actor.id
    approval.ended_reason = reason.strip()
    _note(db, "switch_off_adaptive_plan", actor, plan, reason=reason.strip())


def open_bank(db: Session, actor: Actor, plan: AdaptivePlan, *, reason: str, now: datetime) -> None:
    """Let the plan's bank be practised, for good; raises what ``declare_for_practice`` does."""
    declare_for_practice(db, actor, plan.structure.blueprint, reason=reason, now=now)


def _begin_counting(db: Session, trial: AdaptiveTrial) -> None:
    if db.get(AdaptiveUse, (trial.id, RUNS)) is None:
        places = range(RUNS, len((trial.pool or {})["items"]))
        db.execute(
            insert(AdaptiveUse),
            [{"trial_id": trial.id, "place": place, "times": 0} for place in places],
        )


def _may(actor: Actor, plan: AdaptivePlan) -> bool:
    return actor.may(OFFICER, organization_id=plan.structure.blueprint.organization_id)


def _note(db: Session, act: str, actor: Actor, plan: AdaptivePlan, **detail: object) -> None:
    audit.record(db, act, by=actor.id, of=f"adaptive_plan:{plan.uid}", detail=detail)
