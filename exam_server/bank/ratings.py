"""Experts rate items: how well each fits its point, how hard it is; blind until one's own is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from typing import Any

import numpy as np
from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank import listing
from exam_server.bank.listing import ItemFilter
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.reviewing import authors_of, is_written_by
from exam_server.bank.work_models import ItemRating
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, Problem
from scoring.agreement_intervals import Estimate, absolute_agreement, weighted_kappa
from scoring.krippendorff import krippendorff_alpha

RATER = "reviewer"
SCALE = (1, 2, 3, 4, 5)
LOW = 3.0  # a mean congruence below it is flagged
APART = 1.0  # of the experts' mean difficulty from the item's own
FEWEST_RATERS = 2
FEWEST_ITEMS = 10  # below, a coefficient says nothing
LONGEST = 500
SEED = 20260101  # the resamples are the same whenever the page is opened


@dataclass(frozen=True)
class RatingIn:
    """What an expert says of an item: congruence with its point and difficulty, 1 to 5."""

    congruence: int
    difficulty: int
    comment: str = ""


@dataclass(frozen=True)
class Given:
    """A rating with its expert's name."""

    by: str
    congruence: int
    difficulty: int
    comment: str
    at: datetime


@dataclass(frozen=True)
class Ratings:
    """The ratings of an item; hidden from who has yet to rate it."""

    n: int
    is_hidden: bool
    may_rate: bool
    given: Sequence[Given] = ()
    congruence: float | None = None
    difficulty: float | None = None

    @property
    def is_low(self) -> bool:
        """Say whether several experts find that the item does not fit its point."""
        return self.n >= FEWEST_RATERS and self.congruence is not None and self.congruence < LOW


@dataclass(frozen=True)
class RatedItem:
    """An item of the table of ratings."""

    uid: str
    code: str
    n: int
    congruence: float
    difficulty: float
    spread: int  # between the highest and the lowest difficulty
    labelled: int

    @property
    def is_low(self) -> bool:
        """Say whether several experts find that the item does not fit its point."""
        return self.n >= FEWEST_RATERS and self.congruence < LOW

    @property
    def is_apart(self) -> bool:
        """Say whether several experts find it harder or easier than it is labelled."""
        return self.n >= FEWEST_RATERS and abs(self.difficulty - self.labelled) >= APART


@dataclass(frozen=True)
class Agreement:
    """How far experts agree: ``kappa`` (two), ``icc`` (more), ``alpha`` where few rated all."""

    kind: str
    congruence: Estimate
    difficulty: Estimate


def rate(
    db: Session, actor: Actor, item: Item, said: RatingIn, *, seen_version: int, now: datetime
) -> ItemRating:
    """Keep an expert's rating of an item's newest version; it is not changed afterwards.

    Raises NotAllowedError: ``reviewer_only``, ``own_item``; InvalidInputError: ``rating_wrong``;
    ConflictError: ``item_changed_meanwhile``, ``rated_already``, ``item_is_retired``.
    """
    if not actor.may(RATER, organization_id=item.blueprint.organization_id):
        raise NotAllowedError("reviewer_only")
    db.flush()
    db.refresh(item, with_for_update=True)
    if seen_version != item.version_number:
        raise ConflictError("item_changed_meanwhile", newest=item.version_number, seen=seen_version)
    if item.state == "retired":
        raise ConflictError("item_is_retired", item=item.code)
    if actor.id in authors_of(db, item):
        raise NotAllowedError("own_item", item=item.code)
    if _own(db, actor, item):
        raise ConflictError("rated_already", item=item.code)
    problems = [
        Problem(name, "rating_missing")
        for name in ("congruence", "difficulty")
        if getattr(said, name) not in SCALE
    ]
    if problems:
        raise InvalidInputError("rating_wrong", problems)
    made = ItemRating(
        item_id=item.id,
        version_number=item.version_number,
        stands_for=item.version_number,
        rater_id=actor.id,
        congruence=said.congruence,
        difficulty=said.difficulty,
        comment=said.comment.strip()[:LONGEST],
        given_at=now,
    )
    db.add(made)
    db.flush()
    # the figures stay out of the record: other experts have yet to rate
    detail = {"version": item.version_number}
    audit.record(db, "rate_item", by=actor.id, of=f"item:{item.uid}", detail=detail)
    return made


def next_to_rate(
    db: Session, actor: Actor, blueprint: Blueprint, wanted: ItemFilter, *, after: str = ""
) -> tuple[Item | None, int]:
    """Return the next item that somebody may rate, by code, and how many there are in all."""
    waits = listing.codes_fitting(db, blueprint, wanted).where(
        Item.state != "retired", ~is_written_by(actor.id), ~_has_own(actor.id)
    )
    n_left = db.scalar(select(func.count()).select_from(waits.subquery())) or 0
    following = waits.with_only_columns(Item.id).order_by(Item.code).limit(1)
    found = db.scalar(following.where(Item.code > after)) or db.scalar(following)
    return (db.get_one(Item, found) if found is not None else None), n_left


