"""How surely theory marks are known: one standard error for a paper, each one's own if adaptive."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.marking.models import AdaptiveMark, MarkingRun
from exam_server.results.models import DecisionRun
from exam_server.seating.models import Sitting


@dataclass(frozen=True)
class TheoryErrors:
    """Standard errors of theory marks: that of whole papers, and by registration those of own.

    None: not known.
    """

    shared: Decimal | None
    own: Mapping[int, Decimal | None]

    def of(self, registration_id: int) -> Decimal | None:
        """Return the standard error of a candidate's theory mark."""
        return self.own.get(registration_id, self.shared)

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of anybody."""
        return self.shared is not None or any(each is not None for each in self.own.values())


def theory_errors(db: Session, run: DecisionRun) -> TheoryErrors:
    """Return what was known of the theory marks when it was decided."""
    evidence = run.evidence or {}
    known = evidence.get("theory_sem")
    markings = [each["marking"] for each in evidence.get("markings", [])]
    chosen = (
        select(Sitting.registration_id, AdaptiveMark.mark_error)
        .join(Sitting, AdaptiveMark.sitting_id == Sitting.id)
        .join(MarkingRun, AdaptiveMark.marking_run_id == MarkingRun.id)
        .where(MarkingRun.uid.in_(markings))
        .order_by(AdaptiveMark.sitting_id)
    )
    own = {row.registration_id: row.mark_error for row in db.execute(chosen)}
    return TheoryErrors(None if known is None else Decimal(known), own)
