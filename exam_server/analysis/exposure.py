"""How often an item was seen: the exam sessions that are over, and when the last one was.

Only papers that are over count, whoever asks: that an item stands in a coming one is secret.
"""

from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.forms.models import Form, FormItem
from exam_server.item_facts import AskedItem, ItemFact
from exam_server.seating.models import ExamSession, Sitting
from exam_server.todo import local_day


def item_exposure(db: Session, _actor: Actor, asked: AskedItem) -> list[ItemFact]:
    """Say how many have seen an item, and why the version they saw stays as it is."""
    chosen = (
        select(
            func.count(ExamSession.id.distinct()),
            func.count(Sitting.id.distinct()),
            func.max(ExamSession.planned_start),
            func.max(ItemVersion.number),
        )
        .select_from(FormItem)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .join(Form, FormItem.form_id == Form.id)
        .join(Sitting, Sitting.form_id == Form.id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .where(ItemVersion.item_id == asked.id, Sitting.started_at.is_not(None))
    )
    n_exams, n_seen, last, version = db.execute(chosen).one()
    if not n_exams:
        return []
    people = ngettext("%(num)s candidate", "%(num)s candidates", n_seen)
    seen = ngettext(
        "Seen by %(people)s in %(num)s exam session, last on %(day)s.",
        "Seen by %(people)s in %(num)s exam sessions, last on %(day)s.",
        n_exams,
        people=people,
        day=local_day(last).isoformat(),
    )
    frozen = gettext(
        "Frozen: candidates were marked by version %(version)s, so it stays as it is. An edit "
        "makes a new version, which is reviewed anew and begins figures of its own.",
        version=version,
    )
    return [ItemFact("exposure", seen), ItemFact("frozen", frozen)]
