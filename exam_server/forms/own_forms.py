"""Forms of their own: each candidate's drawn from the solved forms of a run, the pool.

The solved forms are laid side by side in cells of items that stand for one another; a candidate's
form has one item of each cell, at the same place, in the same section and for the same mark.
What a draw was made from is kept, so that the same seed and bank make the same forms again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Item
from exam_server.errors import ConflictError
from exam_server.forms.assembling import snapshot
from exam_server.forms.bands import ABILITIES
from exam_server.forms.bank_pool import enemies_of
from exam_server.forms.custody import Held, held_in
from exam_server.forms.held_facts import ItemFacts, item_rows
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.own_pilots import Around, Stock, with_pilots
from exam_server.forms.pooling import p_values
from exam_server.forms.rules import demand_of
from exam_server.forms.seeds import number_of
from itembank.demand_models import demand_model, unit_rows
from itembank.demands import PoolItem
from itembank.drawing import Drawn as Values
from itembank.figures import information_of, n_words
from itembank.parallel_forms.keeping_apart import Neighbours
from itembank.parallel_forms.linear_on_the_fly import Cells, Drawn, cells_of, draw
from itembank.parallel_forms.model import FormModel, IntArray

UNKNOWN_P = 0.5  # of an item that nobody gets any more
FEWEST_FORMS = 2


@dataclass(frozen=True)
class Whom:
    """For whom forms are drawn: what each has had (item ids), and who sits beside whom.

    ``standing`` are the ids of forms drawn earlier; in ``pairs`` they are counted first.
    ``barred`` items nobody gets: they are no longer active, or on trial.
    """

    standing: Sequence[int]
    seen: Sequence[Sequence[int]]
    pairs: Sequence[tuple[int, int]]
    most_alike: int
    barred: Sequence[int]

    def stored(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Pool:
    """The solved forms of a run in cells, as the rule takes them.

    ``places`` says which item version is which unit; ``template`` gives the first solved form's
    places, cell by cell; ``values`` are those its forms drew, which go with the item; ``sha256``
    stands for all that the draw sees of the bank.
    """

    model: FormModel
    cells: Cells
    version_ids: Sequence[int]
    places: Mapping[int, int]
    template: Sequence[Held]
    values: Mapping[int, Values]
    stock: Stock
    sha256: str


def pool_of_run(db: Session, run: AssemblyRun) -> Pool:
    """Lay the forms of a run side by side; raises ConflictError: ``no_pool_for_own_forms``."""
    whole = [held_in(db, form) for form in run.forms]
    lists = [[each for each in held if not each.is_pilot] for held in whole]
    ids = [each.item_version_id for held in lists for each in held]
    if len(lists) < FEWEST_FORMS or len(set(ids)) < len(ids) or len({*map(len, lists)}) > 1:
        raise ConflictError("no_pool_for_own_forms")
    facts = sorted(item_rows(db, ids), key=lambda row: row[7])
    items = _pool_items(db, run, facts)
    unit_of = {row[0]: unit for unit, row in enumerate(facts)}
    demand = demand_of(run.paper_structure.demand)
    model = demand_model(unit_rows(items, demand), demand, len(lists))
    kinds: IntArray = np.unique([item.type for item in items], return_inverse=True)[1]
    forms = [np.array([unit_of[each.item_version_id] for each in held]) for held in lists]
    cells = cells_of(model, forms, kinds)
    first = {unit_of[each.item_version_id]: each for each in lists[0]}
    values = {each.item_version_id: each.drawn for held in whole for each in held if each.drawn}
    stock = _stock(db, run, whole, values)
    tried = [(stock.items[each], each) for each in stock.pilots]
    return Pool(
        model=model,
        cells=cells,
        version_ids=[row[0] for row in facts],
        places={row[1]: unit for unit, row in enumerate(facts)},
        values=values,
        template=[first[unit] for unit in cells.units[:, 0].tolist()],
        stock=stock,
        sha256=snapshot([(item, row[0]) for item, row in zip(items, facts, strict=True)], tried),
    )


def _stock(
    db: Session, run: AssemblyRun, lists: Sequence[Sequence[Held]], values: Mapping[int, Values]
) -> Stock:
    """Return the pilot items of solved forms, and every item beside which one may stand."""
    held = [each for form in lists for each in form]
    pilots = sorted({each.item_version_id for each in held if each.is_pilot})
    facts = item_rows(db, {each.item_version_id for each in held}) if pilots else []
    items = _pool_items(db, run, facts) if pilots else []
    return Stock(
        pilots=pilots,
        items={row[0]: item for row, item in zip(facts, items, strict=True)},
        item_ids={row[0]: row[1] for row in facts},
        values=values,
        stored=run.paper_structure.demand,
    )


def barred_in(db: Session, pool: Pool) -> list[int]:
    """Return the items of a pool that are no longer active, or no longer in the pilot."""
    tried = {pool.stock.item_ids[each] for each in pool.stock.pilots}
    active = select(Item.id).where(Item.id.in_(pool.places), Item.state == "active")
    pilots = select(Item.id).where(Item.id.in_(tried), Item.state == "pilot")
    return sorted((pool.places.keys() | tried) - {*db.scalars(active), *db.scalars(pilots)})


def draw_forms(
    db: Session, run: AssemblyRun, pool: Pool, whom: Whom, *, part: int
) -> list[list[Held]]:
    """Draw the forms of a run's ``part``-th draw; the same seed, pool and facts give the same.

    Raises ConflictError: ``own_forms_seen``, ``own_forms_rows``, ``own_forms_neighbours``,
    ``own_forms_pilots``.
    """
    n_drawn = len(whom.seen)
    seen = np.zeros((n_drawn, len(pool.version_ids)), dtype=np.bool_)
    for had, items in zip(seen, whom.seen, strict=True):
        had[[pool.places[each] for each in (*items, *whom.barred) if each in pool.places]] = True
    number = number_of(db, run)
    standing = [held_in(db, db.get_one(Form, each)) for each in whom.standing]
    found = draw(
        pool.model,
        pool.cells,
        n_drawn,
        np.random.default_rng([number, part]),
        seen=seen,
        neighbours=Neighbours([(left, right) for left, right in whom.pairs], whom.most_alike),
        standing=_standing(pool, standing),
    )
    if not isinstance(found, Drawn):
        raise ConflictError(f"own_forms_{found.reason}", count=len(found.forms))
    forms = [_held(pool, form) for form in found.forms[len(whom.standing) :].tolist()]
    barred = [frozenset([*had, *whom.barred]) for had in whom.seen]
    around = Around(standing, barred, whom.pairs, whom.most_alike)
    return with_pilots(pool.stock, forms, around, np.random.default_rng([number, part, 1]))


def _standing(pool: Pool, standing: Sequence[Sequence[Held]]) -> IntArray:
    """Return the units of forms that stand already, cell by cell: by their places among scored."""
    unit_of = {version_id: unit for unit, version_id in enumerate(pool.version_ids)}
    places = np.argsort(np.argsort([each.position for each in pool.template]))
    forms: IntArray = np.zeros((len(standing), len(places)), dtype=np.int64)
    for row, held in zip(forms, standing, strict=True):
        scored = [each for each in held if not each.is_pilot]
        row[:] = [unit_of[scored[place].item_version_id] for place in places.tolist()]
    return forms


def _held(pool: Pool, units: Sequence[int]) -> list[Held]:
    held = [
        replace(
            place,
            item_version_id=pool.version_ids[unit],
            drawn=pool.values.get(pool.version_ids[unit]),
        )
        for place, unit in zip(pool.template, units, strict=True)
    ]
    return sorted(held, key=lambda each: each.position)


def _pool_items(db: Session, run: AssemblyRun, facts: Sequence[ItemFacts]) -> list[PoolItem]:
    """Return the items as rows count them; those that nobody gets any more stay in their cells."""
    blueprint = run.paper_structure.blueprint
    enemies = enemies_of(db, blueprint, {row[1]: row[7] for row in facts})
    known = p_values(db, blueprint)
    values = [known.get(row[7], UNKNOWN_P) for row in facts]
    information = information_of(values, [float(each) for each in ABILITIES]).T.tolist()
    return [
        PoolItem(
            id=row[7],
            type=row[2],
            area=row[6],
            point=f"{row[6]}-{row[4]}",
            importance=row[5],
            difficulty=float(row[3]),
            enemies=frozenset(enemies.get(row[1], ())),
            p_value=value,
            information=dict(zip(ABILITIES, informs, strict=True)),
            words=n_words(row[8]),
        )
        for row, value, informs in zip(facts, values, information, strict=True)
    ]
