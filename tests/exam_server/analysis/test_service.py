"""Item figures of a marked exam session: each form a test of its own, kept with the marking."""

from statistics import correlation, fmean, stdev, variance
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.analysis.computing import analyse_run, compute_figures
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.responses import settled
from exam_server.analysis.service import item_in, report_of
from exam_server.errors import NotFoundError
from exam_server.marking.service import mark_exam_session
from exam_server.seating.models import ExamSession
from tests.factories import (
    NOW,
    add,
    give_marks,
    items_of,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_room,
    make_rule_set,
    make_sitting,
)

PAPERS = ("AAAA", "AAAB", "AABB", "ABAB", "BBB-", "AA--")
MARKS = ("0.5", "1", "1.5", "2")


def sat(db: Session, papers: dict[str, list[Any]], **item: Any) -> ExamSession:
    """Add an exam session that is over: papers by form; ``item`` changes the first item."""
    organization = make_organization(db)
    n_items = len(next(iter(papers.values()))[0])
    run = make_forms(db, make_blueprint(db, organization), n_forms=len(papers), n_items=n_items)
    room = make_room(db, organization, rows=10, columns=12)
    exam_session = make_exam_session(db, make_batch(db, organization), room=room, assembly_run=run)
    for form in run.forms:
        for name, value in item.items():
            setattr(items_of(form)[0].item_version, name, value)
        for paper in papers[form.code]:
            sitting = make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
            make_answers(db, sitting, *paper)
    return exam_session


def figures(db: Session, exam_session: ExamSession) -> dict[str, Any]:
    run = mark_exam_session(db, exam_session, by=None, now=NOW)
    return compute_figures(db, run)


def test_figures_of_a_form_are_those_of_its_own_candidates(db: Session) -> None:
    exam_session = sat(db, {"A": list(PAPERS), "B": [PAPERS[0]]})
    assert exam_session.assembly_run is not None
    for form in exam_session.assembly_run.forms:
        give_marks(form, *MARKS)
    make_sitting(db, exam_session, form=exam_session.assembly_run.forms[0], status="assigned")
    one, other = figures(db, exam_session)["forms"]

    scores = [
        [float(mark) * (given == "A") for mark, given in zip(MARKS, paper, strict=True)]
        for paper in PAPERS
    ]
    totals = [sum(row) for row in scores]
    columns = list(zip(*scores, strict=True))
    alpha = 4 / 3 * (1 - sum(variance(column) for column in columns) / variance(totals))
    assert (one["form"], one["n"], one["is_kr20"]) == ("A", 6, True)
    assert one["mean"] == pytest.approx(fmean(totals), abs=1e-6)
    assert one["alpha"] == pytest.approx(alpha, abs=1e-6)
    assert one["alpha_low"] < alpha < one["alpha_high"]
    sem = stdev(totals) * (1 - alpha) ** 0.5
    assert one["sem"] == pytest.approx(sem, abs=1e-6)
    assert one["sem_theory"] == pytest.approx(sem * 100 / 5, abs=1e-5)
    for column, mark, item in zip(columns, MARKS, one["items"], strict=True):
        assert item["n"] == 6
        assert item["p"] == pytest.approx(fmean(column) / float(mark), abs=1e-6)
        rest = [total - score for total, score in zip(totals, column, strict=True)]
        assert item["r"] == pytest.approx(correlation(column, rest), abs=1e-6)
    assert (other["form"], other["n"]) == ("B", 1)
    assert (other["alpha"], other["sem"], other["items"][0]["r"]) == (None, None, None)
    assert other["items"][0]["p"] == 1


def test_options_are_counted_by_who_chose_them_and_by_score_group(db: Session) -> None:
    exam_session = sat(db, {"A": ["AAAA", "AAAB", "BAAB", "BBAB", "CBBB", "-BBB"]})
    (form,) = figures(db, exam_session)["forms"]
    (question,) = form["items"][0]["questions"]
    told = {each["id"]: each for each in question["options"]}
    assert {name: each["count"] for name, each in told.items()} == {"A": 2, "B": 2, "C": 1, "D": 0}
    assert [name for name, each in told.items() if each["is_key"]] == ["A"]
    # Totals are 4, 3, 2, 1, 0, 0: in thirds the last two of the lowest third stand together.
    assert [group["n"] for group in form["groups"]] == [2, 2, 2]
    assert told["A"]["by_group"] == [0, 0, 1]
    assert told["B"]["by_group"] == [0, 1, 0]
    assert form["items"][0]["levels"]["blank"] == {
        "count": 1,
        "share": pytest.approx(1 / 6, abs=1e-6),
        "by_group": [0.5, 0, 0],
    }


