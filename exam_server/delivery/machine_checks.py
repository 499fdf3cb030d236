"""The server's own machine before an exam: time, disk, files, the store's promises, helpers."""

import resource
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import redis
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from exam_server.clock import wall_step
from exam_server.config import Settings
from exam_server.delivery.beats import is_job_process_alive, is_server_alive
from exam_server.delivery.models import Receipt
from exam_server.https.keeping import standing_root

LONGEST_STEP = timedelta(seconds=1)
MEGABYTE = 1024 * 1024
# Events of a long paper with their index, the write-ahead log and one copy of it all.
DISK_A_SEAT_MB = 3
DISK_AT_LEAST_MB = 512
FILES_BESIDE_SEATS = 200
REDIS_LIMIT_S = 2
CERTIFICATE_AT_LEAST = timedelta(days=2)
State = Literal["ok", "attention", "danger"]


@dataclass(frozen=True)
class Ready:
    """One thing looked at: its code names the words, which may name the details."""

    code: str
    state: State
    detail: dict[str, object] = field(default_factory=dict)


def machine_checks(db: Session, settings: Settings, *, seats: int, now: datetime) -> list[Ready]:
    """Return how the server's machine stands for so many seats."""
    return [
        _clock(),
        _clock_against_receipts(db, now),
        Ready("server", "ok" if is_server_alive(db, now=now) else "danger"),
        Ready("jobs", "ok" if is_job_process_alive(db, now=now) else "danger"),
        _disk(settings, seats),
        _files(seats),
        store_check(db),
        _redis(settings),
        _https(settings, now),
    ]


def _https(settings: Settings, now: datetime) -> Ready:
    """Say whether seats come by HTTPS: by this server's own, or by the proxy in front of it."""
    if not settings.https_port:
        return Ready("https", "ok" if settings.proxy else "attention")
    root = standing_root(settings)
    is_valid = root is not None and root.not_valid_after_utc > now + CERTIFICATE_AT_LEAST
    return Ready("https", "ok" if is_valid else "danger")


def _clock() -> Ready:
    step = wall_step()
    detail: dict[str, object] = {"seconds": f"{step.total_seconds():+.1f}"}
    return Ready("clock", "ok" if abs(step) <= LONGEST_STEP else "danger", detail)


def _clock_against_receipts(db: Session, now: datetime) -> Ready:
    newest = db.scalar(select(func.max(Receipt.handed_in_at)))
    if newest is None or newest <= now:
        return Ready("clock_back", "ok")
    return Ready("clock_back", "danger", {"at": newest})


def _disk(settings: Settings, seats: int) -> Ready:
    need = DISK_AT_LEAST_MB + seats * DISK_A_SEAT_MB
    free = shutil.disk_usage(settings.var).free // MEGABYTE
    return Ready("disk", "ok" if free >= need else "danger", {"free": free, "need": need})


def _files(seats: int) -> Ready:
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = seats + FILES_BESIDE_SEATS
    is_enough = limit == resource.RLIM_INFINITY or limit >= need
    return Ready("files", "ok" if is_enough else "danger", {"limit": limit, "need": need})


def store_check(db: Session) -> Ready:
    """Say whether the store keeps what it has acknowledged through a power cut."""
    wrong = _sqlite_wrongs(db) if db.get_bind().dialect.name == "sqlite" else _postgres_wrongs(db)
    return Ready("store", "danger" if wrong else "ok", {"wrong": ", ".join(wrong)})


def _sqlite_wrongs(db: Session) -> list[str]:
    wanted = {"synchronous": {"2", "3"}, "journal_mode": {"wal"}}  # 2 is FULL, 3 EXTRA
    found = {name: str(db.scalar(text(f"PRAGMA {name}"))) for name in wanted}
    return [f"{name}={found[name]}" for name in wanted if found[name] not in wanted[name]]


def _postgres_wrongs(db: Session) -> list[str]:
    wanted = {"synchronous_commit": {"on", "remote_write", "remote_apply"}, "fsync": {"on"}}
    found = {name: str(db.scalar(text(f"SHOW {name}"))) for name in wanted}
    return [f"{name}={found[name]}" for name in wanted if found[name] not in wanted[name]]


def _redis(settings: Settings) -> Ready:
    if not settings.redis_url:
        return Ready("redis", "ok", {"used": 0})
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=REDIS_LIMIT_S) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return Ready("redis", "danger")
    return Ready("redis", "ok", {"used": 1})
