"""The list of a bank's items: searched, filtered, in pages that begin where the last one ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.bank import search_index
from exam_server.bank.exposure import read_used, was_used
from exam_server.bank.figure_conditions import FIGURES, has_figures
from exam_server.bank.list_order import BY_CODE, FIRST, SORTS, Place, codes_at
from exam_server.bank.models import Area, Blueprint, Item, ItemFigure, ItemVersion, Point
from exam_server.bank.reviewing import is_waiting, waits_for, was_sent_back
from exam_server.bank.stamps import flow_of, stage_is_next
from exam_server.bank.work_models import ItemExposure
from itembank.lifecycle import STAGES, STATES

COUNTED = 1000  # more than that are "1,000+": nobody needs the figure, and it costs
DIFFICULTIES = ("1", "2", "3", "4", "5")
REVIEW_STEPS = ("waiting", *STAGES, "sent_back")


@dataclass(frozen=True)
class ItemFilter:
    """Which items of a bank to list; several values of one kind are alternatives."""

    text: str = ""
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    at: str = ""  # a range's path or a point's full code
    review: str = ""  # "waiting", the review waited for, or "sent_back"
    figures: tuple[str, ...] = ()
    writer: str = ""  # user name of who wrote the newest version
    reviewer: str = ""  # user name of whom it waits for
    gap: str = ""  # a language the item is not translated into
    used: str = ""  # "never", "most", or in how many papers at least
    sort: str = ""  # how the list is ordered, instead of by code

    def query(self, **more: Any) -> dict[str, Any]:
        """Return the filter as the query of an address; what is empty is left out."""
        named = {
            "q": self.text,
            "type": list(self.types),
            "state": list(self.states),
            "difficulty": list(self.difficulties),
            "at": self.at,
            "review": self.review,
            "figures": list(self.figures),
            "writer": self.writer,
            "reviewer": self.reviewer,
            "gap": self.gap,
            "used": self.used,
            "sort": self.sort,
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
    p: float | None = None  # as the newest exam session gave them
    r: float | None = None
    n_papers: int = 0  # that are over and asked it
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """A page of the list, where it stands, and how many items fit in all, counted to a bound."""

    lines: Sequence[Line]
    total: int
    place: Place
    previous: Place | None
    next: Place | None

    @property
    def is_more(self) -> bool:
        """Say whether more fit than are counted."""
        return self.total > COUNTED


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

    review, sort = one("review"), one("sort")
    return ItemFilter(
        text=one("q"),
        types=several("type"),
        states=several("state", STATES),
        difficulties=several("difficulty", DIFFICULTIES),
        at=one("at"),
        review=review if review in REVIEW_STEPS else "",
        figures=several("figures", FIGURES),
        writer=one("writer"),
        reviewer=one("reviewer"),
        gap=one("gap"),
        used=read_used(one("used")),
        sort=sort if sort in SORTS else BY_CODE,
    )


def items_in(db: Session, blueprint: Blueprint, wanted: ItemFilter, place: Place = FIRST) -> Listed:
    """Return a page of the items that fit, by code or in the order asked for."""
    fitting = codes_fitting(db, blueprint, wanted)
    codes, has_more = codes_at(db, blueprint.id, fitting, place, wanted.sort)
    if not codes and place != FIRST:
        place = FIRST
        codes, has_more = codes_at(db, blueprint.id, fitting, place, wanted.sort)
    is_all = place == FIRST and not has_more
    total = len(codes) if is_all else _count(db, fitting.limit(COUNTED + 1))
    is_back = bool(place.before)
    has_previous, has_next = (has_more, True) if is_back else (place != FIRST, has_more)
    shown = db.execute(_shown(blueprint).where(Item.code.in_(codes)))
    lines = sorted(map(_line, shown), key=lambda line: codes.index(line.code))
    return Listed(
        lines,
        total,
        place,
        Place(before=codes[0]) if codes and has_previous else None,
        Place(after=codes[-1]) if codes and has_next else None,
    )


def count_in(db: Session, blueprint: Blueprint, wanted: ItemFilter) -> int:
    """Return how many items fit, however many."""
    return _count(db, codes_fitting(db, blueprint, wanted))


def ids_in(db: Session, blueprint: Blueprint, wanted: ItemFilter, *, limit: int) -> list[int]:
    """Return the ids of the items that fit, by code, so many at most."""
    fitting = codes_fitting(db, blueprint, wanted).with_only_columns(Item.id)
    return list(db.scalars(fitting.order_by(Item.code).limit(limit)))


def chosen_items(
    db: Session, blueprint: Blueprint, wanted: ItemFilter
) -> Sequence[tuple[Item, ItemVersion]]:
    """Return all items that fit with their newest versions, by code."""
    fitting = codes_fitting(db, blueprint, wanted).with_only_columns(Item.id)
    chosen = (
        select(Item, ItemVersion)
        .join(ItemVersion, _is_newest())
        .where(Item.blueprint_id == blueprint.id, Item.id.in_(fitting))
    )
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
        p=row.p,
        r=row.r,
        n_papers=row.n_papers or 0,
        last_used_at=row.last_used_at,
    )


def _count(db: Session, chosen: Select[str]) -> int:
    return db.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def _is_newest() -> Any:
    return (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)


def _shown(blueprint: Blueprint) -> Select[Any]:
    return (
        select(
            Item.uid,
            Item.code,
            Item.state,
            Item.type,
            Item.difficulty,
            ItemVersion.content,
            Area.path,
            Point.code.label("point_code"),
            was_sent_back().label("sent_back"),
            ItemFigure.difficulty.label("p"),
            ItemFigure.discrimination.label("r"),
            ItemExposure.n_papers,
            ItemExposure.last_used_at,
        )
        .join(ItemVersion, _is_newest())
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .outerjoin(ItemFigure, ItemFigure.item_id == Item.id)
        .outerjoin(ItemExposure, ItemExposure.item_id == Item.id)
        .where(Item.blueprint_id == blueprint.id)
    )


def codes_fitting(db: Session, blueprint: Blueprint, wanted: ItemFilter) -> Select[str]:
    """Return the query of the codes that fit, in no order; it needs items' own rows at most."""
    chosen = select(Item.code).where(Item.blueprint_id == blueprint.id)
    if wanted.text:
        chosen = chosen.where(search_index.holds(db, blueprint.id, wanted.text))
    for column, values in (
        (Item.type, wanted.types),
        (Item.state, wanted.states),
        (Item.difficulty, [int(each) for each in wanted.difficulties]),
    ):
        if values:
            chosen = chosen.where(column.in_(values))
    if wanted.at:
        chosen = chosen.where(Item.point_id.in_(_points_at(blueprint, wanted.at)))
    if wanted.used:
        chosen = chosen.where(was_used(db, blueprint.id, wanted.used))
    if wanted.review in STAGES:
        chosen = chosen.where(stage_is_next(flow_of(db, blueprint.id), wanted.review))
    return chosen.where(*_more_conditions(wanted))


def _more_conditions(wanted: ItemFilter) -> Iterator[Any]:
    if wanted.review:
        yield was_sent_back() if wanted.review == "sent_back" else is_waiting()
    if wanted.reviewer:
        yield waits_for(_person(wanted.reviewer))
    if wanted.gap:
        yield ~Item.languages.contains(f" {wanted.gap} ", autoescape=True)
    if wanted.writer:
        yield Item.id.in_(_written_by(wanted.writer))
    if wanted.figures:
        yield or_(*map(has_figures, wanted.figures))


def _points_at(blueprint: Blueprint, path: str) -> Select[int]:
    """Return the points of a range, at any tier below it, or the one point named."""
    inside = Area.path.startswith(f"{path}-", autoescape=True)
    is_there = (Area.path == path) | inside | (Area.path + "-" + Point.code == path)
    chosen = select(Point.id).join(Area, Point.area_id == Area.id)
    return chosen.where(Area.blueprint_id == blueprint.id, is_there)


def _written_by(username: str) -> Select[int]:
    chosen = select(Item.id).join(ItemVersion, _is_newest())
    return chosen.where(ItemVersion.created_by == _person(username))


def _person(username: str) -> Any:
    return select(Person.id).where(Person.username == username).scalar_subquery()
