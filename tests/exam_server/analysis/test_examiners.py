"""Examiners in the office: the sheet, the work of the job, and the page with its exports."""

import io

import numpy as np
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.analysis.examiners.figures import STEPS_OF_A_LOT, lot_figures
from exam_server.analysis.examiners.ratings import Lot, Rating, Scope, lots_of
from exam_server.analysis.examiners.sheets import enter_sheet
from exam_server.analysis.models import ExaminerMark
from exam_server.audit import AuditEntry
from exam_server.batches.models import Batch
from exam_server.db import Database
from exam_server.errors import InvalidInputError
from exam_server.jobs import Job
from exam_server.marking.component_marks import component_marks
from exam_server.programmes.models import Organization
from exam_server.tables_in import SheetRow
from exam_server.working import JobFunctions
from exam_server.written import giving, holding
from tests.exam_server.written.desks import make_desk, points
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_organization,
    make_person,
    make_registration,
)
from tests.staff import desk_of


def row(number: int, ticket: str, examiner: str, mark: str, **more: str) -> SheetRow:
    return SheetRow(
        number,
        {"ticket": ticket, "examiner": examiner, "mark": mark, "task": "", "max_mark": "", **more},
    )


def planted(n: int, **severe: float) -> Lot:
    """Let all examiners mark each candidate; the named ones take points off."""
    rng = np.random.default_rng(4)
    ratings = [
        Rating(person, "", name, float(np.clip(able - off + rng.normal(0, 2), 0, 100)), 100.0)
        for person, able in enumerate(rng.normal(66, 9, n))
        for name, off in severe.items()
    ]
    means = {
        person: float(np.mean([each.share for each in ratings if each.person == person]))
        for person in range(n)
    }
    return Lot("practical", ratings, means, 60.0)


def test_a_severe_examiner_is_found_and_what_it_would_change_is_a_fact() -> None:
    steps: list[int] = []
    told = lot_figures(planted(60, A=0, B=0, C=9), lambda: steps.append(1))
    assert len(steps) == STEPS_OF_A_LOT
    by_name = {each["name"]: each for each in told["examiners"]}
    assert by_name["C"]["severity"] == pytest.approx(9, abs=1.5)
    assert by_name["C"]["low"] > 5
    assert by_name["C"]["logit"] > by_name["C"]["logit_low"] > by_name["A"]["logit_high"]
    assert by_name["A"]["severity"] < 0
    assert (told["groups"], told["n_changed"]) == ([["A", "B", "C"]], 0)  # a full panel: fair
    assert told["numbers"]["components"][1]["effect"] == "r"
    curve = told["numbers"]["curve"][0]["dependability"]
    assert curve == sorted(curve)
    assert told["numbers"]["now"] == curve[2]
    (panel,) = told["agreement"]["panels"]
    assert panel["icc_consistency"] > panel["icc_agreement"]["value"]


def test_whose_mark_depends_on_who_marked_is_named_and_nobody_else() -> None:
    whole = planted(90, A=0, B=0, C=9)
    pairs = ({"A", "B"}, {"A", "C"}, {"B", "C"})
    ratings = [each for each in whole.ratings if each.examiner in pairs[each.person % 3]]
    standing = dict.fromkeys(range(90), 59.0)
    told = lot_figures(Lot("practical", ratings, standing, 60.0), lambda: None)
    assert {each["registration"] % 3 for each in told["changed"]} == {1, 2}  # C marked them
    assert told["n_changed"] == 60
    assert all(each["corrected"] >= 60 > each["mark"] for each in told["changed"])


def test_single_marks_say_why_nothing_can_be_told() -> None:
    whole = planted(40, A=0, B=3)
    alone = [each for each in whole.ratings if (each.examiner == "A") == (each.person % 2 == 0)]
    told = lot_figures(Lot("practical", alone), lambda: None)
    assert told["n_shared"] == 0
    assert told["severity_refused"] == ["too_few_persons"]
    assert told["numbers"]["refused"] == ["not_told_apart"]
    assert told["agreement"]["refused"] == "too_few_works"
    empty = lot_figures(Lot("written", []), lambda: None)
    assert (empty["n_marks"], empty["examiners"]) == (0, [])


def test_a_sheet_is_entered_whole_and_the_next_takes_its_place(db: Session) -> None:
    organization = make_organization(db)
    batch = make_batch(db, organization)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    tickets = [make_registration(db, batch).ticket for _ in range(2)]
    rows = [
        row(2, tickets[0], "甲", "48", max_mark="60", task="安装"),
        row(3, tickets[0], "乙", "51。5", max_mark="60", task="安装"),
        row(4, tickets[1], "甲", "30", max_mark="40", task="排故"),
    ]
    assert enter_sheet(db, officer, batch, rows, now=NOW) == 3
    practical, written = lots_of(db, Scope(batch))
    assert [each.share for each in practical.ratings] == pytest.approx([80, 85.8333, 75], abs=1e-3)
    assert [each.weight for each in practical.ratings] == [60, 60, 40]
    assert written.ratings == []
    assert component_marks(db, batch) == {}  # nothing of it counts
    assert enter_sheet(db, officer, batch, rows[:1], now=NOW) == 1
    standing = select(func.count()).where(ExaminerMark.superseded_at.is_(None))
    assert db.scalar(standing) == 1
    assert db.scalar(select(func.count(ExaminerMark.id))) == 4


