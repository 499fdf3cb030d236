"""Fixed sets chosen for an exam session: by name, by chance at the release, in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.audit import AuditEntry
from exam_server.bank.models import Blueprint, Item
from exam_server.db import Database
from exam_server.forms.models import AssemblyRun, FixedSet, Form, SealedForm
from exam_server.programmes.models import Organization
from exam_server.seating.choosing_sets import history_of
from exam_server.seating.models import ExamSession, Sitting
from tests.factories import (
    NOW,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_registration,
    make_room,
)
from tests.releases import decide
from tests.staff import Desk, colleague_of, desk_of

N_CANDIDATES = 4


@dataclass(frozen=True)
class Office:
    """Two exam officers and a collection of four frozen sets."""

    officer: Desk
    second: Desk
    run: str

    def plan(self) -> str:
        """Add an exam session of its own batch and room; return its address."""
        with self.officer.database.writing() as db:
            organization = db.get_one(Organization, self.officer.organization_id)
            batch = make_batch(db, organization)
            for _ in range(N_CANDIDATES):
                make_registration(db, batch)
            made = make_exam_session(
                db,
                batch,
                room=make_room(db, organization, rows=2, columns=3),
                assembly_run=db.scalars(select(AssemblyRun)).one(),
                planned_start=NOW + timedelta(days=2),
            )
            return f"/exam-sessions/{made.uid}"

    def post(self, address: str, **fields: object) -> int:
        return self.officer.client.post(address, data=fields).status_code

    def ready(self, **choice: object) -> str:
        """Plan, choose, draw seats; return the exam session's address."""
        page = self.plan()
        assert self.post(f"{page}/sets", **choice) == 302
        assert self.post(f"{page}/draw") == 302
        return page

    def ask(self, page: str) -> int:
        return self.post(f"{page}/release/ask", reason="照常")

    def release(self, page: str) -> str:
        """Release with two people; return the sets given out."""
        assert self.ask(page) == 302
        assert decide(self.second.client, page).status_code == 302
        return self.given(page)

    def given(self, page: str) -> str:
        uid = page.rpartition("/")[2]
        with self.officer.database.reading() as db:
            chosen = select(Form.code).join(SealedForm).join(ExamSession)
            return "".join(sorted(db.scalars(chosen.where(ExamSession.uid == uid))))

    def look(self, act: Callable[[Session], object]) -> None:
        with self.officer.database.writing() as db:
            act(db)


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Office:
    officer = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, officer.organization_id)
        run = make_forms(db, make_blueprint(db, organization), n_forms=4, mode="fixed")
        for form in run.forms:
            db.add(FixedSet(form_id=form.id, frozen_at=NOW, frozen_by=officer.person_id))
        uid = run.uid
    return Office(officer, colleague_of(officer, "exam_officer"), uid)


def test_a_drawn_set_is_known_to_nobody_before_the_release_is_asked_for_and_then_stays(
    office: Office,
) -> None:
    page = office.ready(way="random", last="0")
    with office.officer.database.reading() as db:
        assert set(db.scalars(select(Sitting.form_id))) == {None}
    assert office.officer.client.get(page).status_code == 200
    assert office.officer.client.get(f"{page}/release").status_code == 200
    assert office.ask(page) == 302
    with office.officer.database.reading() as db:
        first = db.scalars(select(ExamSession)).one().set_choice
        seats = db.scalars(select(Sitting)).all()
        assert first is not None
        assert len({each.form_id for each in seats}) == 1
        assert all(each.sealed_order for each in seats)
        (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.act == "draw_sets")).all()
        assert entry.detail["drawn"] == first["drawn"]
    assert office.post(f"{page}/draw") == 302  # seats anew: the set stays
    assert office.ask(page) == 302
    with office.officer.database.reading() as db:
        assert db.scalars(select(ExamSession)).one().set_choice == first
    assert decide(office.second.client, page).status_code == 302
    assert office.given(page) == first["drawn"][0]


def test_sets_of_the_last_exam_sessions_are_not_drawn(office: Office) -> None:
    given = [office.release(office.ready(way="random", last="3")) for _ in range(4)]
    assert sorted(given) == list("ABCD")
    with office.officer.database.reading() as db:
        history = history_of(db, db.scalars(select(AssemblyRun)).one())
    assert history == [frozenset(each) for each in reversed(given)]
    page = office.plan()
    assert office.post(f"{page}/sets", way="random", last="4") == 422
    assert office.release(office.ready(way="random", last="3")) == given[0]
    shown = office.officer.client.get(f"/papers/sets/{office.run}").text
    assert shown.count("次") or shown.count("time")


