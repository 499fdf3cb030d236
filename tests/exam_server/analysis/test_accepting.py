"""Calibrated parameters reach assembly by an officer's act alone, on one scale for a bank."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from exam_server.analysis import accepting, taking
from exam_server.analysis.sections import sections_of
from exam_server.analysis.service import store_deep
from exam_server.analysis.workbooks import LONGEST_NAME, sheets_of
from exam_server.bank.models import ItemFigure
from exam_server.bank.parameters import has_scale, known_of
from exam_server.errors import ConflictError
from exam_server.forms.pooling import parameters_of
from itembank.figures import information_of
from tests.exam_server.analysis.test_taking import Marked
from tests.factories import NOW


def deep_of(marked: Marked, linking: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what a calibration of the items would say; the second of form A fits badly."""
    items = [
        {
            "uid": item["uid"],
            "version": item["version"],
            "n": 240,
            "is_binary": True,
            "fits": item["uid"] != marked.item.uid,
            "slope": 1.5,
            "slope_error": 0.1,
            "difficulty": 0.4,
            "difficulty_error": 0.2,
        }
        for form in marked.report.figures["forms"]
        for item in form["items"]
    ]
    model = {"model": "2pl", "converged": True, "items": items}
    return {"model": model, "linking": linking or {"kind": "none"}}


def accept(marked: Marked) -> int:
    return accepting.accept(marked.db, marked.officer, marked.exam_session, marked.report, now=NOW)


def test_accepted_parameters_stand_at_the_version_and_steer_information(db: Session) -> None:
    marked = Marked(db)
    bank = marked.item.blueprint
    store_deep(db, marked.report.run, deep_of(marked), by=None, now=NOW)
    with pytest.raises(ConflictError, match="take_figures_first"):
        accept(marked)
    marked.take()
    assert parameters_of(db, bank) == {}
    assert accept(marked) == 7
    with pytest.raises(ConflictError, match="parameters_accepted_already"):
        accept(marked)
    known = parameters_of(db, bank)
    assert set(known.values()) == {(1.5, 0.4)}
    assert marked.item.code not in known
    told = information_of([0.5, 0.5], [0.4], [None, (1.5, 0.4)])
    assert told[0, 1] == pytest.approx(1.5**2 / 4)
    uid = next(item["uid"] for item in deep_of(marked)["model"]["items"] if item["fits"])
    own = marked.exam_session
    assert known_of(db, own.organization_id, {(uid, 1)}, but="")[uid, 1].scale == own.uid
    assert has_scale(db, own.organization_id, {uid}, but="")
    assert not has_scale(db, own.organization_id, {uid}, but=own.uid)


def test_parameters_go_with_the_figures_they_stand_beside(db: Session) -> None:
    marked = Marked(db)
    marked.take()
    store_deep(db, marked.report.run, deep_of(marked), by=None, now=NOW)
    accept(marked)
    place = (db, marked.officer, marked.exam_session, marked.report)
    accepting.take_back(*place, reason="重新核对", now=NOW)
    assert parameters_of(db, marked.item.blueprint) == {}
    figure = marked.figure()
    assert isinstance(figure, ItemFigure)
    assert figure.slope is None
    accept(marked)
    taking.take_back(*place, reason="答案有误", now=NOW)
    assert accepting.accepted_of(db, marked.exam_session, marked.report).kind == "none"
    with pytest.raises(ConflictError, match="nothing_accepted"):
        accepting.take_back(*place, reason="x", now=NOW)


def test_a_linked_calibration_is_accepted_on_the_banks_scale_another_is_refused(
    db: Session,
) -> None:
    marked = Marked(db)
    marked.take()
    lost = deep_of(marked, {"kind": "refused", "code": "too_few_anchors", "n": 1})
    store_deep(db, marked.report.run, lost, by=None, now=NOW)
    with pytest.raises(ConflictError, match="not_on_the_scale"):
        accept(marked)
    line = {
        "kind": "linked",
        "scale": "s",
        "scale_name": "spring",
        "slope": 1.5,
        "intercept": -0.1,
    }
    store_deep(db, marked.report.run, deep_of(marked, line), by=None, now=NOW)
    accept(marked)
    (known,) = set(parameters_of(db, marked.item.blueprint).values())
    assert known == pytest.approx((1.0, 0.5))
    unsure = deep_of(marked)
    unsure["model"]["converged"] = False
    assert accepting.refusal_of(unsure) == "not_converged"
    assert accepting.refusal_of(None) == "not_calibrated"


def test_what_goes_out_fits_a_workbook_and_a_job(app: Flask, db: Session) -> None:
    marked = Marked(db)
    with app.test_request_context():
        sections = sections_of(marked.report.figures, None)
        names = [name for name, _, _ in sheets_of(sections)]
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= LONGEST_NAME
        for each in sections:
            assert not each.rows or any(name.endswith(each.title) for name in names)  # uncut
            assert {len(row) for row in each.rows} <= {len(each.headings)}
            assert json.loads(json.dumps(each.printed))["told"] == each.told
