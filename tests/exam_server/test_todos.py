"""What waits for whom: one list per desk, one query per kind."""

import ast
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from exam_server.accounts.models import RoleRequest
from exam_server.actors import Actor
from exam_server.bank.models import ItemReview
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.desks import todo_lists
from exam_server.forms.models import PaperStructure
from exam_server.forms.practice_banks import declare_for_practice
from exam_server.marking.models import ComponentMark, MarkingRun
from exam_server.programmes.models import Organization
from exam_server.results.models import DecisionRun
from exam_server.todo import Todo, Urgency, todos_of
from tests.catalogues import entries
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_batch,
    make_blueprint,
    make_duty,
    make_exam_session,
    make_forms,
    make_item,
    make_organization,
    make_person,
    make_registration,
    make_rule_set,
    make_sitting,
)
from tests.source import ROOT, tree_of
from tests.staff import desk_of

TOMORROW = date(2026, 6, 2)
FAR = date(2026, 6, 28)


@pytest.fixture
def place(db: Session) -> Organization:
    return make_organization(db)


def actor(db: Session, place: Organization, *roles: str) -> Actor:
    return actor_of(make_person(db, *roles, organization=place))


def waiting(db: Session, who: Actor, *codes: str) -> list[Todo]:
    """Return what waits for somebody; only some codes when named."""
    db.flush()
    found = todos_of(todo_lists(), db, who, now=NOW)
    assert {("todo", todo.code) for todo in found} <= set(entries("zh_Hans_CN")), "a sentence"
    return [todo for todo in found if todo.code in codes] if codes else found


def told(todos: list[Todo]) -> list[tuple[str, int]]:
    return [(todo.code, todo.count) for todo in todos]


def test_nothing_waits_for_somebody_new(db: Session, place: Organization) -> None:
    for role in ("exam_officer", "proctor", "item_writer", "reviewer", "examiner", "auditor"):
        assert waiting(db, actor(db, place, role)) == []


def test_an_officer_is_led_from_candidates_to_decisions(db: Session, place: Organization) -> None:
    officer = actor(db, place, "exam_officer")
    batch = make_batch(db, place, exam_date=TOMORROW)
    assert told(waiting(db, officer)) == [("batch_without_candidates", 1)]
    registrations = [make_registration(db, batch) for _ in range(3)]
    assert told(waiting(db, officer)) == [("codes_not_issued", 3), ("batch_not_planned", 3)]
    for each in registrations:
        each.code_issued_at = NOW
    exam_session = make_exam_session(db, batch, planned_start=NOW + timedelta(hours=3))
    assert told(waiting(db, officer)) == [("seats_not_drawn", 1), ("rooms_without_proctor", 1)]
    make_duty(db, exam_session, make_person(db, "proctor"), room=exam_session.rooms[0].room)
    exam_session.seat_seed = "7"
    assert told(waiting(db, officer)) == [("papers_not_released", 1)]
    exam_session.state = "released"
    assert waiting(db, officer) == []
    exam_session.planned_start = NOW - timedelta(hours=2)
    assert told(waiting(db, officer)) == [("session_not_closed", 1)]
    exam_session.state = "closed"
    for each in registrations:
        make_sitting(db, exam_session, registration=each, status="handed_in")
    assert told(waiting(db, officer)) == [("session_not_marked", 1)]
    db.add(MarkingRun(exam_session_id=exam_session.id, marked_at=NOW, published_at=NOW))
    assert told(waiting(db, officer)) == [("results_to_decide", 3)]
    db.add(DecisionRun(batch_id=batch.id, decided_at=NOW, rules={}))
    assert waiting(db, officer) == []


def test_what_presses_most_comes_first(db: Session, place: Organization) -> None:
    officer = actor(db, place, "exam_officer")
    for name, day in (("远", FAR), ("昨", date(2026, 5, 31)), ("明", TOMORROW), ("今", NOW.date())):
        make_batch(db, place, exam_date=day, name=name)
    found = waiting(db, officer)
    assert [todo.detail["name"] for todo in found] == ["昨", "今", "明", "远"]
    assert [todo.urgency for todo in found] == list(Urgency)


def test_a_rehearsal_and_another_organization_bother_nobody(
    db: Session, place: Organization
) -> None:
    officer = actor(db, place, "exam_officer")
    make_batch(db, place, exam_date=TOMORROW, is_rehearsal=True)
    make_batch(db, make_organization(db), exam_date=TOMORROW)
    assert waiting(db, officer) == []


def test_a_proctor_sees_the_rooms_of_the_coming_week(db: Session, place: Organization) -> None:
    proctor = make_person(db, "proctor", organization=place)
    for days in (-2, 0, 3, 9):
        batch = make_batch(db, place)
        start = NOW + timedelta(days=days)
        exam_session = make_exam_session(db, batch, planned_start=start, name=f"{days}")
        make_sitting(db, exam_session)
        make_sitting(db, exam_session)
        make_duty(db, exam_session, proctor, room=exam_session.rooms[0].room)
    who = actor_of(proctor)
    assert [(t.detail["name"], t.count) for t in waiting(db, who)] == [("0", 2), ("3", 2)]
    exam_session.rooms[0].closed_at = NOW
    assert waiting(db, actor(db, place, "proctor")) == []


