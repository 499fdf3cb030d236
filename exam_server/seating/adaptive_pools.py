"""The pool of an adaptive test: sealed before the release, opened by who chooses items."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import rfc8785
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server.adaptive import pooling
from exam_server.adaptive.models import AdaptiveTrial
from exam_server.adaptive.rules import rules_of
from exam_server.forms.custody import HeldItem, versions_of
from exam_server.forms.drawing import asked_with
from exam_server.forms.sealed_forms import FORMULA, shown_items
from exam_server.keyring import keyring_of, seal_facts, unseal_facts
from exam_server.seating.adaptive_models import SealedPool, SealedPoolItem
from exam_server.seating.models import ExamSession
from itembank.adaptive.pool import AdaptivePool
from itembank.adaptive.rules import Rules
from itembank.items.registry import item_type

POOLS = "adaptive pools"
SEED_BITS = 128
SHOWN_AT_ONCE = 20
ENGINES = 16  # exam sessions of which a process keeps the pool at hand


@dataclass(frozen=True)
class PooledItem:
    """What the server knows of an item at its place of a sealed pool."""

    version_id: int
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    section: int
    mark: Decimal

    def is_right(self, answer: Any) -> bool:
        """Say whether an answer gets the whole mark."""
        return item_type(self.type).score(self.content, self.key, answer, self.mark) == self.mark


@dataclass(frozen=True)
class Engine:
    """A sealed pool as the choice of items takes it."""

    trial_id: int
    pool: AdaptivePool
    rules: Rules
    items: Sequence[PooledItem]
    places_in_trial: Sequence[int]  # where the trial, which counts uses, has each item
    seed: int


def trial_with_pool(db: Session, trial_id: int) -> AdaptiveTrial:
    """Return a trial with the pool and the result that stand with it."""
    chosen = select(AdaptiveTrial).where(AdaptiveTrial.id == trial_id)
    both = undefer(AdaptiveTrial.pool), undefer(AdaptiveTrial.result)
    return db.scalars(chosen.options(*both).execution_options(populate_existing=True)).one()


def pool_facts(db: Session, trial: AdaptiveTrial) -> dict[str, Any]:
    """Return what is sealed of a trial's pool, in an order drawn for this exam session."""
    structure, stored = trial.plan.structure, trial.pool or {}
    versions = versions_of(db, [each["version"] for each in stored["items"]])
    sections = {
        section["type"]: (number, section["mark"])
        for number, section in reversed(list(enumerate(structure.demand["sections"], start=1)))
    }
    number = secrets.randbits(SEED_BITS)
    items = []
    for place in np.random.default_rng(number).permutation(len(stored["items"])).tolist():
        each = stored["items"][place]
        version = versions[each["version"]]
        section, mark = sections[version.type]
        asked = {"type": version.type, "content": version.content, "key": version.key}
        items.append({**each, **asked, "section": section, "mark": str(mark), "place": place})
    return {
        "items": items,
        "forms": stored["forms"],
        "demand": structure.demand,
        "rules": trial.plan.rules,
        "cut": (trial.result or {})["cut"],
        "seed": str(number),
    }


def shown_in(db: Session, trial: AdaptiveTrial, facts: Mapping[str, Any]) -> Iterator[Any]:
    """Give what a seat sees of each item of a pool, by place; some are read at a time."""
    organization_id = trial.plan.structure.blueprint.organization_id
    for first in range(0, len(facts["items"]), SHOWN_AT_ONCE):
        some = facts["items"][first : first + SHOWN_AT_ONCE]
        versions = versions_of(db, [each["version"] for each in some])
        held = [
            HeldItem(
                1,
                versions[each["version"]],
                each["section"],
                Decimal(each["mark"]),
                asked_with(versions[each["version"]], None),
            )
            for each in some
        ]
        yield from shown_items(db, organization_id, held)


