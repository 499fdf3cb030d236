"""Items still on their way: drafts that wait for review, some sent back, and writers' tasks."""

import json
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint, Item, ItemReview, ItemVersion, Point
from exam_server.bank.rules import plain_text
from exam_server.bank.tasks import TaskIn, give_tasks
from exam_server.demo.content import DATA, LETTERS, SEED
from exam_server.demo.item_rows import Dealer, made
from exam_server.demo.programme import sample_staff
from exam_server.todo import local_day

FIRST_NUMBER = 901
REVIEWED_AFTER = timedelta(days=2)
DAYS_TO_WRITE = 21


def add_drafts(db: Session, blueprint: Blueprint, *, now: datetime) -> None:
    """Add items in the writers' and the reviewer's hands, written lately."""
    points = {
        f"{area.path}-{point.code}": point for area in blueprint.areas for point in area.points
    }
    dealer = Dealer(np.random.default_rng(SEED))
    reviewer = sample_staff(db, "reviewer").id
    for number, draft in enumerate(json.loads((DATA / "drafts.json").read_text("utf-8"))):
        point, difficulty, *row = draft["row"]
        content, explanation = made(draft["kind"], row, dealer)
        item = _item(blueprint, points[point], f"{LETTERS[draft['kind']]}-{point}", number, now)
        item.versions.append(
            ItemVersion(
                number=1,
                type=draft["kind"],
                content=content.content,
                key=content.key,
                search_text=plain_text(content.content),
                difficulty=difficulty,
                explanation=explanation,
                created_at=now,
                created_by=sample_staff(db, draft["author"]).id,
            )
        )
        db.add(item)
        db.flush()
        if draft["review"]:
            review = ItemReview(
                item_id=item.id,
                version_number=1,
                outcome=draft["review"],
                comment=draft["comment"],
                said_at=now + REVIEWED_AFTER,
                said_by=reviewer,
            )
            db.add(review)
    db.flush()
    _give_tasks(db, blueprint, now=now)


def _give_tasks(db: Session, blueprint: Blueprint, *, now: datetime) -> None:
    """Give each writer a task; the second one's day has passed."""
    officer = sample_staff(db, "officer")
    day = local_day(now)
    for writer, at, number, days in (
        ("writer", "B", 4, DAYS_TO_WRITE),
        ("writer", "A", 3, DAYS_TO_WRITE),
        ("writer2", "B-B", 2, 1),
    ):
        sent = TaskIn((writer,), at, "", number, day + timedelta(days=days))
        give_tasks(db, officer, blueprint, sent, now=now)


def _item(blueprint: Blueprint, point: Point, start: str, number: int, now: datetime) -> Item:
    code = f"{start}-{FIRST_NUMBER + number}"
    return Item(
        blueprint_id=blueprint.id, point_id=point.id, code=code, state="draft", created_at=now
    )
