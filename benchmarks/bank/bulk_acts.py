"""Acts on as many items at once as the office allows, and their undoing.

Each is one transaction that holds the write lock of SQLite: the figure that matters is how long.
"""

from functools import partial

from sqlalchemy import select

from benchmarks.bank.store import timed
from exam_server.accounts import service as accounts
from exam_server.actors import Actor
from exam_server.bank.bulk import MOST, Wanted, act_on, undo
from exam_server.bank.listing import ItemFilter
from exam_server.bank.models import Blueprint, Item
from exam_server.clock import utcnow
from exam_server.db import Database

TIMES = 3
ROLES = ("item_writer", "exam_officer")


def measure_acts(database: Database, bank_id: int) -> None:
    """Print how long each act on many items takes, and to undo it."""
    actor = _writer(database, bank_id)
    with database.reading() as db:
        chosen = select(Item.uid).where(Item.blueprint_id == bank_id, Item.state == "active")
        uids = tuple(db.scalars(chosen.order_by(Item.id).limit(MOST)))
    acts = {
        "suspended": Wanted("suspend", reason="seen outside", uids=uids),
        "moved to a point": Wanted("move", point="07-011", uids=uids),
        "given another difficulty": Wanted("difficulty", difficulty=4, uids=uids),
    }
    for name, wanted in acts.items():
        done: list[str] = []
        act = partial(_act, database, bank_id, actor, wanted, done)
        back = partial(_undo, database, bank_id, actor, done)
        for _ in range(TIMES):
            timed(f"{len(uids)} items {name}", act, times=1)
            timed(f"{len(uids)} items as they were", back, times=1)
    few = ItemFilter(text="隧道工地", types=("single",), states=("active",))
    by_filter = Wanted("suspend", reason="seen outside", items=few)
    done = []
    timed(
        "all that a search finds", partial(_act, database, bank_id, actor, by_filter, done), times=1
    )
    timed("all that as they were", partial(_undo, database, bank_id, actor, done), times=1)


def _writer(database: Database, bank_id: int) -> Actor:
    now = utcnow()
    with database.writing() as db:
        owner = db.get_one(Blueprint, bank_id).organization_id
        name = f"writer-{now:%H%M%S%f}"
        person = accounts.add_person(db, username=name, name=name, password_hash="", by=None)
        for role in ROLES:
            accounts.grant_role(db, person, role, owner, by=None, now=now)
        db.flush()
        return Actor(person.id, name, name, frozenset((role, owner) for role in ROLES))


def _act(database: Database, bank_id: int, actor: Actor, wanted: Wanted, done: list[str]) -> None:
    with database.writing() as db:
        bank = db.get_one(Blueprint, bank_id)
        done.append(act_on(db, actor, bank, wanted, now=utcnow()).act.uid)


def _undo(database: Database, bank_id: int, actor: Actor, done: list[str]) -> None:
    with database.writing() as db:
        undo(db, actor, db.get_one(Blueprint, bank_id), done.pop(), now=utcnow())
