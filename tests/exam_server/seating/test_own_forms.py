"""Each candidate a form of his own: from the choice to the release, moves and newcomers between."""

from datetime import timedelta

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.pooling import pooled
from exam_server.analysis.responses import responses_in
from exam_server.app import use_store
from exam_server.bank.models import Item
from exam_server.clock import TestClock
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.service import sealed_body
from exam_server.forms.custody import held_in
from exam_server.forms.models import FormItem, PreparedForm
from exam_server.forms.sealed_forms import body_of
from exam_server.forms.sealing import unseal, unwrap_key
from exam_server.marking.models import SittingScore
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Organization
from exam_server.seating.form_opening import open_forms_if_over
from exam_server.seating.jobs import JOBS
from exam_server.seating.models import ExamSession, Sitting
from exam_server.seating.own_forms import beside, newest_comparison, own_forms_of, seated_in
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_registration,
    make_room,
    make_sitting,
)
from tests.releases import decide
from tests.staff import Desk, colleague_of, desk_of

N_CANDIDATES, N_ITEMS, N_FORMS = 11, 12, 5
MOST_ALIKE = 3


class Hall:
    """An exam session in a room of 3 by 4 seats, and an officer at its page of forms."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.database.writing() as db:
            organization = db.get_one(Organization, desk.organization_id)
            blueprint = make_blueprint(db, organization, n_areas=3, n_points=6)
            run = make_forms(db, blueprint, n_forms=N_FORMS, n_items=N_ITEMS)
            batch = make_batch(db, organization)
            registered = [make_registration(db, batch) for _ in range(N_CANDIDATES)]
            earlier = make_exam_session(db, make_batch(db, organization), state="closed")
            again = make_registration(db, earlier.batch)
            again.candidate = registered[0].candidate
            make_sitting(db, earlier, registration=again, form=run.forms[2], started_at=NOW)
            room = make_room(db, organization, rows=3, columns=4)
            made = make_exam_session(db, batch, room=room, assembly_run=run)
            made.planned_start = NOW + timedelta(hours=2)
            self.uid, self.id, self.batch_id = made.uid, made.id, batch.id
            self.had = {each.item_version_id for each in held_in(db, run.forms[2])}
            self.knows = registered[0].id

    def post(self, act: str, **fields: str) -> int:
        found = self.desk.client.post(f"/exam-sessions/{self.uid}{act}", data=fields)
        return found.status_code

    def planned(self, db: Session) -> ExamSession:
        return db.get_one(ExamSession, self.id)

    def lists(self) -> dict[int, set[int]]:
        """Return the item versions that each registration's form holds."""
        with self.desk.database.reading() as db:
            return {
                each.registration_id: {one.item_version_id for one in held_in(db, each.form)}
                for each in seated_in(db, self.planned(db))
                if each.form is not None
            }

    def worst(self) -> int:
        lists = self.lists()
        with self.desk.database.reading() as db:
            pairs = list(beside(seated_in(db, self.planned(db))))
            return max(
                len(lists[one.registration_id] & lists[other.registration_id])
                for one, other in pairs
            )


@pytest.fixture
def hall(client: FlaskClient, sqlite_database: Database, clock: TestClock) -> Hall:
    return Hall(desk_of(client, sqlite_database, "exam_officer"))


@pytest.fixture
def either(client: FlaskClient, database: Database, settings: Settings, clock: TestClock) -> Hall:
    """Return a hall on SQLite and on PostgreSQL."""
    use_store(client.application, settings, database)
    return Hall(desk_of(client, database, "exam_officer"))


def made(hall: Hall) -> None:
    assert hall.post("/forms", way="own", most_alike=str(MOST_ALIKE)) == 302
    assert hall.post("/draw", seed="7") == 302
    assert hall.post("/forms/make") == 302
    assert hall.desk.work(JOBS)


def test_own_forms_from_the_choice_to_the_release(either: Hall) -> None:
    hall = either
    made(hall)
    first = hall.lists()
    assert len({frozenset(each) for each in first.values()}) == N_CANDIDATES
    assert {len(each) for each in first.values()} == {N_ITEMS}
    assert hall.worst() <= MOST_ALIKE
    assert not first[hall.knows] & hall.had
    assert any(each & hall.had for each in first.values())
    with hall.desk.database.reading() as db:
        found = own_forms_of(db, hall.planned(db))
        assert found.is_complete
        assert found.run is not None
        told = found.run.result or {}
    assert (told["forms"], told["worst_alike"], told["kept_out"]) == (11, hall.worst(), 12)
    assert not any(row["unmet"] for row in told["rows"])

    with hall.desk.database.writing() as db:
        newcomer = make_registration(db, hall.planned(db).batch).id
    assert hall.post("/release/ask") == 409
    assert hall.post("/newcomers") == 302
    assert hall.post("/forms/make") == 302
    assert hall.desk.work(JOBS)
    later = hall.lists()
    assert {each: later[each] for each in first} == first
    assert len(later[newcomer]) == N_ITEMS
    assert hall.worst() <= MOST_ALIKE

    assert hall.post("/forms/again") == 302
    assert hall.desk.work(JOBS)
    page = hall.desk.client.get(f"/exam-sessions/{hall.uid}/forms").text
    assert "12" in page
    with hall.desk.database.reading() as db:
        assert again_of(db, hall) == {"forms": 12, "alike": 12, "is_same_bank": True}

    released(hall)
    with hall.desk.database.reading() as db:
        exam_session = hall.planned(db)
        assert exam_session.state == "released"
        for sitting in seated_in(db, exam_session):
            assert opened_by(db, hall, sitting) == N_ITEMS