def test_in_turn_each_set_comes_before_any_comes_again(office: Office) -> None:
    given = [office.release(office.ready(way="in_turn")) for _ in range(5)]
    assert given == ["A", "B", "C", "D", "A"]


def test_neighbours_get_different_sets_where_two_are_chosen(office: Office) -> None:
    page = office.ready(way="named", sets=["B", "D"])
    assert office.release(page) == "BD"
    with office.officer.database.reading() as db:
        at = {(e.seat.row, e.seat.column): e.form_id for e in db.scalars(select(Sitting))}
    assert all(at.get((row, column + 1)) != form for (row, column), form in at.items())


def test_a_set_that_is_held_back_is_not_released(office: Office) -> None:
    page = office.ready(way="named", sets=["B"])
    assert office.ask(page) == 302
    sets = f"/papers/sets/{office.run}"
    assert office.post(f"{sets}/B/block", reason="") == 422
    assert office.post(f"{sets}/B/block", reason="考前泄露") == 302
    assert decide(office.second.client, page).status_code == 409
    assert office.given(page) == ""
    assert office.ask(page) == 409
    assert office.post(f"{sets}/B/block/decide", way="block") == 403
    answer = office.second.client.post(f"{sets}/B/block/decide", data={"way": "block"})
    assert answer.status_code == 302
    assert "考前泄露" in office.officer.client.get(sets).text
    assert office.post(f"{page}/sets", way="named", sets=["B"]) == 422
    drawn = office.ready(way="random", count="3", last="0")
    assert office.release(drawn) == "ACD"


def test_of_two_that_drew_the_same_set_the_second_draws_anew(office: Office) -> None:
    def hold_back(codes: str) -> Callable[[Session], object]:
        def act(db: Session) -> None:
            for each in db.scalars(select(FixedSet)):
                each.block_asked_at = NOW if each.form.code in codes else None

        return act

    office.look(hold_back("BCD"))
    one, other = office.ready(way="random", last="1"), office.ready(way="random", last="1")
    assert (office.ask(one), office.ask(other)) == (302, 302)
    office.look(hold_back("BC"))
    assert decide(office.second.client, one).status_code == 302
    assert decide(office.second.client, other).status_code == 409
    assert office.release(other) == "D"


def test_what_cannot_be_chosen_is_refused(office: Office) -> None:
    page = office.plan()
    assert office.post(f"{page}/draw") == 409  # no set is chosen
    assert office.post(f"{page}/sets", way="named") == 422
    assert office.post(f"{page}/sets", way="named", sets=["Z"]) == 422
    assert office.post(f"{page}/sets", way="random", count="5", last="0") == 422
    assert office.post(f"{page}/forms", way="own", most_alike="3") == 422
    assert office.officer.client.get(f"{page}/forms").status_code == 200


def test_a_collection_is_begun_filled_and_frozen_on_its_pages(office: Office) -> None:
    client = office.officer.client
    with office.officer.database.reading() as db:
        run = db.scalars(select(AssemblyRun)).one()
        structure, bank = run.paper_structure.uid, db.scalars(select(Blueprint)).one()
        codes = db.scalars(select(Item.code).where(Item.blueprint_id == bank.id)).all()[:4]
    begun = client.post(f"/papers/{structure}/sets")
    sets = begun.headers["Location"]
    assert client.get(sets).status_code == 200
    one = client.post(f"{sets}/add").headers["Location"]
    assert one.endswith("/A")
    answer = client.post(f"{one}/items", data={"version": "1", "act": "add", "codes": "no such"})
    assert answer.status_code == 422
    assert "no such" in answer.text
    found = client.get(one, query_string={"q": codes[0]}).text
    assert codes[0] in found
    fields = {"version": "1", "act": "add", "codes": " ".join(codes), "q": "第"}
    assert "q=" in client.post(f"{one}/items", data=fields).headers["Location"]
    assert client.post(f"{one}/freeze", data={"version": "2"}).status_code == 302
    assert client.post(f"{one}/undo", data={"version": "2"}).status_code == 409
    assert client.get(one).status_code == 200
    sheet = "套题\t试题编号\nB\tno such\n"
    assert client.post(f"{sets}/import", data={"text": sheet}).status_code == 422
    sheet = "套题\t试题编号\n" + "".join(f"B\t{code}\n" for code in codes)
    assert client.post(f"{sets}/import", data={"text": sheet}).status_code == 302
    run_page = client.get(sets.replace("/sets/", "/runs/"))
    assert run_page.headers["Location"] == sets
    assert client.get(f"/papers/{structure}").status_code == 200
    assert client.get("/papers/").status_code == 200
