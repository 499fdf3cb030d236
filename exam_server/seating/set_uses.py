"""Where fixed sets were used: what the seating tells the papers."""

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.forms.models import Form, SealedForm
from exam_server.seating.models import ExamSession
from exam_server.set_facts import SetUse


def uses_of(db: Session, run_id: int) -> dict[str, list[SetUse]]:
    """Return for which exam sessions each set of a collection was released, newest first."""
    chosen = (
        select(Form.code, ExamSession.name, ExamSession.planned_start, ExamSession.uid)
        .join(SealedForm, SealedForm.form_id == Form.id)
        .join(ExamSession, SealedForm.exam_session_id == ExamSession.id)
        .where(Form.assembly_run_id == run_id)
        .order_by(SealedForm.released_at.desc(), ExamSession.id.desc())
    )
    uses: dict[str, list[SetUse]] = {}
    for code, name, start, uid in db.execute(chosen):
        address = url_for("seating.exam_session_page", uid=uid)
        uses.setdefault(code, []).append(SetUse(name, start, address))
    return uses
