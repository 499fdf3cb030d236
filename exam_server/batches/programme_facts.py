"""Which batches a programme has, and which run under a rule set."""

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.languages import chosen_language
from exam_server.programme_facts import AskedProgramme, ProgrammeFact


def programme_batches(db: Session, actor: Actor, asked: AskedProgramme) -> list[ProgrammeFact]:
    """Return the batches, the latest first, and the rule sets they run under."""
    at = asked.organization_id
    if not actor.may("exam_officer", organization_id=at):
        return []
    chosen = select(Batch).where(Batch.organization_id == at, Batch.is_rehearsal.is_(False))
    if asked.programme_id is not None:
        chosen = chosen.where(Batch.programme_id == asked.programme_id)
    if asked.rule_set_id is not None:
        chosen = chosen.where(Batch.rule_set_id == asked.rule_set_id)
    batches = db.scalars(chosen.order_by(Batch.exam_date.desc(), Batch.id.desc())).all()
    used = {batch.rule_set_id: batch.rule_set for batch in batches}
    return [
        *(
            ProgrammeFact(
                "batch",
                f"{batch.code} {batch.named(chosen_language())}",
                url_for("batches.batch_page", uid=batch.uid),
                batch.exam_date.isoformat(),
            )
            for batch in batches
        ),
        *(
            ProgrammeFact(
                "rule_set",
                rules.name,
                url_for("programmes.rule_set_page", uid=rules.uid),
                rules.valid_from.isoformat(),
            )
            for rules in used.values()
        ),
    ]
