"""The finished exam day: planned, sat by sixty-six made-up people, marked and decided."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from exam_server.batches.service import issue_codes
from exam_server.demo.content import miskeyed
from exam_server.demo.office import (
    SEED,
    Office,
    Plan,
    add_batch,
    add_portraits,
    plan_exam_session,
    release_by_two,
)
from exam_server.demo.outcome import decide_day, mark_day
from exam_server.demo.papers import FIRST_SEED, add_forms
from exam_server.demo.people import sample_people
from exam_server.demo.played.casting import FIRST_ROOM, SECOND_ROOM
from exam_server.demo.played.day import play_day
from exam_server.demo.played.stage import ReplayClock, Stage
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.seating import planning

DAYS_AGO = 21
MORNING_UTC = 1  # nine o'clock in China


def add_finished_day(
    db: Session, office: Office, structure: PaperStructure, *, now: datetime
) -> AssemblyRun:
    """Add the batch of three weeks ago with everything that happened; return its forms."""
    start = (now - timedelta(days=DAYS_AGO)).replace(
        hour=MORNING_UTC, minute=0, second=0, microsecond=0
    )
    stage = Stage(db, office.secret, ReplayClock(start - timedelta(days=25)))
    with stage.open():
        run = add_forms(
            db, structure, after=FIRST_SEED, holding=miskeyed()[0], now=stage.clock.instant
        )
        batch = add_batch(db, office, sample_people(), start)
        add_portraits(db, office, batch, now=stage.clock.instant)
        plan = Plan(
            run=run,
            name="电工四级理论（示例，已结束）",
            start=start,
            minutes=structure.minutes,
            proctors=((FIRST_ROOM, "proctor"), (FIRST_ROOM, "proctor3"), (SECOND_ROOM, "proctor2")),
        )
        exam_session = plan_exam_session(db, office, batch, plan)
        stage.clock.instant = start - timedelta(days=5)
        planning.draw(db, office.officer, exam_session, seed=SEED)
        issued = issue_codes(
            db, office.officer, batch, secret=office.secret, now=stage.clock.instant
        )
        stage.clock.instant = start - timedelta(minutes=40)
        release_by_two(db, office, exam_session, now=stage.clock.instant)
        play_day(stage, exam_session, {each.registration.id: each for each in issued})
        stage.clock.instant = start + timedelta(days=1)
        mark_day(db, office, batch, now=stage.clock.instant)
        stage.clock.instant = start + timedelta(days=3)
        decide_day(db, office, batch, now=stage.clock.instant)
    return run
