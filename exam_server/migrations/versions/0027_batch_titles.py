"""Batches have a title for readers of English too.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: none has one yet."""
    with op.batch_alter_table("batch") as batch:
        batch.add_column(sa.Column("name_en", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("batch") as batch:
        batch.alter_column("name_en", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("batch") as batch:
        batch.drop_column("name_en")
