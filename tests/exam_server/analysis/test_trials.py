"""Pilot items from the assembly to the analysis: tried, shown apart, and in no sum."""

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.computing import analyse_run, compute_figures
from exam_server.analysis.service import item_in
from exam_server.analysis.taking import take_over
from exam_server.bank.models import EnemyPair, Item, ItemFigure
from exam_server.errors import NotFoundError
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.custody import form_items, held_in
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.pilot_items import pilot_pool
from exam_server.forms.pooling import pool_for
from exam_server.forms.proving import proof_of
from exam_server.forms.sealed_forms import form_body
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.marking.overview import versions_used
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Organization
from exam_server.results.rescoring import version_in
from exam_server.results.second.comparing import compute_again
from exam_server.results.service import decide_batch
from exam_server.seating.models import ExamSession
from itembank.assembly import Infeasible
from tests.exam_server.forms.test_assembling import make_structure
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_answers,
    make_batch,
    make_exam_session,
    make_item,
    make_person,
    make_room,
    make_sitting,
)

SECTIONS = [
    {"type": "single", "title": "单选", "count": 4, "pilots": 2, "mark": "1"},
    {"type": "true_false", "title": "判断", "count": 2, "pilots": 0, "mark": "1"},
]
N_SCORED, N_PILOTS, N_PERSONS = 6, 2, 40


def assembled(db: Session, *, n_forms: int = 2, n_pilots: int = 5, **demand: Any) -> AssemblyRun:
    """Assemble forms of six items and two on trial, of a bank with some in the pilot."""
    structure = make_structure(db, **{"sections": SECTIONS, "areas": {}, **demand})
    area = structure.blueprint.areas[0]
    first = db.scalars(select(Item).where(Item.blueprint_id == structure.blueprint_id)).first()
    assert first is not None
    for n in range(n_pilots):
        point = add(db, type(area.points[0])(area=area, place=50 + n, code=f"9{n:02}", name="试"))
        tried = make_item(db, point).item
        tried.state = "pilot"
        if n == 4:
            db.add(EnemyPair(item_id=first.id, enemy_id=tried.id))
    essay = make_item(db, area.points[0], type="essay", key={"model_answer": "x", "rubric": []})
    essay.item.state = "pilot"
    run = add(db, AssemblyRun(paper_structure=structure, n_forms=n_forms, created_at=NOW))
    pool, pilots = pool_for(db, structure, before=NOW), pilot_pool(db, structure, before=NOW)
    assert len(pilots) == n_pilots
    items = [item for item, _ in pool.entries]
    found = solve(structure, items, n_forms, 5, pilots=[item for item, _ in pilots])
    store_forms(db, run, found, pool.entries, pilots=pilots)
    if not isinstance(found, Infeasible):
        again = solve(structure, items, n_forms, 5, pilots=[item for item, _ in pilots])
        assert again == found
    return run


def sat(db: Session, run: AssemblyRun) -> ExamSession:
    """Let able and weak candidates sit the forms: the able know one pilot item and not the other.

    On trial, A is right for the able at the first place, for nobody at the second.
    """
    organization = db.get_one(Organization, run.paper_structure.blueprint.organization_id)
    room = make_room(db, organization, rows=10, columns=10)
    exam_session = make_exam_session(db, make_batch(db, organization), room=room, assembly_run=run)
    rng = np.random.default_rng(4)
    for n in range(N_PERSONS * len(run.forms)):
        form = run.forms[n % len(run.forms)]
        knows = float(rng.normal())
        tried = 0
        answers = []
        for held in held_in(db, form):
            if held.is_pilot:
                tried += 1
                answers.append("A" if tried == 1 and knows > 0 else "B")
            else:
                answers.append("A" if rng.random() < 1 / (1 + np.exp(-2 * knows)) else "C")
        sitting = make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
        make_answers(db, sitting, *answers)
    return exam_session


