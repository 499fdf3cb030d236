"""Blueprints (鉴定要素细目表), items with their versions, and pictures."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.bank.item_texts import keep_version
from exam_server.db import Base, Outside


class Blueprint(Outside, Base):
    """A test blueprint with the items tagged by it: one bank."""

    __tablename__ = "blueprint"
    __table_args__ = (UniqueConstraint("organization_id", "title"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    title: Mapped[str]
    language: Mapped[str] = mapped_column(String(16), default="zh_Hans_CN")
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # How many active items are wanted: {item type: number}; shared out by the ranges' weights.
    goals: Mapped[dict[str, Any] | None]
    # Tags of the languages its items are translated into; none said: the usual other one.
    more_languages: Mapped[list[Any] | None]
    work_types: Mapped[list[Any] | None]  # which its points may name; none: any

    areas: Mapped[list["Area"]] = relationship(
        back_populates="blueprint", order_by="Area.place", cascade="all, delete-orphan"
    )


class Area(Base):
    """A range (鉴定范围) of one of one to six tiers; ``code`` is its own part only."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "path"),
        CheckConstraint("tier BETWEEN 1 AND 6", name="tier"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    tier: Mapped[int]
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(32))
    path: Mapped[str] = mapped_column(String(200))  # codes from tier 1 down, joined by "-"
    name: Mapped[str]
    weight: Mapped[Decimal | None]

    blueprint: Mapped[Blueprint] = relationship(back_populates="areas")
    points: Mapped[list["Point"]] = relationship(
        back_populates="area", order_by="Point.place", cascade="all, delete-orphan"
    )


class Point(Outside, Base):
    """A content point (鉴定点): the smallest assessable element.

    ``uid`` names it for good: its code changes when it moves.
    """

    __tablename__ = "point"
    __table_args__ = (
        UniqueConstraint("area_id", "code"),
        CheckConstraint("importance IN ('X', 'Y', 'Z')", name="importance"),
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    importance: Mapped[str | None] = mapped_column(String(1))
    # Skill levels it is for, the lowest first ("543"); empty for all.
    levels: Mapped[str] = mapped_column(String(5), default="", server_default="")
    work_types: Mapped[list[Any] | None]  # work types it is for; none: all
    retired_reason: Mapped[str | None]  # why no item may be written for it any more

    area: Mapped[Area] = relationship(back_populates="points")


class Item(Outside, Base):
    """An item of a bank; what it says stands in its versions."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "code"),
        # what lists filter by stands in one index, in the order they show: no row is read for it
        Index(
            "ix_item_list",
            "blueprint_id",
            "code",
            "state",
            "type",
            "difficulty",
            "point_id",
            "languages",
        ),
        # and what a bank's supply is counted by
        Index("ix_item_supply", "blueprint_id", "point_id", "type", "state"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    version_number: Mapped[int] = mapped_column(default=1)  # of the newest version
    # As the newest version says, set with it (``item_texts``).
    type: Mapped[str] = mapped_column(String(16), default="", server_default="")
    difficulty: Mapped[int] = mapped_column(default=3, server_default="3")
    languages: Mapped[str] = mapped_column(default="", server_default="")  # " en ug " of tags
    created_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship()
    point: Mapped[Point] = relationship()
    versions: Mapped[list["ItemVersion"]] = relationship(
        back_populates="item", order_by="ItemVersion.number", cascade="all, delete-orphan"
    )


class ItemVersion(Outside, Base):
    """What an item says, asks and takes as right, at one time; never edited."""

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    type: Mapped[str] = mapped_column(String(16), index=True)
    content: Mapped[dict[str, Any]]
    key: Mapped[dict[str, Any]]
    search_text: Mapped[str]  # stem and options as plain text
    difficulty: Mapped[int] = mapped_column(default=3)  # 1 very easy … 5 very hard
    explanation: Mapped[str] = mapped_column(default="")
    explanations: Mapped[dict[str, Any] | None]  # in other languages, by tag
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    item: Mapped[Item] = relationship(back_populates="versions")


class ItemText(Base):
    """What the full-text index reads of an item's newest version, and its fingerprint.

    On SQLite triggers carry it into the FTS5 table ``item_gram``; PostgreSQL indexes it itself.
    """

    __tablename__ = "item_text"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    grams: Mapped[str]  # each once, with a blank between
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)


class ItemFigure(Base):
    """How an item did in the newest exam session whose figures were taken over.

    ``version_number`` is the newest version that asks the same as the one that was sat.
    """

    __tablename__ = "item_figure"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version_number: Mapped[int]
    persons: Mapped[int]
    difficulty: Mapped[float | None]  # mean share of the full mark: 1 very easy
    discrimination: Mapped[float | None]  # item-rest correlation
    # On the bank's scale of ability (D = 1), where parameters of this version were accepted.
    slope: Mapped[float | None]
    location: Mapped[float | None]  # logits
    is_flagged: Mapped[bool] = mapped_column(default=False)
    n_administrations: Mapped[int] = mapped_column(default=1, server_default="1")
    held_at: Mapped[datetime | None]  # when that exam session was
    computed_at: Mapped[datetime]


class SavedFilter(Outside, Base):
    """A filter of a bank's list under a name: for one person, or for all who read the bank."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("blueprint_id", "person_id", "name"),)

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]


