"""Pages of exam sessions: plan, draw, seats by hand, people on duty, documents, release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.batches.models import Registration
from exam_server.db import Database
from exam_server.jobs import Job
from exam_server.programmes.models import Organization
from exam_server.seating.jobs import JOBS
from exam_server.seating.models import Duty, ExamSession, Room, Seat, SeatMove, Sitting
from tests.factories import (
    NOW,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_person,
    make_registration,
    make_room,
)
from tests.releases import decide
from tests.staff import Desk, colleague_of, desk_of


@dataclass(frozen=True)
class Planned:
    """An exam session of a desk, as addresses."""

    office: Desk
    page: str
    room: str
    batch: str
    run: str

    def post(self, path: str, **fields: object) -> int:
        return self.office.client.post(f"{self.page}{path}", data=fields).status_code

    def get(self, path: str = "") -> str:
        answer = self.office.client.get(f"{self.page}{path}")
        assert answer.status_code == 200
        return answer.text

    def release(self, reason: str = "急", page: str = "") -> int:
        """Ask for the release, then release as a second officer; the status of what failed."""
        asked = self.office.client.post(f"{page or self.page}/release/ask", data={"reason": reason})
        if asked.status_code != 302:
            return asked.status_code
        second = colleague_of(self.office, "exam_officer")
        return decide(second.client, page or self.page).status_code

    def state(self) -> str:
        with self.office.database.reading() as db:
            return db.scalars(select(ExamSession.state)).one()

    def seats(self) -> dict[int, str]:
        """Return who has which seat number."""
        with self.office.database.reading() as db:
            found = db.scalars(select(Sitting)).all()
            return {each.seat.number: each.registration.ticket for each in found}

    def new(self, **fields: object) -> dict[str, object]:
        return {
            "batch": self.batch,
            "assembly_run": self.run,
            "name": "第二场",
            "planned_start": "2026-06-02T09:00",
            "minutes": "90",
            "rooms": [self.room],
        } | fields


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


@pytest.fixture
def planned(office: Desk) -> Planned:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        run = make_forms(db, make_blueprint(db, organization))
        batch = make_batch(db, organization)
        for _ in range(4):
            make_registration(db, batch)
        room = make_room(db, organization, rows=2, columns=3)
        made = make_exam_session(db, batch, room=room, assembly_run=run)
        return Planned(office, f"/exam-sessions/{made.uid}", room.uid, batch.uid, run.uid)


def staff_member(office: Desk, role: str) -> str:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        return make_person(db, role, organization=organization).username


def jobs(office: Desk) -> Sequence[Job]:
    with office.database.reading() as db:
        return db.scalars(select(Job)).all()


def test_a_new_exam_session_is_filled_in_with_what_fits_its_batch(planned: Planned) -> None:
    page = planned.office.client.get(f"/exam-sessions/new?batch={planned.batch}").text
    assert f'value="{planned.run}" selected' in page
    assert 'value="2026-06-01T09:00"' in page
    assert 'value="60"' in page


def test_an_exam_session_is_planned_drawn_and_released(planned: Planned) -> None:
    office = planned.office
    made = office.client.post("/exam-sessions/new", data=planned.new(draw="1"))
    assert made.status_code == 302
    assert len(planned.seats()) == 4
    assert planned.release("", made.location) == 409  # codes are missing
    assert planned.release("口令另发", made.location) == 302
    assert "2026-06-02 09:00" in office.client.get(made.location).text


def test_an_exam_session_too_large_for_its_rooms_is_made_without_seats(planned: Planned) -> None:
    with planned.office.database.writing() as db:
        batch = db.scalars(select(ExamSession)).one().batch
        for _ in range(3):
            make_registration(db, batch)
    assert planned.office.client.post("/exam-sessions/new", data=planned.new(draw="1")).location
    assert planned.seats() == {}


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("rooms", [], 422),
        ("planned_start", "", 422),
        ("planned_start", "morning", 422),
        ("minutes", "0", 422),
        ("name", "", 422),
        ("planned_start", "2026-06-01T09:30", 409),  # the room is taken then
    ],
)
def test_a_wrong_exam_session_is_not_made(
    planned: Planned, field: str, value: object, status: int
) -> None:
    answer = planned.office.client.post("/exam-sessions/new", data=planned.new(**{field: value}))
    assert answer.status_code == status
    with planned.office.database.reading() as db:
        assert len(db.scalars(select(ExamSession)).all()) == 1


def test_a_plan_changes_until_its_papers_are_released(planned: Planned) -> None:
    later = {"name": "改期", "planned_start": "2026-06-04T14:00", "minutes": "120"}
    assert "T09:00" in planned.get("/plan")
    assert planned.post("/plan", **later) == 302
    assert planned.post("/plan", **later | {"minutes": "x"}) == 422
    planned.post("/draw")
    planned.release()
    assert planned.post("/plan", **later | {"name": "又改"}) == 409
    with planned.office.database.reading() as db:
        assert db.scalars(select(ExamSession.name)).one() == "改期"


def test_other_rooms_take_the_seats_and_the_duties_of_the_room_left(planned: Planned) -> None:
    username = staff_member(planned.office, "proctor")
    planned.post("/duties", username=username, room=planned.room)
    planned.post("/draw")
    with planned.office.database.writing() as db:
        other = make_room(db, db.get_one(Organization, planned.office.organization_id)).uid
    plan = {"name": "换考场", "planned_start": "2026-06-01T09:00", "minutes": "60"}
    assert planned.post("/plan", **plan, rooms=[planned.room]) == 302
    assert len(planned.seats()) == 4
    assert planned.post("/plan", **plan, rooms=[other]) == 302
    assert planned.seats() == {}
    with planned.office.database.reading() as db:
        assert [run.room.uid for run in db.scalars(select(ExamSession)).one().rooms] == [other]
        assert db.scalars(select(Duty)).all() == []


def test_papers_are_not_released_before_everybody_has_a_usable_seat(planned: Planned) -> None:
    assert planned.release() == 409
    planned.post("/draw")
    with planned.office.database.writing() as db:
        make_registration(db, db.scalars(select(ExamSession)).one().batch)
    assert planned.release() == 409
    assert planned.post("/newcomers") == 302
    with planned.office.database.writing() as db:
        db.scalars(select(Seat).where(Seat.number == 1)).one().is_usable = False
    assert planned.release() == 409
    assert planned.state() == "planned"
    planned.post("/draw")
    assert planned.release() == 302
    assert planned.release() == 409


def test_the_release_page_says_what_is_missing_and_where_to_do_it(planned: Planned) -> None:
    assert "还不能发布" in planned.get("/release")
    planned.post("/draw")
    page = planned.get("/release")
    for code in ("/papers", "/staff", "/photos"):
        assert f'{code}"' in page
    planned.release()
    assert "<form" not in planned.get("/release").split("<main")[1]


def test_a_seat_is_given_by_hand_and_taken_back(planned: Planned) -> None:
    planned.post("/draw")
    before = planned.seats()
    one, other = f"{planned.room}:1", f"{planned.room}:5"
    assert planned.post("/moves", who=one, to=other, reason="靠近门口") == 302
    assert planned.seats() == {**{n: t for n, t in before.items() if n != 1}, 5: before[1]}
    assert "靠近门口" in planned.get()
    assert planned.post("/moves/undo") == 302
    assert planned.seats() == before
    assert planned.post("/moves/undo") == 409


@pytest.mark.parametrize(
    ("who", "to", "reason", "status"),
    [(1, 2, "", 422), (5, 1, "x", 409), (1, 1, "x", 409), (1, 99, "x", 404), ("", 2, "x", 422)],
)
def test_a_move_that_cannot_be_is_refused(
    planned: Planned, who: object, to: object, reason: str, status: int
) -> None:
    planned.post("/draw")
    before = planned.seats()
    seats = {"who": f"{planned.room}:{who}", "to": f"{planned.room}:{to}"}
    assert planned.post("/moves", **seats, reason=reason) == status
    assert planned.seats() == before


def test_no_seat_is_given_by_hand_after_release(planned: Planned) -> None:
    planned.post("/draw")
    planned.release()
    seats = {"who": f"{planned.room}:1", "to": f"{planned.room}:5"}
    assert planned.post("/moves", **seats, reason="x") == 409
    assert planned.post("/moves/undo") == 409


def test_people_are_put_on_duty_once_and_taken_off(planned: Planned) -> None:
    proctor = {"username": staff_member(planned.office, "proctor"), "room": planned.room}
    assert planned.post("/duties", **proctor) == 302
    assert planned.post("/duties", **proctor) == 409
    assert planned.post("/duties", username=proctor["username"], room="") == 409  # no chief
    assert proctor["username"] in planned.get("/staff")
    assert planned.post("/duties/end", **proctor) == 302
    assert planned.post("/duties/end", **proctor) == 404
    with planned.office.database.reading() as db:
        assert db.scalars(select(Duty)).all() == []


def test_free_people_are_found_for_what_is_missing(planned: Planned) -> None:
    for role in ("proctor", "proctor", "proctor", "chief_proctor"):
        staff_member(planned.office, role)
    planned.post("/draw")
    assert planned.post("/duties/fill") == 302
    with planned.office.database.reading() as db:
        roles = sorted(db.scalars(select(Duty.role)))
    assert roles == ["chief_proctor", "proctor", "proctor"]


def test_tickets_and_lists_are_made_by_jobs_and_offered_on_the_page(planned: Planned) -> None:
    assert planned.post("/papers", kinds="attendance") == 409  # no seats yet
    planned.post("/draw")
    assert planned.post("/papers") == 422
    assert planned.post("/papers", kinds="attendance") == 302
    assert planned.post("/tickets") == 302
    while planned.office.work(JOBS):
        pass
    assert [job.status for job in jobs(planned.office)] == ["done", "done"]
    assert planned.get("/papers").count("/files/") == 3 * 2 + 2  # PDFs are shown and deleted too
    assert planned.post("/tickets") == 409  # everybody has a code
    with planned.office.database.reading() as db:
        assert all(db.scalars(select(Registration.code_hash)))


def test_one_lost_ticket_is_made_anew(planned: Planned) -> None:
    planned.post("/draw")
    planned.post("/tickets")
    planned.office.work(JOBS)
    with planned.office.database.reading() as db:
        before = {each.uid: each.code_hash for each in db.scalars(select(Registration))}
    whom = next(iter(before))
    assert planned.post("/tickets", registration=whom, one="1") == 302
    planned.office.work(JOBS)
    with planned.office.database.reading() as db:
        after = {each.uid: each.code_hash for each in db.scalars(select(Registration))}
    assert {uid for uid in before if before[uid] != after[uid]} == {whom}


def test_no_job_and_no_payload_ever_holds_a_code(planned: Planned) -> None:
    planned.post("/draw")
    planned.post("/tickets")
    planned.office.work(JOBS)
    (job,) = jobs(planned.office)
    assert set(job.payload) == {
        "exam_session",
        "registrations",
        "per_page",
        "is_masked",
        "language",
    }
    assert job.result == {"count": 4}


def test_a_candidate_is_withdrawn_with_a_reason_and_put_back(planned: Planned) -> None:
    planned.post("/draw")
    with planned.office.database.reading() as db:
        uid = db.scalars(select(Sitting)).first().registration.uid  # type: ignore[union-attr]
    address = f"/exam-sessions/candidates/{uid}"
    client = planned.office.client
    assert client.post(f"{address}/withdraw", data={"reason": ""}).status_code == 422
    assert client.post(f"{address}/withdraw", data={"reason": "本人申请"}).status_code == 302
    assert len(planned.seats()) == 3
    assert "本人申请" in client.get(f"/batches/{planned.batch}").text
    assert client.post(f"{address}/withdraw", data={"reason": "再次"}).status_code == 409
    assert client.post(f"{address}/put-back").status_code == 302
    assert client.post(f"{address}/put-back").status_code == 409
    assert planned.post("/newcomers") == 302
    assert len(planned.seats()) == 4


def test_nobody_is_withdrawn_once_papers_are_released(planned: Planned) -> None:
    planned.post("/draw")
    planned.release()
    with planned.office.database.reading() as db:
        uid = db.scalars(select(Registration.uid)).first()
    answer = planned.office.client.post(
        f"/exam-sessions/candidates/{uid}/withdraw", data={"reason": "x"}
    )
    assert answer.status_code == 409


def test_the_steps_of_a_batch_follow_its_exam_session(planned: Planned) -> None:
    def here() -> str:
        page = planned.office.client.get(f"/batches/{planned.batch}").text
        return page.split('aria-current="step"')[1].split("</li>")[0]

    assert "座位" in here()
    planned.post("/draw")
    assert "准考证" in here()
    planned.post("/tickets")
    planned.office.work(JOBS)
    assert "发布" in here()
    planned.release()
    page = planned.office.client.get(f"/batches/{planned.batch}").text
    assert 'aria-current="step"' not in page


def test_a_draw_forgets_the_seats_given_by_hand(planned: Planned) -> None:
    planned.post("/draw")
    planned.post("/moves", who=f"{planned.room}:1", to=f"{planned.room}:2", reason="x")
    planned.post("/draw")
    with planned.office.database.reading() as db:
        assert db.scalars(select(SeatMove)).all() == []


def test_another_exam_session_at_another_time_may_have_the_room(planned: Planned) -> None:
    with planned.office.database.reading() as db:
        first = db.scalars(select(ExamSession)).one()
        assert first.planned_start + timedelta(minutes=first.minutes) == NOW + timedelta(hours=1)
        assert db.scalars(select(Room)).one().uid == planned.room
    right_after = planned.new(planned_start="2026-06-01T10:00")
    assert planned.office.client.post("/exam-sessions/new", data=right_after).status_code == 302
