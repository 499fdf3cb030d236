"""The use of items is counted as forms leave custody, and never before."""

from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from exam_server.bank.exposure import uses_in
from exam_server.bank.models import Blueprint
from exam_server.bank.work_models import ItemExposure
from exam_server.forms.custody import held_in, open_form, seal_items
from exam_server.forms.models import AssemblyRun
from tests.factories import NOW, items_of, make_blueprint, make_forms, make_organization

LATER = NOW + timedelta(days=30)
Uses = list[tuple[int, datetime]]


def alike(db: Session, bank: Blueprint, *, mode: str) -> AssemblyRun:
    """Make two forms that share their first item."""
    run = make_forms(db, bank, n_forms=2, n_items=2, mode=mode)
    first, second = run.forms
    seal_items(db, second, [held_in(db, first)[0], held_in(db, second)[1]])
    db.flush()
    return run


def uses_of(db: Session, run: AssemblyRun) -> list[Uses]:
    uses = uses_in(db, run.paper_structure.blueprint_id)
    return [
        [
            uses[each.item_version.item_id]
            for each in items_of(form)
            if each.item_version.item_id in uses
        ]
        for form in run.forms
    ]


def test_parallel_forms_are_one_paper_and_sets_a_paper_each(db: Session) -> None:
    bank = make_blueprint(db, make_organization(db))
    solved, fixed = alike(db, bank, mode="solved"), alike(db, bank, mode="fixed")
    assert uses_in(db, bank.id) == {}  # in custody: nobody may tell
    for run in (solved, fixed):
        open_form(db, run.forms[0], now=NOW)
        assert uses_of(db, run) == [[(1, NOW), (1, NOW)], [(1, NOW)]]
        open_form(db, run.forms[1], now=LATER)
        open_form(db, run.forms[1], now=LATER + timedelta(days=1))  # again is nothing
    assert uses_of(db, solved) == [[(1, LATER), (1, NOW)], [(1, LATER), (1, LATER)]]
    assert uses_of(db, fixed) == [[(2, LATER), (1, NOW)], [(2, LATER), (1, LATER)]]


def test_another_version_of_an_item_in_the_same_paper_counts_once(db: Session) -> None:
    run = alike(db, make_blueprint(db, make_organization(db)), mode="solved")
    first, second = run.forms
    open_form(db, first, now=NOW)
    item = items_of(first)[0].item_version.item
    (_, other) = items_of(second)
    other.item_version.item_id, other.item_version.number = item.id, 2
    db.flush()
    open_form(db, second, now=LATER)
    assert uses_in(db, run.paper_structure.blueprint_id)[item.id] == (1, LATER)


def test_a_store_of_before_is_counted_alike(db: Session) -> None:
    bank = make_blueprint(db, make_organization(db))
    for mode in ("solved", "fixed", "solved"):
        for form in alike(db, bank, mode=mode).forms:
            open_form(db, form, now=NOW)
    kept = uses_in(db, bank.id)
    db.execute(delete(ItemExposure))
    migration = import_module("exam_server.migrations.versions.0045_how_often_items_were_used")
    db.execute(text(migration.COUNT))
    db.expire_all()
    assert uses_in(db, bank.id) == kept
    assert len(kept) == len(db.scalars(select(ItemExposure)).all())
