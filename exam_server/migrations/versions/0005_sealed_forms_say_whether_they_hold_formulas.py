"""sealed forms say whether they hold formulas."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("sealed_form") as batch_op:
        batch_op.add_column(
            sa.Column("has_formulas", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("sealed_form") as batch_op:
        batch_op.alter_column("has_formulas", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("sealed_form") as batch_op:
        batch_op.drop_column("has_formulas")
