"""The blueprint of the results desk, and what its pages share."""

from flask import Blueprint
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.service import batch_for
from exam_server.programmes.models import RuleSet
from exam_server.results.rules import Rules, rules_of
from exam_server.results.verdicts import rules_applied
from exam_server.web import current_person

desk = Blueprint("results", __name__, url_prefix="/results")

ENTERING = ("exam_officer", "examiner")


def is_officer(batch: Batch) -> bool:
    """Say whether the reader may see theory marks and decisions of a batch."""
    return current_person().may("exam_officer", organization_id=batch.organization_id)


def entering_batch(db: Session, uid: str) -> Batch:
    """Return a batch whose marks the reader may enter; raises ``no_such_batch``."""
    return batch_for(db, current_person(), uid, *ENTERING)


def rules_in(db: Session, batch: Batch) -> Rules:
    """Return the rules a batch is decided by."""
    return rules_of(rules_applied(db.get_one(RuleSet, batch.rule_set_id)))
