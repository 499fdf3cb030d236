"""A store with one large bank, filled past the import, and the time and memory things take."""

import resource
import statistics
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from sqlalchemy import insert, select

from benchmarks.bank.made_up import N_AREAS, N_POINTS, MadeUp, made_up
from exam_server.bank.item_texts import keep_texts, line_values, text_values
from exam_server.bank.models import Area, Blueprint, Item, ItemFigure, ItemVersion, Point
from exam_server.bank.rules import plain_text
from exam_server.bank.work_models import ItemExposure
from exam_server.clock import utcnow
from exam_server.db import Database, new_uid
from exam_server.programmes.models import Organization

PIECE = 1000
TITLE = "大题库"
GOALS = {"single": 20_000, "multiple": 8_000, "true_false": 8_000, "numeric": 8_000}


def made_bank(database: Database, n: int) -> int:
    """Make a bank of so many items; return its number."""
    now = utcnow()
    with database.writing() as db:
        owner = Organization(code="O", name="机构", kind="school")
        db.add(owner)
        db.flush()
        bank = Blueprint(organization_id=owner.id, title=TITLE, created_at=now, goals=GOALS)
        for place in range(N_AREAS):
            code = f"{place:02}"
            area = Area(tier=1, place=place, code=code, path=code, name=f"范围{code}")
            area.points = [
                Point(place=number, code=f"{number:03}", name=f"鉴定点{number}")
                for number in range(N_POINTS)
            ]
            bank.areas.append(area)
        db.add(bank)
        db.flush()
        bank_id = bank.id
        points = [[point.id for point in area.points] for area in bank.areas]
    items = made_up(n)
    while piece := list(islice(items, PIECE)):
        with database.writing() as db:
            _add(db, bank_id, points, piece, now)
    return bank_id


def add_exposure(database: Database, bank_id: int) -> None:
    """Let every third item have been used in up to a dozen papers, unless some are already."""
    with database.writing() as db:
        if db.scalar(select(ItemExposure.item_id).limit(1)) is not None:
            return
        ids = db.scalars(select(Item.id).where(Item.blueprint_id == bank_id)).all()
        now = utcnow()
        used = [
            {"item_id": each, "n_papers": 1 + each // 3 % 12, "last_used_at": now}
            for each in ids[::3]
        ]
        db.execute(insert(ItemExposure), used)


def add_figures(database: Database, bank_id: int) -> None:
    """Let every second item have figures of an exam session, unless some are there already."""
    with database.writing() as db:
        if db.scalar(select(ItemFigure.item_id).limit(1)) is not None:
            return
        ids = db.scalars(select(Item.id).where(Item.blueprint_id == bank_id)).all()
        now = utcnow()
        figures = [
            {
                "item_id": each,
                "version_number": 1,
                "persons": 10 + each * 7 % 400,
                "difficulty": each * 37 % 100 / 100,
                "discrimination": each * 53 % 80 / 100 - 0.1,
                "is_flagged": each % 50 == 0,
                "n_administrations": 1 + each % 4,
                "computed_at": now,
            }
            for each in ids[::2]
        ]
        db.execute(insert(ItemFigure), figures)


def _add(db: Any, bank_id: int, points: list[list[int]], piece: list[MadeUp], now: Any) -> None:
    rows = [
        {
            "uid": new_uid(),
            "blueprint_id": bank_id,
            "point_id": points[each.area][each.point],
            "code": each.code,
            "state": each.state,
            "version_number": 1,
            "created_at": now,
            **line_values(vars(each)),
        }
        for each in piece
    ]
    made = insert(Item).returning(Item.id, sort_by_parameter_order=True)
    ids = db.scalars(made, rows).all()
    versions = [
        {
            "uid": new_uid(),
            "item_id": item_id,
            "number": 1,
            "type": each.type,
            "content": each.content,
            "key": each.key,
            "search_text": plain_text(each.content),
            "difficulty": each.difficulty,
            "explanation": "",
            "created_at": now,
        }
        for item_id, each in zip(ids, piece, strict=True)
    ]
    db.execute(insert(ItemVersion), versions)
    texts = [
        {
            "item_id": row["item_id"],
            "blueprint_id": bank_id,
            **text_values(row["type"], row["content"], row["search_text"]),
        }
        for row in versions
    ]
    keep_texts(db, texts)


def timed(name: str, act: Callable[[], Any], *, times: int = 7, limit_ms: float = 0) -> Any:
    """Run an act several times; print what it took; return what it gave.

    On a busy machine this process's own processor time is the figure to trust; with PostgreSQL
    the least time is, for the server's is not in it.
    """
    taken, worked = [], []
    for _ in range(times):
        begun, begun_work = time.perf_counter(), time.process_time()
        made = act()
        taken.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - begun_work))
    asked = f" (asked: {limit_ms:.0f})" if limit_ms else ""
    middle, work = statistics.median(taken), statistics.median(worked)
    print(
        f"  {name}: least {min(taken):.0f}, median {middle:.0f}, processor {work:.0f} ms{asked}",
        flush=True,
    )
    return made


def memory_mb() -> float:
    """Return the most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
