"""Candidates' own forms try pilot items too: as many each, unseen ones, the same draw again."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from exam_server.forms.custody import Held, held_in
from exam_server.forms.own_forms import Pool, Whom, barred_in, draw_forms, pool_of_run
from tests.exam_server.analysis.test_trials import N_PILOTS, N_SCORED, assembled

MOST_ALIKE = 4
N_CANDIDATES = 6
ALL = Whom(standing=[], seen=[], pairs=[], most_alike=MOST_ALIKE, barred=[])


def ids_in(form: Collection[Held]) -> set[int]:
    return {each.item_version_id for each in form}


def tried_in(pool: Pool, form: Collection[Held]) -> set[int]:
    """Return the ids of the pilot items in a form."""
    return {pool.stock.item_ids[each.item_version_id] for each in form if each.is_pilot}


def test_own_forms_try_pilot_items_nobody_has_had_and_the_same_again(db: Session) -> None:
    run = assembled(db)
    pool = pool_of_run(db, run)
    assert len(pool.stock.pilots) == N_PILOTS * len(run.forms)
    assert barred_in(db, pool) == []
    had = pool.stock.item_ids[pool.stock.pilots[0]]
    neighbours = [(n, n + 1) for n in range(N_CANDIDATES - 1)]
    whom = replace(ALL, seen=[[had], *[[]] * (N_CANDIDATES - 1)], pairs=neighbours)
    forms = draw_forms(db, run, pool, whom, part=0)
    assert forms == draw_forms(db, run, pool, whom, part=0)
    assert len(forms) == N_CANDIDATES
    for form in forms:
        assert len(tried_in(pool, form)) == N_PILOTS
        assert [each.position for each in form] == list(range(1, N_SCORED + N_PILOTS + 1))
        assert [each.section for each in form] == [1] * 6 + [2] * 2
        assert len(ids_in(form)) == len(form)
    assert had not in tried_in(pool, forms[0])
    for one, other in neighbours:
        assert len(ids_in(forms[one]) & ids_in(forms[other])) <= MOST_ALIKE


def test_a_newcomer_has_no_more_in_common_with_a_form_that_stands(db: Session) -> None:
    run = assembled(db)
    standing = run.forms[0]
    whom = replace(ALL, standing=[standing.id], seen=[[]], pairs=[(0, 1)])
    (form,) = draw_forms(db, run, pool_of_run(db, run), whom, part=1)
    assert [each.is_pilot for each in form].count(True) == N_PILOTS
    assert len(ids_in(form) & ids_in(held_in(db, standing))) <= MOST_ALIKE


def test_a_pilot_item_that_left_the_pilot_is_tried_no_more(db: Session) -> None:
    run = assembled(db)
    pool = pool_of_run(db, run)
    withdrawn = pool.stock.pilots[0]
    item_id = pool.stock.item_ids[withdrawn]
    whom = replace(ALL, seen=[[], []], pairs=[], barred=[item_id])
    for form in draw_forms(db, run, pool, whom, part=0):
        assert item_id not in tried_in(pool, form)
