"""candidates of a list are put aside before they are registered."""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant, Text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "staged_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staging", sa.String(36), nullable=False),
        sa.Column("staged_at", Instant(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("candidate_uid", sa.String(36), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("id_type", sa.String(16), nullable=False),
        sa.Column("id_number", sa.String(64), nullable=False),
        sa.Column("employer", Text(), nullable=False),
        sa.Column("ticket", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_staged_registration_batch_id_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_registration")),
    )
    with op.batch_alter_table("staged_registration") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staged_registration_staging"), ["staging"], unique=False
        )


def downgrade() -> None:
    """Undo."""
    op.drop_table("staged_registration")
