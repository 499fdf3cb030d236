"""computers at the seats say of themselves whether they are ready."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "seat_check",
        sa.Column("room_run_id", sa.Integer(), sa.ForeignKey("room_run.id"), primary_key=True),
        sa.Column("seat", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("checked_at", Instant(timezone=True), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column(
            "findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("browser", sa.String(200), nullable=False),
        sa.Column("screen", sa.String(16), nullable=False),
        sa.Column("offset_ms", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("seat_check")
