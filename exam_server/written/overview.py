"""How far the marking of written answers is, who marks how, and what waits for the chief."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from exam_server.accounts.models import Person
from exam_server.seating.models import ExamSession, Sitting
from exam_server.written.gathering import has_open_task, marks_by_answer, n_waiting, plan_of
from exam_server.written.models import WrittenAnswer, WrittenMark, WrittenTask
from exam_server.written.rules import (
    ARBITER,
    CONTROL,
    Marked,
    Severity,
    differ,
    severities,
    standing_mark,
)


@dataclass(frozen=True)
class TaskProgress:
    """How far one task is: answers to mark, with a mark, marked once of two, and for the chief."""

    task: WrittenTask
    n_answers: int
    n_settled: int
    n_half: int
    n_differing: int
    n_asked: int
    n_controls: int

    @property
    def n_untouched(self) -> int:
        """Return how many answers nobody has marked yet."""
        return self.n_answers - self.n_settled - self.n_half - self.n_differing


@dataclass(frozen=True)
class ForChief:
    """An answer that waits for the chief: marks ``differ``, or somebody has ``asked``."""

    answer: WrittenAnswer
    marks: Mapping[int, Decimal]
    why: str


@dataclass(frozen=True)
class MarkerFigures:
    """A marker by name with how severe they are."""

    name: str
    username: str
    severity: Severity


@dataclass(frozen=True)
class WrittenState:
    """The written answers of an exam session: how many wait, and whether marking is open."""

    exam_session: ExamSession
    waiting: int
    is_open: bool


def written_states(
    db: Session, exam_sessions: Sequence[ExamSession], but: Collection[int] = ()
) -> list[WrittenState]:
    """Return the state of each exam session that has written answers; ``but`` need no marks."""
    return [
        WrittenState(each, n_waiting(db, each, but), has_open_task(db, each, but))
        for each in exam_sessions
        if tasks_in(db, each)
    ]


def tasks_in(db: Session, exam_session: ExamSession) -> Sequence[WrittenTask]:
    """Return the tasks of an exam session in a stable order."""
    chosen = select(WrittenTask).where(WrittenTask.exam_session_id == exam_session.id)
    return db.scalars(chosen.order_by(WrittenTask.id)).all()


def progress_in(db: Session, tasks: Sequence[WrittenTask]) -> list[TaskProgress]:
    """Return how far each task is."""
    marks = marks_by_answer(db, [task.id for task in tasks])
    answers: dict[int, list[WrittenAnswer]] = {task.id: [] for task in tasks}
    for answer in _answers(db, tasks):
        answers[answer.task_id].append(answer)
    return [_progress(task, answers[task.id], marks) for task in tasks]


def for_chief(db: Session, tasks: Sequence[WrittenTask]) -> list[ForChief]:
    """Return the answers that wait for the chief examiner, differences first."""
    marks = marks_by_answer(db, [task.id for task in tasks])
    plans = {task.id: plan_of(task) for task in tasks}
    found = []
    for answer in _answers(db, tasks):
        own = marks.get(answer.id, {})
        if differ(plans[answer.task_id], own):
            found.append(ForChief(answer, own, "differ"))
        elif answer.flag:
            found.append(ForChief(answer, own, "asked"))
    _bring_texts(db, [each.answer for each in found])
    return sorted(found, key=lambda each: each.why != "differ")


def figures_of(db: Session, task: WrittenTask) -> list[MarkerFigures]:
    """Return how each marker marks one task, in the order of names."""
    chosen = (
        select(WrittenMark.marker_id, WrittenMark.answer_id, WrittenMark.mark, WrittenMark.round)
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .where(WrittenAnswer.task_id == task.id, WrittenMark.superseded_at.is_(None))
    )
    rows = db.execute(chosen).all()
    agreed = {row.answer_id: row.mark for row in rows if row.round == ARBITER}
    marked = [
        Marked(
            row.marker_id,
            row.answer_id,
            row.mark,
            agreed.get(row.answer_id) if row.round == CONTROL else None,
        )
        for row in rows
        if row.round != ARBITER and (row.round != CONTROL or row.answer_id in agreed)
    ]
    people = _people(db, {each.marker for each in marked})
    found = [
        MarkerFigures(people[each.marker].name, people[each.marker].username, each)
        for each in severities(marked)
    ]
    return sorted(found, key=lambda each: each.name)


@dataclass(frozen=True)
class AnswerRow:
    """An answer with the marks that count for it by round, and the one that stands."""

    answer: WrittenAnswer
    marks: Mapping[int, Decimal]
    standing: Decimal | None


def marks_given(db: Session, task: WrittenTask) -> list[AnswerRow]:
    """Return every answer of a task with its marks, in the order of meaningless ids."""
    marks, plan = marks_by_answer(db, [task.id]), plan_of(task)
    answers = _answers(db, [task])
    _bring_texts(db, answers)
    return [
        AnswerRow(each, marks.get(each.id, {}), standing_mark(plan, marks.get(each.id, {})))
        for each in answers
    ]


def marked_by(db: Session, task: WrittenTask, marker_id: int) -> int:
    """Return how many answers of a task somebody has marked."""
    chosen = (
        select(func.count())
        .select_from(WrittenMark)
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .where(
            WrittenAnswer.task_id == task.id,
            WrittenMark.marker_id == marker_id,
            WrittenMark.superseded_at.is_(None),
        )
    )
    return db.scalar(chosen) or 0


def _progress(
    task: WrittenTask,
    answers: Sequence[WrittenAnswer],
    marks: Mapping[int, Mapping[int, Decimal]],
) -> TaskProgress:
    plan = plan_of(task)
    given = [marks.get(each.id, {}) for each in answers]
    settled = [standing_mark(plan, own) is not None for own in given]
    differing = [differ(plan, own) for own in given]
    half = [
        bool(own) and not is_settled and not is_differing
        for own, is_settled, is_differing in zip(given, settled, differing, strict=True)
    ]
    return TaskProgress(
        task=task,
        n_answers=len(answers),
        n_settled=sum(settled),
        n_half=sum(half),
        n_differing=sum(differing),
        n_asked=sum(bool(each.flag) for each in answers),
        n_controls=sum(each.is_control for each in answers),
    )


def _answers(db: Session, tasks: Sequence[WrittenTask]) -> Sequence[WrittenAnswer]:
    """Return the answers of tasks without their texts: a marker's every step counts them."""
    chosen = (
        select(WrittenAnswer)
        .join(Sitting, WrittenAnswer.sitting_id == Sitting.id)
        .where(
            WrittenAnswer.task_id.in_([task.id for task in tasks]),
            WrittenAnswer.answer != "",
            Sitting.status == "handed_in",
        )
        .options(defer(WrittenAnswer.answer))
        .order_by(WrittenAnswer.uid)
    )
    return db.scalars(chosen).all()


def _bring_texts(db: Session, answers: Sequence[WrittenAnswer]) -> None:
    """Read the texts of answers at once, not one by one when they are shown."""
    chosen = select(WrittenAnswer).where(WrittenAnswer.id.in_([each.id for each in answers]))
    db.scalars(chosen.execution_options(populate_existing=True)).all()


def _people(db: Session, ids: set[int]) -> dict[int, Person]:
    return {each.id: each for each in db.scalars(select(Person).where(Person.id.in_(ids)))}
