"""The earlier day's panel: two rounds on its first form, the cut kept as evidence by two people."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import SITE_ZONE, played
from exam_server.demo.history.facts import PANEL, Scene, batch_of, run_in, session_of
from exam_server.demo.outcome import SECOND
from exam_server.demo.pass_mark import DEFINITION, NOTE, TRAINING, judge_round
from exam_server.demo.played.stage import ReplayClock
from exam_server.demo.programme import sample_staff
from exam_server.programmes.models import RuleSet
from exam_server.standards import adopting, service
from exam_server.standards.models import PanelAdoption, PanelRound, StandardPanel
from exam_server.standards.reporting import report_of
from exam_server.standards.rules import PanelIn

CLOSED = "六位专家都已交卷。"
ROUNDS = (("", 1.0), (NOTE, 0.45))  # what they talked about before, how far they are apart
REASON = "第二轮合格线，专家意见已经接近。"
AGREED = "依据齐全，留作证据；规定的合格线不变。"


def has_cut(db: Session) -> bool:
    """Say whether the panel's cut has been decided on."""
    chosen = select(PanelAdoption).join(PanelRound).join(StandardPanel)
    return db.scalar(chosen.where(StandardPanel.title == PANEL)) is not None


def hold_panel(scene: Scene) -> None:
    """Hold the whole panel, from its naming to the second person's decision."""
    with played(ReplayClock(scene.after(days=8))):
        for done, (note, wide) in enumerate(ROUNDS):
            with scene.work.writing() as db:
                panel = panel_in(db) or _named(db, scene)
                if len(panel.rounds) == done:
                    _judged(db, scene, panel, note, wide)
            scene.work.progress(done + 1, len(ROUNDS) + 1)
        with scene.work.writing() as db:
            panel = panel_in(db) or panel
            _decided(db, scene, panel.rounds[-1])
    scene.work.progress(len(ROUNDS) + 1, len(ROUNDS) + 1)


def panel_in(db: Session) -> StandardPanel | None:
    """Return the panel."""
    return db.scalar(select(StandardPanel).where(StandardPanel.title == PANEL))


def _named(db: Session, scene: Scene) -> StandardPanel:
    officer, run = scene.office(db).officer, run_in(db)
    sent = PanelIn(
        title=PANEL,
        method="angoff",
        source=f"form:{run.forms[0].uid}" if run else "",
        exam_session=session_of(db).uid,
        definition=DEFINITION,
        training=TRAINING,
        shows_difficulty=True,
        asks_hofstee=True,
        members=[each.uid for each in service.people_for(db, officer)],
    )
    return service.create_panel(db, officer, sent, now=scene.after(days=8))


def _judged(db: Session, scene: Scene, panel: StandardPanel, note: str, wide: float) -> None:
    officer, now = scene.office(db).officer, scene.after(days=8, hours=2)
    opened = service.open_round(db, officer, panel, note=note, now=now)
    judge_round(db, opened, wide=wide, now=now)
    service.close_round(db, officer, panel, reason=CLOSED, now=scene.after(days=9))


def _decided(db: Session, scene: Scene, found: PanelRound) -> None:
    cut, at = report_of(db, found).found.cut, scene.after(days=10)
    if cut is None:
        return
    sent = adopting.ProposalIn(
        rule_set=db.get_one(RuleSet, batch_of(db).rule_set_id).uid,
        cut=Decimal(str(round(cut, 1))),
        valid_from=scene.after(days=30).astimezone(SITE_ZONE).date(),
        reason=REASON,
    )
    adoption = adopting.propose(db, scene.office(db).officer, found, sent, now=at)
    second = sample_staff(db, SECOND)
    adopting.decide(db, second, adoption, is_agreed=True, reason=AGREED, now=at)
