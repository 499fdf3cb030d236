"""Items of a form that is over keep the values that were drawn for it.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: nothing was drawn before."""
    with op.batch_alter_table("form_item") as changed:
        changed.add_column(sa.Column("drawn", JSON, nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("form_item") as changed:
        changed.drop_column("drawn")
