"""Writers' tasks: a page of a bank, given and changed by officers; the table to take away."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import service, task_lists, tasks
from exam_server.bank.models import Blueprint
from exam_server.bank.routes.desk import READERS, desk, rights_in, type_names
from exam_server.bank.task_lists import TaskLine
from exam_server.bank.tasks import TaskIn
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError
from exam_server.inputs import In, parse
from exam_server.tables_out import rows_shown, table_response
from exam_server.web import current_person, form_fields, needs, page, refused_page
from exam_server.wording import type_words


class TaskForm(In):
    """What some writers are to write."""

    writers: tuple[str, ...] = ()
    at: str = ""
    type: str = ""
    n_items: int
    due_on: date
    note: str = ""


class ChangeForm(In):
    """Another number or day, and why."""

    n_items: int
    due_on: date
    reason: str = ""


class EndForm(In):
    """Why it is asked for no more; the form it stands in sends its other fields along."""

    reason: str = ""
    n_items: str = ""
    due_on: str = ""
    ends: str = ""


@desk.get("/<uid>/tasks")
@page
@needs(*READERS)
def task_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show what writers of a bank are to write; a writer sees the own tasks."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    return _page(db, actor, blueprint)


@desk.post("/<uid>/tasks")
@page
@needs(tasks.GIVER)
def give_tasks(db: Session, uid: str) -> ResponseReturnValue:
    """Give writers tasks."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, tasks.GIVER)
    fields = form_fields("writers")
    try:
        sent = parse(TaskForm, fields)
        at = sent.at.partition(" ")[0]
        asked = TaskIn(sent.writers, at, sent.type, sent.n_items, sent.due_on, sent.note)
        made = tasks.give_tasks(db, actor, blueprint, asked, now=utcnow())
    except InvalidInputError as refused:
        return refused_page(db, refused, lambda _: _page(db, actor, blueprint, fields))
    flash(ngettext("%(num)s task is given.", "%(num)s tasks are given.", len(made)), "ok")
    return redirect(url_for("bank.task_list", uid=uid))


@desk.post("/tasks/<uid>/change")
@page
@needs(tasks.GIVER)
def change_task(db: Session, uid: str) -> ResponseReturnValue:
    """Ask for another number, or by another day."""
    actor = current_person()
    blueprint, task = tasks.task_for(db, actor, uid)
    sent = parse(ChangeForm, form_fields())
    tasks.change_task(db, actor, task, n_items=sent.n_items, due_on=sent.due_on, reason=sent.reason)
    flash(gettext("The task is changed."), "ok")
    return redirect(url_for("bank.task_list", uid=blueprint.uid))


@desk.post("/tasks/<uid>/end")
@page
@needs(tasks.GIVER)
def end_task(db: Session, uid: str) -> ResponseReturnValue:
    """Ask for it no more."""
    actor = current_person()
    blueprint, task = tasks.task_for(db, actor, uid)
    sent = parse(EndForm, form_fields())
    tasks.end_task(db, actor, task, reason=sent.reason, now=utcnow())
    flash(gettext("The task is ended; what was written stays."), "ok")
    return redirect(url_for("bank.task_list", uid=blueprint.uid))


@desk.route("/<uid>/tasks/table", methods=["GET", "POST"])
@page
@needs(*READERS)
def task_table(db: Session, uid: str) -> ResponseReturnValue:
    """Send the tasks as a table; the export is recorded."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    lines = task_lists.tasks_in(db, blueprint, now=utcnow(), writer_id=_whose(actor, blueprint))
    rows = rows_shown({line.task.uid: _row(line) for line in lines})
    kind = request.args.get("format", "xlsx")
    return table_response(db, actor, f"{blueprint.title}-tasks", _headings(), rows, kind)


def _page(
    db: Session, actor: Actor, blueprint: Blueprint, fields: dict[str, object] | None = None
) -> str:
    whose = _whose(actor, blueprint)
    lines = task_lists.tasks_in(db, blueprint, now=utcnow(), writer_id=whose)
    may_give = actor.may(tasks.GIVER, organization_id=blueprint.organization_id)
    return render_template(
        "bank/tasks.html",
        blueprint=blueprint,
        lines=lines,
        sums=_sums(lines),
        ended=task_lists.ended_in(db, blueprint, writer_id=whose),
        may_give=may_give,
        is_own=whose is not None,
        me=actor.id,
        fields=fields or {},
        writers=[(each.username, each.name) for each in tasks.writers_of(db, blueprint)]
        if may_give
        else [],
        places=tasks.places_of(blueprint),
        task_types=[(name, type_words(name)) for name in type_names()],
        **rights_in(actor, blueprint),
    )


def _whose(actor: Actor, blueprint: Blueprint) -> int | None:
    """Return whose tasks somebody sees: officers and reviewers all, a writer the own."""
    at = blueprint.organization_id
    return None if actor.may(tasks.GIVER, "reviewer", organization_id=at) else actor.id


def _sums(lines: list[TaskLine]) -> dict[str, int]:
    return {
        "wanted": sum(line.progress.wanted for line in lines),
        "begun": sum(line.progress.begun for line in lines),
        "accepted": sum(line.progress.accepted for line in lines),
        "late": sum(line.is_late for line in lines),
    }


def _headings() -> list[str]:
    return [
        gettext("Writer"),
        gettext("User name"),
        gettext("Place"),
        gettext("Name"),
        gettext("Type"),
        gettext("Wanted"),
        gettext("Begun"),
        gettext("Waiting for review"),
        gettext("Sent back"),
        gettext("Accepted"),
        gettext("Still to deliver"),
        gettext("Due"),
        gettext("Late"),
        gettext("Note"),
    ]


def _row(line: TaskLine) -> list[object]:
    task, progress = line.task, line.progress
    return [
        line.writer,
        line.username,
        task.at,
        line.place,
        type_words(task.type) if task.type else "",
        progress.wanted,
        progress.begun,
        progress.waiting,
        progress.sent_back,
        progress.accepted,
        progress.missing,
        task.due_on,
        gettext("late") if line.is_late else "",
        task.note,
    ]