def sealed_pool(
    db: Session,
    exam_session: ExamSession,
    trial: AdaptiveTrial,
    facts: Mapping[str, Any],
    shown: Sequence[Any],
    *,
    now: datetime,
) -> tuple[SealedPool, list[SealedPoolItem]]:
    """Return a pool under the server secret, and each item's body."""
    ring = keyring_of(db)
    key = ring.key(POOLS, ring.key_id)
    told: Any = {"facts": facts, "shown": list(shown)}
    pool = SealedPool(
        exam_session_id=exam_session.id,
        trial_id=trial.id,
        n_items=len(shown),
        sealed_facts=seal_facts(facts, key, bound=_bound(exam_session)),
        key_id=ring.key_id,
        sha256=hashlib.sha256(rfc8785.dumps(told)).hexdigest(),
        has_formulas=FORMULA in str(shown),
        sealed_at=now,
    )
    bodies = [
        SealedPoolItem(
            exam_session_id=exam_session.id,
            place=place,
            body=seal_facts(each, key, bound=_bound(exam_session, place)),
        )
        for place, each in enumerate(shown)
    ]
    return pool, bodies


def shown_at(db: Session, exam_session: ExamSession, place: int) -> dict[str, Any]:
    """Return what a seat sees of the item at a place."""
    pool = db.get_one(SealedPool, exam_session.id)
    row = db.get_one(SealedPoolItem, (exam_session.id, place))
    key = keyring_of(db).key(POOLS, pool.key_id)
    shown: dict[str, Any] = unseal_facts(row.body, key, bound=_bound(exam_session, place))
    return shown


def opened_of_pool(
    db: Session, exam_session: ExamSession, *, most: int | None
) -> tuple[int, int | None]:
    """Return how many items a pool has, and how many were opened; none if anything is closed.

    Of more than ``most`` items every so manieth is opened; all must have a body.
    """
    pool = db.get(SealedPool, exam_session.id)
    if pool is None:
        return 0, None
    chosen = select(SealedPoolItem.place).where(
        SealedPoolItem.exam_session_id == exam_session.id, SealedPoolItem.body != b""
    )
    places = db.scalars(chosen.order_by(SealedPoolItem.place)).all()
    some = places[:: -(-len(places) // most) or 1] if most else places
    try:
        _opened(db, exam_session, pool)
        shown = [shown_at(db, exam_session, place) for place in some]
    except (InvalidTag, ValueError, KeyError, OSError):
        return pool.n_items, None
    is_whole = len(places) == pool.n_items and all(shown)
    return pool.n_items, len(shown) if is_whole else None


def engine_of(db: Session, exam_session: ExamSession) -> Engine:
    """Return the pool of an exam session ready for choosing; a process opens it once."""
    pool = db.get_one(SealedPool, exam_session.id)
    kept = _Engines.kept(pool.sha256)
    if "engine" not in kept:
        kept["engine"] = _opened(db, exam_session, pool)
    engine: Engine = kept["engine"]
    return engine


def _opened(db: Session, exam_session: ExamSession, pool: SealedPool) -> Engine:
    key = keyring_of(db).key(POOLS, pool.key_id)
    facts = unseal_facts(pool.sealed_facts, key, bound=_bound(exam_session))
    demand = pooling.demand_in(facts["demand"], facts["rules"])
    engine = Engine(
        trial_id=pool.trial_id,
        pool=pooling.adaptive_pool(pooling.entries_in(facts), demand, facts["forms"]),
        rules=rules_of(facts["rules"], facts["cut"]),
        items=[
            PooledItem(
                each["version"],
                each["type"],
                each["content"],
                each["key"],
                each["section"],
                Decimal(each["mark"]),
            )
            for each in facts["items"]
        ],
        places_in_trial=[each["place"] for each in facts["items"]],
        seed=int(facts["seed"]),
    )
    warm = engine.pool  # tables are made when they are first asked for: not at the first choice
    _ = warm.right, warm.wrong, warm.information, warm.skeletons, warm.shares, warm.enemies
    _ = warm.point_limits, warm.whole
    return engine


class _Engines:
    """Pools opened once in a process: what is sealed never changes."""

    @staticmethod
    @lru_cache(maxsize=ENGINES)
    def kept(sha256: str) -> dict[str, Any]:
        """Return the place where a pool is kept."""
        del sha256
        return {}


def _bound(exam_session: ExamSession, place: int | None = None) -> str:
    return f"pool:{exam_session.uid}" if place is None else f"pool:{exam_session.uid}:{place}"
