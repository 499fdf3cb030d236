"""Bands, exclusions and the proof over a stored bank; the same forms again after the release."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Item, ItemFigure
from exam_server.forms.assembling import snapshot, solve, store_forms
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.custody import held_in
from exam_server.forms.models import AssemblyRun, PaperStructure, SealedForm
from exam_server.forms.pooling import Pool, papers_before, pool_for
from exam_server.forms.proof_sheets import proof_facts
from exam_server.forms.proving import proof_of
from exam_server.forms.proving_bands import ProofRow
from exam_server.programmes.models import Organization
from itembank.assembly import Infeasible
from itembank.demands import PoolItem
from tests.exam_server.forms.test_assembling import make_structure, session_of
from tests.factories import NOW, add, make_batch, make_exam_session

LATER = NOW + timedelta(days=1)
# Of one item, as runs have stored it since there are runs.
EARLIER_HASH = "cbc10a4e63a4d7dc580b6f84a04a72189c5d131ac7009dc39ef9c4ba1d0d9fd1"


def assembled(structure: PaperStructure, db: Session, *, n_forms: int = 1) -> AssemblyRun:
    run = add(db, AssemblyRun(paper_structure=structure, n_forms=n_forms, created_at=LATER))
    pool = pool_for(db, structure, before=run.created_at)
    found = solve(structure, [item for item, _ in pool.entries], n_forms, 5)
    store_forms(db, run, found, pool.entries, left_out=pool.left_out)
    return run


def released(db: Session, run: AssemblyRun) -> None:
    """Release the forms of a run: what the seats' copy says does not matter here."""
    organization = db.get_one(Organization, run.paper_structure.blueprint.organization_id)
    exam_session = make_exam_session(db, make_batch(db, organization))
    for form in run.forms:
        sealed = {"body": b"", "sha256": "", "key_id": form.key_id, "released_at": NOW}
        add(db, SealedForm(exam_session_id=exam_session.id, form_id=form.id, **sealed))


def answered(db: Session) -> None:
    """Give every item a p-value between 0.4 and 0.8 of forty persons."""
    for place, item in enumerate(db.scalars(select(Item).order_by(Item.id))):
        figure = {"version_number": 1, "persons": 40, "computed_at": NOW}
        add(db, ItemFigure(item_id=item.id, difficulty=0.4 + 0.1 * (place % 5), **figure))


def lists(run: AssemblyRun) -> list[list[int]]:
    db = session_of(run)
    return [[each.item_version_id for each in held_in(db, form)] for form in run.forms]


def rows_of(run: AssemblyRun) -> dict[str, ProofRow]:
    return {row.kind: row for row in proof_of(session_of(run), run).rows}


def test_an_unchanged_bank_keeps_its_hash_whatever_the_assembler_learns_to_ask() -> None:
    item = PoolItem("i1", "single", "A", "A-001", "X", 2.0, frozenset({"i2"}))
    assert snapshot([(item, 7)]) == EARLIER_HASH


def test_a_paper_takes_only_points_for_its_level_and_work_type(db: Session) -> None:
    structure = make_structure(db)
    items = list(db.scalars(select(Item).order_by(Item.code)))
    other = items[0].point
    other.levels, other.work_types = "32", ["普通车床"]

    def codes(**kinds: str) -> set[str]:
        structure.demand = {**structure.demand, **kinds}
        return {item.id for item, _ in pool_of(db, structure)}

    all_codes = {item.code for item in items}
    of_other = {item.code for item in items if item.point_id == other.id}
    assert codes() == codes(level="3") == codes(work_type="普通车床") == all_codes
    assert codes(level="4") == codes(level="3", work_type="数控车床") == all_codes - of_other


def test_items_of_the_last_papers_do_not_come_again(db: Session) -> None:
    structure = make_structure(db)
    first = assembled(structure, db)
    assert papers_before(db, structure.blueprint, LATER) == []
    released(db, first)
    structure.demand = {**structure.demand, "reuse": {"last_papers": 1}}
    second = assembled(structure, db)
    assert not {*lists(first)[0]} & {*lists(second)[0]}
    assert second.result is not None
    assert second.result["left_out"] == {"last_papers": 6}
    assert rows_of(second)["last_papers"].got == ("0",)
    structure.demand = {**structure.demand, "reuse": {"most_times_used": 1}}
    assert pool_for(db, structure, before=LATER).left_out == {"most_times_used": 6}
    structure.demand = {**structure.demand, "reuse": {"most_times_used": 2}}
    assert pool_for(db, structure, before=LATER).left_out == {}


