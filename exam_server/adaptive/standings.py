"""How plans stand: switched on, or what is wanting. Many are asked about in a few queries."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive import pooling
from exam_server.adaptive.models import RANDOM, AdaptiveApproval, AdaptivePlan, AdaptiveTrial
from exam_server.adaptive.pool_stamps import known_digests
from exam_server.adaptive.rules import is_for_tests
from exam_server.forms.models import PaperStructure, PracticeBank

Digests = Callable[[Session, Collection[PaperStructure]], Mapping[int, str]]


@dataclass(frozen=True)
class Standing:
    """How a plan stands: ``on``, or what is still wanting, as a code."""

    code: str
    trial: AdaptiveTrial | None = None
    approval: AdaptiveApproval | None = None


def standing_of(db: Session, plan: AdaptivePlan) -> Standing:
    """Return how a plan stands on the bank as it is now.

    ``on``, or the first thing wanting: ``not_tried``, ``not_passed``, ``pool_changed``,
    ``bank_not_for_practice``, ``bank_for_practice`` (a test asks what nobody has practised),
    ``not_approved``. A random plan is not tried out.
    """
    return _standings(db, [plan], _digests)[plan.id]


def standings_of(db: Session, plans: Collection[AdaptivePlan]) -> dict[int, Standing]:
    """Return how plans stand, by id, for a list: a bank that stands as before is not read whole."""
    return _standings(db, plans, known_digests)


def _standings(
    db: Session, plans: Collection[AdaptivePlan], digests_of: Digests
) -> dict[int, Standing]:
    trials = _last_trials(db, [each.id for each in plans])
    approvals = _approvals(db, [each.id for each in plans])
    passed = {id_: each for id_, each in trials.items() if each.has_passed}
    tried = {each.structure.id: each.structure for each in plans if each.id in passed}
    digests = digests_of(db, tried.values()) if tried else {}
    banks = {each.structure.blueprint_id for each in plans}
    practised = set(
        db.scalars(select(PracticeBank.blueprint_id).where(PracticeBank.blueprint_id.in_(banks)))
    )
    return {
        each.id: _standing(
            each,
            trials.get(each.id),
            approvals.get(each.id),
            digest=digests.get(each.structure.id),
            is_practised=each.structure.blueprint_id in practised,
        )
        for each in plans
    }


def _standing(
    plan: AdaptivePlan,
    trial: AdaptiveTrial | None,
    approval: AdaptiveApproval | None,
    *,
    digest: str | None,
    is_practised: bool,
) -> Standing:
    if plan.kind != RANDOM:
        if trial is None:
            return Standing("not_tried")
        if not trial.has_passed:
            return Standing("not_passed", trial)
        if digest != trial.pool_sha256:
            return Standing("pool_changed", trial)
    if is_practised == is_for_tests(plan.rules):
        code = "bank_for_practice" if is_practised else "bank_not_for_practice"
        return Standing(code, trial)
    if approval is None or approval.trial_id != (trial.id if trial else None):
        return Standing("not_approved", trial)
    return Standing("on", trial, approval)


def approval_of(db: Session, plan: AdaptivePlan) -> AdaptiveApproval | None:
    """Return the approval that stands, whether or not its trial still does."""
    return _approvals(db, [plan.id]).get(plan.id)


def _last_trials(db: Session, plans: Collection[int]) -> Mapping[int, AdaptiveTrial]:
    """Return the last trial of each plan that could switch it on, and is done."""
    chosen = select(AdaptiveTrial).where(
        AdaptiveTrial.plan_id.in_(plans),
        AdaptiveTrial.is_supposed.is_(False),
        AdaptiveTrial.has_passed.is_not(None),
    )
    return {each.plan_id: each for each in db.scalars(chosen.order_by(AdaptiveTrial.id))}


def _approvals(db: Session, plans: Collection[int]) -> Mapping[int, AdaptiveApproval]:
    chosen = select(AdaptiveApproval).where(
        AdaptiveApproval.plan_id.in_(plans), AdaptiveApproval.ended_at.is_(None)
    )
    return {each.plan_id: each for each in db.scalars(chosen.order_by(AdaptiveApproval.id))}


def _digests(db: Session, structures: Collection[PaperStructure]) -> Mapping[int, str]:
    """Return the hash of what a trial would see now, by structure."""
    entries = pooling.calibrated_entries(db, structures)
    return {id_: pooling.pool_digest(each) for id_, each in entries.items()}
