"""Practical and performance marks: from spreadsheets and by hand, all or none, never edited."""

import io
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Registration
from exam_server.errors import InvalidInputError, NotFoundError
from exam_server.marking.component_marks import (
    COLUMNS,
    MarksIn,
    component_marks,
    enter_by_hand,
    enter_marks,
    history_of,
    registration_in,
    standing_marks,
)
from exam_server.marking.models import ComponentMark
from exam_server.marking.rules import mark_problem
from exam_server.tables_in import read_sheet
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_organization,
    make_person,
    make_registration,
)

HEAD = ("准考证号", "技能操作", "工作业绩")


@pytest.fixture
def examiner(db: Session) -> Actor:
    return actor_of(make_person(db, "examiner", name="考评员甲"))


@pytest.fixture
def candidate(db: Session) -> Registration:
    return make_registration(db, make_batch(db, make_organization(db)))


def enter(db: Session, examiner: Actor, candidate: Registration, *rows: tuple[str, ...]) -> int:
    text = "\n".join(",".join(row) for row in rows)
    sheet = read_sheet("marks.csv", text.encode(), COLUMNS)
    return enter_marks(db, examiner, candidate.batch, sheet, now=NOW)


def refused(
    db: Session, examiner: Actor, candidate: Registration, *rows: tuple[str, ...]
) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as error:
        enter(db, examiner, candidate, *rows)
    assert db.scalars(select(ComponentMark)).all() == []
    return [(problem.where, problem.code) for problem in error.value.problems]


def test_a_workbook_of_marks_is_entered_exactly(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [candidate.ticket, 59.95, 100])
    rows = read_sheet("marks.xlsx", file.getvalue(), COLUMNS)
    assert enter_marks(db, examiner, candidate.batch, rows, now=NOW) == 2
    assert component_marks(db, candidate.batch) == {
        candidate.id: {"practical": Decimal("59.95"), "performance": Decimal(100)}
    }


def test_english_headings_and_full_width_digits_are_read(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    assert enter(db, examiner, candidate, ("ticket", "practical"), (candidate.ticket, "８５．５"))
    assert component_marks(db, candidate.batch)[candidate.id] == {"practical": Decimal("85.5")}


def test_every_wrong_cell_is_named_and_nothing_is_entered(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    other = make_registration(db, candidate.batch)
    found = refused(
        db,
        examiner,
        candidate,
        HEAD,
        (candidate.ticket, "80", "101"),
        ("T-unknown", "abc", ""),
        (other.ticket, "60", "60"),
        (other.ticket, "61", "60.555"),
    )
    assert found == [
        ("2 performance", "mark_out_of_range"),
        ("3 ticket", "ticket_unknown"),
        ("3 practical", "mark_not_a_number"),
        ("4 ticket", "ticket_repeated"),
        ("5 ticket", "ticket_repeated"),
        ("5 performance", "mark_decimals"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (HEAD,),
        (HEAD, ("{ticket}", "", "")),
        (("准考证号", "理论"), ("{ticket}", "80")),
    ],
)
def test_a_list_without_any_mark_is_refused(
    db: Session, examiner: Actor, candidate: Registration, rows: tuple[tuple[str, ...], ...]
) -> None:
    filled = [tuple(cell.format(ticket=candidate.ticket) for cell in row) for row in rows]
    assert refused(db, examiner, candidate, *filled) == [("1", "no_marks")]


def test_a_ticket_of_another_batch_is_unknown_here(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    stranger = make_registration(db, make_batch(db, make_organization(db)))
    found = refused(db, examiner, candidate, HEAD, (stranger.ticket, "80", "80"))
    assert found == [("2 ticket", "ticket_unknown")]


def test_an_empty_cell_leaves_the_mark_that_stands(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    enter(db, examiner, candidate, HEAD, (candidate.ticket, "70", "80"))
    assert enter(db, examiner, candidate, HEAD, (candidate.ticket, "", "81")) == 1
    assert component_marks(db, candidate.batch)[candidate.id] == {
        "practical": Decimal(70),
        "performance": Decimal(81),
    }


def test_marks_by_hand_supersede_and_the_history_names_who_entered_them(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    other = actor_of(make_person(db, "examiner", name="考评员乙"))
    enter_by_hand(db, examiner, candidate, MarksIn(practical="70"), now=NOW)
    assert enter_by_hand(db, other, candidate, MarksIn(practical="72.5"), now=NOW) == 1
    assert enter_by_hand(db, other, candidate, MarksIn(practical="72.50"), now=NOW) == 0
    told = [(each.mark, each.entered_by, each.superseded_at) for each in history_of(db, candidate)]
    assert told == [(Decimal("72.5"), "考评员乙", None), (Decimal(70), "考评员甲", NOW)]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (MarksIn(), ("practical", "no_marks")),
        (MarksIn(practical="60", performance="101"), ("performance", "mark_out_of_range")),
    ],
)
def test_wrong_marks_by_hand_are_refused_at_their_field(
    db: Session,
    examiner: Actor,
    candidate: Registration,
    sent: MarksIn,
    problem: tuple[str, str],
) -> None:
    with pytest.raises(InvalidInputError) as error:
        enter_by_hand(db, examiner, candidate, sent, now=NOW)
    assert [(each.where, each.code) for each in error.value.problems] == [problem]
    assert component_marks(db, candidate.batch) == {}


def test_absent_and_void_stand_like_marks_and_are_no_marks(
    db: Session, examiner: Actor, candidate: Registration
) -> None:
    enter(db, examiner, candidate, HEAD, (candidate.ticket, "缺考", "void"))
    standing = standing_marks(db, candidate.batch)[candidate.id]
    assert {name: each.standing for name, each in standing.items()} == {
        "practical": "absent",
        "performance": "void",
    }
    assert component_marks(db, candidate.batch)[candidate.id] == {}
    enter(db, examiner, candidate, HEAD, (candidate.ticket, "61", ""))
    assert component_marks(db, candidate.batch)[candidate.id] == {"practical": Decimal(61)}
    told = [(each.component, each.standing) for each in history_of(db, candidate)]
    assert told == [("practical", "marked"), ("performance", "void"), ("practical", "absent")]


def test_a_candidate_of_another_batch_is_not_found(db: Session, candidate: Registration) -> None:
    with pytest.raises(NotFoundError, match="no_such_candidate"):
        registration_in(db, make_batch(db, make_organization(db)), candidate.uid)


@given(st.integers(0, 10_000))
def test_every_hundredth_from_0_to_100_is_a_mark(hundredths: int) -> None:
    assert mark_problem(str(Decimal(hundredths) / 100)) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("100.01", "mark_out_of_range"),
        ("-0.01", "mark_out_of_range"),
        ("99.999", "mark_decimals"),
        ("1_0", "mark_not_a_number"),
        ("Infinity", "mark_not_a_number"),
        ("8 0", "mark_not_a_number"),
        ("80.500", None),
        ("８０。５", None),
        ("80,5", None),
        ("1,000", "mark_not_a_number"),
        ("缺考", None),
        ("作废", None),
    ],
)
def test_what_is_no_mark_is_told_why(text: str, code: str | None) -> None:
    assert mark_problem(text) == code
