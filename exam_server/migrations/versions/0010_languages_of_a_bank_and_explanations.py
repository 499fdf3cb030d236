"""languages of a bank; explanations of items by language."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = (
    ("blueprint", "more_languages"),
    ("item_version", "explanations"),
    ("staged_item", "explanations"),
)


def upgrade() -> None:
    """Apply."""
    kind: Any = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    for table, column in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(column, kind, nullable=True))


def downgrade() -> None:
    """Undo."""
    for table, column in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
