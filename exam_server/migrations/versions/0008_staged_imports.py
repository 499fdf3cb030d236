"""Imports under way, and the items they have put aside."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import exam_server.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "item_import",
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("open_for", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("started_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("touched_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "status IN ('staging', 'publishing', 'done', 'discarded')",
            name=op.f("ck_item_import_status"),
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_id"],
            ["blueprint.id"],
            name=op.f("fk_item_import_blueprint_id_blueprint"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_item_import_job_id_job")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_item_import_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_import")),
        sa.UniqueConstraint("open_for", name=op.f("uq_item_import_open_for")),
        sa.UniqueConstraint("uid", name=op.f("uq_item_import_uid")),
    )
    with op.batch_alter_table("item_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_import_blueprint_id"), ["blueprint_id"], unique=False
        )
    op.create_table(
        "staged_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("path", JSON, nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("key", JSON, nullable=False),
        sa.Column("search_text", Text(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("explanation", Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["item_import.id"], name=op.f("fk_staged_item_import_id_item_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_item")),
    )
    with op.batch_alter_table("staged_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_item_import_id"), ["import_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("staged_item")
    op.drop_table("item_import")
