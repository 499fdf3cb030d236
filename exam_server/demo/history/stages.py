"""The stages of the earlier exam day: one ordinary job each, which asks for the next.

Between two stages other jobs have their turn. Each stage leaves alone what is there, so one that
was called off or interrupted is asked for again by the next start of the demonstration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import parse_rfc3339
from exam_server.demo.history.answers import answer_everything
from exam_server.demo.history.deciding import decide_everything, is_released
from exam_server.demo.history.facts import (
    N_CANDIDATES,
    Scene,
    organization_in,
    payload_for,
    run_in,
    session_in,
)
from exam_server.demo.history.measuring import is_measured, measure
from exam_server.demo.history.paper import make_paper
from exam_server.demo.history.practice import is_practised, is_tried, practise, try_plan
from exam_server.demo.history.seats import seat_everybody
from exam_server.demo.history.standards import has_cut, hold_panel
from exam_server.demo.programme import sample_staff
from exam_server.jobs import OPEN, Job, Work, enqueue

KIND: Final = "demo.earlier_day"
TITLE: Final = "往届考试日（示例）{number}/{total}：{name} · Earlier day (sample): {name_en}"


@dataclass(frozen=True)
class Stage:
    """A stage: its names for people, whether the store has it already, and its work."""

    name: str
    name_en: str
    is_there: Callable[[Session], bool]
    work: Callable[[Scene], None]


def _is_over(db: Session) -> bool:
    exam_session = session_in(db)
    return exam_session is not None and exam_session.state == "closed"


def _is_seated(db: Session) -> bool:
    exam_session = session_in(db)
    return exam_session is not None and exam_session.state != "planned"


STAGES: Final = (
    Stage("题库与试卷", "bank and paper", lambda db: run_in(db) is not None, make_paper),
    Stage("报名与排座", "candidates and seats", _is_seated, seat_everybody),
    Stage("作答", "answers", _is_over, answer_everything),
    Stage("阅卷与分析", "marking and analysis", is_measured, measure),
    Stage(
        "技能成绩、等值与公布", "practical marks, equating, release", is_released, decide_everything
    ),
    Stage("合格线专家组", "pass mark panel", has_cut, hold_panel),
    Stage("自适应方案试运行", "trial of an adaptive plan", is_tried, try_plan),
    Stage("自适应练习", "adaptive practice", is_practised, practise),
)


def ask_for_earlier_day(
    db: Session, *, now: datetime, n_candidates: int = N_CANDIDATES
) -> Job | None:
    """Ask for the first stage that is missing, unless one waits or works already."""
    newest = db.scalar(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1))
    if newest is not None and newest.status in OPEN:
        return None
    told = dict(newest.payload) if newest else payload_for(now, n_candidates)
    return _ask(db, sample_staff(db, "officer"), told)


def work_on(work: Work) -> dict[str, Any]:
    """Do a stage, then ask for the next one."""
    stage = STAGES[work.payload["stage"]]
    scene = Scene(work, work.payload["candidates"], parse_rfc3339(work.payload["start"]))
    with work.reading() as db:
        is_there = stage.is_there(db)
    if not is_there:
        stage.work(scene)
    with work.writing() as db:
        _ask(db, sample_staff(db, "officer"), work.payload, after=work.payload["stage"])
    return {"stage": stage.name_en}


def _ask(db: Session, officer: Actor, told: dict[str, Any], *, after: int = -1) -> Job | None:
    """Ask for the first stage that is missing behind one: none is ever asked for by itself."""
    missing = (place for place, stage in enumerate(STAGES) if not stage.is_there(db))
    number = next(missing, None)
    if number is None or number <= after:
        return None
    return enqueue(
        db,
        KIND,
        title=_title(number),
        payload={**told, "stage": number},
        person_id=officer.id,
        organization_id=organization_in(db).id,
        is_heavy=True,
    )


def _title(number: int) -> str:
    stage = STAGES[number]
    names = {"name": stage.name, "name_en": stage.name_en}
    return TITLE.format(number=number + 1, total=len(STAGES), **names)
