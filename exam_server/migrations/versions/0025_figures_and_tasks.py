"""Figures of items as they were sat, taken over from analyses; what writers are asked to write.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "item_administration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(36), nullable=False),
        sa.Column("source_name", Text(), nullable=False),
        sa.Column("held_at", Instant(timezone=True), nullable=False),
        sa.Column("marking", sa.String(36), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("discrimination", sa.Double(), nullable=True),
        sa.Column("omitted", sa.Double(), nullable=True),
        sa.Column("not_reached", sa.Double(), nullable=True),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("taken_at", Instant(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("superseded_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
            name=op.f("fk_item_administration_item_id_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["person.id"], name=op.f("fk_item_administration_taken_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_administration")),
        sa.UniqueConstraint(
            "item_id",
            "version_number",
            "marking",
            "form",
            "taken_at",
            name=op.f("uq_item_administration_once"),
        ),
    )
    op.create_index("ix_item_administration_source", "item_administration", ["source"])
    with op.batch_alter_table("item_figure") as figure:
        figure.add_column(
            sa.Column("n_administrations", sa.Integer(), nullable=False, server_default="1")
        )
        figure.add_column(sa.Column("held_at", Instant(timezone=True), nullable=True))
    _add_tasks()


def downgrade() -> None:
    """Undo."""
    op.drop_table("writing_task")
    with op.batch_alter_table("item_figure") as figure:
        figure.drop_column("held_at")
        figure.drop_column("n_administrations")
    op.drop_table("item_administration")


def _add_tasks() -> None:
    op.create_table(
        "writing_task",
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(200), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", Text(), nullable=False),
        sa.Column("given_at", Instant(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_reason", Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.CheckConstraint("n_items > 0", name=op.f("ck_writing_task_n_items")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_writing_task_ended")
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_writing_task_blueprint_id_blueprint")
        ),
        *(
            sa.ForeignKeyConstraint(
                [each], ["person.id"], name=op.f(f"fk_writing_task_{each}_person")
            )
            for each in ("writer_id", "given_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_task")),
        sa.UniqueConstraint("uid", name=op.f("uq_writing_task_uid")),
    )
    for each in ("blueprint_id", "writer_id"):
        op.create_index(op.f(f"ix_writing_task_{each}"), "writing_task", [each])
