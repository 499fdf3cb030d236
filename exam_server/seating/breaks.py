"""Who is away from the seat now."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.seating.models import SeatBreak


def lasting_breaks(db: Session, sitting_ids: Iterable[int]) -> dict[int, SeatBreak]:
    """Return the breaks that last, by sitting."""
    chosen = select(SeatBreak).where(
        SeatBreak.sitting_id.in_(list(sitting_ids)), SeatBreak.returned_at.is_(None)
    )
    return {row.sitting_id: row for row in db.scalars(chosen)}
