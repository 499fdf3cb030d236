"""Practice by random papers: drawn, answered in any order, reviewed as the plan says."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from exam_server.adaptive import random_runs, runs, service, standings, tickets
from exam_server.adaptive.drawing import draw_for, shortage_of
from exam_server.adaptive.models import AdaptivePlan, PracticeStep, PracticeTicket
from exam_server.adaptive.random_plans import create_random_plan
from exam_server.adaptive.reviewing import review_of
from exam_server.adaptive.rules import RandomPlanIn
from exam_server.bank.models import Item, ItemVersion
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.models import PaperStructure
from exam_server.forms.practice_banks import declare_for_practice
from exam_server.programmes.models import Organization
from tests.exam_server.adaptive.test_practising import switched_on
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
ZH = "zh_Hans_CN"


def random_plan(
    db: Session, review: str = "end", *, organization: Organization | None = None
) -> AdaptivePlan:
    """Write a plan of papers of eight items of two ranges, on a bank without parameters."""
    organization = organization or make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    blueprint = make_blueprint(db, organization, n_points=12)
    for point in (point for area in blueprint.areas for point in area.points):
        version = make_item(db, point)
        version.explanation = "因为 $R_1$。"
    sections = [{"type": "single", "title": "单选", "count": 8, "mark": "1.5"}]
    structure = add(
        db,
        PaperStructure(
            blueprint=blueprint,
            title="卷",
            minutes=60,
            demand={"sections": sections, "areas": {"A": 4, "B": 4}},
            created_at=NOW,
        ),
    )
    sent = RandomPlanIn(title="随机练习", review=review)
    return create_random_plan(db, officer, structure, sent, now=NOW)


def opened(db: Session, plan: AdaptivePlan, count: int = 1) -> list[tuple[str, str]]:
    """Let its bank be practised, switch a plan on and issue tickets."""
    officer = actor_of(make_person(db, "exam_officer", organization=_owner(db, plan)))
    declare_for_practice(db, officer, plan.structure.blueprint, reason="练习", now=NOW)
    service.approve(db, officer, plan, now=NOW)
    return tickets.issue_tickets(db, officer, plan, count, secret=SECRET, now=NOW)


def _owner(db: Session, plan: AdaptivePlan) -> Organization:
    return db.get_one(Organization, plan.structure.blueprint.organization_id)


def begun(db: Session, plan: AdaptivePlan) -> PracticeTicket:
    ((number, code),) = opened(db, plan)
    token = runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
    assert token is not None
    return runs.ticket_by_token(db, token)


def give(
    db: Session, ticket: PracticeTicket, number: int, given: Any, seq: int | None = None
) -> Any:
    return runs.answer(db, ticket, number, given, seq, language=ZH, now=NOW)


def state(db: Session, ticket: PracticeTicket) -> dict[str, Any]:
    return runs.state_of(db, ticket, language=ZH)


def keys(db: Session, ticket: PracticeTicket) -> dict[int, str]:
    chosen = select(PracticeStep.number, ItemVersion.key).join(
        ItemVersion, PracticeStep.item_version_id == ItemVersion.id
    )
    rows = db.execute(chosen.where(PracticeStep.ticket_id == ticket.id))
    return {number: key["correct"][0] for number, key in rows}


def test_a_paper_is_answered_in_any_order_and_scored_when_handed_in(database: Database) -> None:
    with database.writing() as db:
        ticket = begun(db, random_plan(db))
        first = state(db, ticket)
        assert (first["kind"], first["status"], len(first["items"])) == ("random", "running", 8)
        assert "correct" not in str(first["items"])
        right = keys(db, ticket)
        for number in (8, 3, 1, 2):
            give(db, ticket, number, right[number])
        give(db, ticket, 2, None)  # taken back
        give(db, ticket, 5, next(each for each in "ABCD" if each != right[5]))
        with pytest.raises(InvalidInputError, match="answer_not_an_option"):
            give(db, ticket, 4, "Z")
        with pytest.raises(ConflictError, match="practice_step_unknown"):
            give(db, ticket, 9, "A")
        with pytest.raises(ConflictError, match="review_at_end"):
            review_of(db, ticket, language=ZH)
        assert state(db, ticket)["answered"] == 4
        over = runs.hand_in(db, ticket, language=ZH, now=NOW)
        assert over == runs.hand_in(db, ticket, language=ZH, now=NOW)
        result = over["result"]
        assert (result["earned"], result["full"]) == ("4.5", "12")
        assert (result["right"], result["of"], result["unanswered"]) == (3, 8, 4)
        assert sum(each["n_given"] for each in result["ranges"]) == 8
        give(db, ticket, 3, right[3])  # its acknowledgement was lost
        with pytest.raises(ConflictError, match="practice_over"):
            give(db, ticket, 4, "A")
        entries = {each["number"]: each for each in review_of(db, ticket, language=ZH)}
        letters = "ABCD"
        for number, entry in entries.items():
            shown = [option["id"] for option in entry["item"]["options"]]
            assert entry["right"] == right[number]
            assert entry["right_words"] == letters[shown.index(right[number])]
            assert 'data-latex="R_1"' in entry["explanation"]
        assert [entries[n]["is_right"] for n in (3, 5, 2)] == [True, False, False]


def test_orders_differ_between_runs_and_stay_in_one(db: Session) -> None:
    plan = random_plan(db)
    papers = []
    for number, code in opened(db, plan, 4):
        token = runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
        assert token is not None
        ticket = runs.ticket_by_token(db, token)
        items = state(db, ticket)["items"]
        assert items == state(db, ticket)["items"]
        papers.append([[option["id"] for option in item["options"]] for item in items])
        made = db.scalars(select(PracticeStep).where(PracticeStep.ticket_id == ticket.id)).all()
        seen = [(step.number, step.item_version_id, step.orders) for step in made]
        for step in made:
            db.delete(step)
        db.flush()
        assert ticket.seed is not None
        random_runs.make_paper(db, ticket, ticket.seed, now=NOW)  # by the same seed
        again = db.scalars(select(PracticeStep).where(PracticeStep.ticket_id == ticket.id)).all()
        assert seen == [(step.number, step.item_version_id, step.orders) for step in again]
    assert len({str(each) for each in papers}) == 4


def test_an_adaptive_run_shows_each_item_in_an_order_of_its_own(db: Session) -> None:
    seen = set()
    for number, code in switched_on(db, n_tickets=8, exposure=100):
        token = runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
        assert token is not None
        item = state(db, runs.ticket_by_token(db, token))["item"]
        assert item == state(db, runs.ticket_by_token(db, token))["item"]
        seen.add("".join(option["id"] for option in item["options"]))
    assert len(seen) > 1


def test_the_trainees_numbering_decides_which_answer_is_newer(db: Session) -> None:
    ticket = begun(db, random_plan(db))
    give(db, ticket, 1, "B", 5)
    give(db, ticket, 1, "A", 4)  # came late
    assert state(db, ticket)["answers"] == {"1": "B"}
    give(db, ticket, 1, "C", 6)
    assert (state(db, ticket)["answers"], state(db, ticket)["seq"]) == ({"1": "C"}, 6)


def test_reviewed_at_once_the_first_answer_stands(db: Session) -> None:
    ticket = begun(db, random_plan(db, "each"))
    right = keys(db, ticket)
    reply = give(db, ticket, 2, right[2], 1)
    assert [each["right"] for each in reply["reviewed"]] == [right[2]]
    assert give(db, ticket, 2, right[2], 2)["reviewed"] == reply["reviewed"]
    with pytest.raises(ConflictError, match="practice_step_answered"):
        give(db, ticket, 2, next(each for each in "ABCD" if each != right[2]), 3)
    assert [each["number"] for each in state(db, ticket)["reviewed"]] == [2]


def test_a_plan_that_never_reviews_shows_no_key(db: Session) -> None:
    ticket = begun(db, random_plan(db, "never"))
    give(db, ticket, 1, "A")
    runs.hand_in(db, ticket, language=ZH, now=NOW)
    with pytest.raises(ConflictError, match="no_review"):
        review_of(db, ticket, language=ZH)


def test_what_runs_out_is_named_and_nobody_begins(db: Session) -> None:
    plan = random_plan(db)
    (number, code), (second, its_code) = opened(db, plan, 2)
    for item in db.scalars(select(Item).where(Item.blueprint_id == plan.structure.blueprint_id)):
        if item.point.area.path == "B":
            item.state = "suspended"
    db.flush()
    assert shortage_of(db, plan) == {"kind": "area", "name": "B", "need": 4, "have": 0}
    with pytest.raises(ConflictError, match="practice_paper_ran_out"):
        runs.enter(db, ticket=number, code=code, secret=SECRET, now=NOW)
    db.execute(update(Item).values(state="active"))
    assert runs.enter(db, ticket=second, code=its_code, secret=SECRET, now=NOW)


def test_a_structure_with_written_answers_is_refused(db: Session) -> None:
    plan = random_plan(db)
    section = {"type": "essay", "title": "论述", "count": 1, "mark": "10"}
    plan.structure.demand = {**plan.structure.demand, "sections": [section]}
    officer, sent = actor_of(make_person(db)), RandomPlanIn(title="二", review="end")
    with pytest.raises(ConflictError, match="types_need_a_person"):
        create_random_plan(db, officer, plan.structure, sent, now=NOW)


def test_a_list_of_plans_reads_each_bank_once(database: Database) -> None:
    with database.writing() as db:
        organization = make_organization(db)
        switched_on(db, organization=organization)
        plan = random_plan(db, organization=organization)
        officer = actor_of(make_person(db, "exam_officer", organization=organization))
        sent = RandomPlanIn(title="更多", review="never")
        for _ in range(6):
            create_random_plan(db, officer, plan.structure, sent, now=NOW)
    asked: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        with database.reading() as db:
            plans = service.plans_of(db, officer)
            found = standings.standings_of(db, plans)
            titles = {each.structure.blueprint.title for each in plans}
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    assert len(plans) == 8
    assert titles
    codes = {found[each.id].code for each in plans}
    assert codes == {"on", "bank_not_for_practice"}
    # four of them say how the bank of the adaptive plan stands, two read it
    assert len([each for each in asked if each.startswith("SELECT")]) <= 11


def test_a_draw_keeps_sections_and_marks(db: Session) -> None:
    plan = random_plan(db)
    two = [
        {"type": "single", "title": "甲", "count": 3, "mark": "1"},
        {"type": "single", "title": "乙", "count": 5, "mark": "2"},
    ]
    plan.structure.demand = {**plan.structure.demand, "sections": two}
    placed = draw_for(db, plan, 7)
    assert [each.section for each in placed] == [1] * 3 + [2] * 5
    assert sum(each.mark for each in placed) == Decimal(13)
    assert len({each.version_id for each in placed}) == 8
