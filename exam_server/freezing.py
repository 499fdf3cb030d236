"""On the day nothing changes: no other version starts and no schema moves while an exam is live."""

from datetime import datetime

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.delivery.models import ServerBeat
from exam_server.errors import ConflictError
from exam_server.seating.live import LiveExamSession, live_exam_sessions
from exam_server.server_starts import newest_start
from exam_server.versions import ServerVersion


def refuse_upgrade_while_live(db: Session, *, now: datetime) -> None:
    """Refuse to change the schema while an exam session is live.

    Raises ConflictError: ``upgrade_while_live``.
    """
    live = live_exam_sessions(db, now=now)
    if live:
        raise ConflictError("upgrade_while_live", names=_names(live))


def check_other_version(
    db: Session, starting: ServerVersion, *, reason: str, now: datetime
) -> bool:
    """Refuse another version than ran while an exam session is live; return whether one was.

    With a reason it may start all the same: the act stands on record at every live session.
    What counts is what ran: when no server was alive since a session went live, none is frozen.
    Raises ConflictError: ``other_version_while_live``.
    """
    before = newest_start(db)
    if before is None or before.version == starting:
        return False
    beat = db.get(ServerBeat, 1)
    live = [each for each in live_exam_sessions(db, now=now) if beat and beat.at >= each.since]
    if not live:
        return False
    was, now_is = before.version.words, starting.words
    if not reason:
        names = _names(live)
        raise ConflictError("other_version_while_live", names=names, was=was, now=now_is)
    for each in live:
        detail = {"reason": reason, "was": was, "now": now_is}
        of = f"exam_session:{each.uid}"
        audit.record(db, "start_despite_live", by=None, of=of, detail=detail)
    return True


def _names(live: list[LiveExamSession]) -> str:
    return "、".join(f"“{each.name}”" for each in live)
