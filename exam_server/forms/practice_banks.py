"""Banks for practice: what has been practised cannot be examined, so a bank is one or the other."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.models import AssemblyRun, Form, PaperStructure, PracticeBank


def is_for_practice(db: Session, blueprint_id: int) -> bool:
    """Say whether a bank's items may be practised."""
    return db.get(PracticeBank, blueprint_id) is not None


def declare_for_practice(
    db: Session, actor: Actor, blueprint: Blueprint, *, reason: str, now: datetime
) -> None:
    """Let a bank's items be practised, for good; no paper can be made of it afterwards.

    Raises InvalidInputError: ``reason_missing``; ConflictError: ``papers_not_over`` (forms of it
    are in custody or still being assembled).
    """
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    if is_for_practice(db, blueprint.id):
        return
    waiting = (
        select(AssemblyRun.id)
        .join(PaperStructure, AssemblyRun.paper_structure_id == PaperStructure.id)
        .outerjoin(Form, Form.assembly_run_id == AssemblyRun.id)
        .where(
            PaperStructure.blueprint_id == blueprint.id,
            or_(AssemblyRun.result.is_(None), Form.id.is_not(None) & Form.opened_at.is_(None)),
        )
        .limit(1)
    )
    if db.scalar(waiting) is not None:
        raise ConflictError("papers_not_over")
    row = PracticeBank(
        blueprint_id=blueprint.id, since=now, reason=reason.strip(), declared_by=actor.id
    )
    db.add(row)
    of, detail = f"blueprint:{blueprint.uid}", {"reason": reason.strip()}
    audit.record(db, "declare_practice_bank", by=actor.id, of=of, detail=detail)