class BulkAct(Outside, Base):
    """One act on many items, with what was before it, so that it can be undone."""

    __tablename__ = "bulk_act"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('suspend', 'retire', 'move', 'difficulty', 'forward')", name="kind"
        ),
        Index("ix_bulk_act_bank", "blueprint_id", "id"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    kind: Mapped[str] = mapped_column(String(16))
    detail: Mapped[dict[str, Any]]
    before: Mapped[list[Any]] = mapped_column(deferred=True)  # [item id, what it was, version]
    n_items: Mapped[int]
    done_at: Mapped[datetime]
    done_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ItemReview(Base):
    """What a reviewer said of an item's version: ``approved`` or ``sent_back``.

    An approval is a stamp: it stands for the version it names in ``stands_for``, and for no later
    one unless a small change carried it on. Whoever adds a version without a word takes it away.
    """

    __tablename__ = "item_review"
    __table_args__ = (
        CheckConstraint("outcome IN ('approved', 'sent_back')", name="outcome"),
        CheckConstraint("stage IN ('first', 'second', 'final')", name="stage"),
        Index("ix_item_review_version", "item_id", "version_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    version_number: Mapped[int]
    stands_for: Mapped[int | None]  # the newest version an approval stands for
    stage: Mapped[str] = mapped_column(String(16), default="final")
    outcome: Mapped[str] = mapped_column(String(16))
    comment: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ReviewFlow(Base):
    """How a bank reviews, from a time on; rows are only added and the newest holds."""

    __tablename__ = "review_flow"
    __table_args__ = (
        CheckConstraint("n_stages BETWEEN 1 AND 3", name="n_stages"),
        CheckConstraint("rerun IN ('any', 'key_options')", name="rerun"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    n_stages: Mapped[int]
    rerun: Mapped[str] = mapped_column(String(16))  # which changes take approvals away
    comments_block: Mapped[bool]  # an open comment keeps an item from the next review
    has_store: Mapped[bool] = mapped_column(default=False)  # 入库 after the last review
    has_pilot: Mapped[bool] = mapped_column(default=False)  # 试测 before use
    difficulty_reviews: Mapped[bool] = mapped_column(default=True)  # of many at once, too
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ItemComment(Outside, Base):
    """A comment at a place of an item (``stem``, ``options.B``), or an answer to one."""

    __tablename__ = "item_comment"
    __table_args__ = (
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version_number: Mapped[int]  # the version it speaks about
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("item_comment.id"))
    place: Mapped[str] = mapped_column(String(80))
    quote: Mapped[str] = mapped_column(default="")  # the words chosen there
    text: Mapped[str]
    said_at: Mapped[datetime]
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class EnemyPair(Base):
    """Two items that must not stand in one form; the smaller id first."""

    __tablename__ = "enemy_pair"
    __table_args__ = (CheckConstraint("item_id < enemy_id", name="order"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    enemy_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)


class Picture(Base):
    """A picture of an organization's items, named by its SHA-256."""

    __tablename__ = "picture"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ItemImport(Outside, Base):
    """An import under way or done: ``staging → publishing → done``, or ``discarded``.

    What is staged can be thrown away; once publishing has begun it is always finished, after a
    restart too, so a bank never keeps half an import.
    """

    __tablename__ = "item_import"
    __table_args__ = (
        CheckConstraint("status IN ('staging', 'publishing', 'done', 'discarded')", name="status"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    open_for: Mapped[int | None] = mapped_column(unique=True)  # the bank, while it is under way
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    status: Mapped[str] = mapped_column(String(16), default="staging")
    facts: Mapped[dict[str, Any]]  # ranges, points and enemies the file brings along
    report: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class StagedItem(Base):
    """An item read from a file and not yet in the bank."""

    __tablename__ = "staged_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("item_import.id"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    path: Mapped[list[Any]]  # pairs of code and name, ranges from tier 1 down, last the point
    type: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]]
    key: Mapped[dict[str, Any]]
    search_text: Mapped[str]
    grams: Mapped[str] = mapped_column(default="", server_default="")
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    difficulty: Mapped[int | None]
    explanation: Mapped[str | None]
    explanations: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(String(16))


event.listen(ItemVersion, "after_insert", keep_version)  # in its transaction, whoever writes
