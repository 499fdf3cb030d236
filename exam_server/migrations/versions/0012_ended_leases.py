"""leases that ended by a move keep their token for handing over late work."""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ended_lease",
        sa.Column("sitting_id", sa.Integer(), sa.ForeignKey("sitting.id"), primary_key=True),
        sa.Column("lease_number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("ended_lease")
