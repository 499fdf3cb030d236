"""Writers' tasks: given by an officer, counted from what is written, due on the start page."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank import tasks
from exam_server.bank.reviewing import approve, send_back
from exam_server.bank.task_lists import tasks_in
from exam_server.bank.tasks import TaskIn, give_tasks
from exam_server.bank.todos import todos
from exam_server.bank.work_models import WritingTask
from exam_server.bank.writing import create_item
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from exam_server.programmes.models import Organization
from exam_server.todo import Urgency, local_day
from tests.exam_server.bank.test_routes import make_bank, write, writer_again
from tests.exam_server.bank.test_stamps import Desk as Bank
from tests.factories import NOW, make_person
from tests.staff import desk_of, sign_in
from tests.written_items import draft

DUE = local_day(NOW) + timedelta(days=10)


def asked(bank: Bank, **more: Any) -> TaskIn:
    given = {"at": "A", "type": "", "n_items": 2, "due_on": DUE, **more}
    return TaskIn((bank.writer.username,), **given)


def test_a_task_goes_from_begun_to_accepted_and_is_late_until_delivered(db: Session) -> None:
    bank = Bank(db, n_stages=1)
    give_tasks(db, bank.officer, bank.blueprint, asked(bank), now=NOW)
    made = [create_item(db, bank.writer, bank.blueprint, "", draft(), now=NOW) for _ in "12"]
    db.delete(bank.item)  # the desk's own draft
    db.flush()
    send_back(db, bank.reviewers[0], made[0], seen_version=1, now=NOW, comment="改题干")
    approve(db, bank.reviewers[0], made[1], seen_version=1, now=NOW)
    after = NOW + timedelta(days=11)
    (line,) = tasks_in(db, bank.blueprint, now=after)
    assert (line.progress.accepted, line.progress.sent_back, line.progress.missing) == (1, 1, 1)
    assert (line.is_late, line.place) == (True, "范围A")
    assert not tasks_in(db, bank.blueprint, now=NOW)[0].is_late
    mine = {each.code: each for each in todos(db, bank.writer, now=after)}
    assert (mine["items_to_write"].count, mine["items_to_write"].urgency) == (1, Urgency.OVERDUE)
    assert "tasks_late" in {each.code for each in todos(db, bank.officer, now=after)}
    assert "tasks_late" not in {each.code for each in todos(db, bank.officer, now=NOW)}
    create_item(db, bank.writer, bank.blueprint, "", draft(), now=NOW)
    assert not tasks_in(db, bank.blueprint, now=after)[0].is_late


def test_only_officers_give_tasks_and_every_fault_is_named(db: Session) -> None:
    bank = Bank(db)
    with pytest.raises(NotAllowedError, match="tasks_not_yours"):
        give_tasks(db, bank.writer, bank.blueprint, asked(bank), now=NOW)
    wrong = TaskIn(("nobody",), "Z-9", "painting", 0, local_day(NOW) - timedelta(days=1))
    with pytest.raises(InvalidInputError, match="task_wrong") as refused:
        give_tasks(db, bank.officer, bank.blueprint, wrong, now=NOW)
    assert [each.where for each in refused.value.problems] == [
        "writers",
        "at",
        "type",
        "n_items",
        "due_on",
    ]


def test_a_changed_task_says_why_and_an_ended_one_asks_for_nothing(db: Session) -> None:
    bank = Bank(db)
    (task,) = give_tasks(db, bank.officer, bank.blueprint, asked(bank), now=NOW)
    with pytest.raises(InvalidInputError, match="reason_missing"):
        tasks.change_task(db, bank.officer, task, n_items=5, due_on=DUE, reason="")
    tasks.change_task(db, bank.officer, task, n_items=5, due_on=DUE, reason="加题")
    assert tasks_in(db, bank.blueprint, now=NOW)[0].progress.wanted == 5
    tasks.end_task(db, bank.officer, task, reason="换人", now=NOW)
    assert tasks_in(db, bank.blueprint, now=NOW) == []
    assert [each.code for each in todos(db, bank.writer, now=NOW)] == ["own_drafts"]
    with pytest.raises(ConflictError, match="task_ended"):
        tasks.end_task(db, bank.officer, task, reason="换人", now=NOW)


def test_pages_give_show_and_send_tasks(client: FlaskClient, sqlite_database: Database) -> None:
    desk = desk_of(client, sqlite_database, "item_writer")
    address = f"{make_bank(desk)}/tasks"
    with desk.database.writing() as db:
        place = db.get_one(Organization, desk.organization_id)
        officer = make_person(db, "exam_officer", organization=place)
        writer = db.get_one(type(officer), desk.person_id).username
    sent = {"writers": writer, "at": "A-A 职业道德", "n_items": "2", "due_on": "2099-01-01"}
    assert client.post(address, data=sent).status_code == 403
    sign_in(client, officer)
    refused = client.post(address, data=sent | {"n_items": "0"})
    assert refused.status_code == 422
    assert "2099-01-01" in refused.text
    assert client.post(address, data=sent).status_code == 302
    writer_again(desk)
    write(desk, address.removesuffix("/tasks"))
    shown = client.get(address).text
    assert "A-A" in shown
    assert "0 / 2" in shown
    table = client.get(f"{address}/table?format=csv").text
    assert f"{writer},A-A,职业道德" in table
    with desk.database.reading() as db:
        uid = db.scalars(select(WritingTask.uid)).one()
    assert client.post(f"/bank/tasks/{uid}/end", data={"reason": "x"}).status_code == 403
    sign_in(client, officer)
    ended = client.post(f"/bank/tasks/{uid}/end", data={"reason": "x", "n_items": "2"})
    assert ended.status_code == 302
    assert "x" in client.get(address).text
