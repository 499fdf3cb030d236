"""How long a web process waits for a word from PostgreSQL: a frozen one must not hold pages up.

A store that is stopped or cut off keeps its connections open and says nothing. Whoever waits for
it is told so instead, and every connection opened before is given up.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

Result = TypeVar("Result")
INTERVAL_S = 0.1
# A reader waits for nobody. A writer may have to wait for another's lock (``lock_timeout``), and
# whether something was stored is not to be left open without need.
ASKING_S = 1.5
READING_S = 4.0
WRITING_S = 12.0


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server has not answered one thing in time."""

    patience_s: float = READING_S

    def wait(
        self, gen: PQGen[Result], interval: float = INTERVAL_S, timeout: float | None = None
    ) -> Result:
        """Wait for the server; raises OperationalError when it stays silent."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience_s)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 - a limit of wait() ends in this alone
            self.close()
            msg = f"the store has been silent for {self.patience_s:g} s"
            raise psycopg.OperationalError(msg) from None


def limit_waits(engine: Engine) -> None:
    """Let every connection of an engine wait so long and no longer."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkout", _about_to_ask)
    event.listen(engine, "begin", _begin)


def _connect(
    _dialect: object, _record: object, args: tuple[Any, ...], settings: dict[str, Any]
) -> ImpatientConnection:
    return ImpatientConnection.connect(*args, **settings)


def _about_to_ask(connection: ImpatientConnection, _record: object, _proxy: object) -> None:
    """Whether it still stands is asked next, with a new connection to be opened after it."""
    connection.patience_s = ASKING_S


def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("writes", False)
    own: Any = connection.connection.driver_connection
    own.patience_s = WRITING_S if is_writing else READING_S
