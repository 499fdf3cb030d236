"""What examiners gave, mark by mark: of the practical part by their sheet, of written answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.analysis.models import ExaminerMark
from exam_server.bank.models import Item, ItemVersion
from exam_server.batches.models import Batch, Registration
from exam_server.marking.component_marks import component_marks
from exam_server.marking.models import SittingScore
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from exam_server.written.models import WrittenAnswer, WrittenMark, WrittenTask
from exam_server.written.rules import ARBITER, CONTROL

WHOLE: Final = 100.0
PRACTICAL: Final = "practical"
WRITTEN: Final = "written"


@dataclass(frozen=True)
class Scope:
    """Whose examiners: those of a batch, or of one of its exam sessions."""

    batch: Batch
    exam_session: ExamSession | None = None


@dataclass(frozen=True)
class Rating:
    """A mark as a share of 100 of its task.

    ``weight``: points of 100 of the component that the task brings. ``counts``: whether the mark
    is part of the one that stands.
    """

    person: int
    task: str
    examiner: str
    share: float
    weight: float
    counts: bool = True


@dataclass(frozen=True)
class Lot:
    """The marks of one component, what stands for each candidate, and the line to reach."""

    component: str
    ratings: Sequence[Rating]
    standing: Mapping[int, float] = field(default_factory=dict)
    line: float = 60.0


def lots_of(db: Session, scope: Scope) -> list[Lot]:
    """Return the marks of the practical part and of written answers."""
    return [_practical(db, scope), _written(db, scope)]


def _practical(db: Session, scope: Scope) -> Lot:
    chosen = _within(
        select(ExaminerMark).join(Registration, ExaminerMark.registration_id == Registration.id),
        scope,
    ).where(ExaminerMark.superseded_at.is_(None), Registration.withdrawn_at.is_(None))
    rows = db.scalars(chosen.order_by(ExaminerMark.id)).all()
    full: dict[str, Decimal] = {each.task: each.max_mark for each in rows}
    whole = sum(full.values(), Decimal(0))
    ratings = [
        Rating(
            each.registration_id,
            each.task,
            each.examiner,
            float(each.mark / each.max_mark) * WHOLE,
            float(full[each.task] / whole) * WHOLE,
        )
        for each in rows
    ]
    standing = {
        registration: float(marks[PRACTICAL])
        for registration, marks in component_marks(db, scope.batch).items()
        if PRACTICAL in marks
    }
    rules = db.get_one(RuleSet, scope.batch.rule_set_id)
    return Lot(PRACTICAL, ratings, standing, _line(rules.practical_minimum, rules))


def _within(chosen: Select[Any], scope: Scope) -> Select[Any]:
    """Narrow registrations to those of a batch, or of an exam session."""
    if scope.exam_session is None:
        return chosen.where(Registration.batch_id == scope.batch.id)
    sat = select(Sitting.registration_id).where(Sitting.exam_session_id == scope.exam_session.id)
    return chosen.where(Registration.id.in_(sat))


def _line(minimum: Decimal | None, rules: RuleSet) -> float:
    return float(rules.pass_mark if minimum is None else minimum)


def _written(db: Session, scope: Scope) -> Lot:
    sessions = [scope.exam_session] if scope.exam_session else exam_sessions_in(db, scope.batch)
    ids = [each.id for each in sessions]
    papers = _papers(db, sessions)
    rows = db.execute(_written_rows(ids)).all()
    arbitrated = {row.answer_id for row in rows if row.round == ARBITER}
    names = _names(db, {row.marker_id for row in rows})
    ratings = [
        Rating(
            row.registration_id,
            f"{row.code} {row.part}".strip(),
            names[row.marker_id],
            float(row.mark / row.max_mark) * WHOLE,
            _weight(row.max_mark, papers.get(row.sitting_id)),
            counts=row.round != CONTROL and row.answer_id not in arbitrated,
        )
        for row in rows
        if row.round != ARBITER
    ]
    standing = {
        row.registration_id: papers[row.sitting_id][1] for row in rows if row.sitting_id in papers
    }
    rules = db.get_one(RuleSet, scope.batch.rule_set_id)
    return Lot(WRITTEN, ratings, standing, _line(rules.theory_minimum, rules))


def _written_rows(sessions: Sequence[int]) -> Select[Any]:
    columns: list[Any] = [
        WrittenMark.answer_id,
        WrittenMark.marker_id,
        WrittenMark.round,
        WrittenMark.mark,
        WrittenTask.max_mark,
        WrittenTask.part,
        Item.code,
        WrittenAnswer.sitting_id,
        Sitting.registration_id,
    ]
    return (
        select(*columns)
        .select_from(WrittenMark)
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .join(WrittenTask, WrittenAnswer.task_id == WrittenTask.id)
        .join(ItemVersion, WrittenTask.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Sitting, WrittenAnswer.sitting_id == Sitting.id)
        .where(
            WrittenTask.exam_session_id.in_(sessions),
            WrittenMark.superseded_at.is_(None),
            Sitting.status == "handed_in",
        )
        .order_by(WrittenMark.id)
    )


def _papers(db: Session, sessions: Sequence[ExamSession]) -> dict[int, tuple[float, float]]:
    """Return the full mark of each marked paper and its theory mark, by sitting."""
    found: dict[int, tuple[float, float]] = {}
    for each in sessions:
        run = newest_run(db, each.id)
        if run is None:
            continue
        chosen = select(SittingScore).where(SittingScore.marking_run_id == run.id)
        for score in db.scalars(chosen):
            if score.theory is not None and score.max_mark:
                found[score.sitting_id] = float(score.max_mark), float(score.theory)
    return found


def _weight(full: Decimal, paper: tuple[float, float] | None) -> float:
    return float(full) / paper[0] * WHOLE if paper else 0.0


def _names(db: Session, ids: set[int]) -> dict[int, str]:
    """Return what each marker is called; who shares a name has the user name beside it."""
    people = list(db.scalars(select(Person).where(Person.id.in_(ids))))
    shared: dict[str, int] = defaultdict(int)
    for each in people:
        shared[each.name] += 1
    return {
        each.id: each.name if shared[each.name] == 1 else f"{each.name} ({each.username})"
        for each in people
    }
