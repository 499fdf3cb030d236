"""Photos of candidates, and the files that jobs make."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import exam_server.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "candidate_photo",
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("mime", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidate.id"],
            name=op.f("fk_candidate_photo_candidate_id_candidate"),
        ),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_candidate_photo")),
    )
    op.create_table(
        "job_file",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("mime", Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_file_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_file")),
        sa.UniqueConstraint("uid", name=op.f("uq_job_file_uid")),
    )
    with op.batch_alter_table("job_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_file_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_file_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("job_file")
    op.drop_table("candidate_photo")
