"""Reading what the second computation starts from: raw events, sealed lists, keys, entered marks.

The items of a form are taken from its sealed list, not from the rows written when it was opened;
the answers from the events themselves; persons' marks from theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server.batches.models import Batch, Registration
from exam_server.delivery.models import AnswerEvent
from exam_server.forms.custody import held_as_sealed, said_by
from exam_server.forms.models import Form
from exam_server.marking.models import ComponentMark, ScoringChange
from exam_server.programmes.models import RuleSet
from exam_server.results.second.facts import Asked, Attempt, Counting, Entered
from exam_server.results.second.persons import Round, mark_that_stands
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from exam_server.written.models import WrittenAnswer, WrittenMark, WrittenTask

COMPONENTS = ("theory", "practical", "performance")


def counting_of(rules: RuleSet) -> Counting:
    """Return the values of a rule set."""

    def least(name: str) -> Fraction | None:
        found = getattr(rules, f"{name}_minimum")
        return None if found is None else Fraction(found)

    return Counting(
        pass_mark=Fraction(rules.pass_mark),
        weights={name: Fraction(getattr(rules, f"{name}_weight")) for name in COMPONENTS},
        minima={name: least(name) for name in COMPONENTS},
        rounding=rules.rounding,
        decimals=rules.decimals,
    )


def attempts_in(db: Session, exam_session: ExamSession) -> list[Attempt]:
    """Return every sitting of an exam session with what was answered and marked by people."""
    chosen = (
        select(Sitting, RoomRun.closed_at)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .where(Sitting.exam_session_id == exam_session.id)
        .order_by(Sitting.id)
    )
    answers, given = _answers(db, exam_session.id), _persons_marks(db, exam_session.id)
    return [
        Attempt(
            sitting_id=sitting.id,
            registration_id=sitting.registration_id,
            exam_session=exam_session.name,
            form_id=sitting.form_id,
            is_handed_in=sitting.status == "handed_in",
            is_void=sitting.status == "void",
            is_absent=closed_at is not None and sitting.started_at is None,
            is_present=sitting.started_at is not None,
            answers=answers.get(sitting.id, {}),
            given=given.get(sitting.id, {}),
        )
        for sitting, closed_at in db.execute(chosen)
    ]


def asked_on(db: Session, form_id: int | None, batch: Batch, rules: RuleSet) -> list[Asked]:
    """Return the items of a form as they were sealed, with the changes of their scoring."""
    if form_id is None:
        return []
    chosen = select(Form).where(Form.id == form_id).options(undefer(Form.sealed_items))
    form = db.scalars(chosen).one()
    changes = _changes(db, batch.id)
    return [
        _changed(
            Asked(
                position=each.position,
                version_id=each.item_version.id,
                code=each.item_version.item.code,
                type=each.asked.type,
                content=each.asked.content,
                keys=(each.asked.key,),
                full=Fraction(each.mark),
            ),
            changes.get(each.item_version.id),
            rules,
        )
        for each in said_by(db, held_as_sealed(db, form))
    ]


def registrations_in(db: Session, batch: Batch) -> Mapping[int, str]:
    """Return the tickets of a batch by the registration's id."""
    chosen = select(Registration.id, Registration.ticket).where(Registration.batch_id == batch.id)
    return {row.id: row.ticket for row in db.execute(chosen)}


def entered_in(db: Session, batch: Batch) -> dict[int, dict[str, Entered]]:
    """Return the last thing entered for each component of each registration, read in turn."""
    chosen = (
        select(ComponentMark)
        .join(Registration, ComponentMark.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id)
        .order_by(ComponentMark.id)
    )
    found: dict[int, dict[str, Entered]] = {}
    for row in db.scalars(chosen):
        own = found.setdefault(row.registration_id, {})
        own.pop(row.component, None)  # the last entered stands last
        if row.standing != "withdrawn":
            mark = None if row.mark is None else Fraction(row.mark)
            own[row.component] = Entered(row.standing, mark)
    return found


def _changes(db: Session, batch_id: int) -> dict[int, ScoringChange]:
    """Return the last change of scoring that was approved for each item version."""
    chosen = select(ScoringChange).where(ScoringChange.batch_id == batch_id)
    found: dict[int, ScoringChange] = {}
    for change in db.scalars(chosen.order_by(ScoringChange.id)):
        if change.outcome == "approved":
            found[change.item_version_id] = change
    return found


def _changed(asked: Asked, change: ScoringChange | None, rules: RuleSet) -> Asked:
    if change is None or change.way == "original":
        return asked
    if change.way in {"other_key", "several_keys"}:
        return replace(asked, way=change.way, keys=tuple(change.keys))
    if change.way == "dropped" and rules.dropped_items == "rescale":
        return replace(asked, way="dropped", counts=False)
    return replace(asked, way="full_marks")


def _answers(db: Session, exam_session_id: int) -> dict[int, dict[int, str | None]]:
    """Return the answer of the highest number at each position of each sitting."""
    chosen = (
        select(AnswerEvent.sitting_id, AnswerEvent.seq, AnswerEvent.position, AnswerEvent.answer)
        .where(
            AnswerEvent.sitting_id.in_(
                select(Sitting.id).where(Sitting.exam_session_id == exam_session_id)
            ),
            AnswerEvent.kind == "answer",
            AnswerEvent.refused_code.is_(None),
        )
        .execution_options(yield_per=10_000)
    )
    newest: dict[int, dict[int, tuple[int, str | None]]] = {}
    for sitting_id, seq, position, answer in db.execute(chosen):
        own = newest.setdefault(sitting_id, {})
        if position not in own or own[position][0] < seq:
            own[position] = (seq, answer)
    return {
        sitting_id: {position: answer for position, (_, answer) in own.items()}
        for sitting_id, own in newest.items()
    }


def _persons_marks(db: Session, exam_session_id: int) -> dict[int, dict[tuple[int, str], Fraction]]:
    chosen = (
        select(WrittenAnswer, WrittenTask, WrittenMark)
        .join(WrittenTask, WrittenAnswer.task_id == WrittenTask.id)
        .join(WrittenMark, WrittenMark.answer_id == WrittenAnswer.id)
        .where(WrittenTask.exam_session_id == exam_session_id)
        .order_by(WrittenMark.id)
    )
    rounds: dict[int, list[Round]] = {}
    answers: dict[int, tuple[Any, Any]] = {}
    for answer, task, mark in db.execute(chosen):
        answers[answer.id] = (answer, task)
        if mark.superseded_at is None:
            rounds.setdefault(answer.id, []).append(Round(mark.round, Fraction(mark.mark)))
    found: dict[int, dict[tuple[int, str], Fraction]] = {}
    for key, (answer, task) in answers.items():
        stands = mark_that_stands(rounds.get(key, ()), task.n_markers, Fraction(task.tolerance))
        if stands is not None:
            found.setdefault(answer.sitting_id, {})[answer.position, answer.part] = stands
    return found


def sessions_in(db: Session, batch: Batch) -> Sequence[ExamSession]:
    """Return the exam sessions of a batch."""
    chosen = select(ExamSession).where(ExamSession.batch_id == batch.id)
    return db.scalars(chosen.order_by(ExamSession.id)).all()
