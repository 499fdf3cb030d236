"""Items of a bank that are like a text, whatever their state: the same, or nearly so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import search_index
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.jobs import OPEN, Job
from itembank.grams import grams
from itembank.likeness import KINDS, Likeness, compared_with, fingerprint, said_by

MOST_COMPARED = 400
MOST_SHOWN = 5
KIND = "bank.duplicates"
MOST_JOBS = 200
FEWEST = 6  # grams: less says nothing yet


@dataclass(frozen=True)
class Twin:
    """An item that is like another, in which way, and what it says."""

    uid: str
    code: str
    state: str
    type: str
    content: Mapping[str, Any]
    likeness: Likeness


def twins_of(
    db: Session,
    blueprint: Blueprint,
    type_name: str,
    content: Mapping[str, Any],
    *,
    but: str = "",
) -> list[Twin]:
    """Return the items of a bank most like what is written, but the one with this ``uid``."""
    mine = said_by(type_name, content)
    if sum(1 for _ in grams(mine.text)) < FEWEST:
        return []
    bands = fingerprint(mine).tolist()
    ids = list(
        db.scalars(search_index.items_with_bands(db, blueprint.id, bands, limit=MOST_COMPARED))
    )
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = (
        select(Item.uid, Item.code, Item.state, Item.type, ItemVersion.content)
        .join(ItemVersion, newest)
        .where(Item.id.in_(ids), Item.uid != but)
    )
    alike_to = compared_with(mine)
    found = [
        Twin(row.uid, row.code, row.state, row.type, row.content, alike)
        for row in db.execute(chosen)
        if (alike := alike_to(said_by(row.type, row.content)))
    ]
    return sorted(found, key=_rank)[:MOST_SHOWN]


def _rank(twin: Twin) -> tuple[int, float, str]:
    return KINDS.index(twin.likeness.kind), -twin.likeness.share, twin.code


def reports_of(db: Session, blueprint: Blueprint, actor: Actor) -> tuple[Job | None, Job | None]:
    """Return a person's report of a bank that is being made, and the newest one that is done.

    Somebody else's done report serves as well: who reads the bank may read it.
    """
    chosen = select(Job).where(Job.kind == KIND, Job.status.in_((*OPEN, "done")))
    mine = [
        job
        for job in db.scalars(chosen.order_by(Job.id.desc()).limit(MOST_JOBS))
        if job.payload.get("blueprint_id") == blueprint.id
    ]
    running = next((job for job in mine if job.status in OPEN and job.person_id == actor.id), None)
    return running, next((job for job in mine if job.status == "done"), None)
