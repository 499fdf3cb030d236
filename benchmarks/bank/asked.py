"""What is asked of a large bank, and how long each answer takes."""

from collections.abc import Sequence
from functools import partial

from benchmarks.bank.made_up import MadeUp, made_up
from benchmarks.bank.store import timed
from exam_server.bank.duplicate_reports import bank_report
from exam_server.bank.duplicates import twins_of
from exam_server.bank.list_order import FIRST, Place
from exam_server.bank.listing import ItemFilter, items_in
from exam_server.bank.models import Blueprint
from exam_server.bank.supply import supply_tree
from exam_server.db import Database

SEARCHES = {
    "list, nothing asked": ItemFilter(),
    "search 绝缘电阻 (frequent)": ItemFilter(text="绝缘电阻"),
    "search 的 (nearly all)": ItemFilter(text="的"),
    "search 绝": ItemFilter(text="绝"),
    "search two words": ItemFilter(text="绝缘 隧道工地"),
    "search a phrase": ItemFilter(text="“若变频器与电梯门机同时”"),
    "search insul": ItemFilter(text="insul"),
    "search a code": ItemFilter(text="S-07-011"),
    "search nothing has": ItemFilter(text="量子纠缠"),
    "state and type": ItemFilter(states=("suspended",), types=("numeric",)),
    "text, type, state, range": ItemFilter("电压", ("single",), ("active",), ("4",), "07"),
    "no such state": ItemFilter(states=("retired",)),
    "without figures": ItemFilter(figures=("none",)),
    "weak": ItemFilter(figures=("weak",)),
    "hard or flagged": ItemFilter(figures=("hard", "flagged")),
    "of few persons": ItemFilter(figures=("few",)),
    "weak, text, type": ItemFilter(text="电压", types=("single",), figures=("weak",)),
    "without English": ItemFilter(gap="en"),
    "never used": ItemFilter(used="never"),
    "used in 5 papers": ItemFilter(used="5"),
    "used in 500 papers: none": ItemFilter(used="500"),
    "the most used": ItemFilter(used="most"),
    "most used first": ItemFilter(sort="most_used"),
    "least used first": ItemFilter(sort="least_used"),
    "used, text, most first": ItemFilter(text="电压", used="2", sort="most_used"),
}


def measure(database: Database, bank_id: int) -> None:
    """Print how long each answer takes."""
    for name, wanted in SEARCHES.items():
        timed(name, partial(_list, database, bank_id, wanted), limit_ms=200)
    far = Place(after="S-12")
    timed("a page far on", partial(_list, database, bank_id, ItemFilter(), far), limit_ms=200)
    for sort in ("most_used", "least_used"):
        far_used = partial(_list, database, bank_id, ItemFilter(sort=sort), far)
        timed(f"a page far on, {sort}", far_used, limit_ms=200)
    for name, items in (("40 × twins of an item", 0), ("40 × twins of another text", 10**6)):
        drafts = list(made_up(40, seed=1 + items))
        timed(name, partial(_twins, database, bank_id, drafts), times=3, limit_ms=100 * len(drafts))
    timed("whole bank for duplicates", partial(_report, database, bank_id), times=1)
    timed("supply", partial(_supply, database, bank_id), limit_ms=300)


def _list(database: Database, bank_id: int, wanted: ItemFilter, place: Place = FIRST) -> int:
    with database.reading() as db:
        return items_in(db, db.get_one(Blueprint, bank_id), wanted, place).total


def _twins(database: Database, bank_id: int, drafts: Sequence[MadeUp]) -> int:
    """Look for the twins of several items, one after the other."""
    with database.reading() as db:
        bank = db.get_one(Blueprint, bank_id)
        return sum(len(twins_of(db, bank, each.type, each.content)) for each in drafts)


def _report(database: Database, bank_id: int) -> None:
    with database.reading() as db:
        found = bank_report(db, db.get_one(Blueprint, bank_id), lambda _done, _total: None)
    print(f"  alike: {found['counts']}")


def _supply(database: Database, bank_id: int) -> int:
    with database.reading() as db:
        return len(supply_tree(db, db.get_one(Blueprint, bank_id)))
