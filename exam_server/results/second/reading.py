"""Reading what the second computation starts from: sealed lists, keys, marks of people.

The items of a form are taken from its sealed list, not from the rows written when it was opened;
persons' marks from their own rows. Answers are read in ``handed_in``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server.adaptive.models import AdaptivePlan, AdaptiveTrial
from exam_server.batches.models import Batch, Registration
from exam_server.forms.custody import held_as_sealed, versions_of
from exam_server.forms.models import Form
from exam_server.marking.models import ComponentMark, ScoringChange
from exam_server.programmes.models import RuleSet
from exam_server.results.second.abilities import Plan, plan_of
from exam_server.results.second.facts import Asked, Attempt, Counting, Entered
from exam_server.results.second.persons import Round, mark_that_stands
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from exam_server.written.models import WrittenAnswer, WrittenMark, WrittenTask

COMPONENTS = ("theory", "practical", "performance")


class Change(NamedTuple):
    """A change of scoring that stands."""

    way: str
    keys: tuple[Mapping[str, Any], ...]


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
    """Return every sitting of an exam session."""
    chosen = (
        select(Sitting, RoomRun.closed_at)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .where(Sitting.exam_session_id == exam_session.id)
        .order_by(Sitting.id)
    )
    return [
        Attempt(
            sitting_id=sitting.id,
            registration_id=sitting.registration_id,
            exam_session_id=exam_session.id,
            exam_session=exam_session.name,
            form_id=sitting.form_id,
            is_handed_in=sitting.status == "handed_in",
            is_void=sitting.status == "void",
            is_absent=closed_at is not None and sitting.started_at is None,
            is_present=sitting.started_at is not None,
        )
        for sitting, closed_at in db.execute(chosen)
    ]


@dataclass
class Shared:
    """What the forms of a batch share: changes of scoring, and items that stand alike in many."""

    changes: Mapping[int, Change]
    is_rescaled: bool  # what is dropped counts for nobody; else everybody gets its mark
    items: dict[str, Asked] = field(default_factory=dict)


def shared_in(db: Session, batch: Batch, rules: RuleSet) -> Shared:
    """Return what the forms of a batch share."""
    return Shared(_changes(db, batch.id), rules.dropped_items == "rescale")


def adaptive_plan(db: Session, exam_session: ExamSession) -> Plan | None:
    """Return by what an adaptive exam session is marked; nothing where forms were whole."""
    if exam_session.adaptive_trial_id is None:
        return None
    chosen = (
        select(AdaptivePlan.rules, AdaptiveTrial.pool)
        .join(AdaptiveTrial, AdaptiveTrial.plan_id == AdaptivePlan.id)
        .where(AdaptiveTrial.id == exam_session.adaptive_trial_id)
    )
    rules, pool = db.execute(chosen).one()
    return plan_of(rules, pool or {})


def asked_on(db: Session, form_id: int | None, shared: Shared) -> list[Asked]:
    """Return the items of a form as they were sealed, with the changes of their scoring."""
    if form_id is None:
        return []
    chosen = select(Form).where(Form.id == form_id).options(undefer(Form.sealed_items))
    held = {repr(each): each for each in held_as_sealed(db, db.scalars(chosen).one())}
    fresh = [(place, each) for place, each in held.items() if place not in shared.items]
    versions = versions_of(db, [each.item_version_id for _, each in fresh])
    for place, each in fresh:
        version = versions[each.item_version_id]
        asked = Asked(
            position=each.position,
            version_id=version.id,
            code=version.item.code,
            type=version.type,
            content=version.content,
            keys=(version.key,),
            full=Fraction(each.mark),
            drawn=each.drawn or {},
            counts=not each.is_pilot,
        )
        shared.items[place] = _changed(asked, shared)
    return [shared.items[place] for place in held]


def registrations_in(db: Session, batch: Batch) -> Mapping[int, str]:
    """Return the tickets of a batch by the registration's id, those of the withdrawn too."""
    chosen = select(Registration.id, Registration.ticket).where(Registration.batch_id == batch.id)
    return {row.id: row.ticket for row in db.execute(chosen)}


def withdrawn_in(db: Session, batch: Batch) -> set[int]:
    """Return the registrations of a batch that were withdrawn: nothing is decided about them."""
    chosen = select(Registration.id).where(
        Registration.batch_id == batch.id, Registration.withdrawn_at.is_not(None)
    )
    return set(db.scalars(chosen))


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


def _changes(db: Session, batch_id: int) -> dict[int, Change]:
    """Return the last change of scoring that was approved for each item version."""
    chosen = select(ScoringChange).where(ScoringChange.batch_id == batch_id)
    found: dict[int, Change] = {}
    for change in db.scalars(chosen.order_by(ScoringChange.id)):
        if change.outcome == "approved":
            found[change.item_version_id] = Change(change.way, tuple(change.keys))
    return found


def _changed(asked: Asked, shared: Shared) -> Asked:
    change = shared.changes.get(asked.version_id)
    if change is None or change.way == "original":
        return asked
    if change.way in {"other_key", "several_keys"}:
        return replace(asked, way=change.way, keys=change.keys)
    if change.way == "dropped" and shared.is_rescaled:
        return replace(asked, way="dropped", counts=False)
    return replace(asked, way="full_marks")


def persons_marks(
    db: Session, sitting_ids: Sequence[int]
) -> dict[int, dict[tuple[int, str], Fraction]]:
    """Return the marks of people that stand in some sittings, by position and part."""
    chosen = (
        select(
            WrittenAnswer.id,
            WrittenAnswer.sitting_id,
            WrittenAnswer.position,
            WrittenAnswer.part,
            WrittenTask.n_markers,
            WrittenTask.tolerance,
            WrittenMark.round,
            WrittenMark.mark,
        )
        .join(WrittenTask, WrittenAnswer.task_id == WrittenTask.id)
        .join(WrittenMark, WrittenMark.answer_id == WrittenAnswer.id)
        .where(WrittenAnswer.sitting_id.in_(sitting_ids), WrittenMark.superseded_at.is_(None))
        .order_by(WrittenMark.id)
    )
    rounds: dict[int, list[Round]] = {}
    answers: dict[int, Any] = {}
    for row in db.execute(chosen):
        answers[row.id] = row
        rounds.setdefault(row.id, []).append(Round(row.round, Fraction(row.mark)))
    found: dict[int, dict[tuple[int, str], Fraction]] = {}
    for key, row in answers.items():
        stands = mark_that_stands(rounds[key], row.n_markers, Fraction(row.tolerance))
        if stands is not None:
            found.setdefault(row.sitting_id, {})[row.position, row.part] = stands
    return found


def sessions_in(db: Session, batch: Batch) -> Sequence[ExamSession]:
    """Return the exam sessions of a batch."""
    chosen = select(ExamSession).where(ExamSession.batch_id == batch.id)
    return db.scalars(chosen.order_by(ExamSession.id)).all()