def test_a_key_that_points_at_the_wrong_option_is_found_and_a_sound_item_is_not(
    db: Session,
) -> None:
    rng, papers = np.random.default_rng(5), []
    for _ in range(60):
        ability = rng.normal()
        right = rng.random(12) < 1 / (1 + np.exp(-1.5 * ability))
        papers.append("".join("A" if each else "BCD"[rng.integers(3)] for each in right))
    exam_session = sat(db, {"A": papers}, key={"correct": ["B"]})
    (form,) = figures(db, exam_session)["forms"]
    found = {item["position"]: [flag["code"] for flag in item["flags"]] for item in form["items"]}
    assert found[1][0] == "wrong_key"
    assert [option["id"] for option in form["items"][0]["flags"][0]["options"]] == ["A"]
    assert not any("wrong_key" in codes for position, codes in found.items() if position > 1)


def test_what_was_passed_over_is_left_out_and_only_the_end_is_not_reached(db: Session) -> None:
    exam_session = sat(db, {"A": ["A-A-"]})
    (form,) = figures(db, exam_session)["forms"]
    told = [(item["omitted"], item["not_reached"]) for item in form["items"]]
    assert told == [(0, 0), (1, 0), (0, 0), (0, 1)]


def test_the_end_is_that_of_the_paper_as_the_person_saw_it() -> None:
    statuses = np.array([[2, 0, 2, 0], [0, 0, 0, 0]], dtype=np.int8)
    backwards = np.array([[3, 2, 1, 0], [3, 2, 1, 0]])
    assert settled(statuses, backwards).tolist() == [[2, 1, 2, 1], [0, 0, 0, 0]]


def test_written_answers_are_listed_with_what_they_earned(db: Session) -> None:
    numeric = {
        "type": "numeric",
        "content": {"stem": "<p>R</p>", "unit": "Ω"},
        "key": {"value": "12", "tolerance": "0"},
    }
    exam_session = sat(db, {"A": [["12", "A"], ["１２", "A"], ["21", "B"], ["-", "B"]]}, **numeric)
    (form,) = figures(db, exam_session)["forms"]
    item = form["items"][0]
    assert item["questions"] == []
    assert [(each["text"], each["count"], each["mark"]) for each in item["texts"]] == [
        ("12", 2, 1),
        ("21", 1, 0),
    ]
    assert {name: each["count"] for name, each in item["levels"].items()} == {
        "full": 2,
        "part": 0,
        "none": 1,
        "blank": 1,
    }


def test_the_whole_says_who_passed_and_who_is_near_the_pass_mark(db: Session) -> None:
    exam_session = sat(db, {"A": list(PAPERS)})
    found = figures(db, exam_session)
    # 100, 75, 50, 50, 0, 50 against a minimum of 60.
    assert (found["n"], found["cut"], found["cut_kind"], found["passed"]) == (6, 60, "minimum", 2)
    theory = [100, 75, 50, 50, 0, 50]
    assert found["near"] == sum(abs(mark - 60) <= found["sem"] for mark in theory)
    assert sum(found["bins"]["counts"]["A"]) == 6
    assert 60 in found["bins"]["edges"]
    organization = make_organization(db)
    exam_session.batch.rule_set = make_rule_set(db, organization, theory_minimum=None)
    db.flush()
    assert figures(db, exam_session)["cut_kind"] == "pass_mark"


def test_an_analysis_is_kept_with_its_marking_and_replaced_by_its_own_kind(db: Session) -> None:
    exam_session = sat(db, {"A": list(PAPERS)})
    run = mark_exam_session(db, exam_session, by=None, now=NOW)
    assert report_of(db, run) is None
    analyse_run(db, run, by=None, now=NOW)
    analyse_run(db, run, by=None, now=NOW)
    assert db.scalar(select(func.count()).select_from(AnalysisReport)) == 1
    report = report_of(db, run)
    assert report is not None
    form, item, version = item_in(db, report, "A", "2")
    assert (form["form"], item["position"], version.item.code) == ("A", 2, item["code"])
    for form_code, position in (("A", "9"), ("C", "1"), ("A", "x")):
        with pytest.raises(NotFoundError, match="no_such_item"):
            item_in(db, report, form_code, position)


def test_a_form_everybody_of_which_is_void_leaves_nothing_to_analyse(db: Session) -> None:
    exam_session = sat(db, {"A": list(PAPERS)})
    run = mark_exam_session(db, exam_session, by=None, now=NOW)
    empty = add(db, type(run)(exam_session_id=exam_session.id, marked_at=NOW, published_at=NOW))
    found = compute_figures(db, empty)
    assert (found["n"], found["forms"], found["sem"]) == (0, [], None)
