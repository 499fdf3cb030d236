"""Who may sit down when, on which computer; and nobody misses the start."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from exam_server.batches.tickets import code_hash
from exam_server.db import Database
from exam_server.delivery import service
from exam_server.delivery.entering import Entered, enter, open_centre
from exam_server.delivery.leases import (
    HAND_OVER,
    approve_move,
    digest,
    leases_by_tokens,
    sitting_by_token,
)
from exam_server.delivery.models import SeatSignal
from exam_server.errors import ConflictError, NotAllowedError, RefusedError
from exam_server.seating.models import RoomRun, Sitting
from tests.factories import (
    NOW,
    make_batch,
    make_exam_session,
    make_organization,
    make_registration,
    make_rule_set,
    make_sitting,
)

SECRET = b"secret"
CODE = "ABCD2345"
DEVICE, OTHER = "first-device-secret", "other-device-secret"


def make_seat(
    db: Session, *, state: str = "released", is_rehearsal: bool = False, **values: Any
) -> Sitting:
    """Add a sitting planned for NOW; sign-in opens 30 minutes before and ends 15 after."""
    organization = make_organization(db)
    rules = make_rule_set(db, organization, entry_opens_min=30, late_limit_min=15)
    batch = make_batch(db, organization, rule_set=rules, is_rehearsal=is_rehearsal)
    exam_session = make_exam_session(db, batch, state=state)
    registration = make_registration(db, batch)
    registration.code_hash = code_hash(SECRET, registration.ticket, CODE)
    return make_sitting(db, exam_session, registration=registration, **values)


def sign_in(
    db: Session, sitting: Sitting, *, minute: float = 0, code: str = CODE, device: str = DEVICE
) -> Entered | None:
    return enter(
        db,
        ticket=sitting.registration.ticket,
        code=code,
        device=device,
        secret=SECRET,
        now=NOW + timedelta(minutes=minute),
    )


def refusal_of(db: Session, sitting: Sitting, **how: Any) -> str | None:
    try:
        sign_in(db, sitting, **how)
    except RefusedError as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("minute", "code"), [(-30.1, "not_yet_open"), (-30, None), (15, None), (15.1, "too_late")]
)
def test_sign_in_is_open_from_its_minute_to_the_late_limit(
    db: Session, minute: float, code: str | None
) -> None:
    sitting = make_seat(db)
    sitting.room_run.started_at = NOW
    assert refusal_of(db, sitting, minute=minute) == code


def test_nobody_is_late_before_the_room_has_started(db: Session) -> None:
    assert refusal_of(db, make_seat(db), minute=45) is None


def test_nobody_enters_before_the_papers_are_released(db: Session) -> None:
    assert refusal_of(db, make_seat(db, state="planned")) == "not_yet_open"


def test_who_was_in_before_may_come_back_after_the_late_limit(db: Session) -> None:
    sitting = make_seat(db)
    sitting.room_run.started_at = NOW
    assert sign_in(db, sitting, minute=1)
    assert refusal_of(db, sitting, minute=50) is None


def test_nobody_begins_in_a_closed_room(db: Session) -> None:
    for is_rehearsal in (False, True):
        sitting = make_seat(db, is_rehearsal=is_rehearsal)
        sitting.room_run.started_at = sitting.room_run.closed_at = NOW
        assert refusal_of(db, sitting, minute=1) == "room_closed"


def test_a_rehearsal_is_open_at_any_time_and_its_sittings_are_ready(db: Session) -> None:
    sitting = make_seat(db, is_rehearsal=True)
    assert sign_in(db, sitting, minute=-600)
    assert sitting.status == "ready"


def test_a_wrong_code_shows_at_the_seat_and_slows_this_device_only(db: Session) -> None:
    sitting = make_seat(db)
    for _ in range(4):
        assert sign_in(db, sitting, code="WRONG234") is None
    assert refusal_of(db, sitting) == "try_again_later"
    assert refusal_of(db, sitting, device=OTHER) is None
    kinds = db.scalars(select(SeatSignal.kind).where(SeatSignal.sitting_id == sitting.id)).all()
    assert kinds == ["wrong_code"] * 4


def test_an_unknown_ticket_is_refused_like_a_wrong_code(db: Session) -> None:
    facts: dict[str, Any] = {"code": CODE, "device": DEVICE, "secret": SECRET, "now": NOW}
    assert enter(db, ticket="NOBODY", **facts) is None


def test_only_the_newest_token_of_a_device_is_good_and_its_lease_stays(db: Session) -> None:
    sitting = make_seat(db)
    first = sign_in(db, sitting)
    second = sign_in(db, sitting, minute=1)
    assert first
    assert second
    assert sitting.lease_number == 1
    assert sitting_by_token(db, str(second.token)) is sitting
    with pytest.raises(NotAllowedError, match="bad_token"):
        sitting_by_token(db, str(first.token))


def test_another_device_gets_in_after_the_proctor_has_approved(db: Session) -> None:
    sitting = make_seat(db)
    sign_in(db, sitting)
    asked = sign_in(db, sitting, device=OTHER)
    assert asked
    assert asked.token is None
    assert sitting.device_hash == digest(DEVICE)
    approve_move(db, sitting, now=NOW)
    entered = sign_in(db, sitting, device=OTHER)
    assert entered
    assert entered.token
    assert sitting.lease_number == 2
    with pytest.raises(ConflictError, match="no_move_asked"):
        approve_move(db, sitting, now=NOW)


def test_the_token_of_an_ended_lease_is_good_for_a_day_and_for_nothing_else(db: Session) -> None:
    sitting = make_seat(db)
    first = sign_in(db, sitting)
    assert first
    sign_in(db, sitting, device=OTHER)
    approve_move(db, sitting, now=NOW)
    old = str(first.token)
    with pytest.raises(NotAllowedError, match="bad_token"):
        sitting_by_token(db, old)
    last = NOW + HAND_OVER - timedelta(seconds=1)
    assert leases_by_tokens(db, [old, "none"], now=last) == {old: (sitting, 1)}
    assert leases_by_tokens(db, [old], now=NOW + HAND_OVER) == {}


def test_no_secret_of_a_seat_is_stored(db: Session) -> None:
    sitting = make_seat(db)
    entered = sign_in(db, sitting)
    assert entered
    assert entered.token not in {sitting.token_hash, sitting.device_hash}
    assert sitting.token_hash == digest(str(entered.token))


def test_who_gets_ready_after_the_start_runs_at_once(db: Session) -> None:
    sitting = make_seat(db)
    sign_in(db, sitting)
    service.confirm_identity(sitting, now=NOW)
    assert service.start_sittings(db, [sitting.room_run], now=NOW) == 0
    service.accept_pledge(db, sitting, now=NOW + timedelta(minutes=3))
    assert sitting.status == "running"


def test_starting_again_changes_nothing(db: Session) -> None:
    sitting = make_seat(db, status="ready")
    assert service.start_sittings(db, [sitting.room_run], now=NOW) == 1
    later = NOW + timedelta(minutes=1)
    assert service.start_sittings(db, [sitting.room_run], now=later) == 0
    db.refresh(sitting)
    assert (sitting.room_run.started_at, sitting.clock_number) == (NOW, 2)


@pytest.mark.postgresql
def test_a_pledge_at_the_moment_of_the_start_does_not_miss_it(
    postgres_database: Database,
) -> None:
    with postgres_database.writing() as db:
        uid = make_seat(db, status="checked_in").uid

    def start() -> None:
        with postgres_database.writing() as other:
            service.start_sittings(other, [other.query(RoomRun).one()], now=NOW)

    starting = threading.Thread(target=start)
    with postgres_database.writing() as db:
        service.accept_pledge(db, db.query(Sitting).filter_by(uid=uid).one(), now=NOW)
        db.flush()
        starting.start()
        wait_until_done_or_waiting(postgres_database, starting)
    starting.join(120)
    with postgres_database.reading() as db:
        assert db.query(Sitting).one().status == "running"


def wait_until_done_or_waiting(database: Database, thread: threading.Thread) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + 120
    while thread.is_alive():
        assert time.monotonic() < deadline
        with database.reading() as db:
            if db.scalar(waiting):
                return


@pytest.mark.parametrize(
    "typed", ["abcd2345", " ABCD 2345 ", "ＡＢＣＤ２３４５", "ａｂｃｄ　２３４５"]
)
def test_a_code_counts_in_any_width_and_case(db: Session, typed: str) -> None:
    assert sign_in(db, make_seat(db), code=typed)


@pytest.mark.parametrize("typed", [" t 0901 ", "Ｔ０９０１", "t0901"])
def test_a_ticket_counts_in_any_width_and_case(db: Session, typed: str) -> None:
    sitting = make_seat(db)
    registration = sitting.registration
    registration.ticket = "T0901"
    registration.code_hash = code_hash(SECRET, "T0901", CODE)
    facts: dict[str, Any] = {"code": CODE, "device": DEVICE, "secret": SECRET, "now": NOW}
    assert enter(db, ticket=typed, **facts)


def test_a_device_that_asks_again_keeps_its_place_in_the_proctors_list(db: Session) -> None:
    sitting = make_seat(db)
    sign_in(db, sitting)
    sign_in(db, sitting, device=OTHER, minute=1)
    sign_in(db, sitting, device=OTHER, minute=2)
    assert sitting.move_asked_at == NOW + timedelta(minutes=1)


def test_the_page_names_the_one_centre_that_awaits_candidates(db: Session) -> None:
    assert open_centre(db) == ""
    first = make_seat(db)
    assert open_centre(db) == first.room_run.room.site.name
    second = make_seat(db)
    assert open_centre(db) == ""
    second.exam_session.state = "closed"
    assert open_centre(db) == first.room_run.room.site.name
    make_seat(db, is_rehearsal=True)
    assert open_centre(db) == first.room_run.room.site.name
