"""The seat draw over rows."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.custody import order_of
from exam_server.seating import planning
from exam_server.seating.models import ExamSession, Sitting
from tests.factories import (
    actor_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_registration,
    make_room,
)


def planned(db: Session, n_candidates: int = 30) -> tuple[Actor, ExamSession]:
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    run = make_forms(db, make_blueprint(db, organization), n_items=6)
    batch = make_batch(db, organization)
    for _ in range(n_candidates):
        make_registration(db, batch)
    return officer, make_exam_session(db, batch, assembly_run=run)


def seats_of(db: Session, exam_session: ExamSession) -> dict[tuple[int, int], Sitting]:
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    return {(each.seat.row, each.seat.column): each for each in db.scalars(chosen)}


def test_neighbours_sit_on_different_forms(db: Session) -> None:
    officer, exam_session = planned(db)
    planning.draw(db, officer, exam_session, seed=1)
    seats = seats_of(db, exam_session)
    assert len(seats) == 30
    for (row, column), sitting in seats.items():
        for neighbour in ((row + 1, column), (row, column + 1)):
            if neighbour in seats:
                assert seats[neighbour].form_id != sitting.form_id


def test_every_seat_has_an_order_of_its_own_over_all_items(db: Session) -> None:
    officer, exam_session = planned(db)
    planning.draw(db, officer, exam_session, seed=1)
    seated = seats_of(db, exam_session).values()
    orders = [order_of(db, each.form, each.sealed_order) for each in seated]
    for order in orders:
        assert order is not None
        assert sorted(order["items"]) == [1, 2, 3, 4, 5, 6]
        assert all(sorted(options) == list("ABCD") for options in order["options"].values())
    assert len({str(order) for order in orders}) > 20


def test_a_seed_seats_everybody_the_same_again(db: Session) -> None:
    officer, exam_session = planned(db)

    def drawn(seed: int) -> dict[int, int]:
        planning.draw(db, officer, exam_session, seed=seed)
        seats = seats_of(db, exam_session).values()
        return {each.registration_id: each.seat_id for each in seats}

    first = drawn(7)
    assert drawn(7) == first
    assert drawn(8) != first


def test_a_room_too_small_seats_nobody_and_gives_the_numbers(db: Session) -> None:
    officer, exam_session = planned(db, 31)
    with pytest.raises(InvalidInputError) as refused:
        planning.draw(db, officer, exam_session, seed=1)
    assert refused.value.code == "room_too_small"
    assert refused.value.detail == {"seats": 30, "candidates": 31}
    assert seats_of(db, exam_session) == {}


def test_a_broken_seat_stays_empty(db: Session) -> None:
    officer, exam_session = planned(db, 29)
    exam_session.rooms[0].room.seats[4].is_usable = False
    planning.draw(db, officer, exam_session, seed=1)
    assert (1, 5) not in seats_of(db, exam_session)


def test_seats_are_not_drawn_again_after_release(db: Session) -> None:
    officer, exam_session = planned(db)
    exam_session.state = "released"
    db.flush()
    with pytest.raises(ConflictError, match="already_released"):
        planning.draw(db, officer, exam_session, seed=1)


def test_two_rooms_are_filled_in_order(db: Session) -> None:
    officer, exam_session = planned(db, 8)
    organization = exam_session.batch.organization_id
    assert organization
    small = make_room(db, exam_session.batch.programme.organization, rows=2, columns=3)
    exam_session.rooms[0].room = small
    db.flush()
    with pytest.raises(InvalidInputError, match="room_too_small"):
        planning.draw(db, officer, exam_session, seed=1)
