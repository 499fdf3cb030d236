"""rule sets say which signals are gathered; from where a seat's line was last opened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from exam_server.db import Text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ALL = '["focus", "fullscreen", "clipboard", "line"]'


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "seat_line",
        sa.Column("sitting_id", sa.Integer(), sa.ForeignKey("sitting.id"), primary_key=True),
        sa.Column("address", Text(), nullable=False),
        sa.Column("agent", Text(), nullable=False),
    )
    with op.batch_alter_table("rule_set") as batch_op:
        batch_op.add_column(sa.Column("signals", JSON, nullable=False, server_default=ALL))
    with op.batch_alter_table("rule_set") as batch_op:
        batch_op.alter_column("signals", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("rule_set") as batch_op:
        batch_op.drop_column("signals")
    op.drop_table("seat_line")
