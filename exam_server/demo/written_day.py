"""The exam session with written answers: sat some days ago, half way through its marking."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Point
from exam_server.bank.rules import plain_text
from exam_server.clock import played
from exam_server.delivery.models import AnswerEvent
from exam_server.demo.content import DATA
from exam_server.demo.examining import compare_markers
from exam_server.demo.office import SEED, Office, Plan, add_batch, plan_exam_session
from exam_server.demo.people import sample_people
from exam_server.demo.played.stage import ReplayClock
from exam_server.demo.programme import sample_staff
from exam_server.forms.custody import Held, seal_items
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.forms.seeds import Seed, seal_seed
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Programme
from exam_server.seating import planning
from exam_server.seating.models import ExamSession, Sitting
from exam_server.written import giving, holding
from exam_server.written.duties import give_duty
from exam_server.written.giving import PointsIn
from exam_server.written.models import WrittenTask
from exam_server.written.rubrics import answer_text

N_CANDIDATES = 16
MINUTES = 90
DAYS_AGO = 4
MARKERS = (("examiner", True), ("examiner2", False), ("examiner3", False))
STRICT, LENIENT = Decimal("0.25"), Decimal(0)  # what a marker takes off each criterion
FAR, EVERY = Decimal("1.5"), 7  # and off one answer in so many, which the chief has to see
LEFT = 4  # so many answers of each item still wait for the second marker


def add_written_day(db: Session, office: Office, *, now: datetime) -> ExamSession:
    """Add the bank, the paper, sixteen papers handed in and what two markers have given so far."""
    source: dict[str, Any] = json.loads((DATA / "written.json").read_text("utf-8"))
    start = (now - timedelta(days=DAYS_AGO)).replace(hour=6, minute=0, second=0, microsecond=0)
    with played(ReplayClock(start)):
        versions = _add_bank(db, office, source, now=start)
        run = _add_form(db, versions, source, now=start)
        exam_session = _add_session(db, office, run, start)
        _add_papers(
            db,
            exam_session,
            run.forms[0],
            source["items"],
            ended=start + timedelta(minutes=MINUTES),
        )
        marked = start + timedelta(days=1)
        mark_exam_session(db, exam_session, by=office.officer.id, now=marked)
        for username, is_chief in MARKERS:
            give_duty(db, office.officer, exam_session, username, is_chief=is_chief, now=marked)
        _mark(db, exam_session, source["items"], now=marked)
        compare_markers(db, office, exam_session, now=marked)
    return exam_session


def _add_bank(
    db: Session, office: Office, source: dict[str, Any], *, now: datetime
) -> list[ItemVersion]:
    programme = select(Programme).where(Programme.organization_id == office.organization.id)
    blueprint = Blueprint(
        organization_id=office.organization.id,
        programme_id=db.scalars(programme.limit(1)).one().id,
        title=source["title"],
        is_sample=True,
        goals={},
        created_at=now,
    )
    db.add(blueprint)
    db.flush()
    area = Area(
        blueprint=blueprint, tier=1, place=0, code="A", path="A", name="案例", weight=Decimal(100)
    )
    area.points = [
        Point(place=place, code=code, name=name, importance="X")
        for place, (code, name) in enumerate(source["points"])
    ]
    db.add(area)
    db.flush()
    versions = []
    for number, (point, each) in enumerate(zip(area.points, source["items"], strict=True), start=1):
        letter = "W" if each["type"] == "essay" else "D"
        item = Item(
            blueprint_id=blueprint.id,
            point_id=point.id,
            code=f"{letter}-A-{point.code}-{number:03}",
            state="active",
            created_at=now,
        )
        content = {"stem": each["stem"]}
        key = {"model_answer": each["model_answer"], "rubric": each["rubric"]}
        version = ItemVersion(
            item=item,
            number=1,
            type=each["type"],
            content=content,
            key=key,
            search_text=plain_text(content),
            difficulty=3,
            explanation="",
            created_at=now,
        )
        db.add(version)
        versions.append(version)
    db.flush()
    return versions


def _add_form(
    db: Session, versions: list[ItemVersion], source: dict[str, Any], *, now: datetime
) -> AssemblyRun:
    structure = PaperStructure(
        blueprint=versions[0].item.blueprint,
        title=source["title"],
        minutes=MINUTES,
        demand={
            "sections": [
                {"type": "short_answer", "title": "简答题", "count": 2, "mark": "10"},
                {"type": "essay", "title": "案例分析题", "count": 1, "mark": "20"},
            ]
        },
        created_at=now,
    )
    run = AssemblyRun(paper_structure=structure, n_forms=1, created_at=now, result={})
    db.add_all((structure, run))
    db.flush()
    seal_seed(db, run, Seed(SEED, is_keyed=False))
    form = Form(code="A", assembly_run_id=run.id)
    held = [
        Held(place, version.id, 1 if each["type"] == "short_answer" else 2, Decimal(each["mark"]))
        for place, (version, each) in enumerate(
            zip(versions, source["items"], strict=True), start=1
        )
    ]
    seal_items(db, form, held)
    run.forms.append(form)
    db.flush()
    return run


def _add_session(db: Session, office: Office, run: AssemblyRun, start: datetime) -> ExamSession:
    batch = add_batch(db, office, sample_people()[:N_CANDIDATES], start)
    plan = Plan(
        run=run,
        name="电工四级案例与简答（示例，评分中）",
        start=start,
        minutes=MINUTES,
        proctors=(("电教室", "proctor3"),),
    )
    exam_session = plan_exam_session(db, office, batch, plan)
    planning.draw(db, office.officer, exam_session, seed=SEED)
    return exam_session


def _add_papers(
    db: Session,
    exam_session: ExamSession,
    form: Form,
    items: list[dict[str, Any]],
    *,
    ended: datetime,
) -> None:
    """Hand in a paper for every seat: good sentences and poor ones, by how able somebody is."""
    rng = np.random.default_rng(SEED)
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    for sitting in db.scalars(chosen.order_by(Sitting.id)):
        sitting.form_id, sitting.status = form.id, "handed_in"
        sitting.started_at, sitting.ended_at = exam_session.planned_start, ended
        sitting.end_reason, sitting.acked_seq = "candidate", len(items)
        ability = rng.beta(3, 2)
        for position, item in enumerate(items, start=1):
            text = _written(item, ability, rng)
            db.add(
                AnswerEvent(
                    sitting_id=sitting.id,
                    seq=position,
                    kind="answer",
                    position=position,
                    answer=json.dumps(text, ensure_ascii=False) if text else None,
                    at=ended.isoformat(),
                    received_at=ended,
                    lease_number=1,
                )
            )
    for run in exam_session.rooms:
        run.started_at, run.closed_at = exam_session.planned_start, ended
    exam_session.state = "closed"
    db.flush()


def _written(item: dict[str, Any], ability: float, rng: np.random.Generator) -> str:
    good = [each for each in item["good"] if rng.random() < ability]
    poor = [each for each in item["poor"] if rng.random() > ability + 0.15]
    return "".join([*good, *poor[:2]])


def _mark(
    db: Session, exam_session: ExamSession, items: list[dict[str, Any]], *, now: datetime
) -> None:
    """Let two examiners mark; one is strict, and some answers still wait for the other."""
    by_stem = {item["stem"]: item for item in items}
    chosen = select(WrittenTask).where(WrittenTask.exam_session_id == exam_session.id)
    for task in db.scalars(chosen.order_by(WrittenTask.id)):
        item = by_stem[task.item_version.content["stem"]]
        for username, takes_off, leaves in (
            ("examiner2", LENIENT, 0),
            ("examiner3", STRICT, LEFT),
        ):
            marker = sample_staff(db, username)
            for number in range(len(task.answers) - leaves):
                off = FAR if takes_off and number % EVERY == 1 else takes_off
                if not _mark_next(db, task, item, marker, off, now=now):
                    break


def _mark_next(
    db: Session,
    task: WrittenTask,
    item: dict[str, Any],
    marker: Actor,
    takes_off: Decimal,
    *,
    now: datetime,
) -> bool:
    held = holding.take_next(db, task, marker.id, now=now)
    if held is None:
        return False
    text = answer_text(held[0])
    points = {}
    for criterion, sentence in zip(item["rubric"], item["good"], strict=True):
        full = Decimal(criterion["points"])
        given = max(Decimal(0), full - takes_off) if sentence in text else Decimal(0)
        points[criterion["id"]] = str(given)
    giving.give_mark(db, marker, held[0], PointsIn(points=points), now=now)
    return True
