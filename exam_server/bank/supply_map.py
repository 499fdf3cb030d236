"""The supply map: ranges and points by types, with stock, review, use and quality of items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Integer, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint, Item, ItemFigure
from exam_server.bank.reviewing import was_sent_back
from exam_server.bank.supply import Branch, Stock
from exam_server.bank.supply_wants import Wants
from exam_server.clock import SITE_ZONE
from exam_server.supply_facts import PaperFacts, Place
from itembank.demands import Demand
from itembank.draws import Draw, Stack, simulate


@dataclass
class Square:
    """What is known of the items of a range or point and a type."""

    active: int = 0
    drafts: int = 0
    sent_back: int = 0
    kept: int = 0  # through all reviews, in store or on trial
    used: int = 0  # active items that stood in a paper that is over
    uses: int = 0
    known: int = 0  # active items with figures
    p_sum: float = 0.0
    flagged: int = 0
    wanted: int = 0

    @property
    def in_review(self) -> int:
        """Return how many drafts wait for a review."""
        return self.drafts - self.sent_back

    @property
    def mean_p(self) -> float | None:
        """Return the mean p-value of the items with figures."""
        return self.p_sum / self.known if self.known else None

    @property
    def level(self) -> str:
        """Return how the stock compares: ``none`` wanted, ``met``, ``half`` or ``short``."""
        if not self.wanted:
            return "none"
        if self.active >= self.wanted:
            return "met"
        return "half" if 2 * self.active >= self.wanted else "short"

    def add(self, other: "Square") -> None:
        """Count another's items in; what is wanted is said for each range by itself."""
        own = ("active", "drafts", "sent_back", "kept", "used", "uses", "known", "p_sum", "flagged")
        for name in own:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class MapRow:
    """A range or point, and its items by type; ``tier`` of a point is one below its range's.

    The row of tier 0, without a code, is the whole bank.
    """

    code: str
    name: str
    tier: int
    squares: Mapping[str, Square]
    total: Square
    n_points: int = 0  # of a range itself
    weight: object = None
    importance: str | None = None
    is_point: bool = False
    is_retired: bool = False


@dataclass
class Extra:
    """What queries of their own tell, by place."""

    sent_back: Mapping[Place, int] = field(default_factory=dict)
    figures: Mapping[Place, tuple[int, float, int]] = field(default_factory=dict)


def year_of(now: datetime) -> datetime:
    """Return when the year began, where the server stands."""
    local = now.astimezone(SITE_ZONE)
    return local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def rows_of(  # noqa: PLR0913 - all that a map shows
    db: Session,
    blueprint: Blueprint,
    tree: Sequence[Branch],
    facts: PaperFacts,
    wants: Wants,
    *,
    opened: str = "",
    with_figures: bool = True,
) -> list[MapRow]:
    """Return the ranges as the tree goes, and the points of the one that is opened."""
    figures = _figures(db, blueprint) if with_figures else {}
    extra = Extra(_sent_back(db, blueprint), figures)
    below = [row for branch in tree for row in _rows(branch, facts, extra, wants, opened)]
    squares = _sums([row for row in below if row.tier == 1])
    _want("", squares, wants)
    return [MapRow("", "", 0, squares, _together("", squares, wants)), *below]


def draw_of(
    tree: Sequence[Branch],
    facts: PaperFacts,
    demand: Demand,
    *,
    wanted: int,
    most_uses: int,
    most_shared: int | None = None,
) -> Draw:
    """Say how many papers the active items carry; those of retired points count not."""
    return simulate(
        list(_stacks(tree, facts)),
        demand,
        wanted=wanted,
        most_uses=most_uses,
        most_shared=most_shared,
    )


