"""Asking for the stages of the earlier exam day: light, so that the demonstration is up as soon."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.demo.history.facts import N_CANDIDATES, organization_in, payload_for
from exam_server.demo.programme import sample_staff
from exam_server.jobs import OPEN, Job, enqueue

KIND: Final = "demo.earlier_day"
TITLE: Final = "往届考试日（示例）{number}/{total}：{name} · Earlier day (sample): {name_en}"
NAMES: Final = (
    ("题库与试卷", "bank and paper"),
    ("报名与排座", "candidates and seats"),
    ("作答", "answers"),
    ("阅卷与分析", "marking and analysis"),
    ("技能成绩、等值与公布", "practical marks, equating, release"),
    ("合格线专家组", "pass mark panel"),
    ("自适应方案试运行", "trial of an adaptive plan"),
    ("自适应练习", "adaptive practice"),
)


def ask_for_earlier_day(
    db: Session, *, now: datetime, n_candidates: int = N_CANDIDATES
) -> Job | None:
    """Ask for the first stage, or again for one that did not end well; None: nothing is missing."""
    newest = db.scalar(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1))
    if newest is not None and newest.status in {*OPEN, "done"}:
        return None
    told = dict(newest.payload) if newest else payload_for(now, n_candidates) | {"stage": 0}
    return ask_for_stage(db, sample_staff(db, "officer"), told)


def ask_for_stage(db: Session, officer: Actor, told: dict[str, Any]) -> Job:
    """Ask for the stage that the facts name."""
    name, name_en = NAMES[told["stage"]]
    return enqueue(
        db,
        KIND,
        title=TITLE.format(number=told["stage"] + 1, total=len(NAMES), name=name, name_en=name_en),
        payload={**told, "keeps_parts": True},
        person_id=officer.id,
        organization_id=organization_in(db).id,
        is_heavy=True,
    )
