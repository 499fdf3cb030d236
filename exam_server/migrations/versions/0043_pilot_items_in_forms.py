"""Items of a form that is over say whether they were on trial.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: no item was on trial before."""
    with op.batch_alter_table("form_item") as changed:
        changed.add_column(
            sa.Column("is_pilot", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("form_item") as changed:
        changed.drop_column("is_pilot")
