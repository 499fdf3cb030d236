"""The list of a bank's items: searched, filtered, in pages, one query a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Point
from exam_server.bank.reviewing import is_waiting, was_sent_back
from exam_server.bank.rules import folded
from itembank.lifecycle import STATES

PAGE_SIZE = 100
DIFFICULTIES = ("1", "2", "3", "4", "5")
REVIEW_STEPS = ("waiting", "sent_back")


@dataclass(frozen=True)
class ItemFilter:
    """Which items of a bank to list; several values of one kind are alternatives."""

    text: str = ""
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    at: str = ""  # a range's path or a point's full code
    review: str = ""  # "waiting" or "sent_back"

    def query(self, **more: Any) -> dict[str, Any]:
        """Return the filter as the query of an address; what is empty is left out."""
        named = {
            "q": self.text,
            "type": list(self.types),
            "state": list(self.states),
            "difficulty": list(self.difficulties),
            "at": self.at,
            "review": self.review,
        }
        return {key: value for key, value in {**named, **more}.items() if value}

    def without(self, kind: str, value: str = "") -> "ItemFilter":
        """Return the filter with one value of a kind, or a single one, taken away."""
        old = getattr(self, kind)
        left: Any = tuple(each for each in old if each != value) if isinstance(old, tuple) else ""
        return replace(self, **{kind: left})


@dataclass(frozen=True)
class Line:
    """A line of the list."""

    uid: str
    code: str
    state: str
    type: str
    difficulty: int
    content: Mapping[str, Any]
    point: str
    is_sent_back: bool


@dataclass(frozen=True)
class Listed:
    """A page of the list, and how many items fit in all."""

    lines: Sequence[Line]
    total: int
    number: int

    @property
    def n_pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class Saved:
    """When and by whom a version was saved."""

    number: int
    at: datetime
    by: str | None


def read_filter(asked: Mapping[str, Sequence[str]]) -> ItemFilter:
    """Return the filter of an address's query; what is not known is left out."""

    def one(name: str) -> str:
        return next(iter(asked.get(name, ())), "").strip()

    def several(name: str, known: Sequence[str] | None = None) -> tuple[str, ...]:
        given = dict.fromkeys(asked.get(name, ()))
        return tuple(each for each in given if each and (known is None or each in known))

    review = one("review")
    return ItemFilter(
        text=one("q"),
        types=several("type"),
        states=several("state", STATES),
        difficulties=several("difficulty", DIFFICULTIES),
        at=one("at"),
        review=review if review in REVIEW_STEPS else "",
    )


def items_in(db: Session, blueprint: Blueprint, wanted: ItemFilter, *, page: int) -> Listed:
    """Return a page (from 1) of the items that fit; a page behind the last one is the last."""
    chosen = _filtered(blueprint, wanted)
    total = db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    shown = chosen.order_by(Item.code).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return Listed([_line(row) for row in db.execute(shown)], total, number)


def chosen_items(
    db: Session, blueprint: Blueprint, wanted: ItemFilter
) -> Sequence[tuple[Item, ItemVersion]]:
    """Return all items that fit with their newest versions, by code."""
    chosen = _filtered(blueprint, wanted).with_only_columns(Item, ItemVersion)
    return [(row[0], row[1]) for row in db.execute(chosen.order_by(Item.code))]


def versions_of(db: Session, item: Item) -> Sequence[Saved]:
    """Return when and by whom each version of an item was saved, the newest first."""
    chosen = (
        select(ItemVersion.number, ItemVersion.created_at, Person.name)
        .outerjoin(Person, ItemVersion.created_by == Person.id)
        .where(ItemVersion.item_id == item.id)
        .order_by(ItemVersion.number.desc())
    )
    return [Saved(row[0], row[1], row[2]) for row in db.execute(chosen)]


def _line(row: Any) -> Line:
    return Line(
        uid=row.uid,
        code=row.code,
        state=row.state,
        type=row.type,
        difficulty=row.difficulty,
        content=row.content,
        point=f"{row.path}-{row.point_code}",
        is_sent_back=row.sent_back,
    )


def _filtered(blueprint: Blueprint, wanted: ItemFilter) -> Select[Any]:
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen: Select[Any] = (
        select(
            Item.uid,
            Item.code,
            Item.state,
            ItemVersion.type,
            ItemVersion.difficulty,
            ItemVersion.content,
            Area.path,
            Point.code.label("point_code"),
            was_sent_back().label("sent_back"),
        )
        .join(ItemVersion, newest)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(Item.blueprint_id == blueprint.id)
    )
    if wanted.text:
        chosen = chosen.where(
            ItemVersion.search_text.contains(folded(wanted.text), autoescape=True)
            | Item.code.icontains(wanted.text, autoescape=True)
        )
    if wanted.types:
        chosen = chosen.where(ItemVersion.type.in_(wanted.types))
    if wanted.states:
        chosen = chosen.where(Item.state.in_(wanted.states))
    if wanted.difficulties:
        chosen = chosen.where(ItemVersion.difficulty.in_(map(int, wanted.difficulties)))
    if wanted.at:
        chosen = chosen.where(_is_at(wanted.at))
    if wanted.review:
        chosen = chosen.where(is_waiting() if wanted.review == "waiting" else was_sent_back())
    return chosen


def _is_at(path: str) -> Any:
    """Return the condition that an item lies in a range or at a point."""
    inside = Area.path.startswith(f"{path}-", autoescape=True)
    return (Area.path == path) | inside | (Area.path + "-" + Point.code == path)
