"""Points merged and split: each item goes where somebody said, none is left without a point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.blueprint_recording import Recorded, recorded, retag, stood_of
from exam_server.bank.models import Blueprint, Item, ItemVersion, Point
from exam_server.bank.writing import point_of
from exam_server.errors import ConflictError, InvalidInputError, Problem
from itembank.blueprint_versions import digest_of

MOST_ITEMS = 2000  # of one act: more would hold the store's one write lock too long


@dataclass(frozen=True)
class NewPoint:
    """A point that a split makes: its code in the range of the one that is split."""

    code: str
    name: str
    importance: str = ""


@dataclass(frozen=True)
class Merger:
    """What merging would do: points that go, each with its items, and the one that stays."""

    target: Point
    target_code: str
    sources: Sequence[tuple[str, str, int]]  # code, name, items in whatever state
    n_at_target: int

    @property
    def n_items(self) -> int:
        """Return how many items would be re-tagged."""
        return sum(each[2] for each in self.sources)


@dataclass(frozen=True)
class Merge:
    """Which points are merged into which one, and what the blueprint said when it was shown."""

    codes: Sequence[str]
    into: str
    seen: str


@dataclass(frozen=True)
class Split:
    """Which point is split into which new ones; each item's uid with the code it goes to."""

    point: str
    parts: Sequence[NewPoint]
    goes: Mapping[str, str]
    seen: str


def seal_of_rows(blueprint: Blueprint) -> str:
    """Return a digest of all that a blueprint says: what was shown is what is changed."""
    return digest_of(stood_of(blueprint))


def merger_of(db: Session, blueprint: Blueprint, codes: Sequence[str], into: str) -> Merger:
    """Return what merging points into one would do; nothing is stored.

    Raises NotFoundError: ``no_such_point``; InvalidInputError: ``nothing_to_merge``;
    ConflictError: ``point_retired``, ``too_many_to_retag``.
    """
    target = point_of(blueprint, into)
    wanted = [code for code in dict.fromkeys(codes) if code != into]
    if not wanted:
        raise InvalidInputError("nothing_to_merge")
    if target.retired_reason is not None:
        raise ConflictError("point_retired", point=into, reason=target.retired_reason)
    sources = [(code, point_of(blueprint, code)) for code in wanted]
    counts = _counts(db, [target, *(point for _, point in sources)])
    rows = [(code, point.name, counts.get(point.id, 0)) for code, point in sources]
    merger = Merger(target, into, rows, counts.get(target.id, 0))
    if merger.n_items > MOST_ITEMS:
        raise ConflictError("too_many_to_retag", most=MOST_ITEMS)
    return merger


def merge_points(
    db: Session, actor: Actor, blueprint: Blueprint, wanted: Merge, *, now: datetime
) -> int:
    """Give the items of points to another one and delete them; return how many were re-tagged.

    Raises what ``merger_of`` does, and ConflictError: ``blueprint_changed_meanwhile``.
    """
    _same(blueprint, wanted.seen)
    merger = merger_of(db, blueprint, wanted.codes, wanted.into)
    gone = [code for code, _, _ in merger.sources]
    said: dict[str, object] = {"points": gone, "into": wanted.into}
    with recorded(db, actor, blueprint, "merge", now=now, detail=said) as record:
        points = [point_of(blueprint, code) for code in gone]
        items = _items_of(db, points)
        record.items = retag(db, items, {point.id: point.uid for point in points}, merger.target)
        for point in points:
            record.merged[point.uid] = merger.target.uid
            point.area.points.remove(point)
    detail = {**said, "items": [item.code for item in items]}
    audit.record(db, "merge_points", by=actor.id, of=f"blueprint:{blueprint.uid}", detail=detail)
    return len(items)


def split_point(
    db: Session, actor: Actor, blueprint: Blueprint, wanted: Split, *, now: datetime
) -> dict[str, int]:
    """Make new points beside one; each item goes to the one named for it by code, others stay.

    Returns how many items each new point has. Raises InvalidInputError: ``split_wrong`` with every
    problem; ConflictError: ``blueprint_changed_meanwhile``, ``point_retired``.
    """
    _same(blueprint, wanted.seen)
    point = check_split(blueprint, wanted.point, wanted.parts)
    if len(wanted.goes) > MOST_ITEMS:
        raise ConflictError("too_many_to_retag", most=MOST_ITEMS)
    mine = (Item.point_id == point.id, Item.uid.in_(wanted.goes))
    items = db.scalars(select(Item).where(*mine).order_by(Item.id).with_for_update()).all()
    goes = {item: wanted.goes[item.uid] for item in items}
    said: dict[str, object] = {"point": wanted.point, "into": [each.code for each in wanted.parts]}
    with recorded(db, actor, blueprint, "split", now=now, detail=said) as record:
        counts = _part(db, record, point, wanted.parts, goes)
    detail = {**said, "items": counts}
    audit.record(db, "split_point", by=actor.id, of=f"blueprint:{blueprint.uid}", detail=detail)
    return counts


def check_split(blueprint: Blueprint, full_code: str, parts: Sequence[NewPoint]) -> Point:
    """Return the point a split is asked for, if its new points can be made.

    Raises what ``split_point`` does.
    """
    point = point_of(blueprint, full_code)
    if point.retired_reason is not None:
        raise ConflictError("point_retired", point=full_code, reason=point.retired_reason)
    taken = {each.code for each in point.area.points}
    problems: list[Problem] = []
    if not parts:
        problems.append(Problem("name_1", "split_without_parts"))
    for number, part in enumerate(parts, start=1):
        if not part.code.isalnum():
            problems.append(Problem(f"code_{number}", "point_code_wrong"))
        elif part.code in taken:
            code = f"{point.area.path}-{part.code}"
            problems.append(Problem(f"code_{number}", "point_code_taken", {"point": code}))
        taken.add(part.code)
        if not part.name.strip():
            problems.append(Problem(f"name_{number}", "row_without_name"))
    if problems:
        raise InvalidInputError("split_wrong", problems)
    return point


def items_to_split(
    db: Session, point: Point, *, most: int = MOST_ITEMS
) -> list[tuple[Item, ItemVersion]]:
    """Return the items of a point by code, each with what it says now; no more than asked for."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = select(Item, ItemVersion).join(ItemVersion, newest).where(Item.point_id == point.id)
    found = db.execute(chosen.order_by(Item.code).limit(most))
    return [(row[0], row[1]) for row in found]


def _part(
    db: Session,
    record: Recorded,
    point: Point,
    parts: Sequence[NewPoint],
    goes: Mapping[Item, str],
) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        made = Point(
            place=len(point.area.points),
            code=part.code,
            name=part.name.strip(),
            importance=part.importance or point.importance,
            levels=point.levels,
            work_types=point.work_types,
        )
        point.area.points.append(made)
        db.flush()
        items = [item for item, to in goes.items() if to == part.code]
        record.items += retag(db, items, {point.id: point.uid}, made)
        counts[part.code] = len(items)
    return counts


def _same(blueprint: Blueprint, seen: str) -> None:
    if seen != seal_of_rows(blueprint):
        raise ConflictError("blueprint_changed_meanwhile")


def _counts(db: Session, points: Sequence[Point]) -> dict[int, int]:
    counted = (
        select(Item.point_id, func.count())
        .where(Item.point_id.in_([point.id for point in points]))
        .group_by(Item.point_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def _items_of(db: Session, points: Sequence[Point]) -> list[Item]:
    ids = [point.id for point in points]
    chosen = select(Item).where(Item.point_id.in_(ids)).order_by(Item.id).with_for_update()
    return list(db.scalars(chosen))
