"""Written answers brought to the desk from the papers, and the marks that stand taken back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select, true, update
from sqlalchemy.orm import Session, defer

from exam_server.seating.models import ExamSession, Sitting
from exam_server.written.models import WrittenAnswer, WrittenHold, WrittenMark, WrittenTask
from exam_server.written.rules import Plan, standing_mark

Place = tuple[int, int, str]  # sitting, position, part of a material ("": the item itself)
TENTH = Decimal("0.1")
N_MARKERS = 2  # until the office says otherwise: two, neither knowing of the other


@dataclass(frozen=True)
class Found:
    """A written answer as a paper holds it; an empty one needs nobody and earns nothing."""

    place: Place
    item_version_id: int
    max_mark: Decimal
    answer: str


def gather(
    db: Session, exam_session: ExamSession, found: Sequence[Found], *, now: datetime
) -> None:
    """Bring written answers to the desk, a portion of sittings at a time; what is there stays.

    An answer in another wording than before (late work) loses the marks given to the old one and
    opens its task again.
    """
    tasks = {
        (task.item_version_id, task.part): task
        for task in db.scalars(
            select(WrittenTask).where(WrittenTask.exam_session_id == exam_session.id)
        )
    }
    sittings = {each.place[0] for each in found}
    chosen = select(WrittenAnswer).where(WrittenAnswer.sitting_id.in_(sittings))
    held = {(each.sitting_id, each.position, each.part): each for each in db.scalars(chosen)}
    for each in found:
        answer = held.get(each.place)
        if answer is not None and answer.answer != each.answer:
            _replace(db, answer, each.answer, now=now)
        elif answer is None and each.answer:
            _add(db, exam_session, tasks, each)
    db.flush()


def standing_marks(db: Session, exam_session: ExamSession) -> dict[Place, Decimal]:
    """Return the mark that stands for each written answer that has one."""
    return {
        place: mark for place, mark in _marks_by_place(db, exam_session).items() if mark is not None
    }


def n_waiting(db: Session, exam_session: ExamSession, but: Collection[int] = ()) -> int:
    """Return how many written answers still wait for a mark; ``but`` item versions need none."""
    return sum(mark is None for mark in _marks_by_place(db, exam_session, but).values())


def has_open_task(db: Session, exam_session: ExamSession, but: Collection[int] = ()) -> bool:
    """Say whether written answers may have been marked since the theory marks were made."""
    chosen = select(WrittenTask.id).where(
        WrittenTask.exam_session_id == exam_session.id,
        WrittenTask.closed_at.is_(None),
        WrittenTask.item_version_id.not_in(but),
    )
    return db.scalar(chosen.limit(1)) is not None


def plan_of(task: WrittenTask) -> Plan:
    """Return a task's plan."""
    return Plan(task.n_markers, task.tolerance, task.control_every)


def marks_by_answer(db: Session, task_ids: Iterable[int]) -> dict[int, dict[int, Decimal]]:
    """Return the marks that count for each answer of some tasks, by round."""
    chosen = (
        select(WrittenMark.answer_id, WrittenMark.round, WrittenMark.mark)
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .where(
            WrittenAnswer.task_id.in_(list(task_ids)),
            WrittenMark.superseded_at.is_(None),
            WrittenMark.round > 0,
        )
    )
    marks: dict[int, dict[int, Decimal]] = {}
    for answer_id, number, mark in db.execute(chosen):
        marks.setdefault(answer_id, {})[number] = mark
    return marks


def settle_tasks(
    db: Session,
    exam_session: ExamSession,
    *,
    needless: Collection[int],
    is_whole: bool,
    now: datetime,
) -> None:
    """Close the tasks that need no more marks: all, or those of items that need none.

    One that was closed and needs marks after all is opened again. What people have given stays.
    """
    own = WrittenTask.exam_session_id == exam_session.id
    finished = true() if is_whole else WrittenTask.item_version_id.in_(needless)
    closing = update(WrittenTask).where(own, finished, WrittenTask.closed_at.is_(None))
    db.execute(closing.values(closed_at=now))
    if is_whole:
        return
    missing = [
        place for place, mark in _marks_by_place(db, exam_session, needless).items() if mark is None
    ]
    for task in {answer.task for answer in _at_places(db, exam_session, missing)}:
        task.closed_at = None
    db.flush()


def state_of_marks(db: Session, exam_session_id: int) -> frozenset[tuple[object, ...]]:
    """Return what a marking was made from: it holds while this is the same."""
    chosen = (
        select(WrittenMark.id)
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .join(WrittenTask, WrittenAnswer.task_id == WrittenTask.id)
        .where(WrittenTask.exam_session_id == exam_session_id, WrittenMark.superseded_at.is_(None))
    )
    return frozenset(("written mark", mark_id) for mark_id in db.scalars(chosen))


def _marks_by_place(
    db: Session, exam_session: ExamSession, but: Collection[int] = ()
) -> dict[Place, Decimal | None]:
    answers = _answers(db, exam_session, but)
    tasks = {each.task_id: each.task for each in answers.values()}
    marks = marks_by_answer(db, tasks)
    return {
        place: standing_mark(plan_of(each.task), marks.get(each.id, {}))
        for place, each in answers.items()
    }


def _at_places(
    db: Session, exam_session: ExamSession, places: Sequence[Place]
) -> list[WrittenAnswer]:
    answers = _answers(db, exam_session) if places else {}
    return [answers[place] for place in places]


def _answers(
    db: Session, exam_session: ExamSession, but: Collection[int] = ()
) -> Mapping[Place, WrittenAnswer]:
    """Return what needs marks, without its texts: a void paper and an empty answer do not."""
    chosen = (
        select(WrittenAnswer)
        .join(Sitting, WrittenAnswer.sitting_id == Sitting.id)
        .join(WrittenTask, WrittenAnswer.task_id == WrittenTask.id)
        .where(
            Sitting.exam_session_id == exam_session.id,
            Sitting.status == "handed_in",
            WrittenTask.item_version_id.not_in(but),
            WrittenAnswer.answer != "",
        )
        .options(defer(WrittenAnswer.answer))
    )
    return {(each.sitting_id, each.position, each.part): each for each in db.scalars(chosen)}


def _add(
    db: Session,
    exam_session: ExamSession,
    tasks: dict[tuple[int, str], WrittenTask],
    found: Found,
) -> None:
    sitting_id, position, part = found.place
    task = tasks.get((found.item_version_id, part))
    if task is None:
        task = WrittenTask(
            exam_session_id=exam_session.id,
            item_version_id=found.item_version_id,
            part=part,
            max_mark=found.max_mark,
            n_markers=N_MARKERS,
            tolerance=(found.max_mark * TENTH).quantize(Decimal("0.01")),
        )
        db.add(task)
        tasks[found.item_version_id, part] = task
    task.closed_at = None
    task.answers.append(
        WrittenAnswer(sitting_id=sitting_id, position=position, part=part, answer=found.answer)
    )


def _replace(db: Session, held: WrittenAnswer, answer: str, *, now: datetime) -> None:
    held.answer, held.is_control, held.flag, held.flagged_by = answer, False, "", None
    held.task.closed_at = None
    standing = (WrittenMark.answer_id == held.id, WrittenMark.superseded_at.is_(None))
    values = {"superseded_at": now, "superseded_why": "answer_changed"}
    db.execute(update(WrittenMark).where(*standing).values(**values))
    db.execute(delete(WrittenHold).where(WrittenHold.answer_id == held.id))
