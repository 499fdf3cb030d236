"""Writers' tasks: given by an officer, changed and ended with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person, RoleHolding
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint
from exam_server.bank.work_models import WritingTask
from exam_server.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Problem,
)
from exam_server.todo import local_day
from itembank.items.registry import TYPES

GIVER, WRITER = "exam_officer", "item_writer"
MOST = 2000  # items of one task


@dataclass(frozen=True)
class TaskIn:
    """What somebody is to write; ``at`` is a range's path or a point's code, empty anywhere."""

    writers: tuple[str, ...]  # user names
    at: str
    type: str
    n_items: int
    due_on: date
    note: str = ""


def give_tasks(
    db: Session, actor: Actor, blueprint: Blueprint, sent: TaskIn, *, now: datetime
) -> Sequence[WritingTask]:
    """Give each of some writers a task of its own.

    Raises NotAllowedError: ``tasks_not_yours``; InvalidInputError: ``task_wrong`` with what is
    wrong where.
    """
    _guard(actor, blueprint)
    writers = {each.username: each for each in writers_of(db, blueprint)}
    problems = _problems(blueprint, sent, writers, today=local_day(now))
    if problems:
        raise InvalidInputError("task_wrong", problems)
    tasks = [
        WritingTask(
            blueprint_id=blueprint.id,
            writer_id=writers[name].id,
            at=sent.at,
            type=sent.type,
            n_items=sent.n_items,
            due_on=sent.due_on,
            note=sent.note.strip(),
            given_at=now,
            given_by=actor.id,
        )
        for name in dict.fromkeys(sent.writers)
    ]
    db.add_all(tasks)
    db.flush()
    detail = {
        "writers": list(dict.fromkeys(sent.writers)),
        "at": sent.at,
        "type": sent.type,
        "items": sent.n_items,
        "due": sent.due_on.isoformat(),
    }
    audit.record(db, "give_tasks", by=actor.id, of=f"blueprint:{blueprint.uid}", detail=detail)
    return tasks


def change_task(
    db: Session,
    actor: Actor,
    task: WritingTask,
    *,
    n_items: int,
    due_on: date,
    reason: str,
) -> None:
    """Ask for another number, or by another day.

    Raises InvalidInputError: ``task_wrong``, ``reason_missing``; ConflictError: ``task_ended``.
    """
    if task.ended_at is not None:
        raise ConflictError("task_ended")
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    if not 1 <= n_items <= MOST:
        raise InvalidInputError("task_wrong", [Problem("n_items", "task_number", {"most": MOST})])
    was = {"items": task.n_items, "due": task.due_on.isoformat()}
    task.n_items, task.due_on = n_items, due_on
    is_now = {"items": n_items, "due": due_on.isoformat()}
    _record(db, actor, task, "change_task", {"was": was, "now": is_now, "reason": reason.strip()})


def end_task(db: Session, actor: Actor, task: WritingTask, *, reason: str, now: datetime) -> None:
    """Ask for it no more; raises ``reason_missing``, ``task_ended``."""
    if task.ended_at is not None:
        raise ConflictError("task_ended")
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    task.ended_at, task.ended_by, task.ended_reason = now, actor.id, reason.strip()
    _record(db, actor, task, "end_task", {"reason": reason.strip()})


def task_for(db: Session, actor: Actor, uid: str) -> tuple[Blueprint, WritingTask]:
    """Return a task somebody may change; raises NotFoundError: ``no_such_task``."""
    chosen = (
        select(Blueprint, WritingTask)
        .join(WritingTask, WritingTask.blueprint_id == Blueprint.id)
        .where(WritingTask.uid == uid)
        .with_for_update(of=WritingTask)
    )
    row = db.execute(chosen).first()
    if row is None or not actor.may(GIVER, organization_id=row[0].organization_id):
        raise NotFoundError("no_such_task")
    return row[0], row[1]


def writers_of(db: Session, blueprint: Blueprint) -> Sequence[Person]:
    """Return who may write for a bank."""
    chosen = (
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.role == WRITER,
            RoleHolding.organization_id == blueprint.organization_id,
            Person.is_active,
        )
        .order_by(Person.name, Person.username)
    )
    return db.scalars(chosen).all()


def places_of(blueprint: Blueprint) -> dict[str, str]:
    """Return the places a task may name, ranges and points, with their names."""
    found: dict[str, str] = {}
    for area in blueprint.areas:
        found[area.path] = area.name
        found |= {
            f"{area.path}-{point.code}": point.name
            for point in area.points
            if point.retired_reason is None
        }
    return found


def _problems(
    blueprint: Blueprint, sent: TaskIn, writers: Mapping[str, Person], *, today: date
) -> list[Problem]:
    found = []
    if not sent.writers or set(sent.writers) - writers.keys():
        found.append(Problem("writers", "task_writer"))
    if sent.at and sent.at not in places_of(blueprint):
        found.append(Problem("at", "task_place"))
    if sent.type and sent.type not in TYPES:
        found.append(Problem("type", "no_such_type", {"type": sent.type}))
    if not 1 <= sent.n_items <= MOST:
        found.append(Problem("n_items", "task_number", {"most": MOST}))
    if sent.due_on < today:
        found.append(Problem("due_on", "task_day"))
    return found


def _guard(actor: Actor, blueprint: Blueprint) -> None:
    if not actor.may(GIVER, organization_id=blueprint.organization_id):
        raise NotAllowedError("tasks_not_yours")


def _record(
    db: Session, actor: Actor, task: WritingTask, act: str, detail: Mapping[str, object]
) -> None:
    bank = db.get_one(Blueprint, task.blueprint_id)
    writer = db.get_one(Person, task.writer_id).username
    said = {"writer": writer, "at": task.at, "type": task.type, **detail}
    audit.record(db, act, by=actor.id, of=f"blueprint:{bank.uid}", detail=said)
