"""Practice goes item by item; what was acknowledged is there after anything."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from exam_server.adaptive import pooling, practising, runs, service, tickets
from exam_server.adaptive.models import (
    RUNS,
    AdaptiveTrial,
    AdaptiveUse,
    PracticeStep,
    PracticeTicket,
)
from exam_server.adaptive.rules import PlanIn
from exam_server.bank.models import Item, ItemFigure, ItemVersion
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from exam_server.forms.models import PaperStructure
from exam_server.forms.practice_banks import declare_for_practice
from exam_server.programmes.models import Organization
from tests.exam_server.adaptive.test_plans import SMALL
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_blueprint,
    make_item,
    make_organization,
    make_person,
)

SECRET = b"a secret of tests"
LENGTH = SMALL["most"]


def switched_on(
    db: Session,
    *,
    exposure: int = 60,
    n_tickets: int = 1,
    organization: Organization | None = None,
    secret: bytes = SECRET,
) -> list[tuple[str, str]]:
    """Put a plan of two ranges into force by a trial written by hand; return its tickets."""
    organization = organization or make_organization(db)
    writer, second = (
        actor_of(make_person(db, "exam_officer", organization=organization)) for _ in range(2)
    )
    blueprint = make_blueprint(db, organization, n_points=12)
    for number, point in enumerate(p for area in blueprint.areas for p in area.points):
        version = make_item(db, point)
        db.add(
            ItemFigure(
                item_id=version.item_id,
                version_number=1,
                persons=500,
                computed_at=NOW,
                slope=1.2,
                location=(number - 12) / 6,
            )
        )
    section = {"type": "single", "title": "单选", "count": 20, "mark": "1"}
    demand = {"sections": [section], "areas": {"A": 10, "B": 10}}
    structure = add(
        db,
        PaperStructure(blueprint=blueprint, title="卷", minutes=60, demand=demand, created_at=NOW),
    )
    sent = PlanIn(title="练习", **{**SMALL, "stop": "length", "exposure": exposure})
    plan = service.create_plan(db, writer, structure, sent, now=NOW)
    entries = pooling.entries_of(db, structure, is_supposed=False)
    ids = [each.item.id for each in entries]
    trial = AdaptiveTrial(
        plan=plan,
        is_supposed=False,
        pool_sha256=pooling.pool_digest(entries),
        pool=pooling.stored_pool(entries, [[*ids[:3], *ids[12:15]]]),
        result={"cut": 0.0},
        has_passed=True,
        asked_at=NOW,
        asked_by=writer.id,
    )
    add(db, trial)
    declare_for_practice(db, second, blueprint, reason="练习", now=NOW)
    service.approve(db, second, plan, now=NOW)
    return tickets.issue_tickets(db, second, plan, n_tickets, secret=secret, now=NOW)


def sign_in(db: Session, ticket: str, code: str) -> PracticeTicket:
    token = runs.enter(db, ticket=ticket, code=code, secret=SECRET, now=NOW)
    assert token is not None
    return runs.ticket_by_token(db, token)


def run_through(db: Session, ticket: PracticeTicket, given: str = "A") -> dict[str, Any]:
    state = practising.state_of(db, ticket)
    while state["status"] == "running":
        practising.answer(db, ticket, state["number"], given, now=NOW)
        state = practising.state_of(db, ticket)
    return state


def test_a_run_keeps_the_blueprint_and_ends_with_a_level(database: Database) -> None:
    with database.writing() as db:
        ((number, code),) = switched_on(db)
        ticket = sign_in(db, number.lower(), f" {code.lower()} ")
        first = practising.state_of(db, ticket)
        assert first["number"] == 1
        assert "key" not in first["item"]
        assert "correct" not in str(first["item"])
        result = run_through(db, ticket)["result"]
        assert (result["right"], result["of"]) == (LENGTH, LENGTH)
        assert result["low"] < result["share"] < result["high"]
        assert [(each["area"], each["n_given"]) for each in result["ranges"]] == [
            ("A", LENGTH // 2),
            ("B", LENGTH // 2),
        ]
        with pytest.raises(ConflictError, match="practice_over"):
            practising.answer(db, ticket, LENGTH + 1, "A", now=NOW)


def test_what_was_acknowledged_is_there_for_another_process(database: Database) -> None:
    """A store closed after each answer, as a killed process leaves it, loses nothing."""
    with database.writing() as db:
        ((number, code),) = switched_on(db)
        token = runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
        assert token is not None
    for step in range(1, 4):
        with database.writing() as db:
            ticket = runs.ticket_by_token(db, token, to_write=True)
            practising.answer(db, ticket, step, "B", now=NOW)
        database.close()
        practising._Engines.kept.cache_clear()  # noqa: SLF001 - nothing stays in memory
        with database.reading() as db:
            state = practising.state_of(db, runs.ticket_by_token(db, token))
            assert (state["answered"], state["number"]) == (step, step + 1)


def test_an_answer_that_was_not_committed_was_not_given(database: Database) -> None:
    with database.writing() as db:
        ((number, code),) = switched_on(db)
        token = runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
        assert token is not None
    with database.writing() as db:
        practising.answer(db, runs.ticket_by_token(db, token), 1, "A", now=NOW)
        db.rollback()
    with database.writing() as db:
        ticket = runs.ticket_by_token(db, token)
        assert practising.state_of(db, ticket)["number"] == 1
        practising.answer(db, ticket, 1, "B", now=NOW)  # sent again: now it counts
        assert practising.state_of(db, ticket)["number"] == 2


def test_the_same_answer_again_changes_nothing_and_another_is_refused(db: Session) -> None:
    ((number, code),) = switched_on(db)
    ticket = sign_in(db, number, code)
    for _ in range(2):  # two windows, or a reply that was lost
        practising.answer(db, ticket, 1, "A", now=NOW)
    assert db.scalar(select(func.count()).select_from(PracticeStep)) == 2
    with pytest.raises(ConflictError, match="practice_step_answered"):
        practising.answer(db, ticket, 1, "B", now=NOW)
    with pytest.raises(ConflictError, match="practice_step_unknown"):
        practising.answer(db, ticket, 3, "A", now=NOW)
    with pytest.raises(InvalidInputError, match="answer_not_an_option"):
        practising.answer(db, ticket, 2, "Z", now=NOW)
    assert practising.state_of(db, ticket)["number"] == 2


def test_no_item_is_given_oftener_than_the_plan_lets(db: Session) -> None:
    slips = switched_on(db, exposure=50, n_tickets=6)
    for number, code in slips:
        run_through(db, sign_in(db, number, code))
    uses = db.scalars(select(AdaptiveUse.times).where(AdaptiveUse.place != RUNS)).all()
    assert max(uses) <= 3
    assert sum(uses) == 6 * LENGTH
    assert db.scalar(select(AdaptiveUse.times).where(AdaptiveUse.place == RUNS)) == 6


def test_an_item_that_was_withdrawn_does_not_come(db: Session) -> None:
    ((number, code),) = switched_on(db)
    ticket = sign_in(db, number, code)
    first = db.scalars(select(PracticeStep.item_version_id)).one()
    others = select(ItemVersion.item_id).where(ItemVersion.id != first)
    db.execute(update(Item).where(Item.id.in_(others)).values(state="suspended"))
    practising.answer(db, ticket, 1, "A", now=NOW)
    assert ticket.ended_because == "no_item_left"


def test_a_new_sign_in_takes_the_run_over(db: Session) -> None:
    ((number, code),) = switched_on(db)
    old = runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
    assert old is not None
    ticket = sign_in(db, number, code)
    with pytest.raises(NotAllowedError, match="bad_token"):
        runs.ticket_by_token(db, old)
    assert practising.state_of(db, ticket)["number"] == 1  # not begun anew


def test_a_ticket_of_a_plan_that_is_off_does_not_begin(db: Session) -> None:
    ((number, code), (begun, its_code)) = switched_on(db, n_tickets=2)
    going_on = sign_in(db, begun, its_code)
    plan = going_on.trial.plan
    officer = actor_of(make_person(db))
    service.switch_off(db, officer, plan, reason="有误", now=NOW)
    with pytest.raises(ConflictError, match="practice_not_open"):
        sign_in(db, number, code)
    assert run_through(db, going_on)["status"] == "over"


def test_wrong_codes_are_slowed(db: Session) -> None:
    ((number, code),) = switched_on(db)
    for _ in range(4):
        assert runs.enter(db, ticket=number, code="X", secret=SECRET, now=NOW) is None
    with pytest.raises(NotAllowedError, match="try_again_later"):
        runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
    later = NOW + timedelta(minutes=3)
    assert runs.enter(db, ticket=number, code=code, secret=SECRET, now=later)
