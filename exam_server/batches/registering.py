"""A list of candidates registered all or none, never holding the store's write lock for long.

The rows are put aside in short transactions; publishing them is one transaction of a few
statements that the store itself carries out. Until then nobody sees anything of the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch, Candidate, Registration, StagedRegistration
from exam_server.batches.rules import candidate_problems
from exam_server.batches.service import (
    NewCandidateIn,
    identity_of,
    known_candidates,
    store_problems,
    ticket_numbers,
)
from exam_server.db import Database, new_uid
from exam_server.errors import ConflictError, InvalidInputError, Problem
from exam_server.tables_in import SheetRow

STAGED_AT_ONCE = 100
KEPT_FOR = timedelta(hours=1)
Values = dict[str, Any]


@dataclass(frozen=True)
class Listed:
    """A checked list as it is put aside, and what it says of people known before."""

    staging: str
    rows: list[Values]
    employers: dict[str, list[int]]  # new ones of people known before, by their ids


def register_list(
    store: Database, actor: Actor, batch_id: int, rows: Sequence[SheetRow], *, now: datetime
) -> int:
    """Register every row or none, in short transactions; return how many.

    Raises InvalidInputError: ``candidates_refused``; ConflictError: ``list_changed_meanwhile``.
    """
    remove_left_behind(store, now=now)
    with store.reading() as db:
        listed = prepared(db, db.get_one(Batch, batch_id), rows, now=now)
    try:
        for first in range(0, len(listed.rows), STAGED_AT_ONCE):
            with store.writing() as db:
                db.execute(insert(StagedRegistration), listed.rows[first : first + STAGED_AT_ONCE])
        with store.writing() as db:
            return publish(db, actor, db.get_one(Batch, batch_id), listed)
    finally:
        _forget(store, _is_of(listed.staging))


def register_candidates(
    db: Session, actor: Actor, batch: Batch, rows: Sequence[SheetRow], *, now: datetime
) -> int:
    """Register every row of a short list or none, in this transaction; return how many.

    Raises InvalidInputError: ``candidates_refused`` with every row and column that is wrong.
    """
    listed = prepared(db, batch, rows, now=now)
    db.execute(insert(StagedRegistration), listed.rows)
    count = publish(db, actor, batch, listed)
    db.execute(delete(StagedRegistration).where(_is_of(listed.staging)))
    db.expire_all()  # the store itself has written
    return count


def register_one(
    db: Session, actor: Actor, batch: Batch, sent: NewCandidateIn, *, now: datetime
) -> Registration:
    """Register one candidate; raises ``candidates_refused`` with each problem at its field."""
    row = SheetRow(1, {key: str(value) for key, value in sent.model_dump().items()})
    try:
        register_candidates(db, actor, batch, [row], now=now)
    except InvalidInputError as refused:
        problems = [
            Problem(each.where.partition(" ")[2], each.code, each.detail)
            for each in refused.problems
        ]
        raise InvalidInputError("candidate_refused", problems) from None
    chosen = select(Registration).where(Registration.batch_id == batch.id)
    return db.scalars(chosen.order_by(Registration.id.desc()).limit(1)).one()


def prepared(db: Session, batch: Batch, rows: Sequence[SheetRow], *, now: datetime) -> Listed:
    """Return the rows as they are put aside; raises InvalidInputError ``candidates_refused``."""
    problems = [*candidate_problems(rows), *store_problems(db, batch, rows)]
    if not rows:
        problems = [Problem("2", "no_candidates")]
    if problems:
        raise InvalidInputError("candidates_refused", problems, count=len(problems))
    known, numbers = known_candidates(db, batch, rows), ticket_numbers(db, batch, rows)
    listed = Listed(new_uid(), [], {})
    for row in rows:
        candidate, employer = known.get(identity_of(row)), row.cells.get("employer") or ""
        if candidate is not None and employer not in {"", candidate.employer}:
            listed.employers.setdefault(employer, []).append(candidate.id)
        kind, number = identity_of(row)
        listed.rows.append(
            {
                "staging": listed.staging,
                "staged_at": now,
                "batch_id": batch.id,
                "uid": new_uid(),
                "candidate_uid": candidate.uid if candidate else new_uid(),
                "is_new": candidate is None,
                "name": row.cells["name"],
                "id_type": kind,
                "id_number": number,
                "employer": employer,
                "ticket": row.cells.get("ticket") or next(numbers),
            }
        )
    return listed


def publish(db: Session, actor: Actor, batch: Batch, listed: Listed) -> int:
    """Let a list that was put aside come into the batch, all of it; return how many they are.

    Raises ConflictError ``list_changed_meanwhile`` when one of them is in by now, or a ticket.
    """
    staged, mine = StagedRegistration, _is_of(listed.staging)
    _check_again(db, batch, mine)
    for employer, ids in listed.employers.items():
        db.execute(update(Candidate).where(Candidate.id.in_(ids)).values(employer=employer))
    new = select(
        staged.candidate_uid,
        literal(batch.organization_id),
        staged.name,
        staged.id_type,
        staged.id_number,
        staged.employer,
    ).where(mine, staged.is_new)
    columns = ["uid", "organization_id", "name", "id_type", "id_number", "employer"]
    db.execute(insert(Candidate).from_select(columns, new.order_by(staged.id)))
    person = _person_of(staged)
    chosen = select(staged.uid, literal(batch.id), person, staged.ticket).where(mine)
    columns = ["uid", "batch_id", "candidate_id", "ticket"]
    db.execute(insert(Registration).from_select(columns, chosen.order_by(staged.id)))
    count = len(listed.rows)
    of = f"batch:{batch.uid}"
    audit.record(db, "register_candidates", by=actor.id, of=of, detail={"count": count})
    return count


def _check_again(db: Session, batch: Batch, mine: Any) -> None:
    """Raise when what was checked before the rows were put aside no longer holds.

    Each row is looked up by an index: the way of a join would be the store's to choose.
    """
    staged = StagedRegistration
    known_now = exists().where(
        Candidate.organization_id == batch.organization_id,
        Candidate.id_type == staged.id_type,
        Candidate.id_number == staged.id_number,
    )
    person = _person_of(staged)
    registered = exists().where(
        Registration.batch_id == batch.id, Registration.candidate_id == person
    )
    taken = exists().where(Registration.ticket == staged.ticket)
    found = select(staged.id).where(mine, taken | registered | (staged.is_new & known_now))
    if db.scalar(found.limit(1)) is not None:
        raise ConflictError("list_changed_meanwhile")


def _person_of(staged: type[StagedRegistration]) -> Any:
    """Return the id of whom a row that was put aside names."""
    chosen = select(Candidate.id).where(Candidate.uid == staged.candidate_uid)
    return chosen.correlate(staged).scalar_subquery()


def remove_left_behind(store: Database, *, now: datetime) -> None:
    """Remove lists that were put aside and never published: a process died in between."""
    _forget(store, StagedRegistration.staged_at <= now - KEPT_FOR)


def _forget(store: Database, which: Any) -> None:
    chosen = select(StagedRegistration.id).where(which).limit(STAGED_AT_ONCE)
    while True:
        with store.reading() as db:
            if db.scalar(chosen.limit(1)) is None:
                return
        with store.writing() as db:
            ids = list(db.scalars(chosen))
            db.execute(delete(StagedRegistration).where(StagedRegistration.id.in_(ids)))


def _is_of(staging: str) -> Any:
    return StagedRegistration.staging == staging
