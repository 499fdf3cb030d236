"""What an adaptive test at supervised seats is made of: a sealed pool, and the items given."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from exam_server.db import Base


class SealedPool(Base):
    """The pool of an exam session under the server secret: curves, keys, blueprint, seed.

    Places in it are shuffled, so that a place tells nothing of the item. ``sha256`` stands for
    everything in it: what two people release is what was sealed.
    """

    __tablename__ = "sealed_pool"

    exam_session_id: Mapped[int] = mapped_column(
        ForeignKey("exam_session.id"), primary_key=True, autoincrement=False
    )
    trial_id: Mapped[int] = mapped_column(ForeignKey("adaptive_trial.id"))
    n_items: Mapped[int]
    sealed_facts: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    key_id: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    has_formulas: Mapped[bool]
    sealed_at: Mapped[datetime]


class SealedPoolItem(Base):
    """What a seat sees of one item of a sealed pool: no key, no curve."""

    __tablename__ = "sealed_pool_item"

    exam_session_id: Mapped[int] = mapped_column(
        ForeignKey("exam_session.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class GivenItem(Base):
    """An item chosen for a sitting, with what was known before: written once, never edited."""

    __tablename__ = "given_item"

    sitting_id: Mapped[int] = mapped_column(
        ForeignKey("sitting.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int]  # in the sealed pool
    relaxed: Mapped[str | None] = mapped_column(String(16))
    shadow: Mapped[list[Any]]  # places with which the test could be finished by the blueprint
    ability: Mapped[float]
    standard_error: Mapped[float]
    given_at: Mapped[datetime]