def test_a_writer_finishes_drafts_and_changes_what_came_back(
    db: Session, place: Organization
) -> None:
    writer = make_person(db, "item_writer", organization=place)
    points = make_blueprint(db, place).areas[0].points
    mine = [make_item(db, points[0], created_by=writer.id) for _ in range(3)]
    make_item(db, points[0]).item.state = "draft"  # somebody else's
    for version in mine:
        version.item.state = "draft"
    reviewer = make_person(db, "reviewer", organization=place)
    db.add(
        ItemReview(
            item_id=mine[0].item_id,
            version_number=1,
            outcome="sent_back",
            said_at=NOW,
            said_by=reviewer.id,
        )
    )
    expected = [("items_sent_back", 1), ("own_drafts", 2)]
    assert told(waiting(db, actor_of(writer))) == expected
    assert told(waiting(db, actor_of(reviewer))) == [("items_to_review", 3)]


def test_a_reviewer_never_waits_for_own_items(db: Session, place: Organization) -> None:
    person = make_person(db, "item_writer", "reviewer", organization=place)
    version = make_item(db, make_blueprint(db, place).areas[0].points[0], created_by=person.id)
    version.item.state = "draft"
    assert told(waiting(db, actor_of(person))) == [("own_drafts", 1)]


def test_an_examiner_enters_what_the_rules_weigh(db: Session, place: Organization) -> None:
    examiner = actor(db, place, "examiner")
    rules = make_rule_set(db, place, practical_weight=Decimal(60), performance_weight=Decimal(0))
    batch = make_batch(db, place, rule_set=rules)
    registrations = [make_registration(db, batch) for _ in range(3)]
    make_registration(db, make_batch(db, place, exam_date=TOMORROW))
    assert told(waiting(db, examiner)) == [("marks_to_enter", 3)]
    for each in registrations:
        db.add(
            ComponentMark(
                registration_id=each.id, component="practical", mark=Decimal(80), entered_at=NOW
            )
        )
    assert waiting(db, examiner) == []


def test_administrators_see_idle_accounts_and_grants_of_others(
    db: Session, place: Organization
) -> None:
    first, second = actor(db, place, "administrator"), actor(db, place, "administrator")
    idle = make_person(db, organization_id=place.id)
    assert told(waiting(db, first)) == [("people_without_role", 1)]
    db.add(
        RoleRequest(
            person=idle,
            role="examiner",
            organization_id=place.id,
            asked_by=first.id,
            asked_at=NOW,
        )
    )
    assert waiting(db, first) == []
    assert told(waiting(db, second)) == [("grants_to_confirm", 1)]


def test_a_paper_without_forms_is_to_be_assembled(db: Session, place: Organization) -> None:
    officer = actor(db, place, "exam_officer")
    make_forms(db, make_blueprint(db, place))
    make_forms(db, make_blueprint(db, place), n_forms=0)
    assert told(waiting(db, officer)) == [("paper_without_forms", 1)]


def test_no_paper_is_to_be_assembled_from_a_bank_for_practice(
    db: Session, place: Organization
) -> None:
    officer, bank = actor(db, place, "exam_officer"), make_blueprint(db, place)
    add(db, PaperStructure(blueprint=bank, title="练习", minutes=60, demand={}, created_at=NOW))
    assert told(waiting(db, officer)) == [("paper_without_forms", 1)]
    declare_for_practice(db, officer, bank, reason="给学员练习", now=NOW)
    assert waiting(db, officer) == []


def test_more_rows_ask_no_more_queries(db: Session, place: Organization) -> None:
    who = actor(db, place, "exam_officer", "proctor", "item_writer", "reviewer", "examiner")

    def queries() -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.get_bind(), "before_cursor_execute", note)
        waiting(db, who)
        event.remove(db.get_bind(), "before_cursor_execute", note)
        return count

    def fill() -> None:
        batch = make_batch(db, place, exam_date=TOMORROW)
        make_registration(db, batch)
        make_exam_session(db, batch)
        make_batch(db, place)
        make_forms(db, make_blueprint(db, place), n_forms=0)
        db.flush()

    fill()
    few = queries()
    for _ in range(5):
        fill()
    db.expire_all()
    assert queries() <= few


def test_every_todo_has_its_sentence_and_leads_to_a_page(app: Flask) -> None:
    codes = set()
    for path in (ROOT / "exam_server").rglob("todos.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                codes.add(node.value)
    for language in ("zh_Hans_CN", "en"):
        sentences = {code for context, code in entries(language) if context == "todo"}
        assert sentences - codes == set(), "sentences for what no desk tells"
    assert {code for code in codes if "." in code and code.islower() and " " not in code} <= set(
        app.view_functions
    )


def test_the_start_page_shows_the_list_or_that_all_is_done(
    client: FlaskClient, sqlite_database: Database, clock: TestClock
) -> None:
    desk = desk_of(client, sqlite_database, "exam_officer")
    assert "目前没有待办事项" in client.get("/").text
    with sqlite_database.writing() as db:
        place = db.get_one(Organization, desk.organization_id)
        make_batch(db, place, exam_date=date(2026, 5, 30), name="春季批次")
    page = client.get("/").text
    assert "导入考生名单：春季批次" in page
    assert "is-overdue" in page
