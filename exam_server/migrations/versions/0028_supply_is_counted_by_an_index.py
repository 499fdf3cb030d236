"""The supply of a bank is counted without a row being read.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_item_supply", "item", ["blueprint_id", "point_id", "type", "state"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_item_supply", "item")
