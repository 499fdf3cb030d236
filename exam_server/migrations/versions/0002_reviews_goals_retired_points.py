"""reviews of items, goals of a bank, retired points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import exam_server.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "item_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("said_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('approved', 'sent_back')", name=op.f("ck_item_review_outcome")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_review_item_id_item")),
        sa.ForeignKeyConstraint(
            ["said_by"], ["person.id"], name=op.f("fk_item_review_said_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_review")),
    )
    with op.batch_alter_table("item_review", schema=None) as batch_op:
        batch_op.create_index("ix_item_review_version", ["item_id", "version_number"])
    with op.batch_alter_table("blueprint", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "goals",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=True,
            )
        )
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.drop_column("retired_reason")
    with op.batch_alter_table("blueprint", schema=None) as batch_op:
        batch_op.drop_column("goals")
    with op.batch_alter_table("item_review", schema=None) as batch_op:
        batch_op.drop_index("ix_item_review_version")
    op.drop_table("item_review")
