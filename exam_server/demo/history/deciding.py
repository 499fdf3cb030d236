"""The earlier day decided: examiners' marks, one form equated to the other, results released."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.examiners.comparing import compare
from exam_server.analysis.examiners.reporting import BATCHES, n_entered
from exam_server.clock import played
from exam_server.demo.examining import add_single_marks
from exam_server.demo.history.facts import Scene, batch_in, batch_of
from exam_server.demo.outcome import SECOND, ask_equating, enter_component_marks
from exam_server.demo.played.stage import ReplayClock
from exam_server.demo.programme import sample_staff
from exam_server.jobs import Work
from exam_server.results.equating import jobs as equating_jobs
from exam_server.results.equating.models import Equating, EquatingUse
from exam_server.results.equating.uses import UseDecisionIn, UseIn, ask_use, decide_use
from exam_server.results.jobs import apply_equating, compute_second
from exam_server.results.releasing import release, release_of, second_of
from exam_server.results.service import decide_batch, newest_decisions

METHOD = "circle_arc"
REASON = "两套试卷难度不同，考生随机分卷，人数不多，取圆弧法。"
AGREED = "两卷考生水平相当，换算表与其他方法接近，同意采用。"


def is_released(db: Session) -> bool:
    """Say whether the day's decisions have been released."""
    batch = batch_in(db)
    run = newest_decisions(db, batch) if batch else None
    return run is not None and release_of(db, run) is not None


def decide_everything(scene: Scene) -> None:
    """Enter practical marks, compare the examiners, equate, decide twice, release."""
    with played(ReplayClock(scene.after(days=3))):
        _practical(scene)
    with played(ReplayClock(scene.after(days=4))):
        _equate(scene)
    with played(ReplayClock(scene.after(days=6))):
        _decide(scene)


def _practical(scene: Scene) -> None:
    now = scene.after(days=3)
    with scene.work.reading() as db:
        batch = batch_of(db)
        is_entered = n_entered(db, batch) > 0
    if is_entered:
        return
    with scene.work.writing() as db:
        enter_component_marks(db, batch_of(db), now=now)
    with scene.work.writing() as db:
        add_single_marks(db, scene.office(db), batch_of(db), now=now)
    compare(_asked(scene, of=BATCHES, uid=batch.uid))


def _equate(scene: Scene) -> None:
    """Equate the second form to the first; one officer asks for its use, another agrees."""
    now = scene.after(days=4)
    with scene.work.writing() as db:
        batch = batch_of(db)
        mine = select(Equating).where(Equating.batch_id == batch.id)
        equating = db.scalar(mine) or ask_equating(db, scene.office(db), batch, now=now)
    if equating is None:
        return
    if equating.computed_at is None:
        equating_jobs.compute(_asked(scene, batch=batch.uid, equating=equating.uid))
    with scene.work.writing() as db:
        use = _use(db, scene, equating.id)
    asked = _asked(scene, batch=batch.uid, use=use.uid)
    if use.outcome is None:
        equating_jobs.preview(asked)
        with scene.work.writing() as db:
            sent = UseDecisionIn(outcome="approved", reason=AGREED)
            use = db.get_one(EquatingUse, use.id)
            second = sample_staff(db, SECOND)
            decide_use(db, second, batch_of(db), use, sent, now=scene.after(days=5))
    if use.applied_at is None:
        with played(ReplayClock(scene.after(days=5))):
            apply_equating(asked)


def _use(db: Session, scene: Scene, equating_id: int) -> EquatingUse:
    asked = db.scalar(select(EquatingUse).where(EquatingUse.equating_id == equating_id))
    if asked is not None:
        return asked
    equating, sent = db.get_one(Equating, equating_id), UseIn(method=METHOD, reason=REASON)
    officer, now = scene.office(db).officer, scene.after(days=4)
    return ask_use(db, officer, batch_of(db), equating, sent, now=now)


def _decide(scene: Scene) -> None:
    now = scene.after(days=6)
    with scene.work.writing() as db:
        batch, officer = batch_of(db), scene.office(db).officer
        run = newest_decisions(db, batch) or decide_batch(db, batch, by=officer.id, now=now)
    with scene.work.reading() as db:
        is_computed = second_of(db, run) is not None
    if not is_computed:
        compute_second(_asked(scene, batch=batch.uid, run=run.uid))
    with scene.work.writing() as db:
        release(db, batch_of(db), by=officer.id, now=now)


def _asked(scene: Scene, **payload: Any) -> Work:
    return replace(scene.work, payload=payload)
