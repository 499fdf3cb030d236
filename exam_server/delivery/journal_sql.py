"""The journal's statements, one text for each store and each run once a batch.

They go to the driver as they are: an answer costs no compiling, no row object and no round trip
of its own. Lists travel as one parameter, so the text never changes with their length.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection

Row = Sequence[Any]
# What decides at a sitting and can change beneath the journal; counts stand apart, before it.
DECIDING = (
    "s.id, s.acked_seq, s.given_count, s.confirmed_count, "
    "s.status, s.lease_number, s.clock_number, s.room_run_id, r.started_at, e.minutes, "
    "e.hard_end, u.grace_s, u.hand_in_after_min"
)
JOINED = (
    "JOIN room_run r ON r.id = s.room_run_id JOIN exam_session e ON e.id = s.exam_session_id "
    "JOIN batch b ON b.id = e.batch_id JOIN rule_set u ON u.id = b.rule_set_id"
)
EVENT = "a.sitting_id, a.seq, a.kind, a.position, a.answer, a.at, a.refused_code"
EVENT_COLUMNS = (
    "sitting_id, seq, kind, position, answer, at, received_at, lease_number, refused_code"
)


@dataclass(frozen=True)
class Statements:
    """What differs between the stores."""

    facts: str
    stored: str
    insert: str
    settle: str
    is_sqlite: bool

    def read_facts(self, connection: Connection, ids: list[int]) -> Sequence[Row]:
        """Return the deciding columns of sittings, locked, in the order of ids."""
        sent: Any = (json.dumps(ids),) if self.is_sqlite else (ids,)
        return connection.exec_driver_sql(self.facts, sent).fetchall()

    def read_stored(self, connection: Connection, lowest: Mapping[int, int]) -> Sequence[Row]:
        """Return the stored events of sittings from a number on."""
        if self.is_sqlite:
            sent: Any = (json.dumps(list(lowest.items())),)
        else:
            sent = (list(lowest), list(lowest.values()))
        return connection.exec_driver_sql(self.stored, sent).fetchall()

    def store_events(
        self, connection: Connection, rows: Iterable[Row], settled: Mapping[int, int]
    ) -> None:
        """Add events, and to sittings the highest number up to which everything is settled.

        A number that is taken is an error of the whole batch.
        """
        if self.is_sqlite:
            connection.exec_driver_sql(self.insert, list(rows))
            ends = [(seq, sitting_id) for sitting_id, seq in settled.items()]
            connection.exec_driver_sql(self.settle, ends)
            return
        names = EVENT_COLUMNS.split(", ")
        sent = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)
        both = f"WITH stored AS ({self.insert}) {self.settle}"
        connection.exec_driver_sql(both, (sent, list(settled), list(settled.values())))


SQLITE = Statements(
    facts=(
        f"SELECT {DECIDING} FROM json_each(?) j CROSS JOIN sitting s ON s.id = j.value {JOINED} "
        "ORDER BY s.id"
    ),
    stored=(
        f"SELECT {EVENT} FROM json_each(?) j CROSS JOIN answer_event a "
        "ON a.sitting_id = json_extract(j.value, '$[0]') AND a.seq >= json_extract(j.value, '$[1]')"
    ),
    insert=f"INSERT INTO answer_event ({EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    settle="UPDATE sitting SET acked_seq = ? WHERE id = ?",
    is_sqlite=True,
)
POSTGRESQL = Statements(
    facts=(
        f"SELECT {DECIDING} FROM sitting s {JOINED} WHERE s.id = ANY(%s) "
        "ORDER BY s.id FOR NO KEY UPDATE OF s"  # rows that refer to a sitting may be added
    ),
    stored=(
        f"SELECT {EVENT} FROM unnest(%s::bigint[], %s::bigint[]) AS j(sitting_id, seq) "
        "JOIN answer_event a ON a.sitting_id = j.sitting_id AND a.seq >= j.seq"
    ),
    insert=(
        f"INSERT INTO answer_event ({EVENT_COLUMNS}) SELECT {EVENT_COLUMNS} "
        "FROM json_to_recordset(%s::json) AS x(sitting_id bigint, seq bigint, kind text, "
        "position bigint, answer text, at text, received_at timestamptz, lease_number bigint, "
        "refused_code text)"
    ),
    settle=(
        "UPDATE sitting s SET acked_seq = j.seq "
        "FROM unnest(%s::bigint[], %s::bigint[]) AS j(id, seq) WHERE s.id = j.id"
    ),
    is_sqlite=False,
)


def statements_for(connection: Connection) -> Statements:
    """Return the statements of a connection's store."""
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL


def instant_text(instant: datetime) -> str:
    """Return an instant as both stores read it: UTC, as ``Instant`` stores it in SQLite.

    Examples
    --------
    >>> instant_text(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    '2026-03-01 09:30:00.000000'
    """
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
