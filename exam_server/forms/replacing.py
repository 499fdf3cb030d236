"""What may come for an item of a form, the best first, and what each does to every demand.

A form is edited while people watch, in a process that may have a room to serve: so not the whole
bank is looked through but the items nearest to the one that leaves, of its range, of the ranges
that matter, and of the rest.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, EnemyPair, Item, ItemVersion, Point
from exam_server.forms.bands import ABILITIES, BY_ANSWERS, asked_kinds
from exam_server.forms.custody import Held, held_lists
from exam_server.forms.held_facts import ItemFacts, facts_chosen, item_rows
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.pooling import barred_by_papers, p_values, parameters_of
from exam_server.forms.proving import counted_in, demand_rows
from exam_server.forms.proving_bands import ProofRow, Seen, curves_of
from exam_server.forms.rules import demand_of
from itembank.demands import Demand, PoolItem, is_in_area_path
from itembank.figures import Parameters, information_of, n_words
from itembank.replacing import best_replacements

NEAREST = 1500  # items looked at of each kind
OFFERED = 10


@dataclass(frozen=True)
class Leaving:
    """A form, its items, the one that leaves, and when this is asked."""

    form: Form
    held: Sequence[Held]
    leaving: Held
    now: datetime


@dataclass(frozen=True)
class Effect:
    """What a form would be with one item for another, demand by demand, beside what it is now."""

    held: Held
    rows: list[ProofRow]  # of each: what it has now, then with the other item
    curves: dict[str, Any]

    @property
    def misses(self) -> list[ProofRow]:
        """Return the demands that the form would not meet."""
        return [row for row in self.rows if row.is_asked and not row.is_met[1]]

    @property
    def is_free_of_harm(self) -> bool:
        """Say whether every demand would be met."""
        return not self.misses


def best_effects(db: Session, asked: Leaving, *, wanted: str = "") -> list[Effect]:
    """Return what the best replacements do; ``wanted`` is an item code that comes first."""
    facts = {row[7]: row for row in candidates(db, asked, wanted=wanted)}
    chosen = _best(db, asked, facts)
    if wanted in facts:
        chosen = [wanted, *(each for each in chosen if each != wanted)]
    return effects_of(db, asked, [facts[code][0] for code in chosen])


def effects_of(db: Session, asked: Leaving, version_ids: Sequence[int]) -> list[Effect]:
    """Return what each item version would do to the form in the place of the one that leaves."""
    run, place = asked.form.run, asked.held.index(asked.leaving)
    coming = [replace(asked.leaving, item_version_id=each, drawn=None) for each in version_ids]
    lists = [[*asked.held[:place], each, *asked.held[place + 1 :]] for each in coming]
    counted = counted_in(db, run, [asked.held, *lists])
    others = _seen_beside(db, asked.form)
    rows = list(demand_rows(db, run, counted, others))
    return [
        Effect(
            each,
            [_beside(row, number) for row in rows],
            curves_of(["now", "then"], [counted.seen[0], counted.seen[number]]),
        )
        for number, each in enumerate(coming, start=1)
    ]


def _beside(row: ProofRow, number: int) -> ProofRow:
    """Return a demand's row with what a form has now and in one of its other shapes."""
    got, is_met = row.got, row.is_met
    return replace(row, got=(got[0], got[number]), is_met=(is_met[0], is_met[number]))


def standing_of(db: Session, form: Form, held: Sequence[Held]) -> list[ProofRow]:
    """Return every demand with what a form has of it now."""
    counted = counted_in(db, form.run, [held])
    return list(demand_rows(db, form.run, counted, _seen_beside(db, form)))


def _seen_beside(db: Session, form: Form) -> Sequence[Sequence[Seen]]:
    """Return what the other forms of a run hold, where it matters what forms have in common."""
    if "most_shared" not in form.run.paper_structure.demand.get("reuse", {}):
        return []
    return counted_in(db, form.run, held_lists(db, _others(form))).seen


def _others(form: Form) -> list[Form]:
    return [each for each in form.run.forms if each.id != form.id]


def candidates(db: Session, asked: Leaving, *, wanted: str = "") -> list[ItemFacts]:
    """Return the items that may come: active, of the same type, barred by nothing.

    Barred are the form's own items and their enemies, items that parallel forms have as often as
    they may, and those of earlier papers. A newer version of the item that leaves may come. For a
    pilot item another comes that is in the pilot; it and scored items share no point.
    """
    run, form_rows = asked.form.run, _rows_of(db, asked)
    leaving = form_rows[asked.held.index(asked.leaving)]
    barred = _barred(db, asked, form_rows, leaving)
    demand = demand_of(run.paper_structure.demand)
    active = [
        Item.blueprint_id == run.paper_structure.blueprint_id,
        Item.state == ("pilot" if asked.leaving.is_pilot else "active"),
        Item.type == leaving[2],
    ]
    nearest = (func.abs(Item.difficulty - leaving[3]), Item.id)
    ids: set[int] = set()
    for where in _places(demand, form_rows, leaving, wanted):
        chosen = select(Item.id).where(*active, *where).order_by(*nearest).limit(NEAREST)
        ids.update(db.scalars(chosen))
    newest = (ItemVersion.number == Item.version_number, ItemVersion.id != leaving[0])
    found: Collection[ItemFacts] = db.execute(
        facts_chosen().where(Item.id.in_(ids - barred.ids), *newest)
    ).all()
    if not asked.leaving.is_pilot:
        found = [each for each in _known_only(db, run, found) if each[7] not in barred.codes]
    points = _points_barred(asked, form_rows)
    return [row for row in found if row[4] not in points]


