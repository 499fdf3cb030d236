"""Forms changed by hand: what may come, a version for each change, none after the release."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.bank.models import EnemyPair, Item, ItemVersion
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms import editing
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.custody import held_in, order_of
from exam_server.forms.editing import ExchangeIn, UndoIn
from exam_server.forms.models import AssemblyRun, Form, FormVersion, SealedForm
from exam_server.forms.pooling import pool_for
from exam_server.forms.proving import proof_of
from exam_server.forms.repeating import repeated_by
from exam_server.forms.replacing import Effect, Leaving, best_effects, candidates
from exam_server.forms.seeds import number_of
from exam_server.forms.service import AssembleIn, ask_for_forms
from exam_server.programmes.models import Organization
from exam_server.seating.orders import redraw_changed
from tests.exam_server.forms.test_assembling import make_structure
from tests.exam_server.forms.test_pooling import LATER, assembled, lists, released
from tests.factories import actor_of, add, make_batch, make_exam_session, make_person, make_sitting


def officer(db: Session, run: AssemblyRun) -> Actor:
    organization = db.get_one(Organization, run.paper_structure.blueprint.organization_id)
    return actor_of(make_person(db, "exam_officer", organization=organization))


def leaving_of(db: Session, form: Form, position: int = 1) -> Leaving:
    held = held_in(db, form)
    return Leaving(form, held, held[position - 1], LATER)


def code_of(db: Session, effect: Effect) -> str:
    return db.get_one(ItemVersion, effect.held.item_version_id).item.code


def exchange_best(db: Session, actor: Actor, form: Form, position: int = 1) -> None:
    best = best_effects(db, leaving_of(db, form, position))[0]
    sent = ExchangeIn(position=position, coming=code_of(db, best), version=form.version)
    editing.exchange(db, actor, form, sent, now=LATER)


def test_the_best_replacement_keeps_every_demand_and_no_form_gets_an_item_twice(
    db: Session,
) -> None:
    run = assembled(make_structure(db, importance={}), db, n_forms=2)
    form, actor = run.forms[0], officer(db, run)
    for position in (1, 2, 6):
        effects = best_effects(db, leaving_of(db, form, position))
        assert effects[0].is_free_of_harm
        assert all(row.is_kept for row in effects[0].rows if row.is_asked)
        exchange_best(db, actor, form, position)
        proof = proof_of(db, run)
        assert (proof.shared_items, all(row.is_kept for row in proof.rows)) == (0, True)
    assert form.version == 4
    assert [each.position for each in held_in(db, form)] == [1, 2, 3, 4, 5, 6]


def test_changes_are_undone_one_by_one_and_every_version_stays(db: Session) -> None:
    run = assembled(make_structure(db), db)
    form, actor = run.forms[0], officer(db, run)
    before = held_in(db, form)
    exchange_best(db, actor, form, 1)
    once = held_in(db, form)
    exchange_best(db, actor, form, 6)
    editing.undo(db, actor, form, UndoIn(version=3), now=LATER)
    assert held_in(db, form) == once
    editing.undo(db, actor, form, UndoIn(version=4), now=LATER)
    assert (held_in(db, form), form.version) == (before, 5)
    with pytest.raises(ConflictError, match="no_change_to_undo"):
        editing.undo(db, actor, form, UndoIn(version=5), now=LATER)
    told = editing.changes_of(db, form)
    assert [each.undone_to for each in told] == [1, 2, None, None, None]
    assert [each.position for each in told] == [None, None, 6, 1, None]
    acts = [each.act for each in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert acts[-4:] == ["change_form"] * 2 + ["undo_form_change"] * 2
    codes = set(db.scalars(select(Item.code)))
    for row in db.scalars(select(FormVersion)):
        assert not any(code.encode() in row.sealed_items for code in codes)
    assert editing.assembled_in(db, form) == before


def test_a_demand_that_would_be_missed_is_named_and_needs_a_reason(db: Session) -> None:
    run = assembled(make_structure(db), db)
    form, actor = run.forms[0], officer(db, run)
    asked = leaving_of(db, form)
    gone = db.get_one(ItemVersion, asked.leaving.item_version_id).item
    others = [row for row in candidates(db, asked) if row[6] != gone.point.area.path]
    effect = best_effects(db, asked, wanted=others[0][7])[0]
    assert {row.kind for row in effect.misses} == {"area"}
    sent = {"position": 1, "coming": others[0][7], "version": 1}
    with pytest.raises(InvalidInputError, match="reason_for_misses"):
        editing.exchange(db, actor, form, ExchangeIn(**sent), now=LATER)
    assert form.version == 1
    editing.exchange(db, actor, form, ExchangeIn(**sent, reason="原题有争议"), now=LATER)
    assert editing.changes_of(db, form)[0].reason == "原题有争议"
    assert {row.kind for row in proof_of(db, run).rows if not row.is_kept} == {"area"}
    with pytest.raises(ConflictError, match="form_changed_meanwhile"):
        editing.exchange(db, actor, form, ExchangeIn(**sent), now=LATER)


def test_what_is_barred_does_not_come(db: Session) -> None:
    structure = make_structure(db)
    first = assembled(structure, db)
    released(db, first)
    structure.demand = {**structure.demand, "reuse": {"last_papers": 1}}
    run = assembled(structure, db, n_forms=1)
    form, actor = run.forms[0], officer(db, run)
    asked = leaving_of(db, form)
    free = candidates(db, asked)
    assert not {row[0] for row in free} & {*lists(first)[0], *lists(run)[0]}
    stays = db.get_one(ItemVersion, asked.held[1].item_version_id).item_id
    low, high = sorted([stays, free[0][1]])
    add(db, EnemyPair(item_id=low, enemy_id=high))
    db.get_one(Item, free[1][1]).state = "suspended"
    db.flush()
    now_free = {row[1] for row in candidates(db, asked)}
    assert now_free == {row[1] for row in free[2:]}
    for row in free[:2]:
        sent = ExchangeIn(position=1, coming=row[7], version=1)
        with pytest.raises(InvalidInputError, match="item_cannot_come"):
            editing.exchange(db, actor, form, sent, now=LATER)


def test_a_newer_version_of_the_item_may_come_first(db: Session) -> None:
    run = assembled(make_structure(db), db)
    asked = leaving_of(db, run.forms[0])
    old = db.get_one(ItemVersion, asked.leaving.item_version_id)
    facts = {name: getattr(old, name) for name in ("type", "content", "key", "search_text")}
    newer = add(db, ItemVersion(item=old.item, number=2, created_at=LATER, **facts))
    old.item.version_number = 2
    db.flush()
    assert best_effects(db, asked)[0].held.item_version_id == newer.id


def test_a_released_form_is_frozen(db: Session) -> None:
    run = assembled(make_structure(db), db)
    form, actor = run.forms[0], officer(db, run)
    exchange_best(db, actor, form)
    released(db, run)
    before = held_in(db, form)
    with pytest.raises(ConflictError, match="form_is_released"):
        exchange_best(db, actor, form)
    with pytest.raises(ConflictError, match="form_is_released"):
        editing.undo(db, actor, form, UndoIn(version=2), now=LATER)
    assert held_in(db, form) == before


def test_seats_drawn_before_a_change_show_the_options_of_what_came(db: Session) -> None:
    run = assembled(make_structure(db), db)
    form, actor = run.forms[0], officer(db, run)
    organization = db.get_one(Organization, run.paper_structure.blueprint.organization_id)
    exam_session = make_exam_session(
        db, make_batch(db, organization), assembly_run=run, seat_seed="7"
    )
    sitting = make_sitting(db, exam_session, form=form, sealed_order=None)
    other = next(row for row in candidates(db, leaving_of(db, form)))
    db.get_one(ItemVersion, other[0]).content = {
        "stem": "<p>?</p>",
        "options": [{"id": each, "content": each, "fixed": False} for each in "PQR"],
    }
    assert redraw_changed(db, exam_session) == 0
    sent = ExchangeIn(position=1, coming=other[7], version=1, reason="x")
    editing.exchange(db, actor, form, sent, now=LATER)
    assert redraw_changed(db, exam_session) == 1
    order = order_of(db, form, sitting.sealed_order)
    assert order is not None
    assert sorted(order["options"]["1"]) == ["P", "Q", "R"]
    assert redraw_changed(db, exam_session) == 0


def test_a_run_made_again_bars_what_was_barred_then(db: Session) -> None:
    structure = make_structure(db, reuse={"last_papers": 3})
    actor = officer(db, assembled(structure, db))
    first = ask_for_forms(db, actor, structure, AssembleIn(n_forms=1), now=LATER)
    assemble(db, first)
    released(db, first)
    for sealed in db.scalars(select(SealedForm)):
        sealed.released_at = LATER + timedelta(hours=1)
    day_after, sent = LATER + timedelta(days=1), AssembleIn(n_forms=9, again=first.uid)
    again = ask_for_forms(db, actor, structure, sent, now=day_after)
    assemble(db, again)
    assert (again.papers_before, again.n_forms) == (first.created_at, 1)
    assert lists(again) == lists(first)
    repeated = repeated_by(db, again)
    assert repeated is not None
    assert (repeated.is_same_bank, repeated.is_same) == (True, True)
    fresh = ask_for_forms(db, actor, structure, AssembleIn(n_forms=1), now=day_after)
    assemble(db, fresh)
    assert not {*lists(fresh)[0]} & {*lists(first)[0]}


def assemble(db: Session, run: AssemblyRun) -> None:
    """Do what the job does."""
    structure = run.paper_structure
    pool = pool_for(db, structure, before=run.papers_before)
    found = solve(structure, [item for item, _ in pool.entries], run.n_forms, number_of(db, run))
    store_forms(db, run, found, pool.entries, left_out=pool.left_out)
