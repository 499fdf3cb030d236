"""What a job made for download: kept encrypted when it holds secrets, gone after its time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ForeignKey, LargeBinary, delete, exists, select
from sqlalchemy.orm import Mapped, Session, backref, mapped_column, relationship

from exam_server.db import Base, Database, Outside, new_uid
from exam_server.errors import NotFoundError
from exam_server.jobs import Job

NONCE_BYTES = 12
KEPT_FOR = timedelta(days=7)


class JobFile(Outside, Base):
    """A file that a job made: nonce and ciphertext under the server secret."""

    __tablename__ = "job_file"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    name: Mapped[str]
    mime: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    # False: put aside for the next step, not to be downloaded.
    is_offered: Mapped[bool] = mapped_column(default=True)

    # A job's card lists its files.
    job: Mapped[Job] = relationship(backref=backref("files", order_by="JobFile.id"))


@dataclass(frozen=True)
class Made:
    """A file as a job made it: to be downloaded, or put aside for the next step."""

    name: str
    mime: str
    body: bytes
    is_offered: bool = True


def keep_file(
    db: Session,
    job_id: int,
    made: Made,
    *,
    secret: bytes,
    now: datetime,
    keep_for: timedelta = KEPT_FOR,
) -> JobFile:
    """Keep a file of a job, encrypted, until its time is over."""
    uid = new_uid()
    row = JobFile(
        uid=uid,
        job_id=job_id,
        name=made.name,
        mime=made.mime,
        body=_seal(secret, uid, made.body),
        made_at=now,
        expires_at=now + keep_for,
        is_offered=made.is_offered,
    )
    db.add(row)
    db.flush()
    return row


def file_in(db: Session, job_id: int, uid: str, *, now: datetime) -> JobFile:
    """Return a file of a job the caller was let into; raises NotFoundError: ``file_is_gone``."""
    found = _files(db, job_id, now=now, is_offered=True, uid=uid)
    if not found:
        raise NotFoundError("file_is_gone")
    return found[0]


def file_aside(db: Session, job_id: int, *, now: datetime) -> JobFile:
    """Return what a job put aside for the next step; raises NotFoundError: ``file_is_gone``."""
    found = _files(db, job_id, now=now, is_offered=False)
    if not found:
        raise NotFoundError("file_is_gone")
    return found[0]


def _files(
    db: Session, job_id: int, *, now: datetime, is_offered: bool, uid: str | None = None
) -> Sequence[JobFile]:
    chosen = select(JobFile).where(
        JobFile.job_id == job_id, JobFile.expires_at > now, JobFile.is_offered.is_(is_offered)
    )
    return db.scalars(chosen if uid is None else chosen.where(JobFile.uid == uid)).all()


def open_file(file: JobFile, *, secret: bytes) -> bytes:
    """Return what a file holds."""
    nonce, sealed = file.body[:NONCE_BYTES], file.body[NONCE_BYTES:]
    return AESGCM(_key(secret)).decrypt(nonce, sealed, file.uid.encode())


def remove_expired_files(database: Database, *, now: datetime) -> None:
    """Remove every file whose time is over; takes the write lock only when there is one."""
    is_over = JobFile.expires_at <= now
    with database.reading() as db:
        if not db.scalar(select(exists().where(is_over))):
            return
    with database.writing() as db:
        db.execute(delete(JobFile).where(is_over))


def _seal(secret: bytes, uid: str, body: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, body, uid.encode())


def _key(secret: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"job files").derive(secret)
