"""An exam session planned by an adaptive plan: its pages, what is refused, two people's release."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from exam_server.bank.models import ItemFigure
from exam_server.db import Database
from exam_server.forms.custody import held_in
from exam_server.programmes.models import Organization
from exam_server.seating.adaptive_models import SealedPool, SealedPoolItem
from exam_server.seating.jobs import JOBS
from exam_server.seating.models import ExamSession, Sitting
from tests.adaptive_rooms import LONGEST, plan_in_force
from tests.factories import NOW, make_batch, make_registration, make_room
from tests.releases import decide
from tests.staff import Desk, colleague_of, desk_of


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


@pytest.fixture
def page(office: Desk) -> str:
    """Plan an exam session by an adaptive plan as an officer does; return its address."""
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        plan = plan_in_force(db, organization, now=NOW)
        batch = make_batch(db, organization)
        for _ in range(3):
            make_registration(db, batch)
        room = make_room(db, organization, rows=2, columns=3)
        chosen = f"adaptive:{plan.uid}"
        fields = {
            "batch": batch.uid,
            "assembly_run": chosen,
            "name": "理论",
            "planned_start": "2026-06-02T09:00",
            "minutes": "60",
            "rooms": [room.uid],
            "draw": "1",
        }
    offered = office.client.get("/exam-sessions/new").text
    assert chosen in offered
    made = office.client.post("/exam-sessions/new", data=fields)
    assert made.status_code == 302
    return str(made.location)


def asked(office: Desk, page: str) -> int:
    return office.client.post(f"{page}/release/ask", data={"reason": "口令另发"}).status_code


def test_the_pool_is_sealed_and_released_by_two(office: Desk, page: str) -> None:
    assert asked(office, page) == 409  # the pool is not sealed yet
    forms = office.client.get(f"{page}/forms").text
    assert f"{page}/forms/seal" in forms
    assert office.client.post(f"{page}/forms/seal").status_code == 302
    assert office.client.post(f"{page}/forms/seal").status_code == 409  # it is being sealed
    assert asked(office, page) == 409
    assert office.work(JOBS)
    assert f"{page}/forms/seal" not in office.client.get(f"{page}/forms").text
    assert asked(office, page) == 302
    second = colleague_of(office, "exam_officer")
    assert decide(second.client, page).status_code == 302
    with office.database.reading() as db:
        exam_session = db.scalars(select(ExamSession)).one()
        assert exam_session.state == "released"
        pool = db.get_one(SealedPool, exam_session.id)
        assert db.scalar(select(func.count()).select_from(SealedPoolItem)) == pool.n_items == 24
        for sitting in db.scalars(select(Sitting)):
            assert sitting.form is not None
            assert (sitting.given_count, sitting.form.longest) == (0, LONGEST)
            assert held_in(db, sitting.form) == []
    assert office.client.get(page).status_code == 200
    assert office.client.get(f"{page}/forms").status_code == 200


def test_a_pool_that_changed_since_the_trial_is_not_released(office: Desk, page: str) -> None:
    office.client.post(f"{page}/forms/seal")
    assert office.work(JOBS)
    assert asked(office, page) == 302
    with office.database.writing() as db:
        figure = db.scalars(select(ItemFigure)).first()
        assert figure is not None
        figure.location = 2.5  # a later calibration is accepted
    second = colleague_of(office, "exam_officer")
    assert decide(second.client, page).status_code == 409
    assert asked(office, page) == 409
    assert office.client.post(f"{page}/forms/seal").status_code == 409
    with office.database.reading() as db:
        assert db.scalars(select(ExamSession.state)).one() == "planned"


def test_own_forms_do_not_go_with_an_adaptive_test(office: Desk, page: str) -> None:
    refused = office.client.post(f"{page}/forms", data={"way": "own", "most_alike": "1"})
    assert refused.status_code == 409
