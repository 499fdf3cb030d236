"""How surely theory marks are known: the paper's error, each one's own if adaptive, the equating's.

The error of a paper and that of the table it was equated by do not depend on each other: the
table comes from all candidates, the error of a mark from how one answered. Their squares add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.marking.models import AdaptiveMark, MarkingRun, SittingScore
from exam_server.results.equating.conversion import errors_by_mark
from exam_server.results.equating.models import EquatingUse
from exam_server.results.models import DecisionRun
from exam_server.seating.models import Sitting

UNIT: Final = Decimal("0.0001")


@dataclass(frozen=True)
class TheoryErrors:
    """Standard errors of theory marks: that of whole papers, and by registration those of own.

    ``equating`` holds, by registration, the error of the table a mark was equated by. None: not
    known.
    """

    shared: Decimal | None
    own: Mapping[int, Decimal | None]
    equating: Mapping[int, Decimal | None] = field(default_factory=dict)

    def of(self, registration_id: int) -> Decimal | None:
        """Return the standard error of a candidate's theory mark, the equating's included."""
        paper = self.own.get(registration_id, self.shared)
        table = self.equating.get(registration_id)
        if paper is None or not table:
            return paper
        return (paper**2 + table**2).sqrt().quantize(UNIT)

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of anybody."""
        return self.shared is not None or any(each is not None for each in self.own.values())

    @property
    def most_of_equating(self) -> Decimal | None:
        """The greatest error of a table that a mark was equated by; None when none is known."""
        return max((each for each in self.equating.values() if each is not None), default=None)

    @property
    def lacks_equating(self) -> bool:
        """Whether a mark was equated by a table whose error is not known."""
        return any(each is None for each in self.equating.values())


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
    uses = [each["use"] for each in evidence.get("equatings", [])]
    shared = None if known is None else Decimal(known)
    return TheoryErrors(shared, own, _of_tables(db, markings, uses) if uses else {})


def _of_tables(db: Session, markings: list[str], uses: list[str]) -> dict[int, Decimal | None]:
    used = db.scalars(select(EquatingUse).where(EquatingUse.uid.in_(uses)))
    tables = {each.form_id: errors_by_mark(each.conversion or {"rows": []}) for each in used}
    chosen = (
        select(Sitting.registration_id, Sitting.form_id, SittingScore.mark)
        .join(Sitting, SittingScore.sitting_id == Sitting.id)
        .join(MarkingRun, SittingScore.marking_run_id == MarkingRun.id)
        .where(
            MarkingRun.uid.in_(markings),
            Sitting.form_id.in_(tables),
            Sitting.status != "void",
            SittingScore.mark.is_not(None),
        )
        .order_by(SittingScore.sitting_id)
    )
    return {
        registration_id: tables[form_id].get(mark)
        for registration_id, form_id, mark in db.execute(chosen)
        if form_id is not None and mark is not None
    }
