"""The mark of an adaptive test has a standard error of its own; marked before this, none is known.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("adaptive_mark") as table:
        table.add_column(sa.Column("mark_error", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("adaptive_mark") as table:
        table.drop_column("mark_error")