def test_every_wrong_cell_of_a_sheet_is_named_and_nothing_entered(db: Session) -> None:
    organization = make_organization(db)
    batch = make_batch(db, organization)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    ticket = make_registration(db, batch).ticket
    rows = [
        row(2, "nobody", "甲", "50"),
        row(3, ticket, "", "50"),
        row(4, ticket, "乙", "101"),
        row(5, ticket, "丙", "well"),
        row(6, ticket, "丁", "5", max_mark="0"),
        row(7, ticket, "戊", "5", max_mark="50"),
        row(8, ticket, "己", "5"),
        row(9, ticket, "己", "6"),
    ]
    with pytest.raises(InvalidInputError) as refused:
        enter_sheet(db, officer, batch, rows, now=NOW)
    assert [(each.where, each.code) for each in refused.value.problems] == [
        ("2 ticket", "ticket_unknown"),
        ("3 examiner", "examiner_name"),
        ("4 mark", "examiner_mark_out_of_range"),
        ("5 mark", "mark_not_a_number"),
        ("6 max_mark", "full_mark_wrong"),
        ("7 max_mark", "full_mark_differs"),
        ("8 examiner", "examiner_twice"),
        ("9 examiner", "examiner_twice"),
    ]
    assert db.scalar(select(func.count(ExaminerMark.id))) == 0
    with pytest.raises(InvalidInputError):
        enter_sheet(db, officer, batch, [], now=NOW)


def test_blind_marks_of_written_answers_are_compared_without_the_arbiters(db: Session) -> None:
    desk = make_desk(db, "一", "二")
    task = desk.task(db)
    for marker, first in zip(desk.markers, ("6", "2"), strict=True):
        while (held := holding.take_next(db, task, marker.id, now=NOW)) is not None:
            giving.give_mark(db, marker, held[0], points(first), now=NOW)
    scope = Scope(db.get_one(Batch, desk.exam_session.batch_id), desk.exam_session)
    lot = lots_of(db, scope)[1]
    assert sorted(each.share for each in lot.ratings) == [20, 20, 60, 60]
    assert all(each.counts for each in lot.ratings)
    assert len({each.examiner for each in lot.ratings}) == 2


def sheet_of(tickets: list[str]) -> bytes:
    """Let two examiners mark everybody, the second four points lower."""
    rng = np.random.default_rng(1)
    lines = ["准考证号,考评员,得分"]
    for ticket in tickets:
        able = rng.normal(70, 8)
        lines += [
            f"{ticket},{name},{able - off + rng.normal():.1f}"
            for name, off in (("甲", 0), ("乙", 4))
        ]
    return "\n".join(lines).encode()


def test_an_officer_sends_a_sheet_and_reads_what_the_job_found(
    client: FlaskClient, sqlite_database: Database
) -> None:
    desk = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        batch = make_batch(db, db.get_one(Organization, desk.organization_id))
        uid = batch.uid
        tickets = [make_registration(db, batch).ticket for _ in range(40)]
    page = f"/analysis/batches/{uid}/examiners"
    assert client.get(page).status_code == 200
    assert client.get(f"{page}/workbook").status_code == 404
    wrong = {"file": (io.BytesIO("准考证号,考评员,得分\nx,甲,1".encode()), "marks.csv")}
    assert client.post(f"{page}/marks", data=wrong).status_code == 422
    sent = {"file": (io.BytesIO(sheet_of(tickets)), "marks.csv")}
    assert client.post(f"{page}/marks", data=sent).status_code == 302
    assert desk.work(JobFunctions())
    html = client.get(page).text
    assert "乙 比其他考评员严" in html
    assert "plain-chart" in html
    body = client.get(f"{page}/workbook").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names[0] == "要点"
    figures = [cell for row in book.get_sheet_by_index(1).to_python()[1:] for cell in row]
    assert any(isinstance(cell, float) for cell in figures)
    with sqlite_database.reading() as db:
        acts = set(db.scalars(select(AuditEntry.act)))
    assert {"enter_examiner_marks", "compare_examiners", "export_table"} <= acts
    client.post(f"{page}/print")
    assert desk.work(JobFunctions())
    with sqlite_database.reading() as db:
        jobs = [(job.kind, job.status) for job in db.scalars(select(Job).order_by(Job.id))]
    assert jobs == [("analysis.examiners", "done"), ("analysis.print", "done")]
    assert client.post(f"{page}/sheet").text.count("\n") == 41
