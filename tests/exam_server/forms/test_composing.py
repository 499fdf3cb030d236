"""Fixed sets composed by hand: by codes, in order, checked, frozen, blocked by two people."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.bank.models import EnemyPair, Item
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from exam_server.forms import composing, editing, set_keeping
from exam_server.forms.composing import ComposeIn, SetIn
from exam_server.forms.custody import held_in, held_lists, versions_of
from exam_server.forms.editing import UndoIn
from exam_server.forms.models import AssemblyRun, Form, SealedForm
from exam_server.forms.pooling import papers_before
from exam_server.forms.proof_sheets import proof_facts
from exam_server.forms.proving import proof_of
from exam_server.forms.replacing import standing_of
from exam_server.forms.set_keeping import BlockIn, DecideIn, FreezeIn
from exam_server.forms.set_sheets import COLUMNS, import_sets
from exam_server.programmes.models import Organization
from exam_server.tables_in import read_pasted
from tests.exam_server.forms.test_assembling import make_structure
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_batch,
    make_exam_session,
    make_organization,
    make_person,
)


def begun(db: Session, **demand: object) -> tuple[AssemblyRun, Actor]:
    """Return an empty collection for six items of two types, and its officer."""
    structure = make_structure(db, importance={}, areas={}, difficulty=None, **demand)
    organization = db.get_one(Organization, structure.blueprint.organization_id)
    actor = actor_of(make_person(db, "exam_officer", organization=organization))
    return composing.begin_sets(db, actor, structure, now=NOW), actor


def codes(db: Session, kind: str, *, first: int = 0, count: int = 9) -> list[str]:
    chosen = select(Item.code).join(Item.versions).where(Item.state == "active")
    found = sorted(code for code in db.scalars(chosen) if kind_of(db, code) == kind)
    return found[first : first + count]


def kind_of(db: Session, code: str) -> str:
    return db.scalars(select(Item).where(Item.code == code)).one().versions[-1].type


def shown(db: Session, form: Form) -> list[str]:
    held = held_in(db, form)
    versions = versions_of(db, [each.item_version_id for each in held])
    assert [each.position for each in held] == list(range(1, len(held) + 1))
    return [versions[each.item_version_id].item.code for each in held]


def act(db: Session, actor: Actor, form: Form, name: str, **fields: object) -> None:
    sent = ComposeIn.model_validate({"version": form.version, "act": name, **fields})
    composing.compose(db, actor, form, sent, now=NOW)


def full(db: Session, run: AssemblyRun, actor: Actor, *, first: int = 0) -> Form:
    """Add a set that has what the paper asks for."""
    form = composing.add_set(db, actor, run, SetIn())
    wanted: list[str] = []
    for section in run.paper_structure.demand["sections"]:
        wanted += codes(db, section["type"], first=first, count=section["count"])
    act(db, actor, form, "add", codes=" ".join(wanted))
    return form


def test_codes_come_to_their_sections_in_the_order_given_and_each_act_is_undone(
    db: Session,
) -> None:
    run, actor = begun(db)
    form = composing.add_set(db, actor, run, SetIn())
    single, judged = codes(db, "single", count=3), codes(db, "true_false", count=2)
    act(db, actor, form, "add", codes=f"{judged[0]}、{single[1].lower()}\n{single[0]}, {judged[1]}")
    assert shown(db, form) == [single[1], single[0], judged[0], judged[1]]
    act(db, actor, form, "up", position=2)
    act(db, actor, form, "up", position=3)  # the first of its section stays
    act(db, actor, form, "remove", position=4)
    assert shown(db, form) == [single[0], single[1], judged[0]]
    for _ in range(4):
        editing.undo(db, actor, form, UndoIn(version=form.version), now=NOW)
    assert (shown(db, form), editing.undone_to(db, form)) == ([], None)
    told = [each.composed[0] for each in editing.changes_of(db, form) if each.composed]
    assert told == ["remove", "up", "up", "add"]
    with pytest.raises(ConflictError, match="form_changed_meanwhile"):
        composing.compose(db, actor, form, ComposeIn(version=1, act="up", position=1), now=NOW)


def test_every_code_that_cannot_come_is_named_and_nothing_is_added(db: Session) -> None:
    run, actor = begun(db)
    form = composing.add_set(db, actor, run, SetIn())
    one, stopped, judged = *codes(db, "single", count=2), codes(db, "true_false")[0]
    act(db, actor, form, "add", codes=one)
    db.scalars(select(Item).where(Item.code == stopped)).one().state = "retired"
    with pytest.raises(InvalidInputError) as refused:
        act(db, actor, form, "add", codes=f"{one} {stopped} nobody {judged}", section=1)
    assert [(each.where, each.code) for each in refused.value.problems] == [
        (one, "set_item_twice"),
        (stopped, "set_item_not_active"),
        ("nobody", "set_code_unknown"),
        (judged, "set_section_of_other_type"),
    ]
    assert shown(db, form) == [one]


def test_a_set_that_deviates_needs_a_reason_and_shows_it_ever_after(db: Session) -> None:
    run, actor = begun(db)
    form = full(db, run, actor)
    ids = [
        versions.item_id
        for versions in versions_of(
            db, [each.item_version_id for each in held_in(db, form)]
        ).values()
    ]
    assert not set_keeping.unmet(standing_of(db, form, held_in(db, form)))
    add(db, EnemyPair(item_id=ids[0], enemy_id=ids[1]))
    misses = set_keeping.unmet(standing_of(db, form, held_in(db, form)))
    assert [(row.kind, row.got) for row in misses] == [("enemies_together", ("1",))]
    with pytest.raises(InvalidInputError, match="reason_for_misses"):
        set_keeping.freeze(db, actor, form, FreezeIn(version=form.version), now=NOW)
    sent = FreezeIn(version=form.version, reason="国家题库原卷")
    set_keeping.freeze(db, actor, form, sent, now=NOW)
    kept = set_keeping.kept_in(db, run)[0]
    assert ([each.kind for each in kept.deviations], kept.reason) == (
        ["enemies_together"],
        "国家题库原卷",
    )
    assert kept.facts.n_unmet == 1
    assert "国家题库原卷".encode() not in (kept.facts.sealed_deviation or b"")
    facts = proof_facts(db, run, language="zh", words={}, now=NOW)
    assert any("国家题库原卷" in value for _, value in facts["facts"])
    with pytest.raises(ConflictError, match="set_is_frozen"):
        act(db, actor, form, "remove", position=1)
    with pytest.raises(ConflictError, match="set_is_frozen"):
        editing.undo(db, actor, form, UndoIn(version=form.version), now=NOW)


def test_an_unusable_set_is_not_frozen(db: Session) -> None:
    run, actor = begun(db)
    form = composing.add_set(db, actor, run, SetIn(code="X1"))
    act(db, actor, form, "add", codes=codes(db, "single")[0])
    with pytest.raises(InvalidInputError, match="set_has_empty_sections"):
        set_keeping.freeze(db, actor, form, FreezeIn(version=2, reason="x"), now=NOW)
    other = full(db, run, actor)
    db.scalars(select(Item).where(Item.code == shown(db, other)[0])).one().state = "suspended"
    with pytest.raises(InvalidInputError, match="set_items_not_active"):
        set_keeping.freeze(db, actor, other, FreezeIn(version=2, reason="x"), now=NOW)
    with pytest.raises(ConflictError, match="set_exists"):
        composing.add_set(db, actor, run, SetIn(code="X1"))


def test_two_people_block_a_set_and_it_is_held_back_from_the_asking_on(db: Session) -> None:
    run, actor = begun(db)
    form = full(db, run, actor)
    with pytest.raises(ConflictError, match="set_not_frozen"):
        set_keeping.ask_to_block(db, actor, form, BlockIn(reason="泄露"), now=NOW)
    set_keeping.freeze(db, actor, form, FreezeIn(version=form.version), now=NOW)
    assert set_keeping.ready_sets(db, run) == [form]
    set_keeping.ask_to_block(db, actor, form, BlockIn(reason="泄露"), now=NOW)
    assert set_keeping.ready_sets(db, run) == []
    with pytest.raises(NotAllowedError, match="block_needs_another"):
        set_keeping.decide_block(db, actor, form, DecideIn(way="block"), now=NOW)
    organization = db.get_one(Organization, run.paper_structure.blueprint.organization_id)
    second = actor_of(make_person(db, "exam_officer", organization=organization))
    set_keeping.decide_block(db, second, form, DecideIn(way="lift"), now=NOW)
    assert set_keeping.ready_sets(db, run) == [form]
    set_keeping.ask_to_block(db, second, form, BlockIn(reason="泄露"), now=NOW)
    set_keeping.decide_block(db, actor, form, DecideIn(way="block"), now=NOW)
    assert set_keeping.ready_sets(db, run) == []
    with pytest.raises(ConflictError, match="set_block_not_asked"):
        set_keeping.decide_block(db, second, form, DecideIn(way="lift"), now=NOW)
    acts = [each.act for each in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert acts[-4:] == ["ask_to_block_set", "lift_set_block", "ask_to_block_set", "block_set"]


def test_a_sheet_fills_sets_in_its_order_or_names_every_wrong_row(db: Session) -> None:
    run, actor = begun(db)
    single, judged = codes(db, "single"), codes(db, "true_false")
    lines = ["套题\t试题编号", f"A\t{single[1]}", f"B\t{single[1]}", f"A\t{judged[0]}"]
    rows = read_pasted("\n".join([*lines, f"A\t{single[0]}"]), COLUMNS)
    import_sets(db, actor, run, rows, now=NOW)
    assert {form.code: shown(db, form) for form in run.forms} == {
        "A": [single[1], single[0], judged[0]],
        "B": [single[1]],
    }
    proof = proof_of(db, run)
    assert (proof.overlap, proof.shared_items) == ([[3, 1], [1, 1]], 1)
    wrong = read_pasted("\n".join([*lines, "A\tnobody", "B\tnobody too"]), COLUMNS)
    with pytest.raises(InvalidInputError) as refused:
        import_sets(db, actor, run, wrong, now=NOW)
    assert [each.where for each in refused.value.problems] == ["5 · nobody", "6 · nobody too"]


def test_the_sealed_lists_of_all_sets_come_in_one_reading(db: Session) -> None:
    run, actor = begun(db)
    for code in codes(db, "single", count=3):
        form = composing.add_set(db, actor, run, SetIn())
        composing.compose(db, actor, form, ComposeIn(version=1, act="add", codes=code), now=NOW)
    db.flush()
    db.expire_all()
    forms, read = list(run.forms), list[str]()
    listener = (db.get_bind(), "before_cursor_execute", lambda *args: read.append(args[2]))
    event.listen(*listener)
    lists = held_lists(db, forms)
    event.remove(*listener)
    assert len(read) == 1
    assert [len(held) for held in lists] == [1, 1, 1]
    assert lists == [held_in(db, form) for form in forms]


def test_sets_of_one_collection_are_papers_of_their_own(db: Session) -> None:
    run, actor = begun(db)
    forms = [full(db, run, actor), full(db, run, actor)]
    organization = make_organization(db)
    for n, form in enumerate(forms):
        held = make_exam_session(db, make_batch(db, organization))
        when = NOW + timedelta(days=n)
        facts = {"body": b"", "sha256": "", "key_id": "k", "released_at": when}
        add(db, SealedForm(exam_session_id=held.id, form_id=form.id, **facts))
    later = NOW + timedelta(days=9)
    assert len(papers_before(db, run.paper_structure.blueprint, later)) == 2
