"""The earlier bank opened for practice: an adaptive plan tried out, switched on, practised by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive import runs, service, tickets
from exam_server.adaptive.jobs import simulate
from exam_server.adaptive.models import AdaptivePlan, AdaptiveTrial, PracticeTicket
from exam_server.adaptive.rules import USUAL, PlanIn
from exam_server.adaptive.standings import standing_of
from exam_server.adaptive.steps import steps_of
from exam_server.clock import played
from exam_server.demo.history.facts import CHOICES, PLAN, Scene, bank_of, structure_in
from exam_server.demo.office import SEED
from exam_server.demo.outcome import SECOND
from exam_server.demo.papers import SECTIONS, add_structure
from exam_server.demo.played.stage import ReplayClock
from exam_server.demo.practice import A_MINUTE, CHOSEN, LANGUAGE, REASON, answer_to
from exam_server.demo.programme import sample_staff

RULES: Mapping[str, Any] = {
    **USUAL,
    "most": 32,
    "standard_error": 0.3,
    "exposure": 60,
    "limit_bias": 0.5,  # few items are hard enough for the ablest
}
N_TICKETS = 12
KNOWN = (0.45, 0.6, 0.75, 0.9)  # what share of the items each trainee knows
LAST = -1


def plan_in(db: Session) -> AdaptivePlan | None:
    """Return the plan on the earlier bank."""
    chosen = select(AdaptivePlan).where(AdaptivePlan.title == PLAN)
    return db.scalar(chosen.order_by(AdaptivePlan.id.desc()).limit(1))


def is_tried(db: Session) -> bool:
    """Say whether the plan has been tried out on the bank's parameters."""
    chosen = select(AdaptiveTrial).join(AdaptivePlan).where(AdaptivePlan.title == PLAN)
    return db.scalar(chosen.where(AdaptiveTrial.has_passed.is_not(None))) is not None


def is_practised(db: Session) -> bool:
    """Say whether every trainee of the sample has practised."""
    chosen = select(PracticeTicket).join(AdaptivePlan).where(AdaptivePlan.title == PLAN)
    ended = db.scalars(chosen.where(PracticeTicket.ended_at.is_not(None))).all()
    return len(ended) >= len(KNOWN)


def try_plan(scene: Scene) -> None:
    """Write the plan down and let candidates of known ability take it."""
    at = scene.after(days=14)
    with played(ReplayClock(at)):
        with scene.work.writing() as db:
            plan = plan_in(db) or _written(db, scene)
            trial = AdaptiveTrial(
                plan=plan,
                is_supposed=False,
                asked_at=at,
                asked_by=plan.created_by,
                job_id=scene.work.job_id,
            )
            db.add(trial)
            db.flush()
            payload = {"trial": trial.id}
        simulate(replace(scene.work, payload=payload))


def practise(scene: Scene) -> None:
    """Open the bank for practice, switch the plan on by a second person, let trainees practise."""
    with scene.work.writing() as db:
        plan, officer = plan_in(db), scene.office(db).officer
        if plan is None:
            return
        service.open_bank(db, officer, plan, reason=REASON, now=scene.after(days=15))
        if standing_of(db, plan).code != "on":
            service.approve(db, sample_staff(db, SECOND), plan, now=scene.after(days=16))
        issued = tickets.issue_tickets(
            db,
            officer,
            plan,
            N_TICKETS,
            secret=scene.work.settings.secret,
            now=scene.after(days=17),
        )
    for number, ((ticket, code), share) in enumerate(zip(issued, KNOWN, strict=False)):
        _one_run(scene, ticket, code, share, number)
        scene.work.progress(number + 1, len(KNOWN))


def _written(db: Session, scene: Scene) -> AdaptivePlan:
    at = scene.after(days=14)
    structure = structure_in(db, CHOICES)
    if structure is None:
        choices = [each for each in SECTIONS if each[0] in CHOSEN]
        structure = add_structure(db, bank_of(db), title=CHOICES, sections=choices, now=at)
    sent = PlanIn(title=PLAN, **RULES)
    return service.create_plan(db, scene.office(db).officer, structure, sent, now=at)


def _one_run(scene: Scene, ticket: str, code: str, share: float, number: int) -> None:
    """Sign a trainee in and answer until the test ends, an answer a transaction."""
    rng, at = np.random.default_rng([SEED, number]), scene.after(days=18 + number)
    with scene.work.writing() as db:
        secret = scene.work.settings.secret
        token = runs.enter(db, ticket=ticket, code=code, secret=secret, now=at)
    is_running = token is not None
    while token is not None and is_running:
        at += A_MINUTE
        with scene.work.writing() as db:
            row = runs.ticket_by_token(db, token, to_write=True)
            step = steps_of(db, row)[LAST]
            given = answer_to(db, step, share, rng)
            runs.answer(db, row, step.number, given, None, language=LANGUAGE, now=at)
            is_running = row.ended_at is None
