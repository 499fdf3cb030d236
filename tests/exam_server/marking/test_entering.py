"""The grid: cells saved one by one, nothing of a colleague's overwritten unseen, pastes read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.batches.models import Registration
from exam_server.marking.component_marks import component_marks, history_of, standing_marks
from exam_server.marking.entering import CellIn, PasteIn, SavedCells, read_paste, save_cells
from exam_server.marking.models import ComponentMark
from exam_server.marking.pasting import Target, read_pasted
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_organization,
    make_person,
    make_registration,
)

HEADINGS = {
    "ticket": ("准考证号", "ticket"),
    "practical": ("技能操作", "practical"),
    "performance": ("工作业绩", "performance"),
}
NAMES = {"T001": "a", "T002": "b", "T003": "c", "110101199001011234": "a"}
ALL = Target("practical", ["a", "b", "c"])


@pytest.fixture
def examiner(db: Session) -> Actor:
    return actor_of(make_person(db, "examiner", name="考评员甲"))


@pytest.fixture
def candidate(db: Session) -> Registration:
    return make_registration(db, make_batch(db, make_organization(db)))


def save(
    db: Session,
    by: Actor,
    to: Registration,
    typed: str,
    *,
    seen: str = "",
    component: str = "practical",
) -> SavedCells:
    cell = CellIn.model_validate(
        {"registration": to.uid, "component": component, "typed": typed, "seen": seen}
    )
    return save_cells(db, by, to.batch, [cell], now=NOW)


def seen_now(db: Session, registration: Registration) -> str:
    return standing_marks(db, registration.batch)[registration.id]["practical"].uid


def test_a_cell_is_saved_and_told_back_with_who_entered_it(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    ((_, told),) = save(db, examiner, candidate, " ８５。５ ").saved
    assert told is not None
    assert (told.mark, told.entered_by) == (Decimal("85.5"), "考评员甲")
    assert component_marks(db, candidate.batch)[candidate.id] == {"practical": Decimal("85.5")}


def test_one_wrong_cell_does_not_keep_the_others_from_being_saved(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    other = make_registration(db, candidate.batch)
    stranger = make_registration(db, make_batch(db, make_organization(db)))
    cells = [
        CellIn(registration=candidate.uid, component="practical", typed="101"),
        CellIn(registration=other.uid, component="practical", typed="60"),
        CellIn(registration=stranger.uid, component="practical", typed="60"),
    ]
    outcome = save_cells(db, examiner, candidate.batch, cells, now=NOW)
    assert [cell.registration for cell, _ in outcome.saved] == [other.uid]
    assert [problem.code for _, problem in outcome.refused] == [
        "mark_out_of_range",
        "no_such_candidate",
    ]
    assert [row.registration_id for row in db.scalars(select(ComponentMark))] == [other.id]
    acts = list(db.scalars(select(AuditEntry.act)))
    assert acts.count("enter_marks") == 1


def test_a_mark_that_was_not_shown_is_a_conflict_and_stays(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    other = actor_of(make_person(db, "examiner", name="考评员乙"))
    save(db, other, candidate, "83")
    outcome = save(db, examiner, candidate, "85")
    ((_, standing),) = outcome.conflicts
    assert standing is not None
    assert (standing.mark, standing.entered_by) == (Decimal(83), "考评员乙")
    assert component_marks(db, candidate.batch)[candidate.id] == {"practical": Decimal(83)}
    # Having seen it, the examiner may replace it; both stay on record.
    assert save(db, examiner, candidate, "85", seen=standing.uid).saved
    told = [(each.mark, each.entered_by) for each in history_of(db, candidate)]
    assert told == [(Decimal(85), "考评员甲"), (Decimal(83), "考评员乙")]


def test_two_who_enter_the_same_mark_do_not_disagree(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    other = actor_of(make_person(db, "examiner", name="考评员乙"))
    save(db, other, candidate, "83")
    outcome = save(db, examiner, candidate, "83.00")
    ((_, told),) = outcome.saved
    assert told is not None
    assert told.entered_by == "考评员乙"
    assert len(history_of(db, candidate)) == 1


def test_an_emptied_cell_withdraws_the_mark_and_the_history_keeps_it(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    save(db, examiner, candidate, "83")
    ((_, told),) = save(db, examiner, candidate, "", seen=seen_now(db, candidate)).saved
    assert told is None
    assert standing_marks(db, candidate.batch) == {}
    assert [each.standing for each in history_of(db, candidate)] == ["withdrawn", "marked"]
    # An empty cell over an empty cell is nothing; a mark may be entered again.
    assert len(history_of(db, candidate)) == 2
    save(db, examiner, candidate, "")
    assert len(history_of(db, candidate)) == 2
    assert save(db, examiner, candidate, "84").saved
    assert component_marks(db, candidate.batch)[candidate.id] == {"practical": Decimal(84)}


def test_emptying_what_a_colleague_has_changed_meanwhile_is_a_conflict(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    save(db, examiner, candidate, "83")
    shown = seen_now(db, candidate)
    save(db, examiner, candidate, "84", seen=shown)
    assert save(db, examiner, candidate, "", seen=shown).conflicts
    assert component_marks(db, candidate.batch)[candidate.id] == {"practical": Decimal(84)}


def test_a_block_with_tickets_goes_to_whom_it_names_in_any_order(db: Session) -> None:
    found = read_pasted("T003\t王\t70\t80\nT001\t李\t71\t81\nT009\t赵\t1\t2", NAMES, HEADINGS, ALL)
    assert found.matched_by == "ticket"
    assert [(c.registration, c.component, c.typed) for c in found.cells] == [
        ("c", "practical", "70"),
        ("c", "performance", "80"),
        ("a", "practical", "71"),
        ("a", "performance", "81"),
    ]
    assert found.unmatched == [(3, "T009")]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("准考证号\t工作业绩\nT001\t90", [("a", "performance", "90")]),
        ("110101199001011234\t90", [("a", "practical", "90")]),
        ("t001 90\nt002 91", [("a", "practical", "90"), ("b", "practical", "91")]),
        ("T001,90\nT002,缺考", [("a", "practical", "90"), ("b", "practical", "缺考")]),
        ("70\n71", [("a", "practical", "70"), ("b", "practical", "71")]),
        ("70\n\n72\n", [("a", "practical", "70"), ("c", "practical", "72")]),
        ("70\t80", [("a", "practical", "70"), ("a", "performance", "80")]),
        ("T001\tx1", []),
    ],
)
def test_what_people_copy_is_read_as_they_mean_it(
    text: str, cells: list[tuple[str, str, str]]
) -> None:
    found = read_pasted(text, NAMES, HEADINGS, ALL)
    assert [(c.registration, c.component, c.typed) for c in found.cells] == cells


def test_zeros_that_a_spreadsheet_drops_do_not_lose_anybody() -> None:
    names = {"00123": "a", "00456": "b"}
    found = read_pasted("123\t70\n456\t71", names, HEADINGS, Target("practical", ["a", "b"]))
    assert [(c.registration, c.typed) for c in found.cells] == [("a", "70"), ("b", "71")]


def test_tickets_of_another_batch_are_not_taken_for_marks() -> None:
    found = read_pasted("2026060001\t70\n2026060002\t71", NAMES, HEADINGS, ALL)
    assert found.cells == []
    assert found.unmatched == [(1, "2026060001"), (2, "2026060002")]


def test_who_is_named_twice_counts_once_and_lines_without_a_row_are_counted() -> None:
    found = read_pasted("T001\t70\nT001\t71", NAMES, HEADINGS, ALL)
    assert [c.typed for c in found.cells] == ["70"]
    assert found.repeated == [(2, "T001")]
    assert read_pasted("1\n2\n3\n4\n5", NAMES, HEADINGS, ALL).surplus == 2


def test_a_column_pasted_at_the_right_goes_into_that_component_only() -> None:
    found = read_pasted("70\n71", NAMES, HEADINGS, Target("performance", ["b", "c"]))
    assert [(c.registration, c.component) for c in found.cells] == [
        ("b", "performance"),
        ("c", "performance"),
    ]


@given(st.text(max_size=200))
def test_nothing_that_is_pasted_breaks_the_reading(text: str) -> None:
    found = read_pasted(text, NAMES, HEADINGS, ALL)
    assert {cell.registration for cell in found.cells} <= {"a", "b", "c"}


def test_a_paste_knows_tickets_and_id_numbers_of_its_batch_only(
    db: Session, candidate: Registration
) -> None:
    stranger = make_registration(db, make_batch(db, make_organization(db)))
    text = f"{candidate.candidate.id_number}\t70\n{stranger.ticket}\t71"
    sent = PasteIn(text=text, component="practical", order=[stranger.uid, candidate.uid])
    found, people = read_paste(db, candidate.batch, sent, components=("practical",))
    assert [(cell.registration, cell.typed) for cell in found.cells] == [(candidate.uid, "70")]
    assert found.unmatched == [(2, stranger.ticket)]
    assert list(people) == [candidate.uid]