def ratings_of(db: Session, actor: Actor, item: Item) -> Ratings:
    """Return an item's ratings, as far as this person may know them."""
    chosen = (
        select(ItemRating, Person.name)
        .join(Person, ItemRating.rater_id == Person.id)
        .where(ItemRating.item_id == item.id, ItemRating.stands_for == item.version_number)
        .order_by(ItemRating.id)
    )
    rows = [(row[0], row[1]) for row in db.execute(chosen)]
    may_rate = (
        actor.may(RATER, organization_id=item.blueprint.organization_id)
        and item.state != "retired"
        and actor.id not in {row.rater_id for row, _ in rows}
        and actor.id not in authors_of(db, item)
    )
    if may_rate or not rows:
        return Ratings(len(rows), is_hidden=may_rate, may_rate=may_rate)
    return Ratings(
        len(rows),
        is_hidden=False,
        may_rate=False,
        given=[
            Given(name, row.congruence, row.difficulty, row.comment, row.given_at)
            for row, name in rows
        ],
        congruence=sum(row.congruence for row, _ in rows) / len(rows),
        difficulty=sum(row.difficulty for row, _ in rows) / len(rows),
    )


def rated_items(db: Session, actor: Actor, blueprint: Blueprint) -> list[RatedItem]:
    """Return the items of a bank that have ratings, the least congruent first.

    Those that this person has yet to rate are left out.
    """
    chosen = (
        select(
            Item.uid,
            Item.code,
            func.count(),
            func.sum(ItemRating.congruence),
            func.sum(ItemRating.difficulty),
            func.max(ItemRating.difficulty) - func.min(ItemRating.difficulty),
            Item.difficulty,
        )
        .join(ItemRating, _stands())
        .where(Item.blueprint_id == blueprint.id)
        .group_by(Item.id)
        .order_by(Item.code)
    )
    if actor.may(RATER, organization_id=blueprint.organization_id):
        chosen = chosen.where(
            (Item.state == "retired") | is_written_by(actor.id) | _has_own(actor.id)
        )
    rows = [
        RatedItem(uid, code, n, congruence / n, difficulty / n, spread, labelled)
        for uid, code, n, congruence, difficulty, spread, labelled in db.execute(chosen)
    ]
    return sorted(rows, key=lambda row: (row.congruence, row.code))


def agreement_in(db: Session, blueprint: Blueprint) -> Agreement | None:
    """Return how far the experts of a bank agree; nothing for fewer than two of them."""
    chosen = (
        select(Item.id, ItemRating.rater_id, ItemRating.congruence, ItemRating.difficulty)
        .join(ItemRating, _stands())
        .where(Item.blueprint_id == blueprint.id)
    )
    rows = db.execute(chosen).all()
    items = {each: place for place, each in enumerate(dict.fromkeys(row[0] for row in rows))}
    raters = {each: place for place, each in enumerate(sorted({row[1] for row in rows}))}
    if len(raters) < FEWEST_RATERS:
        return None
    tables = np.full((2, len(items), len(raters)), np.nan)
    for item_id, rater, congruence, difficulty in rows:
        tables[:, items[item_id], raters[rater]] = congruence, difficulty
    kind = _kind(tables[0])
    return Agreement(kind, *(_estimate(kind, table) for table in tables))


def raters_in(db: Session, blueprint: Blueprint) -> Sequence[tuple[str, int, float, float]]:
    """Return who has rated how many items of a bank, with their means."""
    chosen = (
        select(
            Person.name,
            func.count(),
            func.sum(ItemRating.congruence),
            func.sum(ItemRating.difficulty),
        )
        .join(ItemRating, ItemRating.rater_id == Person.id)
        .join(Item, _stands())
        .where(Item.blueprint_id == blueprint.id)
        .group_by(Person.id, Person.name)
        .order_by(Person.name)
    )
    return [(name, n, one / n, other / n) for name, n, one, other in db.execute(chosen)]


def carry(db: Session, item_ids: Sequence[int]) -> None:
    """Let ratings stand for newest versions that ask the same as those before them."""
    newest = select(Item.version_number).where(Item.id == ItemRating.item_id).scalar_subquery()
    db.execute(
        update(ItemRating)
        .where(ItemRating.item_id.in_(item_ids), ItemRating.stands_for == newest - 1)
        .values(stands_for=newest)
        .execution_options(synchronize_session=False)
    )


def _kind(table: Any) -> str:
    if table.shape[1] == FEWEST_RATERS:
        return "kappa"
    is_complete = ~np.isnan(table).any(axis=1)
    return "icc" if is_complete.sum() >= FEWEST_ITEMS else "alpha"


def _estimate(kind: str, table: Any) -> Estimate:
    rng = np.random.default_rng(SEED)
    if kind == "kappa":
        return weighted_kappa(table[:, 0], table[:, 1], rng)
    if kind == "icc":
        return absolute_agreement(table, rng)
    several = int(((~np.isnan(table)).sum(axis=1) >= FEWEST_RATERS).sum())
    value = krippendorff_alpha(table, "ordinal") if several >= FEWEST_RATERS else float("nan")
    return Estimate(
        value if not isnan(value) else float("nan"), float("nan"), float("nan"), several
    )


def _stands() -> Any:
    return and_(ItemRating.item_id == Item.id, ItemRating.stands_for == Item.version_number)


def _has_own(person_id: int) -> Any:
    own = aliased(ItemRating)
    return exists().where(
        own.item_id == Item.id,
        own.stands_for == Item.version_number,
        own.rater_id == person_id,
    )


def _own(db: Session, actor: Actor, item: Item) -> bool:
    return db.scalar(select(Item.id).where(Item.id == item.id, _has_own(actor.id))) is not None
