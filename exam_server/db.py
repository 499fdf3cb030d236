"""The store: column types, the base class and the only ways to open a transaction."""

import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Text,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from exam_server.keyring import NAME, Keyring

MARK_SCALE = Decimal(10000)
BUSY_TIMEOUT_MS = 10_000
FRESH_S = 1.0  # a connection used so lately is used without asking whether it still stands
KEPT_ALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
WEB_LIMITS = (
    "-c statement_timeout=20s -c lock_timeout=8s "
    # a process that stands still must not keep the others from a seat's row
    "-c idle_in_transaction_session_timeout=20s"
)


class StoreSilentError(Exception):
    """The store has not answered in time; whether it has committed is unknown."""


# The store itself fails, not what was asked of it: the same may be asked again.
STORE_FAILS = (OperationalError, InterfaceError, NoConnectionError, StoreSilentError)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; a value without time zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"an instant needs a time zone: {value!r}"
            raise ValueError(msg)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Mark(TypeDecorator[Decimal]):
    """A mark or weight: an integer of ten-thousandths in store, an exact ``Decimal`` here."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Store exactly; more than four decimals is a bug of the caller."""
        del dialect
        if value is None:
            return None
        scaled = value * MARK_SCALE
        if scaled != int(scaled):
            msg = f"a mark has at most four decimals: {value!r}"
            raise ValueError(msg)
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Read as a ``Decimal`` without needless zeros."""
        del dialect
        return None if value is None else plain(Decimal(value) / MARK_SCALE)


def plain(value: Decimal) -> Decimal:
    """Drop trailing zeros without turning 100 into ``1E+2``."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


class Base(DeclarativeBase):
    """Base of every table; constraints have predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        datetime: Instant,
        Decimal: Mark,
        str: Text,
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
    }


def new_uid() -> str:
    """Return a fresh opaque id."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


class Outside:
    """Mixin: a row that is named outside by an opaque id, never by its number."""

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=new_uid)


class Database:
    """An engine with the two transactions the office knows: reading and writing."""

    def __init__(self, url: str, *, is_web: bool = False, keyring: Keyring | None = None) -> None:
        self.keyring = keyring  # opens what stands sealed in the store
        self.engine = make_engine(url, is_web=is_web)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        # SQLite has one writer. Waiting for it inside the driver would stop every greenlet,
        # so writers of this process queue here, where waiting lets others run.
        self._writer = threading.RLock() if self.is_sqlite else nullcontext()
        self.waited_s = 0.0  # for one another, all writers together
        self.after_announcing: list[Callable[[], None]] = []

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; nothing is kept."""
        with self._opened() as db:
            yield db

    @contextmanager
    def writing(self, *, within_s: float | None = None) -> Iterator[Session]:
        """Open a transaction that writes: committed at the end, rolled back on any error.

        A server's store that does not answer ``within_s`` seconds fails (``StoreSilentError``);
        whether it has committed is then unknown. SQLite answers in the same thread: no limit.
        """
        with self._limit(within_s), self._turn(), self._opened() as db:
            db.connection(execution_options={"writes": True})
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()
            has_announced = bool(db.info.pop("announced", None))
        if has_announced:
            for wake in self.after_announcing:
                wake()

    def _opened(self) -> Session:
        return self._sessions(info={NAME: self.keyring})

    @contextmanager
    def _turn(self) -> Iterator[None]:
        asked = time.perf_counter()
        with self._writer:
            self.waited_s += time.perf_counter() - asked
            yield

    @contextmanager
    def _limit(self, within_s: float | None) -> Iterator[None]:
        if within_s is None or self.is_sqlite:
            yield
            return
        import gevent  # noqa: PLC0415 - web processes only: jobs and commands know no greenlets

        limit = gevent.Timeout.start_new(within_s)
        try:
            yield
        except gevent.Timeout as passed:
            if passed is not limit:
                raise
            raise StoreSilentError(within_s) from None
        except Exception as error:
            # what tidied up a connection in the middle of a statement may have failed at that
            if limit.pending:
                raise
            raise StoreSilentError(within_s) from error
        finally:
            limit.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def make_engine(url: str, *, is_web: bool = False) -> Engine:
    """Return an engine; SQLite gets WAL, ``synchronous=FULL`` and explicit transactions.

    What a statement was given never gets into an error's words: these are logged.
    A web process gives up soon on a PostgreSQL that is away and lets no statement hold others up.
    """
    if not url.startswith("sqlite"):
        return _make_server_engine(url, is_web=is_web)
    engine = create_engine(url, pool_size=20, max_overflow=30, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_server_engine(url: str, *, is_web: bool) -> Engine:
    own = make_url(url).query.get("options", "")  # ours would take their place
    limits = {"options": f"{own} {WEB_LIMITS}".strip()}
    soon = {"connect_timeout": 3, "tcp_user_timeout": 8000, **KEPT_ALIVE, **limits}
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=30,
        pool_use_lifo=True,  # the one just used is known to stand
        pool_timeout=5 if is_web else 30,
        hide_parameters=True,
        connect_args=soon if is_web else KEPT_ALIVE,
    )
    if is_web:
        from exam_server.store_patience import limit_waits  # noqa: PLC0415 - only for PostgreSQL

        limit_waits(engine)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_check_idle, engine.dialect))
    return engine


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _check_idle(
    dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Ask a connection that lay idle whether it still stands; if not, all like it are renewed.

    Asking every time would be a round trip of its own for each batch of answers.
    """
    if time.monotonic() - record.info.get("used_at", 0.0) < FRESH_S:
        return
    try:
        stands = dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
    if not stands:
        raise InvalidatePoolError


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: we send ours.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # under NORMAL a power cut may drop acknowledged answers
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
