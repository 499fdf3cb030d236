"""A calculation's values are frozen with its form: seat, mark, print and key say the same."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from exam_server.analysis.responses import _asked_items
from exam_server.forms.custody import fingerprint, form_items, held_in, open_form, seal_items
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.own_forms import Whom, draw_forms, pool_of_run
from exam_server.forms.printing import key_of, paper_of
from exam_server.forms.sealed_forms import form_body
from exam_server.forms.seeds import Seed, seal_seed
from exam_server.marking.papers import _paper_items
from itembank.items.registry import item_type
from tests.factories import NOW, items_of, make_blueprint, make_forms, make_organization

CONTENT = {"stem": "<p>U = {U} V, R = {R} Ω: I?</p>", "unit": "A", "decimals": 2}
KEY = {
    "parameters": {"U": {"from": "100", "to": "240", "step": "10"}, "R": ["10", "22", "47"]},
    "formula": "U / R",
}


def calculating(db: Session) -> AssemblyRun:
    run = make_forms(db, make_blueprint(db, make_organization(db)), n_forms=2, n_items=1)
    seal_seed(db, run, Seed(7))
    version = items_of(run.forms[0])[0].item_version
    version.type, version.content, version.key = "calculation", CONTENT, KEY
    section = {"type": "calculation", "title": "", "count": 1, "mark": "1"}
    run.paper_structure.demand = {"sections": [section]}
    db.flush()
    for form in run.forms:
        held = replace(held_in(db, form)[0], item_version_id=version.id)
        seal_items(db, form, [held])
    db.flush()
    return run


def test_what_was_drawn_is_frozen_with_the_form(db: Session) -> None:
    run = calculating(db)
    form, other = run.forms
    (held,) = form_items(db, form)
    values = drawn_in(db, form)
    assert values != drawn_in(db, other)

    body = form_body(db, form.id, exam_session_uid="x")
    assert body["items"][0]["type"] == "numeric"
    assert body["items"][0]["stem"] == f"<p>U = {values['U']} V, R = {values['R']} Ω: I?</p>"
    assert "formula" not in str(body)

    right = (Decimal(values["U"]) / Decimal(values["R"])).quantize(Decimal("0.01"))
    (marked,) = _paper_items(db, form.id, {})
    assert item_type(marked.type).score(marked.content, marked.key, str(right), marked.mark) == 1
    wrong = str(right + Decimal("0.01"))
    assert item_type(marked.type).score(marked.content, marked.key, wrong, marked.mark) == 0

    paper, key = (each(db, form, language="en", now=NOW) for each in (paper_of, key_of))
    assert values["U"] in str(paper.facts)
    assert "round to 2 decimal places" in str(paper.facts)
    assert str(right) in str(key.facts)
    ((analysed, _),) = _asked_items(db, form, {})
    assert (analysed.content, analysed.key) == (held.asked.content, held.asked.key)


def test_values_outlive_opening_and_a_changed_bank(db: Session) -> None:
    run = calculating(db)
    form = run.forms[0]
    before, mark = drawn_in(db, form), fingerprint(db, form)
    held_in(db, form)
    open_form(db, form, now=NOW)
    db.expire_all()
    assert drawn_in(db, form) == before
    assert fingerprint(db, form) == mark


def test_the_same_seed_draws_the_same_again(db: Session) -> None:
    run = calculating(db)
    again = AssemblyRun(
        paper_structure=run.paper_structure, n_forms=1, created_at=NOW, result={}, repeats=run
    )
    db.add(again)
    form = Form(code="A")
    seal_items(db, form, [replace(held_in(db, run.forms[0])[0], drawn=None)], run=again)
    again.forms.append(form)
    db.flush()
    assert held_in(db, form) == held_in(db, run.forms[0])


def test_a_form_of_ones_own_has_the_values_that_go_with_each_item(db: Session) -> None:
    run = make_forms(db, make_blueprint(db, make_organization(db)), n_forms=2, n_items=1)
    seal_seed(db, run, Seed(7))
    for form in run.forms:
        version = items_of(form)[0].item_version
        version.type, version.content, version.key = "calculation", CONTENT, KEY
        db.flush()
        seal_items(db, form, [replace(each, drawn=None) for each in held_in(db, form)])
    section = {"type": "calculation", "title": "", "count": 1, "mark": "1"}
    run.paper_structure.demand = {"sections": [section]}
    db.flush()
    whom = Whom(standing=[], seen=[[], [], []], pairs=[], most_alike=1, barred=[])
    forms = draw_forms(db, run, pool_of_run(db, run), whom, part=0)
    known = {held_in(db, form)[0].item_version_id: drawn_in(db, form) for form in run.forms}
    assert len(forms) == 3
    for (held,) in forms:
        assert held.drawn == {"": known[held.item_version_id]}


def drawn_in(db: Session, form: Form) -> dict[str, Any]:
    (held,) = held_in(db, form)
    assert held.drawn is not None
    return dict(held.drawn[""])
