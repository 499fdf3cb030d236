"""Practice in the sample: a bank of its own, plans of both kinds, two runs that are over."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive import runs, service, tickets
from exam_server.adaptive.models import AdaptivePlan, PracticeStep, PracticeTicket
from exam_server.adaptive.random_plans import create_random_plan
from exam_server.adaptive.rules import USUAL, PlanIn, RandomPlanIn
from exam_server.adaptive.showing import asked_in
from exam_server.adaptive.steps import steps_of
from exam_server.bank.models import ItemVersion
from exam_server.demo.bank import add_bank
from exam_server.demo.office import SEED, Office
from exam_server.demo.papers import SECTIONS, add_structure
from exam_server.forms.practice_banks import declare_for_practice
from exam_server.programmes.models import Programme
from itembank.drawing import Asked
from itembank.items.registry import item_type

BANK = "练习题库（示例）：电工四级"
PAPER, CHOICES = "电工（四级）练习卷（示例）", "电工（四级）练习卷，仅选择与判断（示例）"
RANDOM_PLAN, ADAPTIVE_PLAN = "随机组卷练习（示例）", "自适应练习（示例，尚未试运行）"
REASON = "公开给学员练习，不再用于考试。"
LANGUAGE = "zh_Hans_CN"
RIGHT = (0.55, 0.85)  # what share of the items each trainee knows
N_TICKETS = 6
DAYS_AGO = 2
A_MINUTE = timedelta(seconds=50)
CHOSEN = ("single", "multiple", "true_false")


def add_practice(db: Session, office: Office, *, now: datetime) -> None:
    """Add the bank, its plans and tickets, and let two trainees practise."""
    at = now - timedelta(days=DAYS_AGO)
    programme = select(Programme).where(Programme.organization_id == office.organization.id)
    bank = add_bank(db, db.scalars(programme.limit(1)).one(), title=BANK, now=at)
    declare_for_practice(db, office.officer, bank, reason=REASON, now=at)
    structure = add_structure(db, bank, title=PAPER, now=at)
    sent = RandomPlanIn(title=RANDOM_PLAN, review="end")
    plan = create_random_plan(db, office.officer, structure, sent, now=at)
    service.approve(db, office.officer, plan, now=at)
    choices = [each for each in SECTIONS if each[0] in CHOSEN]
    short = add_structure(db, bank, title=CHOICES, sections=choices, now=at)
    asked = PlanIn(title=ADAPTIVE_PLAN, **USUAL)
    service.create_plan(db, office.officer, short, asked, now=at)
    _practise(db, office, plan, now=at)


def _practise(db: Session, office: Office, plan: AdaptivePlan, *, now: datetime) -> None:
    issued = tickets.issue_tickets(
        db, office.officer, plan, N_TICKETS, secret=office.secret, now=now
    )
    for number, ((ticket, code), share) in enumerate(zip(issued, RIGHT, strict=False)):
        begun = now + timedelta(hours=number)
        token = runs.enter(db, ticket=ticket, code=code, secret=office.secret, now=begun)
        if token is not None:
            row = runs.ticket_by_token(db, token)
            _work_through(db, row, share, np.random.default_rng([SEED, number]), now=begun)


def _work_through(
    db: Session, row: PracticeTicket, share: float, rng: np.random.Generator, *, now: datetime
) -> None:
    """Answer a paper item by item and hand it in."""
    for step in steps_of(db, row):
        now += A_MINUTE
        given = answer_to(db, step, share, rng)
        runs.answer(db, row, step.number, given, None, language=LANGUAGE, now=now)
    runs.hand_in(db, row, language=LANGUAGE, now=now)


def answer_to(db: Session, step: PracticeStep, share: float, rng: np.random.Generator) -> Any:
    """Return what a trainee answers who knows that share of the items."""
    asked = asked_in(step, db.get_one(ItemVersion, step.item_version_id))
    right = item_type(asked.type).right_answer(asked.content, asked.key)
    return right if rng.random() < share else _wrong(asked, right, rng)


def _wrong(asked: Asked, right: Any, rng: np.random.Generator) -> Any:
    """Return another option where there are some; else the trainee knows no answer."""
    if asked.type not in CHOSEN:
        return None
    others = [each["id"] for each in asked.content["options"] if each["id"] not in right]
    if not others:
        return None
    chosen = str(rng.choice(others))
    return [chosen] if asked.type == "multiple" else chosen
