"""several web processes tell each other whose seats they hold; the time may be doubted.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "web_process",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("beat_at", Instant(timezone=True), nullable=False),
    )
    op.create_table(
        "held_line",
        sa.Column("sitting_id", sa.Integer(), sa.ForeignKey("sitting.id"), primary_key=True),
        sa.Column("process", sa.String(40), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
    )
    op.add_column("server_beat", sa.Column("time_doubted_at", Instant(timezone=True)))
    op.create_index("ix_held_line_process", "held_line", ["process"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("server_beat") as server_beat:
        server_beat.drop_column("time_doubted_at")
    op.drop_table("held_line")
    op.drop_table("web_process")
