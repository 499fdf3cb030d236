"""papers are released by two people, no earlier than the rule set allows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "release_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column(
            "exam_session_id", sa.Integer(), sa.ForeignKey("exam_session.id"), nullable=False
        ),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_as", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("decision", sa.String(16), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decision"),
        sa.CheckConstraint("decision <> 'released' OR decided_by <> asked_by", name="two_people"),
        sa.UniqueConstraint("uid"),
    )
    with op.batch_alter_table("release_request") as batch:
        batch.create_index(batch.f("ix_release_request_exam_session_id"), ["exam_session_id"])
        batch.create_index(
            "uq_release_request_waiting",
            ["exam_session_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
    with op.batch_alter_table("rule_set") as batch:
        # The value fills the rows that are there; new ones get theirs from the program.
        batch.add_column(
            sa.Column(
                "release_not_before_hours", sa.Integer(), nullable=False, server_default="168"
            )
        )
    with op.batch_alter_table("rule_set") as batch:
        batch.alter_column("release_not_before_hours", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("rule_set") as batch:
        batch.drop_column("release_not_before_hours")
    op.drop_table("release_request")
