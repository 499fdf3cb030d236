"""Assembly over a stored bank: what is taken, what is kept, and the same again from the seed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session, object_session

from exam_server.bank.models import EnemyPair, Item, ItemVersion
from exam_server.errors import ConflictError
from exam_server.forms.assembling import snapshot, solve, store_forms
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.custody import held_in, seal_items, versions_of
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.forms.proving import proof_of
from itembank.assembly import Infeasible
from tests.factories import NOW, add, make_blueprint, make_item, make_organization

DEMAND: dict[str, Any] = {
    "sections": [
        {"type": "single", "title": "单选", "count": 4, "mark": "1.5"},
        {"type": "true_false", "title": "判断", "count": 2, "mark": "0.5"},
    ],
    "areas": {"A": 3, "B": 3},
}


def make_structure(db: Session, **demand: Any) -> PaperStructure:
    """Add a bank of 2 ranges × 6 points × 2 types and a structure of six items."""
    blueprint = make_blueprint(db, make_organization(db), n_points=6)
    for area in blueprint.areas:
        for point in area.points:
            make_item(db, point)
            make_item(db, point, type="true_false")
    structure = PaperStructure(
        blueprint=blueprint, title="卷", minutes=60, demand={**DEMAND, **demand}, created_at=NOW
    )
    return add(db, structure)


def assembled(db: Session, structure: PaperStructure, *, seed: int = 5) -> AssemblyRun:
    run = AssemblyRun(paper_structure=structure, n_forms=2, created_at=NOW)
    add(db, run)
    pool = pool_of(db, structure)
    store_forms(db, run, solve(structure, [item for item, _ in pool], 2, seed), pool)
    return run


def session_of(run: AssemblyRun) -> Session:
    found = object_session(run)
    assert found is not None
    return found


def papers(run: AssemblyRun) -> list[list[tuple[int, int, Decimal, int]]]:
    return [
        [
            (each.position, each.section, each.mark, each.item_version_id)
            for each in held_in(session_of(run), form)
        ]
        for form in run.forms
    ]


def test_the_same_seed_and_bank_give_the_same_papers(db: Session) -> None:
    structure = make_structure(db)
    first, again = assembled(db, structure), assembled(db, structure)
    assert papers(first) == papers(again)
    assert first.bank_sha256 == again.bank_sha256
    others = [assembled(db, structure, seed=seed) for seed in range(6, 10)]
    assert any(papers(other) != papers(first) for other in others)


def test_items_stand_by_section_in_canonical_order_with_their_marks(db: Session) -> None:
    for paper in papers(assembled(db, make_structure(db))):
        assert [(position, section, mark) for position, section, mark, _ in paper] == [
            *((n, 1, Decimal("1.5")) for n in (1, 2, 3, 4)),
            *((n, 2, Decimal("0.5")) for n in (5, 6)),
        ]


def test_the_proof_counts_what_the_forms_have(db: Session) -> None:
    structure = make_structure(
        db, cells=[{"area": "A", "type": "true_false", "count": 2}], difficulty=[2.5, 3.5]
    )
    proof = proof_of(db, assembled(db, structure))
    rows = {(row.kind, row.name): row for row in proof.rows}
    assert rows["type", "single"].got == ("4", "4")
    assert rows["area", "A"].got == ("3", "3")
    assert rows["cell", "A true_false"].got == ("2", "2")
    assert rows["difficulty", ""].got == ("3.00", "3.00")
    assert rows["repeats", ""].got == ("0", "0")
    assert rows["enemies_together", ""].got == ("0", "0")
    assert all(all(row.is_met) for row in proof.rows)
    assert proof.shared_items == 0


def test_a_form_that_misses_its_demand_is_shown_as_missing_it(db: Session) -> None:
    run = assembled(db, make_structure(db))
    first, second = run.forms
    own, others = held_in(db, second), held_in(db, first)
    seal_items(db, second, [replace(own[0], item_version_id=others[0].item_version_id), *own[1:]])
    versions = versions_of(db, [others[0].item_version_id, own[1].item_version_id])
    one, other = sorted(each.item_id for each in versions.values())
    db.add(EnemyPair(item_id=one, enemy_id=other))
    run.paper_structure.demand = {**DEMAND, "areas": {"A": 2}, "difficulty": [1.0, 2.0]}
    db.flush()
    proof = proof_of(db, run)
    missed = {row.kind for row in proof.rows if not all(row.is_met)}
    assert {"area", "difficulty"} <= missed
    assert [row.got for row in proof.rows if row.kind == "enemies_together"] == [("0", "1")]
    assert proof.shared_items == 1


@pytest.mark.parametrize("state", ["draft", "suspended", "retired"])
def test_only_active_items_are_taken(db: Session, state: str) -> None:
    structure = make_structure(db)
    before = pool_of(db, structure)
    item = db.get_one(ItemVersion, before[0][1]).item
    item.state = state
    db.flush()
    assert [each for each, _ in pool_of(db, structure)] == [each for each, _ in before[1:]]


def test_the_newest_version_is_taken_and_changes_the_snapshot(db: Session) -> None:
    structure = make_structure(db)
    before = pool_of(db, structure)
    item: Item = db.get_one(ItemVersion, before[0][1]).item
    old = item.versions[0]
    newer = ItemVersion(
        item=item,
        number=2,
        type="single",
        content=old.content,
        key=old.key,
        search_text="",
        created_at=NOW,
    )
    item.version_number = 2
    add(db, newer)
    after = pool_of(db, structure)
    assert after[0] == (before[0][0], newer.id)
    assert snapshot(after) != snapshot(before)


def test_enemies_name_each_other_and_change_the_snapshot(db: Session) -> None:
    structure = make_structure(db)
    before = pool_of(db, structure)
    left, right = (db.get_one(ItemVersion, version_id).item for _, version_id in before[:2])
    low, high = sorted([left.id, right.id])
    add(db, EnemyPair(item_id=low, enemy_id=high))
    after = pool_of(db, structure)
    assert [item.enemies for item, _ in after[:2]] == [
        frozenset({right.code}),
        frozenset({left.code}),
    ]
    assert snapshot(after) != snapshot(before)


def test_a_short_cell_is_named_and_no_form_is_stored(db: Session) -> None:
    short = [{"area": "B", "type": "true_false", "count": 4}]
    sections = [{"type": "true_false", "title": "判断", "count": 6, "mark": "1"}]
    run = assembled(db, make_structure(db, sections=sections, areas={}, cells=short))
    assert run.forms == []
    assert run.result is not None
    assert {"kind": "cell", "name": "B true_false", "need": 8, "have": 6} in run.result["shortages"]


def test_a_run_keeps_the_forms_it_has(db: Session) -> None:
    run = assembled(db, make_structure(db))
    before = papers(run)
    with pytest.raises(ConflictError, match="forms_exist"):
        store_forms(db, run, Infeasible(()), [])
    assert papers(run) == before
