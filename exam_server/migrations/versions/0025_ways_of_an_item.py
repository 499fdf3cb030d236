"""Store and pilot between the reviews and use; whether another difficulty of many is reviewed.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

STEPS = ("has_store", "has_pilot")
KINDS = ("suspend", "retire", "move", "difficulty")


def upgrade() -> None:
    """Apply: banks go on as they were set, and have difficulties reviewed."""
    with op.batch_alter_table("review_flow") as flow:
        for name in (*STEPS, "difficulty_reviews"):
            default = sa.false() if name in STEPS else sa.true()
            flow.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    with op.batch_alter_table("review_flow") as flow:
        for name in (*STEPS, "difficulty_reviews"):
            flow.alter_column(name, existing_type=sa.Boolean(), server_default=None)
    _allow((*KINDS, "forward"))


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM bulk_act WHERE kind = 'forward'")
    _allow(KINDS)
    op.execute("UPDATE item SET state = 'suspended' WHERE state IN ('stored', 'pilot')")
    with op.batch_alter_table("review_flow") as flow:
        for name in (*STEPS, "difficulty_reviews"):
            flow.drop_column(name)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("bulk_act") as act:
        act.drop_constraint(op.f("ck_bulk_act_kind"), type_="check")
        act.create_check_constraint(op.f("ck_bulk_act_kind"), f"kind IN ({listed})")
