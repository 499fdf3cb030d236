"""Whether something has been decided about a candidate already."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.results.models import Decision


def has_result(db: Session, registration_id: int) -> bool:
    """Say whether a decision stands for a registration: then its marks change by rescoring only."""
    chosen = select(Decision.registration_id).where(Decision.registration_id == registration_id)
    return db.scalar(chosen.limit(1)) is not None
