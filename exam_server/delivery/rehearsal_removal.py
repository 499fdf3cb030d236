"""Removing a rehearsal with everything that refers to it, and nothing else."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select
from sqlalchemy.orm import Session

from exam_server.db import Base, Database
from exam_server.delivery.rehearsing import rehearsal

STEP = 500
Doomed = dict[Table, set[int]]


def remove_rehearsal(database: Database, uid: str) -> None:
    """Remove a rehearsal, in short transactions; raises NotFoundError: ``no_such_rehearsal``."""
    with database.reading() as db:
        doomed = _doomed(db, uid)
    for table in reversed(Base.metadata.sorted_tables):
        parents = {key for key in table.foreign_keys if key.column.table in doomed}
        if "id" not in table.c:
            for key in parents:
                for ids in _steps(doomed[key.column.table]):
                    _delete(database, table, key.parent.in_(ids))
        elif table in doomed:
            for ids in _steps(doomed[table]):
                _delete(database, table, table.c.id.in_(ids))


def _doomed(db: Session, uid: str) -> Doomed:
    """Return the rows of a rehearsal by table: its roots, and what refers to them, and so on."""
    exam_session = rehearsal(db, uid)
    batch, run = exam_session.batch, exam_session.assembly_run
    found: Doomed = defaultdict(set)
    roots: list[Any] = [exam_session, batch, batch.programme, batch.rule_set]
    roots += [room_run.room.site for room_run in exam_session.rooms[:1]]
    if run is not None:
        roots += [run.paper_structure, run.paper_structure.blueprint]
    for root in roots:
        found[root.__table__].add(root.id)
    candidates = Base.metadata.tables["registration"]
    chosen = select(candidates.c.candidate_id).where(candidates.c.batch_id == batch.id)
    found[Base.metadata.tables["candidate"]].update(db.scalars(chosen))
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            _add_children(db.connection(), table, found)
    return {table: ids for table, ids in found.items() if ids}


def _add_children(connection: Connection, table: Table, found: Doomed) -> None:
    for key in table.foreign_keys:
        for ids in _steps(found.get(key.column.table, ())):
            found[table].update(connection.scalars(select(table.c.id).where(key.parent.in_(ids))))


def _delete(database: Database, table: Table, condition: ColumnElement[bool]) -> None:
    with database.writing() as db:
        db.execute(delete(table).where(condition))


def _steps(ids: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut ids into lists short enough for one statement."""
    waiting = iter(sorted(ids))
    while step := list(itertools.islice(waiting, STEP)):
        yield step
