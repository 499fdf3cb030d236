"""A release takes two people who looked at the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.audit import AuditEntry
from exam_server.bank.models import ItemVersion
from exam_server.batches.models import CandidatePhoto, Registration
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.forms.models import SealedForm
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession, Sitting
from exam_server.seating.todos import todos
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_blueprint,
    make_duty,
    make_exam_session,
    make_forms,
    make_registration,
    make_room,
    make_sitting,
)
from tests.releases import decide, request_on
from tests.source import ROOT, python_files
from tests.staff import Desk, colleague_of, desk_of

RELEASE = re.compile(r"seating\.releasing import \(?[^)\n]*\brelease\b")


@dataclass(frozen=True)
class Case:
    """An exam session whose papers could be released, asked for by its officer."""

    officer: Desk
    page: str

    @property
    def address(self) -> str:
        return f"{self.page}/release"

    def ask(self, by: Desk | None = None, reason: str = "人手不足") -> int:
        client = (by or self.officer).client
        return client.post(f"{self.address}/ask", data={"reason": reason}).status_code

    def state(self) -> str:
        with self.officer.database.reading() as db:
            return db.scalars(select(ExamSession.state)).one()

    def change(self, act: Callable[[Session, ExamSession], object]) -> None:
        with self.officer.database.writing() as db:
            act(db, db.scalars(select(ExamSession)).one())

    def chief(self) -> Desk:
        found = colleague_of(self.officer, "chief_proctor")
        with self.officer.database.writing() as db:
            person = db.get_one(Person, found.person_id)
            make_duty(db, db.scalars(select(ExamSession)).one(), person)
        return found

    def acts(self) -> list[str]:
        with self.officer.database.reading() as db:
            return [each.act for each in db.scalars(select(AuditEntry)) if "release" in each.act]


@pytest.fixture
def case(client: FlaskClient, sqlite_database: Database) -> Case:
    officer = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, officer.organization_id)
        run = make_forms(db, make_blueprint(db, organization))
        batch = make_batch(db, organization)
        room = make_room(db, organization, rows=2, columns=3)
        made = make_exam_session(
            db,
            batch,
            room=room,
            assembly_run=run,
            seat_seed="1",
            planned_start=NOW + timedelta(days=2),
        )
        for place in range(2):
            make_sitting(db, made, form_id=run.forms[place].id)
        return Case(officer, f"/exam-sessions/{made.uid}")


def test_one_asks_and_another_releases(case: Case) -> None:
    assert case.ask() == 302
    assert decide(case.officer.client, case.page).status_code == 403
    assert case.state() == "planned"
    second = colleague_of(case.officer, "exam_officer")
    page = second.client.get(case.address).text
    assert "人手不足" in page
    assert decide(second.client, case.page).status_code == 302
    assert case.state() == "released"
    assert case.acts() == ["ask_release", "release_forms"]
    with case.officer.database.reading() as db:
        (sealed, *_) = db.scalars(select(SealedForm)).all()
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "release_forms")).one()
    assert sealed.released_by == second.person_id
    assert entry.detail["reason"] == "人手不足"
    assert entry.detail["asked_by"] != ""


def test_officer_and_chief_proctor_release_in_either_order(case: Case) -> None:
    chief = case.chief()
    assert case.ask(chief) == 302
    assert decide(chief.client, case.page).status_code == 403
    other = case.chief()
    assert decide(other.client, case.page).status_code == 403  # one of the two is an officer
    assert decide(chief.client, case.page, "/withdraw").status_code == 302
    assert case.ask() == 302
    assert decide(chief.client, case.page).status_code == 302
    assert case.state() == "released"


def test_a_chief_proctor_of_another_exam_session_finds_nothing(case: Case) -> None:
    stranger = colleague_of(case.officer, "chief_proctor")
    assert stranger.client.get(case.address).status_code == 404
    assert case.ask(stranger) == 404


def test_the_second_person_refuses_with_a_reason(case: Case) -> None:
    case.ask()
    second = colleague_of(case.officer, "exam_officer")
    assert decide(second.client, case.page, "/refuse", reason="").status_code == 422
    assert decide(case.officer.client, case.page, "/refuse", reason="x").status_code == 403
    assert decide(second.client, case.page, "/refuse", reason="座位表有误").status_code == 302
    page = case.officer.client.get(case.address).text
    assert "座位表有误" in page
    assert request_on(page) == ""
    assert case.ask() == 302
    assert case.state() == "planned"


def test_only_the_one_who_asked_withdraws(case: Case) -> None:
    case.ask()
    second = colleague_of(case.officer, "exam_officer")
    seen = request_on(second.client.get(case.address).text)
    assert decide(second.client, case.page, "/withdraw").status_code == 403
    assert decide(case.officer.client, case.page, "/withdraw").status_code == 302
    late = second.client.post(case.address, data={"request": seen})
    assert late.status_code == 409
    case.ask()
    assert second.client.post(case.address, data={"request": seen}).status_code == 409
    assert case.state() == "planned"


def _new_seat(db: Session, exam_session: ExamSession) -> None:
    one, other = db.scalars(select(Sitting).order_by(Sitting.id))
    one.form_id, other.form_id = other.form_id, one.form_id


def _new_photo(db: Session, exam_session: ExamSession) -> None:
    whom = db.scalars(select(Registration)).first()
    assert whom
    db.add(
        CandidatePhoto(
            candidate_id=whom.candidate_id, body=b"x", mime="a/b", sha256="0", stored_at=NOW
        )
    )


def _new_words(db: Session, exam_session: ExamSession) -> None:
    version = db.scalars(select(ItemVersion)).first()
    assert version
    version.content = {**version.content, "stem": "<p>改</p>"}


def _new_time(db: Session, exam_session: ExamSession) -> None:
    exam_session.minutes += 5


def _one_more(db: Session, exam_session: ExamSession) -> None:
    run = exam_session.assembly_run
    assert run
    made = make_registration(db, exam_session.batch)
    make_sitting(db, exam_session, registration=made, form_id=run.forms[0].id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_new_seat, "座位、卷别或题序有变"),
        (_new_photo, "检查结果有变"),
        (_new_words, "试卷有变：A"),
        (_new_time, "名称、时间或考场有变"),
        (_one_more, "考生人数由 2 变为 3"),
    ],
)
def test_what_changed_since_is_said_and_asked_for_anew(
    case: Case, change: Callable[[Session, ExamSession], object], said: str
) -> None:
    case.ask()
    second = colleague_of(case.officer, "exam_officer")
    seen = request_on(second.client.get(case.address).text)
    assert case.ask() == 409  # nothing has changed yet
    case.change(change)
    answer = second.client.post(case.address, data={"request": seen})
    assert answer.status_code == 409
    assert said in answer.text
    assert case.state() == "planned"
    assert case.ask() == 302
    assert decide(second.client, case.page).status_code == 302
    assert case.state() == "released"


def test_nothing_is_released_earlier_than_the_rule_set_allows(case: Case, clock: TestClock) -> None:
    def in_a_month(db: Session, exam_session: ExamSession) -> None:
        exam_session.batch.rule_set.release_not_before_hours = 24

    case.change(in_a_month)
    assert case.ask() == 409
    assert "2026-06-02 09:00" in case.officer.client.get(case.address).text
    clock.advance(hours=24)
    assert case.ask() == 302
    clock.advance(hours=-1)
    second = colleague_of(case.officer, "exam_officer")
    request = request_on(second.client.get(case.address).text)
    assert second.client.post(case.address, data={"request": request}).status_code == 409
    assert case.state() == "planned"


def test_the_second_person_is_told_and_the_first_no_longer(case: Case) -> None:
    chief, second = case.chief(), colleague_of(case.officer, "exam_officer")
    case.ask()

    def told(desk: Desk) -> set[str]:
        with case.officer.database.reading() as db:
            actor = actor_of(db.get_one(Person, desk.person_id))
            return {each.code for each in todos(db, actor, now=NOW)} & {
                "release_to_decide",
                "papers_not_released",
            }

    assert told(second) == told(chief) == {"release_to_decide"}
    assert told(case.officer) == set()
    decide(second.client, case.page, "/refuse", reason="x")
    assert told(case.officer) == told(second) == {"papers_not_released"}
    assert told(chief) == set()


def test_only_the_two_and_a_rehearsal_seal() -> None:
    """The sealing itself asks nobody: no other door may lead to it."""
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in python_files("exam_server")
        if RELEASE.search(path.read_text(encoding="utf-8"))
    }
    assert callers == {
        "exam_server/seating/release_asking.py",
        "exam_server/delivery/rehearsing.py",
    }
