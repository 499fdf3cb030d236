"""Plans of practice: written down, tried out, switched on, switched off."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, contains_eager, undefer

from exam_server import audit
from exam_server.actors import Actor
from exam_server.adaptive import pooling
from exam_server.adaptive.drawing import SEED_BITS, draw_for
from exam_server.adaptive.models import (
    ADAPTIVE,
    RANDOM,
    RUNS,
    AdaptiveApproval,
    AdaptivePlan,
    AdaptiveTrial,
    AdaptiveUse,
)
from exam_server.adaptive.rules import PlanIn, is_for_tests, plan_problems
from exam_server.adaptive.standings import approval_of, standing_of
from exam_server.bank.models import Blueprint
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from exam_server.forms.models import PaperStructure
from exam_server.forms.practice_banks import declare_for_practice
from exam_server.jobs import Job, enqueue

OFFICER = "exam_officer"
TRIAL = "adaptive.simulate"


def plans_of(db: Session, actor: Actor) -> Sequence[AdaptivePlan]:
    """Return the plans of an officer's banks, the newest first, with structures and banks."""
    mine = Blueprint.organization_id.in_(actor.organizations(OFFICER))
    chosen = (
        select(AdaptivePlan)
        .join(AdaptivePlan.structure)
        .join(PaperStructure.blueprint)
        .where(mine)
        .options(contains_eager(AdaptivePlan.structure).contains_eager(PaperStructure.blueprint))
    )
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
    """Write an adaptive plan down; raises InvalidInputError: ``invalid_input``.

    ConflictError: ``types_not_adaptive``, ``cells_need_full_length``, ``plan_of_another_kind``.
    """
    problems = plan_problems(sent)
    if problems:
        raise InvalidInputError("invalid_input", problems)
    rules = sent.model_dump(exclude={"title"})
    pooling.demand_for(structure, rules)
    return write_plan(db, actor, structure, ADAPTIVE, sent.title, rules, now=now)


def write_plan(  # noqa: PLR0913 - a plan has this many facts
    db: Session,
    actor: Actor,
    structure: PaperStructure,
    kind: str,
    title: str,
    rules: dict[str, Any],
    *,
    now: datetime,
) -> AdaptivePlan:
    """Write a plan down; under a title that is there it is that plan's next version.

    Raises ConflictError: ``plan_of_another_kind``.
    """
    same = (AdaptivePlan.paper_structure_id == structure.id, AdaptivePlan.title == title)
    newest = select(AdaptivePlan.number, AdaptivePlan.kind).where(*same)
    last = db.execute(newest.order_by(AdaptivePlan.number.desc()).limit(1)).first()
    if last is not None and last.kind != kind:
        raise ConflictError("plan_of_another_kind", title=title)
    plan = AdaptivePlan(
        structure=structure,
        kind=kind,
        title=title,
        number=last.number + 1 if last else 1,
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
    """Have an adaptive plan tried out by the job process.

    Raises ConflictError: ``too_few_calibrated``, ``too_few_items``, ``plan_not_adaptive``.
    """
    if plan.kind != ADAPTIVE:
        raise ConflictError("plan_not_adaptive")
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


def approve(db: Session, actor: Actor, plan: AdaptivePlan, *, now: datetime) -> None:
    """Switch a plan on; an adaptive one as somebody who neither wrote it nor had it tried out.

    Raises ConflictError: what ``standing_of`` names, behind ``plan_``, or ``paper_ran_out``, what
    the bank lacks for a random paper; NotAllowedError: ``plan_second_person_needed``.
    """
    db.refresh(plan, with_for_update=True)
    standing = standing_of(db, plan)
    if standing.code == "on":
        return
    trial = standing.trial
    if standing.code != "not_approved":
        raise ConflictError(f"plan_{standing.code}")
    if trial is not None and actor.id in {plan.created_by, trial.asked_by}:
        raise NotAllowedError("plan_second_person_needed")
    if plan.kind == RANDOM:
        draw_for(db, plan, secrets.randbits(SEED_BITS))
    earlier = approval_of(db, plan)
    if earlier is not None:
        earlier.ended_at, earlier.ended_by = now, actor.id
    row = AdaptiveApproval(plan_id=plan.id, trial=trial, approved_at=now, approved_by=actor.id)
    db.add(row)
    if trial is not None:
        _begin_counting(db, trial)
    detail = {"trial": trial.uid} if trial else {}
    _note(db, "approve_adaptive_plan", actor, plan, **detail)


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
    """Let the plan's bank be practised, for good; raises what ``declare_for_practice`` does.

    Raises ConflictError: ``plan_is_for_tests``.
    """
    if is_for_tests(plan.rules):
        raise ConflictError("plan_is_for_tests")
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
