"""How an item did in the exam sessions that have been marked."""

from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.forms.models import Form, FormItem
from exam_server.item_facts import AskedItem, ItemFact
from exam_server.marking.models import MarkingRun, ResponseScore
from exam_server.seating.models import ExamSession

HUNDRED = Decimal(100)


def item_figures(db: Session, _actor: Actor, asked: AskedItem) -> list[ItemFact]:
    """Give the score rate of each version in each marked exam session, the newest first."""
    newest = (
        select(func.max(MarkingRun.id))
        .join(ExamSession, MarkingRun.exam_session_id == ExamSession.id)
        .join(
            Form,
            or_(
                Form.assembly_run_id == ExamSession.assembly_run_id,
                Form.assembly_run_id == ExamSession.own_run_id,
            ),
        )
        .join(FormItem, FormItem.form_id == Form.id)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id == asked.id)
        .group_by(MarkingRun.exam_session_id)
    )
    counted = (
        select(
            ExamSession.uid,
            ExamSession.name,
            ItemVersion.number,
            func.count(),
            func.sum(ResponseScore.mark),
            func.sum(ResponseScore.max_mark),
        )
        .select_from(ResponseScore)
        .join(MarkingRun, ResponseScore.marking_run_id == MarkingRun.id)
        .join(ExamSession, MarkingRun.exam_session_id == ExamSession.id)
        .join(ItemVersion, ResponseScore.item_version_id == ItemVersion.id)
        .where(
            ResponseScore.marking_run_id.in_(newest),
            ResponseScore.mark.is_not(None),
            ItemVersion.item_id == asked.id,
        )
        .group_by(ExamSession.id, ExamSession.uid, ExamSession.name, ItemVersion.number)
        .order_by(ExamSession.id.desc())
    )
    return [
        ItemFact(
            "figure",
            gettext(
                "%(exam_session)s, version %(version)s: %(n)s candidates, score rate %(rate)s %%",
                exam_session=name,
                version=version,
                n=n,
                rate=round(HUNDRED * Decimal(mark or 0) / Decimal(whole), 1) if whole else "–",
            ),
            source=uid,
        )
        for uid, name, version, n, mark, whole in db.execute(counted)
    ]
