"""Noting which version starts: another one than ran must not meet a live exam session."""

from importlib import import_module

from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.server_starts import newest_start, note_start
from exam_server.versions import ServerVersion, version_here


def note_start_here(database: Database, *, reason: str = "") -> None:
    """Note the start of the version that lies here.

    Raises ConflictError: ``other_version_while_live``, unless there is a reason.
    """
    starting, now = version_here(), utcnow()
    with database.writing() as db:
        before = newest_start(db)
        is_other = before is not None and before.version != starting
        is_despite = is_other and _starts_despite_live(db, starting, reason)
        note_start(db, starting, reason=reason if is_despite else "", now=now)


def _starts_despite_live(db: Session, starting: ServerVersion, reason: str) -> bool:
    from exam_server.freezing import check_other_version  # noqa: PLC0415 - needs many tables

    import_module("exam_server.tables")  # the audit entry refers to tables of other desks
    return check_other_version(db, starting, reason=reason, now=utcnow())
