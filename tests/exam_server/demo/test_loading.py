import csv
from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.accounts.rules import ROLES
from exam_server.bank.models import Blueprint
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.batches.rules import is_resident_id
from exam_server.demo.commands import load
from exam_server.demo.people import sample_people
from exam_server.seating.models import Duty, ExamSession, Room, Seat, Site, Sitting
from exam_server.tables import METADATA
from tests.exam_server.demo.conftest import Loaded

LONGEST_LOAD_S = 25  # processor seconds: a busy machine counts up to twice what a quiet one does


def row_counts(db: Session) -> dict[str, int]:
    return {
        table.name: db.scalar(select(func.count()).select_from(table)) or 0
        for table in METADATA.sorted_tables
    }


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    with loaded.database.reading() as db:
        before = row_counts(db)
    codes = loaded.tickets.read_bytes()
    with loaded.database.writing() as db:
        load(db, loaded.settings, loaded.tickets)
    with loaded.database.reading() as db:
        assert row_counts(db) == before
    assert loaded.tickets.read_bytes() == codes


def test_loading_is_quick(loaded: Loaded) -> None:
    assert loaded.seconds < LONGEST_LOAD_S


def test_everything_is_marked_as_sample_data(sample: Session) -> None:
    assert all(sample.scalars(select(Blueprint.is_sample)))
    assert all(sample.scalars(select(Batch.is_sample)))
    assert all("示例" in name for name in sample.scalars(select(Batch.name)))


def test_every_role_has_somebody(sample: Session) -> None:
    held = Counter(h.role for person in sample.scalars(select(Person)) for h in person.holdings)
    assert set(held) == set(ROLES)
    enough = {"proctor": 2, "item_writer": 2, "exam_officer": 2, "examiner": 3}
    assert {role: held[role] >= count for role, count in enough.items()} == dict.fromkeys(
        enough, True
    )


def test_the_people_have_numbers_of_the_right_form_that_belong_to_nobody(
    sample: Session,
) -> None:
    numbers = sample.scalars(select(Candidate.id_number)).all()
    assert len(set(numbers)) == len(sample_people()) >= 60
    assert all(is_resident_id(number) and number.startswith("000000") for number in numbers)


def test_three_sites_have_rooms_of_different_plans(sample: Session) -> None:
    assert len(sample.scalars(select(Site)).all()) == 3
    rooms = sample.scalars(select(Room)).all()
    assert len({(room.rows, room.columns) for room in rooms}) == len(rooms)
    has_aisle = [room for room in rooms if len(room.seats) < room.rows * room.columns]
    assert has_aisle
    assert sample.scalar(select(func.count()).select_from(Seat).where(Seat.is_usable.is_(False)))


def test_one_exam_session_is_over_one_can_be_sat_and_one_waits_for_its_draw(
    sample: Session,
) -> None:
    seated = Counter(sample.scalars(select(Sitting.exam_session_id)))
    states = {
        (each.batch.code, each.state): seated[each.id]
        for each in sample.scalars(select(ExamSession))
    }
    assert states == {
        ("DEMO1", "closed"): len(sample_people()),
        ("DEMO2", "released"): 30,
        ("DEMO3", "planned"): 0,
        ("DEMO5", "closed"): 16,  # its written answers are half marked
    }
    led = set(sample.scalars(select(Duty.exam_session_id).where(Duty.room_id.is_(None))))
    assert led == set(sample.scalars(select(ExamSession.id)))


def test_a_batch_has_candidates_and_nothing_more(sample: Session) -> None:
    planned = select(ExamSession.batch_id)
    waiting = sample.scalars(select(Batch).where(Batch.id.not_in(planned))).one()
    registered = select(func.count()).select_from(Registration)
    assert sample.scalar(registered.where(Registration.batch_id == waiting.id))


def test_the_tickets_of_today_are_listed(loaded: Loaded, sample: Session) -> None:
    with loaded.tickets.open(encoding="utf-8") as file:
        listed = {row["ticket"] for row in csv.DictReader(file)}
    today = (
        select(Registration.ticket)
        .join(Sitting, Sitting.registration_id == Registration.id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .where(ExamSession.state == "released")
    )
    assert listed == set(sample.scalars(today))