def test_a_run_is_made_again_from_its_seed_after_its_own_release(db: Session) -> None:
    structure = make_structure(db, reuse={"last_papers": 3})
    run = assembled(structure, db)
    structure_before = run.bank_sha256
    sealed_at = run.created_at + timedelta(hours=1)
    released(db, run)
    for sealed in db.scalars(select(SealedForm)):
        sealed.released_at = sealed_at
    db.flush()
    again = assembled(structure, db)
    assert (again.bank_sha256, lists(again)) == (structure_before, lists(run))


def test_bands_are_kept_and_proven(db: Session) -> None:
    bands = [
        {"kind": "area_marks", "name": "A", "low": "3.5", "high": "4"},
        {"kind": "p_value", "name": "", "low": "0.55", "high": "0.65"},
        {"kind": "information", "name": "0", "low": "1.3", "high": None},
        {"kind": "words", "name": "", "low": "1", "high": None},
    ]
    structure = make_structure(db, bands=bands)
    answered(db)
    run = assembled(structure, db, n_forms=2)
    assert len(run.forms) == 2
    rows = rows_of(run)
    for kind in ("area_marks", "p_value", "information", "words"):
        assert rows[f"band_{kind}"].is_kept, rows[f"band_{kind}"]
    assert rows["band_area_marks"].asked == "3.5–4"
    curves = proof_of(db, run).curves["curves"]
    assert [each["form"] for each in curves] == ["A", "B"]
    for curve in curves:
        assert curve["expected"] == sorted(curve["expected"])
        assert float(rows["band_information"].got[0]) >= 1.3
    apart = max(abs(a - b) for a, b in zip(*(each["expected"] for each in curves), strict=True))
    assert f"by {apart:.3f}" in proof_facts(db, run, language="en", words={}, now=NOW)["spread"]


def test_a_band_that_is_broken_later_is_shown_as_broken(db: Session) -> None:
    run = assembled(make_structure(db), db)
    band = {"kind": "area_marks", "name": "A", "low": None, "high": "0.5"}
    run.paper_structure.demand = {**run.paper_structure.demand, "bands": [band]}
    assert not rows_of(run)["band_area_marks"].is_kept


def test_without_figures_there_are_no_curves_and_nothing_to_take_by_them(db: Session) -> None:
    structure = make_structure(db)
    assert proof_of(db, assembled(structure, db)).curves["curves"] == []
    band = {"kind": "p_value", "name": "", "low": "0.5", "high": None}
    structure.demand = {**structure.demand, "bands": [band]}
    assert pool_for(db, structure, before=LATER) == Pool([], {"no_figures": 24})


def test_forms_share_no_more_than_they_may(db: Session) -> None:
    sections = [{"type": "single", "title": "单选", "count": 8, "mark": "1"}]
    reuse = {"max_uses": 2, "most_shared": 5}
    structure = make_structure(db, sections=sections, areas={}, reuse=reuse)
    run = assembled(structure, db, n_forms=2)
    proof = proof_of(db, run)
    assert proof.overlap[0][1] == proof.overlap[1][0] == len({*lists(run)[0]} & {*lists(run)[1]})
    assert 4 <= proof.overlap[0][1] <= 5  # twelve items for sixteen places
    assert rows_of(run)["most_shared"].is_kept
    assert [proof.overlap[each][each] for each in (0, 1)] == [8, 8]


@pytest.mark.parametrize("most", [0, 3])
def test_demands_that_exclude_each_other_are_stored_as_a_conflict(db: Session, most: int) -> None:
    bands: list[dict[str, Any]] = [
        {"kind": "area", "name": "A", "low": "4", "high": None},
        {"kind": "area_marks", "name": "A", "low": None, "high": str(most)},
    ]
    structure = make_structure(db, areas={}, bands=bands)
    run = assembled(structure, db)
    assert run.forms == []
    assert run.result is not None
    assert run.result["conflict"] or run.result["shortages"]
    pool = [item for item, _ in pool_of(db, structure)]
    assert isinstance(solve(structure, pool, 1, 5), Infeasible)
