"""starts of the server are noted with their version."""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "server_start",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("package", sa.String(32), nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("front_end", sa.String(64), nullable=False),
        sa.Column("schema", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("server_start")
