"""What a wall shows of a room: its clock and the rules of the exam session; nobody's name."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.proctoring.seats import place_told
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import RoomRun


def wall_told(db: Session, room_run: RoomRun, *, now: datetime) -> dict[str, Any]:
    """Return a room's clock and the rules that candidates must know."""
    batch = db.get_one(Batch, room_run.exam_session.batch_id)
    rules = db.get_one(RuleSet, batch.rule_set_id)
    return {
        **place_told(db, room_run, now=now),
        "rules": {
            "late_limit_min": rules.late_limit_min,
            "hand_in_after_min": rules.hand_in_after_min,
        },
    }
