"""Lists of writers' tasks: how far each has come, counted from what is written, and if late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Point
from exam_server.bank.reviewing import was_sent_back
from exam_server.bank.tasks import WRITER
from exam_server.bank.work_models import WritingTask
from exam_server.todo import local_day
from itembank.quotas import Progress, Quota, Written, share_out

ENDED_SHOWN = 50


@dataclass(frozen=True)
class TaskLine:
    """A task with its writer and how far it has come."""

    task: WritingTask
    writer: str
    username: str
    place: str  # the name of its range or point; empty when there is none of that code any more
    progress: Progress
    is_late: bool


def tasks_in(
    db: Session, blueprint: Blueprint, *, now: datetime, writer_id: int | None = None
) -> list[TaskLine]:
    """Return a bank's tasks under way, the first due first; one writer's or everybody's."""
    chosen = select(WritingTask).where(
        WritingTask.blueprint_id == blueprint.id, WritingTask.ended_at.is_(None)
    )
    if writer_id is not None:
        chosen = chosen.where(WritingTask.writer_id == writer_id)
    return _lines(db, chosen.order_by(WritingTask.due_on, WritingTask.id), now=now)


def ended_in(
    db: Session, blueprint: Blueprint, *, writer_id: int | None = None
) -> Sequence[tuple[WritingTask, str, str]]:
    """Return a bank's ended tasks, the newest first: writer and who ended it."""
    chosen = (
        select(WritingTask)
        .where(WritingTask.blueprint_id == blueprint.id, WritingTask.ended_at.is_not(None))
        .order_by(WritingTask.ended_at.desc())
        .limit(ENDED_SHOWN)
    )
    if writer_id is not None:
        chosen = chosen.where(WritingTask.writer_id == writer_id)
    tasks = db.scalars(chosen).all()
    people = {each for task in tasks for each in (task.writer_id, task.ended_by)}
    names = {
        row[0]: row[1]
        for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    }
    return [(task, names[task.writer_id], names.get(task.ended_by or 0, "")) for task in tasks]


def open_tasks(db: Session, actor: Actor, role: str, *, now: datetime) -> list[TaskLine]:
    """Return tasks under way: a writer's own; for officers, where one is past its day."""
    chosen = (
        select(WritingTask)
        .join(Blueprint, WritingTask.blueprint_id == Blueprint.id)
        .where(
            Blueprint.organization_id.in_(actor.organizations(role)),
            WritingTask.ended_at.is_(None),
        )
        .order_by(WritingTask.due_on, WritingTask.id)
    )
    if role == WRITER:
        chosen = chosen.where(WritingTask.writer_id == actor.id)
    else:  # only there can a task be late; what somebody has written is shared by all the tasks
        due = aliased(WritingTask)
        chosen = chosen.where(
            exists().where(
                due.blueprint_id == WritingTask.blueprint_id,
                due.writer_id == WritingTask.writer_id,
                due.ended_at.is_(None),
                due.due_on < local_day(now),
            )
        )
    return _lines(db, chosen, now=now)


def _lines(db: Session, chosen: Select[WritingTask], *, now: datetime) -> list[TaskLine]:
    tasks = db.scalars(chosen).all()
    progress = _progress(db, tasks)
    people = {
        row[0]: (row[1], row[2])
        for row in db.execute(
            select(Person.id, Person.name, Person.username).where(
                Person.id.in_({task.writer_id for task in tasks})
            )
        )
    }
    names = _names(db, tasks)
    today = local_day(now)
    return [
        TaskLine(
            task,
            *people[task.writer_id],
            names.get((task.blueprint_id, task.at), ""),
            progress[task.id],
            task.due_on < today and progress[task.id].missing > 0,
        )
        for task in tasks
    ]


def _progress(db: Session, tasks: Sequence[WritingTask]) -> Mapping[int, Progress]:
    """Return how far tasks have come; each writer's in each bank share what was written."""
    groups: dict[tuple[int, int], list[WritingTask]] = {}
    for task in tasks:
        groups.setdefault((task.blueprint_id, task.writer_id), []).append(task)
    found: dict[int, Progress] = {}
    for (blueprint_id, writer_id), own in groups.items():
        written = _written(db, blueprint_id, writer_id, min(each.given_at for each in own))
        quotas = [Quota(t.id, t.at, t.type, t.n_items, t.given_at, t.due_on) for t in own]
        found |= share_out(quotas, written)
    return found


def _written(db: Session, blueprint_id: int, writer_id: int, since: datetime) -> list[Written]:
    """Return what somebody has begun since a time: items whose first version is theirs."""
    first = (ItemVersion.item_id == Item.id) & (ItemVersion.number == 1)
    chosen = (
        select(
            Item.id,
            Area.path + "-" + Point.code,
            Item.type,
            Item.created_at,
            Item.state,
            was_sent_back(),
        )
        .join(ItemVersion, first)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(
            Item.blueprint_id == blueprint_id,
            ItemVersion.created_by == writer_id,
            Item.created_at >= since,
            Item.state != "retired",
        )
    )
    return [
        Written(item_id, point, kind, at, _standing(state, is_back=is_back))
        for item_id, point, kind, at, state, is_back in db.execute(chosen)
    ]


def _standing(state: str, *, is_back: bool) -> str:
    if state != "draft":
        return "accepted"
    return "sent_back" if is_back else "waiting"


def _names(db: Session, tasks: Sequence[WritingTask]) -> Mapping[tuple[int, str], str]:
    """Return the names of the tasks' ranges and points; a code that is gone has none."""
    banks, codes = {task.blueprint_id for task in tasks}, {task.at for task in tasks}
    full_code = Area.path + "-" + Point.code
    areas = select(Area.blueprint_id, Area.path, Area.name).where(
        Area.blueprint_id.in_(banks), Area.path.in_(codes)
    )
    points = (
        select(Area.blueprint_id, full_code, Point.name)
        .join(Area, Point.area_id == Area.id)
        .where(Area.blueprint_id.in_(banks), full_code.in_(codes))
    )
    rows = [*db.execute(points), *db.execute(areas)]
    return {(bank, code): name for bank, code, name in rows}
