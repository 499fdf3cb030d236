"""What a bank has and what it should have: per point, per range and per type."""

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Item, Point
from exam_server.errors import InvalidInputError, Problem
from itembank.blueprint import items_per_area
from itembank.blueprint_kinds import LEVELS, is_for
from itembank.items.registry import TYPES

MOST_WANTED = 100_000
Counts = dict[str, int]  # by item type
COUNTED = {"active": "active", "draft": "drafts", "stored": "kept", "pilot": "kept"}


@dataclass
class Stock:
    """Items by type: active, drafts, kept (in store or on trial), and how many are wanted."""

    active: Counts = field(default_factory=Counter)
    drafts: Counts = field(default_factory=Counter)
    kept: Counts = field(default_factory=Counter)
    wanted: Counts = field(default_factory=Counter)

    @property
    def n_active(self) -> int:
        """Return the number of active items."""
        return sum(self.active.values())

    @property
    def n_drafts(self) -> int:
        """Return the number of drafts."""
        return sum(self.drafts.values())

    @property
    def n_wanted(self) -> int:
        """Return how many active items are wanted; 0 where the bank has no goal."""
        return sum(self.wanted.values())

    def add(self, other: "Stock") -> None:
        """Count another's items in."""
        for name in ("active", "drafts", "kept", "wanted"):
            mine: Counter[str] = getattr(self, name)
            mine.update(getattr(other, name))


@dataclass(frozen=True)
class Leaf:
    """A point of the tree."""

    point: Point
    code: str
    stock: Stock


@dataclass(frozen=True)
class Branch:
    """A range of the tree with what lies in it."""

    area: Area
    points: list[Leaf]
    below: list["Branch"]
    stock: Stock


def supply_tree(
    db: Session, blueprint: Blueprint, *, level: str = "", work_type: str = ""
) -> list[Branch]:
    """Return ranges and points as a tree, each with its stock; one query for all counts.

    With a skill level or work type only the points that are for it.
    """
    stocks = _stocks(db, blueprint)
    shown = {
        point.id
        for area in blueprint.areas
        for point in area.points
        if is_for(point.levels, point.work_types or (), level=level, work_type=work_type)
    }
    areas = blueprint.areas
    tree = [_branch(area, areas, stocks, shown) for area in _below(areas, None)]
    for name, total in (blueprint.goals or {}).items():
        _share(tree, name, int(total))
    for branch in tree:
        _total(branch)
    return tree


def kinds_of(blueprint: Blueprint) -> tuple[str, list[str]]:
    """Return the skill levels and work types that points of a bank name."""
    points = [point for area in blueprint.areas for point in area.points]
    levels = "".join(each for each in LEVELS if any(each in p.levels for p in points))
    named = (name for point in points for name in point.work_types or ())
    return levels, list(dict.fromkeys([*(blueprint.work_types or ()), *named]))


def set_goals(db: Session, actor: Actor, blueprint: Blueprint, wanted: Mapping[str, str]) -> None:
    """Say how many active items of each type a bank should have; raises ``goals_wrong``."""
    goals, problems = {}, []
    for name in TYPES:
        text = wanted.get(name, "").strip() or "0"
        if not text.isdecimal() or int(text) > MOST_WANTED:
            problems.append(Problem(f"goal_{name}", "goal_not_a_number", {"most": MOST_WANTED}))
        elif int(text):
            goals[name] = int(text)
    if problems:
        raise InvalidInputError("goals_wrong", problems)
    blueprint.goals = goals or None
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "set_goals", by=actor.id, of=of, detail=dict(goals))


def in_order(code: str) -> list[tuple[int, str]]:
    """Return what sorts codes as people count: 2 before 10.

    Examples
    --------
    >>> sorted(["10", "2", "B"], key=in_order)
    ['2', '10', 'B']
    """
    parts = re.findall(r"\d+|\D+", code)
    return [(int(part), "") if part.isdecimal() else (MOST_WANTED, part) for part in parts]


def branches_in(tree: Sequence[Branch]) -> list[Branch]:
    """Return every range of a tree, parents before what lies below them."""
    return [each for branch in tree for each in (branch, *branches_in(branch.below))]


def _stocks(db: Session, blueprint: Blueprint) -> dict[int, Stock]:
    counted = (
        select(Item.point_id, Item.state, Item.type, func.count())
        .where(Item.blueprint_id == blueprint.id, Item.state.in_(list(COUNTED)))
        .group_by(Item.point_id, Item.type, Item.state)  # as the index goes
    )
    stocks: dict[int, Stock] = {}
    for point_id, state, name, count in db.execute(counted):
        stock = stocks.setdefault(point_id, Stock())
        getattr(stock, COUNTED[state])[name] += count
    return stocks


def _branch(
    area: Area, areas: Sequence[Area], stocks: Mapping[int, Stock], shown: Container[int]
) -> Branch:
    points = [
        Leaf(point, f"{area.path}-{point.code}", stocks.get(point.id) or Stock())
        for point in sorted(area.points, key=lambda point: in_order(point.code))
        if point.id in shown
    ]
    below = [_branch(each, areas, stocks, shown) for each in _below(areas, area.id)]
    return Branch(area, points, below, Stock())


def _below(areas: Sequence[Area], parent_id: int | None) -> list[Area]:
    found = (area for area in areas if area.parent_id == parent_id)
    return sorted(found, key=lambda area: in_order(area.code))


def _share(branches: Sequence[Branch], name: str, total: int) -> None:
    """Share a number of items of a type out over ranges and, inside each, over its points.

    By weight where all ranges beside each other have one, else by their numbers of points.
    """
    if not branches or not total:
        return
    weights = [branch.area.weight for branch in branches]
    if None in weights or not sum(each or 0 for each in weights):
        weights = [Decimal(_n_points(branch)) for branch in branches]
    if not sum(each or 0 for each in weights):
        weights = [Decimal(1) for _ in branches]
    paths = {b.area.path: w or Decimal(0) for b, w in zip(branches, weights, strict=True)}
    shares = items_per_area(paths, total)
    for branch in branches:
        share = shares[branch.area.path]
        open_points = [leaf for leaf in branch.points if leaf.point.retired_reason is None]
        if branch.below:
            _share(branch.below, name, share)
        elif open_points:
            each = items_per_area({leaf.code: Decimal(1) for leaf in open_points}, share)
            for leaf in open_points:
                leaf.stock.wanted[name] = each[leaf.code]
        else:
            branch.stock.wanted[name] = share


def _n_points(branch: Branch) -> int:
    return len(branch.points) + sum(map(_n_points, branch.below))


def _total(branch: Branch) -> Stock:
    for leaf in branch.points:
        branch.stock.add(leaf.stock)
    for each in branch.below:
        branch.stock.add(_total(each))
    return branch.stock
