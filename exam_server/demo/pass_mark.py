"""The sample panel: six experts judged the finished paper once and are at it a second time."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import played
from exam_server.demo.office import SEED, Office
from exam_server.demo.played.stage import ReplayClock
from exam_server.demo.programme import STAFF, sample_staff
from exam_server.forms.models import AssemblyRun
from exam_server.seating.models import ExamSession
from exam_server.standards import rating, service
from exam_server.standards.judged import judged_in
from exam_server.standards.models import PanelRound, StandardPanel
from exam_server.standards.rules import QUESTIONS, STEP, WHOLE, PanelIn, RatingIn

DAYS_AGO = 9
TITLE = "电工四级理论合格线（示例）"
DEFINITION = (
    "临界考生刚好够得上四级电工：能按图接线、会安全停送电，能查出常见故障；"
    "复杂控制回路要提示，计算偶尔出错。"
)
TRAINING = "先自己作答，再想：100 名临界考生中有多少人能答对？独立判断，本轮结束后一起讨论。"
NOTE = "讨论了看法最不一致的题：按临界考生“会”怎样判断，不按“应该”怎样。"
HARSH = (-6.0, -2.0, 0.0, 2.0, 4.0, 21.0)  # how far each expert's judgements lie from the middle
NOISE, USUAL, EASE = 9.0, 0.72, 0.85
ACCEPTABLE = tuple(map(Decimal, (54, 68, 12, 45)))  # cut from … to …, failures from … to …
BEGUN = 7  # so many items the first expert has judged again


def add_panel(db: Session, office: Office, run: AssemblyRun, *, now: datetime) -> StandardPanel:
    """Add the panel on the first form of the finished exam day."""
    start = now - timedelta(days=DAYS_AGO)
    exam_session = db.scalars(
        select(ExamSession).where(ExamSession.assembly_run_id == run.id)
    ).one()
    with played(ReplayClock(start)):
        sent = PanelIn(
            title=TITLE,
            method="angoff",
            source=f"form:{run.forms[0].uid}",
            exam_session=exam_session.uid,
            definition=DEFINITION,
            training=TRAINING,
            shows_difficulty=True,
            members=[each.uid for each in service.people_for(db, office.officer)],
        )
        panel = service.create_panel(db, office.officer, sent, now=start)
        judge_round(
            db, service.open_round(db, office.officer, panel, note="", now=start), now=start
        )
        closed = start + timedelta(days=1)
        service.close_round(db, office.officer, panel, reason="", now=closed)
        second = service.open_round(db, office.officer, panel, note=NOTE, now=closed)
        _begin(db, second, now=closed)
    return panel


def experts() -> list[str]:
    """Return the usernames of the sample panel's members."""
    return [username for username, _, roles in STAFF if "panel_member" in roles]


def judge_round(db: Session, found: PanelRound, *, wide: float = 1.0, now: datetime) -> None:
    """Let every expert judge: near how hard the items were, each a little otherwise.

    ``wide`` says how far they are apart, of how far they were at first.
    """
    rng = np.random.default_rng(SEED + found.number - 1)
    judged = judged_in(db, found.panel)
    ease = [USUAL if each.difficulty is None else each.difficulty for each in judged]
    for username, harsh in zip(experts(), HARSH, strict=True):
        actor = sample_staff(db, username)
        middle = np.array(ease) * EASE * WHOLE + harsh * wide
        noise = rng.normal(0, NOISE * wide, len(ease))
        values = np.clip(np.round((middle + noise) / STEP) * STEP, 0, WHOLE)
        ratings = [
            RatingIn(place=place, value=Decimal(int(value)))
            for place, value in enumerate(values, start=1)
        ]
        if found.panel.rules["asks_hofstee"]:
            ratings += _four_answers(harsh * wide)
        rating.rate(db, actor, found, ratings, now=now)
        rating.hand_in(db, actor, found, now=now)


def _four_answers(harsh: float) -> list[RatingIn]:
    """Return an expert's least and greatest acceptable cut and share of failures."""
    shift = Decimal(round(harsh / 2))
    return [
        RatingIn(place=place, value=value + shift)
        for place, value in zip(QUESTIONS, ACCEPTABLE, strict=True)
    ]


def _begin(db: Session, found: PanelRound, *, now: datetime) -> None:
    ratings = [RatingIn(place=place, value=Decimal(65)) for place in range(1, BEGUN + 1)]
    rating.rate(db, sample_staff(db, experts()[0]), found, ratings, now=now)
