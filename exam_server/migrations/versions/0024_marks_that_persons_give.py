"""A response that a person has to mark has no mark until then, nor has its sitting.

Revision ID: 0024
Revises: 0023
"""

from alembic import op
from sqlalchemy import BigInteger

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MARKS = (("response_score", "mark"), ("sitting_score", "mark"), ("sitting_score", "theory"))


def upgrade() -> None:
    """Apply: a missing mark is no 0."""
    for table, column in MARKS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=BigInteger(), nullable=True)


def downgrade() -> None:
    """Undo: markings with a mark missing cannot be kept."""
    for table, column in MARKS:
        op.execute(f"DELETE FROM {table} WHERE {column} IS NULL")  # noqa: S608 - names from above
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=BigInteger(), nullable=False)
