"""Which tables stand in a batch, the theory marks they make, and whether they still hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Registration
from exam_server.errors import ConflictError
from exam_server.forms.models import Form
from exam_server.marking.models import MarkingRun, SittingScore
from exam_server.marking.papers import MarkedPaper, rounding_of
from exam_server.programmes.models import RuleSet
from exam_server.results.equating.conversion import converted
from exam_server.results.equating.gathering import scoring_of
from exam_server.results.equating.models import EquatingUse
from exam_server.seating.models import Sitting

EQUATED = "equated"


@dataclass(frozen=True)
class Theory:
    """A theory mark of 100 that counts, and what it was before it was equated, if it was."""

    mark: Decimal
    raw: Decimal | None = None


def standing_uses(db: Session, batch_id: int) -> dict[int, EquatingUse]:
    """Return the table that stands for each form of a batch whose marks are equated."""
    newest = (
        select(func.max(EquatingUse.id))
        .where(EquatingUse.batch_id == batch_id, EquatingUse.outcome == "approved")
        .group_by(EquatingUse.form_id)
    )
    chosen = select(EquatingUse).where(EquatingUse.id.in_(newest), EquatingUse.way == EQUATED)
    return {each.form_id: each for each in db.scalars(chosen.order_by(EquatingUse.id))}


def theories(db: Session, batch: Batch) -> dict[int, Theory]:
    """Return the theory mark of each registration by the marking and the tables that stand.

    A void sitting has none, even if it was marked before it was made void; and there is none
    while a person's mark is missing.
    """
    return theories_by(db, batch, standing_uses(db, batch.id))


def theories_by(db: Session, batch: Batch, uses: Mapping[int, EquatingUse]) -> dict[int, Theory]:
    """Return the theory marks as they would be by these tables."""
    rounding = rounding_of(db.get_one(RuleSet, batch.rule_set_id))
    newest = (
        select(MarkingRun.exam_session_id, func.max(MarkingRun.id).label("run_id"))
        .where(MarkingRun.published_at.is_not(None))
        .group_by(MarkingRun.exam_session_id)
        .subquery()
    )
    chosen = (
        select(Sitting.registration_id, Sitting.form_id, SittingScore)
        .join(SittingScore, SittingScore.sitting_id == Sitting.id)
        .join(newest, newest.c.run_id == SittingScore.marking_run_id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id, Sitting.status != "void")
        .order_by(Sitting.id)
    )
    found: dict[int, Theory] = {}
    done: dict[tuple[int | None, Decimal, Decimal], Decimal | None] = {}
    for registration_id, form_id, score in db.execute(chosen):
        if score.mark is None or score.theory is None:
            continue
        use = None if form_id is None else uses.get(form_id)
        if use is None or use.conversion is None:
            found[registration_id] = Theory(score.theory)
            continue
        place = form_id, score.mark, score.max_mark
        if place not in done:
            done[place] = converted(use.conversion, score.mark, score.max_mark, rounding)
        worth = done[place]
        if worth is not None:
            found[registration_id] = Theory(worth, score.theory)
    return found


def with_tables(db: Session, batch: Batch, papers: Iterable[MarkedPaper]) -> list[MarkedPaper]:
    """Return papers as they count: theory marks of equated forms by the table that stands."""
    uses = standing_uses(db, batch.id)
    marked = list(papers)
    if not uses:
        return marked
    rounding = rounding_of(db.get_one(RuleSet, batch.rule_set_id))
    chosen = select(Sitting.id, Sitting.form_id).where(Sitting.form_id.in_(uses))
    forms = {row[0]: row[1] for row in db.execute(chosen)}

    def counting(paper: MarkedPaper) -> MarkedPaper:
        use = uses.get(forms.get(paper.sitting_id) or 0)
        if use is None or use.conversion is None or paper.mark is None:
            return paper
        worth = converted(use.conversion, paper.mark, paper.max_mark, rounding)
        return paper if worth is None else replace(paper, theory=worth)

    return [counting(each) for each in marked]


def stale_forms(db: Session, batch: Batch) -> list[str]:
    """Return the forms whose table no longer holds: an item was scored otherwise since."""
    return [use.form.code for use in standing_uses(db, batch.id).values() if is_stale(db, use)]


def is_stale(db: Session, use: EquatingUse) -> bool:
    """Say whether scoring changed since the table was computed, or a mark stands off it."""
    if scoring_of(db, use.equating) != use.equating.scoring:
        return True
    return any(_off_the_table(db, use))


def _off_the_table(db: Session, use: EquatingUse) -> Iterator[Decimal]:
    table = use.conversion or {"rows": [], "most": "0"}
    known = {Decimal(row[0]) for row in table["rows"]}
    newest = (
        select(func.max(MarkingRun.id))
        .where(MarkingRun.published_at.is_not(None))
        .group_by(MarkingRun.exam_session_id)
    )
    chosen = (
        select(SittingScore.mark, SittingScore.max_mark)
        .join(Sitting, SittingScore.sitting_id == Sitting.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(
            SittingScore.marking_run_id.in_(newest),
            SittingScore.mark.is_not(None),
            Registration.batch_id == use.batch_id,
            Sitting.form_id == use.form_id,
            Sitting.status != "void",
        )
        .distinct()
    )
    for mark, most in db.execute(chosen):
        if mark is not None and (mark not in known or most != Decimal(table["most"])):
            yield mark


def check_tables(db: Session, batch: Batch) -> None:
    """Refuse to decide or release by a table that no longer holds.

    Raises ConflictError: ``equating_stale``.
    """
    stale = stale_forms(db, batch)
    if stale:
        raise ConflictError("equating_stale", forms=", ".join(stale))


def waiting_uses(db: Session, batch: Batch) -> int:
    """Return how many uses are asked for, or approved and not decided by yet."""
    chosen = select(EquatingUse).where(EquatingUse.batch_id == batch.id)
    return sum(
        each.outcome is None or (each.outcome == "approved" and each.applied_at is None)
        for each in db.scalars(chosen)
    )


def check_release(db: Session, batch: Batch) -> None:
    """Refuse to release while a use waits, or by a table that no longer holds.

    Raises ConflictError: ``equating_waits``, ``equating_stale``.
    """
    if waiting_uses(db, batch):
        raise ConflictError("equating_waits")
    check_tables(db, batch)


def evidence_of(db: Session, batch: Batch) -> list[dict[str, str]]:
    """Return by which tables a decision is made, as it keeps them."""
    return [
        {
            "form": use.form.code,
            "use": use.uid,
            "method": use.method,
            "reference": use.equating.reference_name,
            "sha256": use.conversion_sha256 or "",
        }
        for use in standing_uses(db, batch.id).values()
    ]


def is_reference(db: Session, form: Form) -> bool:
    """Say whether marks of another form are equated to a form's anywhere."""
    newest = (
        select(func.max(EquatingUse.id))
        .where(EquatingUse.outcome == "approved")
        .group_by(EquatingUse.batch_id, EquatingUse.form_id)
    )
    chosen = select(EquatingUse).where(EquatingUse.id.in_(newest), EquatingUse.way == EQUATED)
    return any(use.equating.reference_form_id == form.id for use in db.scalars(chosen))


def is_equated(db: Session, batch_id: int, form: Form) -> bool:
    """Say whether a form's own marks are equated in a batch."""
    return form.id in standing_uses(db, batch_id)