def test_pilot_items_are_tried_and_counted_nowhere(db: Session) -> None:
    run = assembled(db)
    assert run.forms, run.result
    forms = run.forms
    for form in forms:
        items = form_items(db, form)
        assert [each.is_pilot for each in items].count(True) == N_PILOTS
        assert [each.position for each in items] == list(range(1, N_SCORED + N_PILOTS + 1))
        points = [each.item_version.item.point_id for each in items]
        assert len(set(points)) == len(points)
        body = form_body(db, form.id, exam_session_uid="x")
        assert "pilot" not in json.dumps(body).replace('"notices"', "")
        assert len({frozenset(each) for each in body["items"] if each["type"] == "single"}) == 1
        assert set(body["notices"]) == {"zh_Hans_CN", "en"}
    rows = {row.kind: row for row in proof_of(db, run).rows}
    assert rows["pilots"].got == ("2", "2")
    assert (rows["pilots_near"].got, rows["pilots_items"].got) == (("0", "0"), ("8", "8"))
    assert rows["type"].is_kept

    exam_session = sat(db, run)
    officer = make_person(
        db, "exam_officer", organization=db.get_one(Organization, exam_session.organization_id)
    )
    marking = mark_exam_session(db, exam_session, by=None, now=NOW)
    scored = check_marks(db, marking, forms)
    used = {each.uid for each in versions_used(db, marking)}
    tried = [each.item_version for form in forms for each in form_items(db, form) if each.is_pilot]
    assert not used & {each.item.uid for each in tried}
    with pytest.raises(NotFoundError):
        version_in(db, exam_session.batch, tried[0].item.uid, "1")

    decided = decide_batch(db, exam_session.batch, by=None, now=NOW)
    again = compute_again(db, decided)
    assert (again["n_differences"], again["responses"]) == (0, scored)

    figures = compute_figures(db, marking)
    assert [each["n_items"] for each in figures["forms"]] == [N_SCORED, N_SCORED]
    told = figures["tried"]
    assert told["n_items"] == 2 * N_PILOTS
    for first in (True, False):
        for each in told["items"]:
            if (each["p"] > 0) == first:
                assert each["advice"] == ("active" if first else "back"), each
                assert (each["r"] or 0) > 0.3 or not first
    report = analyse_run(db, marking, by=None, now=NOW)
    at = told["items"][0]
    assert item_in(db, report, "pilot", str(at["position"]))[1]["uid"] == at["uid"]
    take_over(db, actor_of(officer), exam_session, report, now=NOW)
    taken = db.scalars(select(ItemFigure.persons).join(Item).where(Item.state == "pilot")).all()
    assert taken == [N_PERSONS] * 2 * N_PILOTS


def check_marks(db: Session, marking: MarkingRun, forms: list[Form]) -> int:
    """Check every sum against the rows, of which those on trial have marks that do not count."""
    totals: dict[int, Decimal] = {}
    chosen = select(ResponseScore).where(ResponseScore.marking_run_id == marking.id)
    rows = db.scalars(chosen).all()
    for row in rows:
        assert row.mark is not None
        totals[row.sitting_id] = totals.get(row.sitting_id, Decimal(0)) + row.mark * row.counts
    assert sum(not row.counts for row in rows) == N_PILOTS * len(totals)
    assert any(row.mark for row in rows if not row.counts)
    scores = db.scalars(select(SittingScore).where(SittingScore.marking_run_id == marking.id)).all()
    assert {each.sitting_id: each.mark for each in scores} == totals
    assert {each.max_mark for each in scores} == {N_SCORED}
    return len(rows)


def test_too_few_pilot_items_are_told_and_nothing_is_made(db: Session) -> None:
    run = assembled(db, n_pilots=1)
    assert run.forms == []
    assert run.result is not None
    assert run.result["shortages"] == [{"kind": "pilot", "name": "single", "need": 2, "have": 1}]


def test_words_of_pilot_items_are_in_the_band(db: Session) -> None:
    band = {"kind": "words", "name": "", "low": None, "high": "24"}
    run = assembled(db, n_forms=1, bands=[band])
    assert len(run.forms) == 1
    rows = {row.kind: row for row in proof_of(db, run).rows}
    assert rows["band_words"].is_kept
    assert rows["band_words"].got == rows["pilots_words"].got
