"""Adaptive practice: items chosen one by one, each answer written once."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from exam_server.adaptive import pooling
from exam_server.adaptive.models import (
    RUNS,
    AdaptiveTrial,
    AdaptiveUse,
    PracticeStep,
    PracticeTicket,
)
from exam_server.adaptive.rules import rules_of
from exam_server.adaptive.showing import FULL, orders_for, shown_steps
from exam_server.adaptive.standings import standing_of
from exam_server.adaptive.steps import area_names, steps_of
from exam_server.bank.models import Item, ItemVersion
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.drawing import asked_with
from itembank.adaptive.ability import Known, known_so_far
from itembank.adaptive.choosing import GONE, Progress, choose_item
from itembank.adaptive.feedback import level_of, ranges_of
from itembank.adaptive.pool import AdaptivePool, IntArray
from itembank.adaptive.rules import Rules, ending
from itembank.adaptive.simulating import too_often
from itembank.items.registry import item_type


def answer(db: Session, ticket: PracticeTicket, number: int, given: Any, *, now: datetime) -> None:
    """Write an answer and give the next item, or end; the same answer again changes nothing.

    Raises ConflictError: ``practice_step_answered`` (another answer stands), ``practice_over``,
    ``practice_step_unknown``; InvalidInputError: what the type says of the answer.
    """
    steps = steps_of(db, ticket)
    step = next((each for each in steps if each.number == number), None)
    if step is not None and step.answered_at is not None:
        if step.answer == {"value": given}:
            return
        raise ConflictError("practice_step_answered")
    if ticket.ended_at is not None:
        raise ConflictError("practice_over")
    if step is None:
        raise ConflictError("practice_step_unknown")
    version = db.get_one(ItemVersion, step.item_version_id)
    kind = item_type(version.type)
    problem = None if given is None else kind.answer_problem(version.content, given)
    if problem:
        raise InvalidInputError(problem)
    step.answer, step.answered_at = {"value": given}, now
    step.is_right = kind.score(version.content, version.key, given, FULL) == FULL
    _go_on(db, ticket, steps, now=now)


def state_of(db: Session, ticket: PracticeTicket) -> dict[str, Any]:
    """Return where a run stands: the item in hand, or the result when it is over."""
    steps, plan = steps_of(db, ticket), ticket.plan
    rules = plan.rules
    state = {
        "title": plan.title,
        "language": plan.structure.blueprint.language,
        "answered": sum(step.answered_at is not None for step in steps),
        "most": rules["most"],
        "may_end_earlier": rules["stop"] != "length",
    }
    if ticket.ended_at is not None:
        return {**state, "status": "over", "result": _result(db, ticket, steps)}
    step = steps[-1]
    (item,) = shown_steps(db, ticket, [step])
    return {**state, "status": "running", "number": step.number, "item": item}


def begin(db: Session, ticket: PracticeTicket, *, now: datetime) -> None:
    """Begin a run and give its first item; raises ConflictError: ``practice_not_open``."""
    standing = standing_of(db, ticket.plan)
    if standing.code != "on" or standing.trial is None:
        raise ConflictError("practice_not_open")
    ticket.trial = standing.trial  # a later trial of the same plan has taken the place
    ticket.started_at = now
    runs = (AdaptiveUse.trial_id == ticket.trial_id, AdaptiveUse.place == RUNS)
    db.flush()
    db.execute(update(AdaptiveUse).where(*runs).values(times=AdaptiveUse.times + 1))
    _go_on(db, ticket, [], now=now)


def _go_on(
    db: Session, ticket: PracticeTicket, steps: Sequence[PracticeStep], *, now: datetime
) -> None:
    """Give the next item, or end the run: all in the transaction of the answer."""
    trial = trial_of(ticket)
    pool, rules = _engine(db, trial)
    known = _known(pool, rules, steps)
    ended = ending(rules.stop, len(steps), known.standard_error, known.log_ratio)
    given = [step.place for step in steps]
    chosen = None
    if ended is None:
        barred = _barred(db, trial, pool, rules)
        rng = np.random.default_rng(secrets.randbits(64))
        shadow = tuple(steps[-1].shadow) if steps else ()
        progress = Progress(tuple(given), known.ability, shadow)
        chosen = choose_item(pool, rules, progress, rng, barred)
    if chosen is None:
        ticket.ended_at, ticket.ended_because = now, ended or "no_item_left"
        return
    uses = (AdaptiveUse.trial_id == trial.id, AdaptiveUse.place == chosen.place)
    db.execute(update(AdaptiveUse).where(*uses).values(times=AdaptiveUse.times + 1))
    version = db.get_one(ItemVersion, _versions(db, trial)[chosen.place])
    orders = orders_for(asked_with(version, None), np.random.default_rng(secrets.randbits(64)))
    db.add(
        PracticeStep(
            ticket_id=ticket.id,
            number=len(steps) + 1,
            item_version_id=version.id,
            place=chosen.place,
            relaxed=chosen.relaxed,
            shadow=list(chosen.shadow),
            given_at=now,
            orders=orders,
        )
    )
    db.flush()


def _barred(db: Session, trial: AdaptiveTrial, pool: AdaptivePool, rules: Rules) -> IntArray:
    """Return which items came too often, and which the bank has withdrawn or changed since.

    The trial's counts are held meanwhile, so that two runs do not take an item's last use.
    """
    chosen = select(AdaptiveUse).where(AdaptiveUse.trial_id == trial.id)
    held = chosen.where(AdaptiveUse.place == RUNS).with_for_update()
    n_runs = db.scalars(held.execution_options(populate_existing=True)).one().times
    counts = select(AdaptiveUse.place, AdaptiveUse.times).where(AdaptiveUse.trial_id == trial.id)
    times = np.zeros(len(pool.items), np.int64)
    for place, count in db.execute(counts.where(AdaptiveUse.place != RUNS)):
        times[place] = count
    standing = set(
        db.scalars(
            select(ItemVersion.id)
            .join(Item, ItemVersion.item_id == Item.id)
            .where(
                Item.blueprint_id == trial.plan.structure.blueprint_id,
                Item.state == "active",
                ItemVersion.number == Item.version_number,
            )
        )
    )
    is_gone = np.array([each not in standing for each in _versions(db, trial)])
    return np.where(is_gone, GONE, too_often(times, n_runs, rules.exposure))


def _result(db: Session, ticket: PracticeTicket, steps: Sequence[PracticeStep]) -> dict[str, Any]:
    """Return the level with its uncertainty and how each range went, for the trainee."""
    pool, rules = _engine(db, trial_of(ticket))
    steps = [step for step in steps if step.answered_at is not None]
    known = _known(pool, rules, steps)
    level = level_of(pool, known.ability, known.standard_error, rules.stop.cut)
    given = [step.place for step in steps]
    rights = [bool(step.is_right) for step in steps]
    names = area_names(db, ticket.plan)
    ranges = ranges_of(pool, given, rights, known.ability)
    return {
        "right": sum(rights),
        "of": len(rights),
        "because": ticket.ended_because,
        "cut": ticket.plan.rules["cut"] / 100,
        **asdict(level),
        "ranges": [{**asdict(each), "name": names.get(each.area, each.area)} for each in ranges],
    }


def _known(pool: AdaptivePool, rules: Rules, steps: Sequence[PracticeStep]) -> Known:
    rights = [bool(step.is_right) for step in steps]
    return known_so_far(pool, rules.stop, [step.place for step in steps], rights)


def trial_of(ticket: PracticeTicket) -> AdaptiveTrial:
    """Return the trial an adaptive run goes by."""
    if ticket.trial is None:
        msg = f"no adaptive run: {ticket.uid!r}"
        raise ValueError(msg)
    return ticket.trial


class _Engines:
    """Pools of trials put together once in a process: a trial never changes."""

    @staticmethod
    @lru_cache(maxsize=8)
    def kept(uid: str) -> dict[str, Any]:
        """Return the place where a trial's pool is kept."""
        del uid
        return {}


def _engine(db: Session, trial: AdaptiveTrial) -> tuple[AdaptivePool, Rules]:
    kept = _Engines.kept(trial.uid)
    if "pool" not in kept:
        chosen = select(AdaptiveTrial).where(AdaptiveTrial.id == trial.id)
        both = undefer(AdaptiveTrial.pool), undefer(AdaptiveTrial.result)
        full = db.scalars(chosen.options(*both).execution_options(populate_existing=True)).one()
        stored, rules = full.pool or {}, full.plan.rules
        entries = pooling.entries_in(stored)
        demand = pooling.demand_for(full.plan.structure, rules)
        kept["pool"] = pooling.adaptive_pool(entries, demand, stored["forms"])
        kept["versions"] = [each.version_id for each in entries]
        kept["rules"] = rules_of(rules, (full.result or {})["cut"])
    return kept["pool"], kept["rules"]


def _versions(db: Session, trial: AdaptiveTrial) -> list[int]:
    _engine(db, trial)
    found: list[int] = _Engines.kept(trial.uid)["versions"]
    return found
