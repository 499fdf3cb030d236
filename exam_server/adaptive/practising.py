"""Practising: a ticket signed in, items chosen one by one, each answer written once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from exam_server.accounts.rules import wait_after
from exam_server.adaptive import pooling
from exam_server.adaptive.models import (
    RUNS,
    AdaptiveTrial,
    AdaptiveUse,
    PracticeStep,
    PracticeTicket,
)
from exam_server.adaptive.rules import rules_of
from exam_server.adaptive.service import standing_of
from exam_server.bank.models import Area, Item, ItemVersion
from exam_server.batches.tickets import is_right_code
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from exam_server.forms.custody import HeldItem
from exam_server.forms.drawing import asked_with
from exam_server.forms.sealed_forms import shown_item
from itembank.adaptive.ability import Known, known_so_far
from itembank.adaptive.choosing import GONE, Progress, choose_item
from itembank.adaptive.feedback import level_of, ranges_of
from itembank.adaptive.pool import AdaptivePool, IntArray
from itembank.adaptive.rules import Rules, ending
from itembank.adaptive.simulating import too_often
from itembank.items.registry import item_type

FULL = Decimal(1)


def enter(db: Session, *, ticket: str, code: str, secret: bytes, now: datetime) -> str | None:
    """Sign a trainee in and give the first item; None for a wrong code, which has been noted.

    Another device takes over: the newest sign-in holds the token. Raises NotAllowedError:
    ``try_again_later``; ConflictError: ``practice_not_open`` for a run not yet begun.
    """
    written = ticket.replace(" ", "").upper()
    row = db.scalar(
        select(PracticeTicket).where(PracticeTicket.ticket == written).with_for_update()
    )
    if row is None:
        return None
    if row.next_try_at is not None and row.next_try_at > now:
        seconds = int((row.next_try_at - now).total_seconds()) + 1
        raise NotAllowedError("try_again_later", seconds=seconds)
    if not is_right_code(secret, written, code.replace(" ", "").upper(), row.code_hash):
        row.failed_count += 1
        row.next_try_at = now + wait_after(row.failed_count)
        return None
    row.failed_count, row.next_try_at = 0, None
    token = secrets.token_urlsafe(32)
    row.token_hash = _digest(token)
    if row.started_at is None:
        _begin(db, row, now=now)
    return token


def ticket_by_token(db: Session, token: str, *, to_write: bool = False) -> PracticeTicket:
    """Return the ticket a token proves; raises NotAllowedError: ``bad_token``."""
    chosen = select(PracticeTicket).where(PracticeTicket.token_hash == _digest(token))
    row = db.scalar(chosen.with_for_update() if to_write else chosen)
    if row is None:
        raise NotAllowedError("bad_token")
    return row


def answer(db: Session, ticket: PracticeTicket, number: int, given: Any, *, now: datetime) -> None:
    """Write an answer and give the next item, or end; the same answer again changes nothing.

    Raises ConflictError: ``practice_step_answered`` (another answer stands), ``practice_over``,
    ``practice_step_unknown``; InvalidInputError: what the type says of the answer.
    """
    steps = _steps(db, ticket)
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
    trial, steps = ticket.trial, _steps(db, ticket)
    rules = trial.plan.rules
    state = {
        "title": trial.plan.title,
        "language": trial.plan.structure.blueprint.language,
        "answered": sum(step.answered_at is not None for step in steps),
        "most": rules["most"],
        "may_end_earlier": rules["stop"] != "length",
    }
    if ticket.ended_at is not None:
        return {**state, "status": "over", "result": _result(db, ticket, steps)}
    step = steps[-1]
    version = db.get_one(ItemVersion, step.item_version_id)
    held = HeldItem(step.number, version, 1, FULL, asked_with(version, None))
    organization_id = trial.plan.structure.blueprint.organization_id
    item = shown_item(db, organization_id, held)
    return {**state, "status": "running", "number": step.number, "item": item}


def _begin(db: Session, ticket: PracticeTicket, *, now: datetime) -> None:
    standing = standing_of(db, ticket.trial.plan)
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
    pool, rules = _engine(db, ticket.trial)
    known = _known(pool, rules, steps)
    ended = ending(rules.stop, len(steps), known.standard_error, known.log_ratio)
    given = [step.place for step in steps]
    chosen = None
    if ended is None:
        barred = _barred(db, ticket.trial, pool, rules)
        rng = np.random.default_rng(secrets.randbits(64))
        shadow = tuple(steps[-1].shadow) if steps else ()
        progress = Progress(tuple(given), known.ability, shadow)
        chosen = choose_item(pool, rules, progress, rng, barred)
    if chosen is None:
        ticket.ended_at, ticket.ended_because = now, ended or "no_item_left"
        return
    uses = (AdaptiveUse.trial_id == ticket.trial_id, AdaptiveUse.place == chosen.place)
    db.execute(update(AdaptiveUse).where(*uses).values(times=AdaptiveUse.times + 1))
    db.add(
        PracticeStep(
            ticket_id=ticket.id,
            number=len(steps) + 1,
            item_version_id=_versions(db, ticket.trial)[chosen.place],
            place=chosen.place,
            relaxed=chosen.relaxed,
            shadow=list(chosen.shadow),
            given_at=now,
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
    pool, rules = _engine(db, ticket.trial)
    steps = [step for step in steps if step.answered_at is not None]
    known = _known(pool, rules, steps)
    level = level_of(pool, known.ability, known.standard_error, rules.stop.cut)
    given = [step.place for step in steps]
    rights = [bool(step.is_right) for step in steps]
    blueprint_id = ticket.trial.plan.structure.blueprint_id
    areas = select(Area.path, Area.name).where(Area.blueprint_id == blueprint_id)
    names = {row[0]: row[1] for row in db.execute(areas)}
    ranges = ranges_of(pool, given, rights, known.ability)
    return {
        "right": sum(rights),
        "of": len(rights),
        "because": ticket.ended_because,
        "cut": ticket.trial.plan.rules["cut"] / 100,
        **asdict(level),
        "ranges": [{**asdict(each), "name": names.get(each.area, each.area)} for each in ranges],
    }


def _known(pool: AdaptivePool, rules: Rules, steps: Sequence[PracticeStep]) -> Known:
    rights = [bool(step.is_right) for step in steps]
    return known_so_far(pool, rules.stop, [step.place for step in steps], rights)


def _steps(db: Session, ticket: PracticeTicket) -> Sequence[PracticeStep]:
    chosen = select(PracticeStep).where(PracticeStep.ticket_id == ticket.id)
    return db.scalars(chosen.order_by(PracticeStep.number)).all()


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


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
