"""Examiners' single marks of the practical part, and how examiners mark.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from exam_server.db import Instant, Mark

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "examiner_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(80), nullable=False),
        sa.Column("examiner", sa.String(80), nullable=False),
        sa.Column("mark", Mark(), nullable=False),
        sa.Column("max_mark", Mark(), nullable=False),
        sa.Column("entered_at", Instant(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "mark >= 0 AND mark <= max_mark AND max_mark > 0", name=op.f("ck_examiner_mark_mark")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_examiner_mark_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["person.id"], name=op.f("fk_examiner_mark_entered_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examiner_mark")),
    )
    op.create_index(op.f("ix_examiner_mark_registration_id"), "examiner_mark", ["registration_id"])
    op.create_index(
        "uq_examiner_mark_current",
        "examiner_mark",
        ["registration_id", "task", "examiner"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "examiner_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("exam_session_id", sa.Integer(), nullable=True),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("computed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_examiner_report_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_examiner_report_exam_session_id_exam_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examiner_report")),
        sa.UniqueConstraint("uid", name=op.f("uq_examiner_report_uid")),
    )
    op.create_index("ix_examiner_report_scope", "examiner_report", ["batch_id", "exam_session_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("examiner_report")
    op.drop_table("examiner_mark")
