"""Unusual patterns of answers are kept as they were computed.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from exam_server.db import Instant

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pattern_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("marking_run_id", sa.Integer(), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("computed_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["marking_run_id"],
            ["marking_run.id"],
            name=op.f("fk_pattern_report_marking_run_id_marking_run"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_pattern_report_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_report")),
        sa.UniqueConstraint("uid", name=op.f("uq_pattern_report_uid")),
    )
    op.create_index(op.f("ix_pattern_report_marking_run_id"), "pattern_report", ["marking_run_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("pattern_report")