def _points_barred(asked: Leaving, form: Sequence[ItemFacts]) -> set[int]:
    """Return the points that may not come: those of pilot items; for one of these, all others'."""
    return {
        row[4]
        for row, held in zip(form, asked.held, strict=True)
        if held is not asked.leaving and (held.is_pilot or asked.leaving.is_pilot)
    }


@dataclass(frozen=True)
class _Barred:
    ids: frozenset[int]
    codes: frozenset[str]


def _rows_of(db: Session, asked: Leaving) -> list[ItemFacts]:
    facts = {row[0]: row for row in item_rows(db, {each.item_version_id for each in asked.held})}
    return [facts[each.item_version_id] for each in asked.held]


def _places(
    demand: Demand, form: Sequence[ItemFacts], leaving: ItemFacts, wanted: str
) -> Iterator[Sequence[ColumnElement[bool]]]:
    """Give where items are looked for: the own range, wider ones asked for, short ones, all."""
    if wanted:
        yield [Item.code == wanted]
    yield [_lies_in(Area.path == leaving[6])]
    asked = {*demand.areas, *(area for area, _ in demand.cells)}
    asked |= {band.name for band in demand.bands if band.kind in {"area", "area_marks"}}
    holding = [path for path in asked if is_in_area_path(leaving[6], path)]
    short = [
        path
        for path, count in demand.areas.items()
        if sum(is_in_area_path(row[6], path) for row in form) < count
    ]
    for path in {*sorted(holding, key=len)[-1:], *short}:
        below = Area.path.startswith(f"{path}-", autoescape=True)
        yield [_lies_in(or_(Area.path == path, below))]
    yield []


def _lies_in(area: ColumnElement[bool]) -> ColumnElement[bool]:
    points = select(Point.id).join(Area, Point.area_id == Area.id).where(area)
    return Item.point_id.in_(points)


def _barred(db: Session, asked: Leaving, form: Sequence[ItemFacts], leaving: ItemFacts) -> _Barred:
    stay = {row[1] for row in form if row[0] != leaving[0]}
    pairs = db.execute(
        select(EnemyPair.item_id, EnemyPair.enemy_id).where(
            or_(EnemyPair.item_id.in_(stay), EnemyPair.enemy_id.in_(stay))
        )
    )
    enemies = {other for pair in pairs for other in pair if other not in stay}
    structure = asked.form.run.paper_structure
    codes = barred_by_papers(db, structure, asked.now)
    return _Barred(frozenset({*stay, *enemies, *_used_up(db, asked, leaving[1])}), codes)


def _used_up(db: Session, asked: Leaving, leaving: int) -> set[int]:
    """Return the items that the parallel forms have as often as the structure lets them."""
    reuse = asked.form.run.paper_structure.demand.get("reuse", {})
    own = {each.item_version_id for each in asked.held}
    lists = [
        {each.item_version_id for each in held} for held in held_lists(db, _others(asked.form))
    ]
    items = {row[0]: row[1] for row in item_rows(db, own.union(*lists))}
    others = [{items[each] for each in versions} for versions in lists]
    mine = {items[each] for each in own} - {leaving}
    most = reuse.get("most_shared")
    full = [each for each in others if most is not None and len(each & mine) >= most]
    used = {each for other in others for each in other}
    return {
        each
        for each in used
        if sum(each in other for other in others) >= reuse.get("max_uses", 1)
        or any(each in other for other in full)
    }


def _known_only(
    db: Session, run: AssemblyRun, found: Collection[ItemFacts]
) -> Collection[ItemFacts]:
    """Leave out items without a p-value where the structure asks for it, as the assembler does."""
    if not asked_kinds(run.paper_structure.demand) & BY_ANSWERS:
        return found
    known = p_values(db, run.paper_structure.blueprint, [row[1] for row in found])
    return [row for row in found if row[7] in known]


def _best(db: Session, asked: Leaving, facts: Mapping[str, ItemFacts]) -> list[str]:
    """Return the codes of the items that harm least, the best first."""
    if not facts:
        return []
    structure, form = asked.form.run.paper_structure, _rows_of(db, asked)
    ids = [row[1] for row in (*form, *facts.values())]
    known = p_values(db, structure.blueprint, ids)
    calibrated = parameters_of(db, structure.blueprint, ids)
    leaving = form[asked.held.index(asked.leaving)]
    # the item that leaves may come back in a newer version: told apart from its old self
    is_pilot = asked.leaving.is_pilot
    counting = [
        row
        for row, held in zip(form, asked.held, strict=True)
        if held is asked.leaving or not (is_pilot or held.is_pilot)
    ]
    own = [_pool_item(row, known, calibrated, old=row[0] == leaving[0]) for row in counting]
    others = [_pool_item(row, known, calibrated) for row in facts.values()]
    demand = Demand({leaving[2]: 1}) if is_pilot else demand_of(structure.demand)
    found = best_replacements(own, f"{leaving[7]} ", others, demand, n_best=OFFERED)
    return [each.id for each in found]


def _pool_item(
    row: ItemFacts,
    known: Mapping[str, float],
    calibrated: Mapping[str, Parameters],
    *,
    old: bool = False,
) -> PoolItem:
    p_value = known.get(row[7])
    abilities = [float(each) for each in ABILITIES]
    information: list[float] = []
    if p_value is not None:
        own = [calibrated.get(row[7])]
        information = information_of([p_value], abilities, own)[:, 0].tolist()
    return PoolItem(
        id=f"{row[7]} " if old else row[7],
        type=row[2],
        area=row[6],
        point=str(row[4]),
        importance=row[5],
        difficulty=float(row[3]),
        p_value=p_value,
        information=dict(zip(ABILITIES, information, strict=False)),
        words=n_words(row[8]),
    )
