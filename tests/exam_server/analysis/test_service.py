"""Item figures of a marked exam session: each form a test of its own, from the marks stored."""

from decimal import Decimal
from statistics import correlation, fmean, stdev, variance

import pytest
from sqlalchemy.orm import Session

from exam_server.analysis.service import analyse_run
from exam_server.marking.service import mark_exam_session
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_sitting,
)

PAPERS = ("AAAA", "AAAB", "AABB", "ABAB", "BBB-", "AA--")
MARKS = ("0.5", "1", "1.5", "2")


def test_figures_of_a_form_are_those_of_its_own_candidates(db: Session) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=2)
    exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
    forms = {}
    for form in run.forms:
        for item, mark in zip(form.items, MARKS, strict=True):
            item.mark = Decimal(mark)
        for paper in PAPERS[: 6 if form.code == "A" else 1]:
            sitting = make_sitting(db, exam_session, form=form, status="handed_in")
            make_answers(db, sitting, *paper)
            forms[sitting.id] = form.code
    late = make_sitting(db, exam_session, form=run.forms[0], status="assigned")
    marked = mark_exam_session(db, exam_session, by=None, now=NOW)
    one, other = analyse_run(db, marked, {**forms, late.id: "A"})

    scores = [
        [float(mark) * (given == "A") for mark, given in zip(MARKS, paper, strict=True)]
        for paper in PAPERS
    ]
    totals = [sum(row) for row in scores]
    columns = list(zip(*scores, strict=True))
    alpha = 4 / 3 * (1 - sum(variance(column) for column in columns) / variance(totals))
    assert (one.form, one.n_persons) == ("A", 6)
    assert one.mean == pytest.approx(fmean(totals))
    assert one.alpha == pytest.approx(alpha)
    assert one.sem == pytest.approx(stdev(totals) * (1 - alpha) ** 0.5)
    for column, mark, figures in zip(columns, MARKS, one.items, strict=True):
        assert figures.n == 6
        assert figures.p == pytest.approx(fmean(column) / float(mark))
        rest = [total - score for total, score in zip(totals, column, strict=True)]
        assert figures.item_rest_r == pytest.approx(correlation(column, rest))
    assert (other.form, other.n_persons, other.is_thin) == ("B", 1, True)
    assert (other.alpha, other.sem, other.items[0].item_rest_r) == (None, None, None)
    assert other.items[0].p == 1