def again_of(db: Session, hall: Hall) -> object:
    job = newest_comparison(db, hall.planned(db))
    return job.result if job else None


def released(hall: Hall) -> None:
    page = f"/exam-sessions/{hall.uid}"
    other = colleague_of(hall.desk, "exam_officer")
    assert hall.post("/release/ask", reason="so") == 302
    assert decide(other.client, page).status_code == 302


def opened_by(db: Session, hall: Hall, sitting: Sitting) -> int:
    """Unseal a sitting's body as its seat does; return how many items it shows."""
    sealed = sealed_body(db, sitting)
    assert sealed.body is None
    assert sealed.wrapped_key is not None
    settings = hall.desk.client.application.extensions["exam_server.settings"]
    key = unwrap_key(sealed.wrapped_key, settings.secret, key_id=sealed.key_id)
    body = unseal(body_of(db, sealed), key, exam_session=hall.uid, form=sealed.form.uid)
    assert [each["position"] for each in body["items"]] == list(range(1, N_ITEMS + 1))
    return len(body["items"])


def test_a_form_of_ones_own_goes_along_to_another_seat(hall: Hall) -> None:
    made(hall)
    before = hall.lists()
    with hall.desk.database.reading() as db:
        exam_session = hall.planned(db)
        room = exam_session.rooms[0].room.uid
        mover = seated_in(db, exam_session)[0]
        who = f"{room}:{mover.seat.number}"
        to = next(n for n in range(1, 13) if n != mover.seat.number)
    assert hall.post("/moves", who=who, to=f"{room}:{to}", reason="light") == 302
    assert hall.lists() == before
    assert hall.post("/forms/make", anew="1") == 302
    assert hall.desk.work(JOBS)
    assert hall.worst() <= MOST_ALIKE
    with hall.desk.database.reading() as db:
        kept = set(db.scalars(select(PreparedForm.form_id)))
        assert kept == {each.form_id for each in seated_in(db, hall.planned(db))}


def test_what_cannot_be_drawn_is_told_and_nobody_gets_a_form(hall: Hall) -> None:
    assert hall.post("/forms", way="own", most_alike="0") == 302
    assert hall.post("/draw", seed="7") == 302
    with hall.desk.database.writing() as db:
        for item in db.scalars(select(Item).order_by(Item.id)).all()[: (N_FORMS - 1) * N_ITEMS]:
            item.state = "suspended"  # one alternative a cell is left
    assert hall.post("/forms/make") == 302
    assert hall.desk.work(JOBS)
    with hall.desk.database.reading() as db:
        job = own_forms_of(db, hall.planned(db)).job
        assert job is not None
        assert (job.status, job.error_code) == ("refused", "own_forms_neighbours")
    assert hall.lists() == {}
    assert hall.post("/release/ask", reason="so") == 409


def test_own_forms_are_marked_and_analysed_when_the_exam_session_is_over(either: Hall) -> None:
    hall = either
    made(hall)
    released(hall)
    with hall.desk.database.writing() as db:
        exam_session = hall.planned(db)
        for place, sitting in enumerate(seated_in(db, exam_session)):
            sitting.status, sitting.started_at = "handed_in", NOW
            make_answers(db, sitting, *("A" * place))
        exam_session.state, exam_session.closed_at = "closed", NOW
        open_forms_if_over(db, exam_session, now=NOW + timedelta(days=3))
        assert not db.scalars(select(FormItem)).all()
    assert hall.desk.work(JOBS)
    with hall.desk.database.writing() as db:
        assert len(db.scalars(select(FormItem)).all()) == N_CANDIDATES * N_ITEMS
        run = mark_exam_session(db, hall.planned(db), by=None, now=NOW)
        marks = db.scalars(
            select(SittingScore.mark).where(SittingScore.marking_run_id == run.id)
        ).all()
        assert sorted(marks) == list(range(N_CANDIDATES))
        whole = pooled(responses_in(db, run))
    assert whole.marks.shape[0] == N_CANDIDATES
    assert int((~np.isnan(whole.marks)).sum()) == N_CANDIDATES * N_ITEMS
    assert float(np.nansum(whole.marks)) == sum(range(N_CANDIDATES))
