"""The second computation of a decision, kept with how sure the decision is."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.models import Batch
from exam_server.results.models import DecisionRun, SecondComputation


def store_second(
    db: Session,
    run: DecisionRun,
    figures: dict[str, Any],
    precision: dict[str, Any] | None,
    *,
    by: int | None,
    now: datetime,
) -> SecondComputation:
    """Keep what a second computation found."""
    state = "different" if figures["n_differences"] else "equal"
    second = SecondComputation(
        decision_run_id=run.id,
        computed_at=now,
        state=state,
        figures=figures,
        precision=precision,
    )
    db.add(second)
    db.flush()
    batch = db.get_one(Batch, run.batch_id)
    told = {"state": state, "differences": figures["n_differences"]}
    audit.record(db, "compute_again", by=by, of=f"batch:{batch.uid}", detail=told)
    return second
