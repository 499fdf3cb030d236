"""What is counted of item versions that forms hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, Item, ItemVersion, Point
from exam_server.forms.custody import VERSIONS_AT_ONCE, Held
from exam_server.forms.proving_bands import Seen

# Ids of version and item, type, difficulty, id of the point, importance, range, code, text.
ItemFacts = Row[int, int, str, int, int, str | None, str, str, str]


@dataclass(frozen=True)
class Counted:
    """Lists of items as the proof counts them: the facts of each, and what bands count.

    Pilot items stand apart, by form: no demand but their own and that for words counts them.
    """

    by_form: list[list[ItemFacts]]
    seen: list[list[Seen]]
    pilots: list[list[ItemFacts]]
    seen_pilots: list[list[Seen]]
    held: Sequence[Sequence[Held]]


def item_rows(db: Session, version_ids: Collection[int]) -> Sequence[ItemFacts]:
    """Return what is counted of item versions."""
    ids = sorted(version_ids)
    return [
        row
        for first in range(0, len(ids), VERSIONS_AT_ONCE)
        for row in db.execute(
            facts_chosen().where(ItemVersion.id.in_(ids[first : first + VERSIONS_AT_ONCE]))
        )
    ]


def facts_chosen() -> Select[int, int, str, int, int, str | None, str, str, str]:
    """Return the query of what is counted of item versions."""
    return (
        select(
            ItemVersion.id,
            Item.id,
            ItemVersion.type,
            ItemVersion.difficulty,
            Point.id,
            Point.importance,
            Area.path,
            Item.code,
            ItemVersion.search_text,
        )
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
    )
