"""What a table would do to the results of a batch: who changes, who would stand lower."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.programmes.models import RuleSet
from exam_server.results.equating.models import EquatingUse
from exam_server.results.equating.standing import Theory, standing_uses, theories_by
from exam_server.results.equating.uses import uses_after
from exam_server.results.models import Decision, DecisionRun, ResultRelease
from exam_server.results.previewing import effect_of
from exam_server.results.rules import Given, judge, rules_of
from exam_server.results.verdicts import given_in, rules_applied


def preview_use(db: Session, batch: Batch, use: EquatingUse) -> dict[str, Any]:
    """Return what a use would do, and whom it would put lower than was released."""
    given = given_in(db, batch)
    shown = {
        "before": _with(given, theories_by(db, batch, standing_uses(db, batch.id))),
        "after": _with(given, theories_by(db, batch, uses_after(db, use))),
    }
    rules = rules_of(rules_applied(db.get_one(RuleSet, batch.rule_set_id)))
    return effect_of(db, batch, shown, rules) | _harm(db, batch, shown["after"])


def _with(given: Mapping[int, Given], theories: Mapping[int, Theory]) -> dict[int, Given]:
    found = {}
    for registration_id, own in given.items():
        theory = theories.get(registration_id)
        mark = None if theory is None else theory.mark
        found[registration_id] = replace(own, marks={**own.marks, "theory": mark})
    return found


def _harm(db: Session, batch: Batch, after: Mapping[int, Given]) -> dict[str, Any]:
    """Count those who would stand lower than was released: theory, composite or outcome."""
    chosen = (
        select(ResultRelease)
        .join(DecisionRun, ResultRelease.decision_run_id == DecisionRun.id)
        .where(DecisionRun.batch_id == batch.id)
    )
    release = db.scalar(chosen.order_by(ResultRelease.id.desc()).limit(1))
    if release is None:
        return {"released_at": None, "harmed": 0, "harmed_failing": 0}
    rules = rules_of(rules_applied(db.get_one(RuleSet, batch.rule_set_id)))
    judged = dict(zip(after, judge(list(after.values()), rules), strict=True))
    decided = select(Decision).where(Decision.decision_run_id == release.decision_run_id)
    harmed = failing = 0
    for each in db.scalars(decided):
        if each.registration_id not in after:
            continue
        now = judged[each.registration_id]
        is_failing = each.outcome == "pass" and now.outcome != "pass"
        theory = after[each.registration_id].marks.get("theory")
        is_lower = _is_lower(theory, each.theory) or _is_lower(now.composite, each.composite)
        harmed += is_lower or is_failing
        failing += is_failing
    return {
        "released_at": release.released_at.isoformat(),
        "harmed": harmed,
        "harmed_failing": failing,
    }


def _is_lower(now: Decimal | None, before: Decimal | None) -> bool:
    return before is not None and (now is None or now < before)
