"""The figures of an equating computed and kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError
from exam_server.programmes.models import RuleSet
from exam_server.results.equating.figures import Line, figures_of
from exam_server.results.equating.gathering import SideMarks, marks_of, scoring_of, sides_of
from exam_server.results.equating.models import Equating
from scoring.composite import Rounding


@dataclass(frozen=True)
class Asked:
    """What an equating goes on, read at one moment."""

    new: SideMarks
    reference: SideMarks
    methods: tuple[str, ...]
    line: Line
    seed: int
    scoring: Mapping[str, Any]


def read(db: Session, equating: Equating) -> Asked:
    """Read what an equating goes on: no transaction stands open while it is computed."""
    new, reference = (marks_of(db, sat) for sat in sides_of(db, equating))
    batch = db.get_one(Batch, equating.batch_id)
    line = line_of(db.get_one(RuleSet, batch.rule_set_id))
    scoring = scoring_of(db, equating)
    return Asked(new, reference, tuple(equating.methods), line, equating.seed, scoring)


def figures_for(asked: Asked, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Compute the figures; ``progress`` may call the work off."""
    rng = np.random.default_rng(asked.seed)
    return figures_of(asked.new, asked.reference, asked.methods, asked.line, rng, progress)


def keep(
    db: Session,
    equating: Equating,
    asked: Asked,
    figures: dict[str, Any],
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Keep the figures; raises ConflictError ``changed_while_marking`` when scoring changed."""
    if scoring_of(db, equating) != asked.scoring:
        raise ConflictError("changed_while_marking")
    equating.figures, equating.scoring, equating.computed_at = figures, dict(asked.scoring), now
    batch = db.get_one(Batch, equating.batch_id)
    detail = {"form": equating.form.code, "methods": list(asked.methods)}
    audit.record(db, "compute_equating", by=by, of=f"batch:{batch.uid}", detail=detail)


def compute_figures(db: Session, equating: Equating, *, now: datetime) -> None:
    """Compute and keep the figures in this transaction."""
    asked = read(db, equating)
    figures = figures_for(asked, lambda _done, _total: None)
    keep(db, equating, asked, figures, by=equating.asked_by, now=now)


def line_of(rules: RuleSet) -> Line:
    """Return the theory mark that passes: a minimum of its own, or the pass mark."""
    rounding = Rounding(rules.rounding, rules.decimals)
    if rules.theory_minimum is not None:
        return Line(rules.theory_minimum, "minimum", rounding)
    return Line(rules.pass_mark, "pass_mark", rounding)
