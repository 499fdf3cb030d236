"""The paper of an exam session as an adaptive test: chosen, its pool sealed, its forms begun."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.adaptive.models import AdaptivePlan, AdaptiveTrial
from exam_server.adaptive.rules import is_for_tests
from exam_server.adaptive.service import plan_for, plans_of
from exam_server.adaptive.standings import standing_of, standings_of
from exam_server.bank.models import Area
from exam_server.errors import ConflictError
from exam_server.forms.custody import seal_items
from exam_server.forms.models import AssemblyRun, Form
from exam_server.jobs import OPEN, Job, enqueue
from exam_server.seating.adaptive_models import SealedPool
from exam_server.seating.adaptive_pools import trial_with_pool
from exam_server.seating.models import ExamSession, Sitting
from exam_server.seating.planning_rules import hold_planned

SEAL = "seating.seal_pool"
CHOSEN = "adaptive:"  # before a plan's id, where a paper is chosen


@dataclass(frozen=True)
class PoolStanding:
    """What stands of an exam session's pool: ``ok``, or the first thing wanting, as a code."""

    code: str
    plan: AdaptivePlan
    trial: AdaptiveTrial
    pool: SealedPool | None
    job: Job | None

    @property
    def is_being_sealed(self) -> bool:
        """Say whether the pool is being sealed now."""
        return self.job is not None and self.job.status in OPEN


def plans_for_tests(db: Session, actor: Actor) -> Sequence[AdaptivePlan]:
    """Return the plans an exam session may be given by: for tests, and switched on."""
    plans = [plan for plan in plans_of(db, actor) if is_for_tests(plan.rules)]
    standings = standings_of(db, plans)
    return [plan for plan in plans if standings[plan.id].code == "on"]


def chosen_trial(db: Session, actor: Actor, uid: str) -> AdaptiveTrial:
    """Return the trial by which a plan is switched on.

    Raises NotFoundError: ``no_such_plan``; ConflictError: ``plan_is_for_practice``, or what is
    wanting, behind ``plan_``.
    """
    plan = plan_for(db, actor, uid)
    if not is_for_tests(plan.rules):
        raise ConflictError("plan_is_for_practice")
    standing = standing_of(db, plan)
    if standing.code != "on" or standing.trial is None:
        raise ConflictError(f"plan_{standing.code}")
    return standing.trial


def bare_run(trial: AdaptiveTrial, *, by: int | None, now: datetime) -> AssemblyRun:
    """Return a run without forms: the exam session's tie to its paper structure."""
    return AssemblyRun(
        paper_structure=trial.plan.structure,
        n_forms=0,
        result={"adaptive": trial.uid},
        created_at=now,
        created_by=by,
    )


def pool_standing(db: Session, exam_session: ExamSession) -> PoolStanding:
    """Return what stands of the pool.

    Codes: ``ok``; what the plan wants (``pool_changed``, ``not_approved`` …); ``trial_outdated``
    (tried out anew since it was chosen); ``not_sealed``.
    """
    trial = exam_session.adaptive_trial
    if trial is None:
        msg = f"no adaptive test: {exam_session.uid!r}"
        raise ValueError(msg)
    pool, job = db.get(SealedPool, exam_session.id), _newest_job(db, exam_session)
    plan = trial.plan
    if exam_session.state != "planned":
        return PoolStanding("ok", plan, trial, pool, job)
    standing = standing_of(db, plan)
    if standing.code != "on" or standing.trial is None:
        return PoolStanding(standing.code, plan, trial, pool, job)
    if standing.trial.id != trial.id:
        return PoolStanding("trial_outdated", plan, trial, pool, job)
    is_sealed = pool is not None and pool.trial_id == trial.id
    return PoolStanding("ok" if is_sealed else "not_sealed", plan, trial, pool, job)


def summary_of(db: Session, trial: AdaptiveTrial) -> dict[str, Any]:
    """Return what two people look at: how many items a pool has, range by range."""
    stored = trial_with_pool(db, trial.id).pool or {}
    tops = {each["item"]["id"]: each["item"]["area"].partition("-")[0] for each in stored["items"]}
    in_tests = Counter(tops[each] for each in stored["forms"][0])
    in_pool = Counter(tops.values())
    blueprint_id = trial.plan.structure.blueprint_id
    rows = db.execute(select(Area.path, Area.name).where(Area.blueprint_id == blueprint_id))
    names = {row.path: row.name for row in rows}
    ranges = [
        {"code": top, "name": names.get(top, ""), "pool": count, "test": in_tests[top]}
        for top, count in sorted(in_pool.items())
    ]
    return {"items": len(stored["items"]), "ranges": ranges}


def ask_to_seal(db: Session, actor: Actor, exam_session: ExamSession, *, title: str) -> Job:
    """Have the pool sealed as it was tried out; the newest trial of the plan is taken up.

    Raises ConflictError: ``already_released``, ``not_adaptive``, ``pool_being_sealed``, or what is
    wanting of the plan, behind ``plan_``.
    """
    hold_planned(db, exam_session)
    if exam_session.adaptive_trial is None:
        raise ConflictError("not_adaptive")
    if pool_standing(db, exam_session).is_being_sealed:
        raise ConflictError("pool_being_sealed")
    trial = chosen_trial(db, actor, exam_session.adaptive_trial.plan.uid)
    exam_session.adaptive_trial = trial
    db.flush()
    job = enqueue(
        db,
        SEAL,
        title=title,
        payload={"exam_session": exam_session.id, "trial": trial.id},
        person_id=actor.id,
        organization_id=exam_session.organization_id,
    )
    of, detail = f"exam_session:{exam_session.uid}", {"trial": trial.uid}
    audit.record(db, "seal_pool", by=actor.id, of=of, detail=detail)
    return job


def begin_forms(db: Session, exam_session: ExamSession, *, by: int | None, now: datetime) -> None:
    """Give each candidate an empty form that will grow, under the pool that was sealed.

    Raises ConflictError: ``pool_not_ready``.
    """
    standing = pool_standing(db, exam_session)
    if standing.code != "ok" or standing.is_being_sealed:
        raise ConflictError("pool_not_ready")
    pool_run = exam_session.assembly_run
    run = AssemblyRun(
        paper_structure=standing.plan.structure,
        pool=pool_run,
        n_forms=0,
        result={"adaptive": standing.trial.uid},
        created_at=now,
        created_by=by,
    )
    db.add(run)
    seated = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    for number, sitting in enumerate(db.scalars(seated.order_by(Sitting.id)), start=1):
        form = Form(code=f"{number:06}", longest=standing.plan.rules["most"])
        seal_items(db, form, (), run=run)
        run.forms.append(form)
        sitting.form, sitting.given_count = form, 0
    run.n_forms = len(run.forms)
    db.flush()
    exam_session.own_run = run
    db.flush()


def _newest_job(db: Session, exam_session: ExamSession) -> Job | None:
    chosen = select(Job).where(
        Job.kind == SEAL, Job.organization_id == exam_session.organization_id
    )
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(50))
    return next((job for job in newest if job.payload["exam_session"] == exam_session.id), None)