def _stacks(tree: Sequence[Branch], facts: PaperFacts) -> Iterator[Stack]:
    for branch in tree:
        for leaf in branch.points:
            for name, active in leaf.stock.active.items():
                used = facts.recent.get((leaf.point.id, name), {})
                by_uses = {0: active - sum(used.values()), **used}
                importance = leaf.point.importance
                yield Stack(name, branch.area.path, leaf.code, importance, by_uses)
        yield from _stacks(branch.below, facts)


def _rows(
    branch: Branch, facts: PaperFacts, extra: Extra, wants: Wants, opened: str
) -> list[MapRow]:
    path = branch.area.path
    points = [
        MapRow(
            leaf.code,
            leaf.point.name,
            branch.area.tier + 1,
            *_squares(leaf.code, leaf.stock, leaf.point.id, facts, extra, wants),
            importance=leaf.point.importance,
            is_point=True,
            is_retired=leaf.point.retired_reason is not None,
        )
        for leaf in branch.points
    ]
    below = [row for each in branch.below for row in _rows(each, facts, extra, wants, opened)]
    direct = [row for row in below if not row.is_point and row.tier == branch.area.tier + 1]
    squares = _sums([*points, *direct])
    _want(path, squares, wants)
    own = MapRow(
        path,
        branch.area.name,
        branch.area.tier,
        squares,
        _together(path, squares, wants),
        n_points=len(points),
        weight=branch.area.weight,
    )
    return [own, *(points if opened == path else []), *below]


def _squares(
    code: str, stock: Stock, point_id: int, facts: PaperFacts, extra: Extra, wants: Wants
) -> tuple[dict[str, Square], Square]:
    squares = {}
    for name in {*stock.active, *stock.drafts, *stock.kept}:
        place = (point_id, name)
        used, uses = facts.ever.get(place, (0, 0))
        known, p_sum, flagged = extra.figures.get(place, (0, 0.0, 0))
        squares[name] = Square(
            active=stock.active.get(name, 0),
            drafts=stock.drafts.get(name, 0),
            kept=stock.kept.get(name, 0),
            sent_back=extra.sent_back.get(place, 0),
            used=used,
            uses=uses,
            known=known,
            p_sum=p_sum,
            flagged=flagged,
        )
    _want(code, squares, wants)
    return squares, _together(code, squares, wants)


def _sums(rows: Sequence[MapRow]) -> dict[str, Square]:
    squares: dict[str, Square] = {}
    for row in rows:
        for name, square in row.squares.items():
            squares.setdefault(name, Square()).add(square)
    return squares


def _want(code: str, squares: dict[str, Square], wants: Wants) -> None:
    for name, number in wants.get(code, {}).items():
        if name and number:
            squares.setdefault(name, Square()).wanted = number


def _together(code: str, squares: Mapping[str, Square], wants: Wants) -> Square:
    total = Square(wanted=wants.get(code, {}).get("", 0))
    for square in squares.values():
        total.add(square)
    return total


def _sent_back(db: Session, blueprint: Blueprint) -> dict[Place, int]:
    counted = (
        select(Item.point_id, Item.type, func.count())
        .where(Item.blueprint_id == blueprint.id, Item.state == "draft", was_sent_back())
        .group_by(Item.point_id, Item.type)
    )
    return {(row[0], row[1]): row[2] for row in db.execute(counted)}


def _figures(db: Session, blueprint: Blueprint) -> dict[Place, tuple[int, float, int]]:
    """Return of active items how many have figures, the sum of p-values, how many are flagged."""
    counted = (
        select(
            Item.point_id,
            Item.type,
            func.count(ItemFigure.difficulty),
            func.sum(ItemFigure.difficulty),
            func.sum(as_type(ItemFigure.is_flagged, Integer)),
        )
        .join(ItemFigure, ItemFigure.item_id == Item.id)
        .where(Item.blueprint_id == blueprint.id, Item.state == "active")
        .group_by(Item.point_id, Item.type)
    )
    return {
        (row[0], row[1]): (row[2], float(row[3] or 0), row[4] or 0) for row in db.execute(counted)
    }
