"""Practice by random papers; runs keep the orders of their options.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Mark

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: what there is are adaptive plans and their tickets."""
    with op.batch_alter_table("adaptive_plan") as changed:
        changed.add_column(
            sa.Column("kind", sa.String(12), nullable=False, server_default="adaptive")
        )
    with op.batch_alter_table("adaptive_approval") as changed:
        changed.alter_column("trial_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("practice_ticket") as changed:
        changed.add_column(sa.Column("plan_id", sa.Integer(), nullable=True))
        changed.add_column(sa.Column("seed", sa.BigInteger(), nullable=True))
        changed.alter_column("trial_id", existing_type=sa.Integer(), nullable=True)
    op.execute(
        "UPDATE practice_ticket SET plan_id = (SELECT plan_id FROM adaptive_trial"
        " WHERE adaptive_trial.id = practice_ticket.trial_id)"
    )
    with op.batch_alter_table("practice_ticket") as changed:
        changed.alter_column("plan_id", existing_type=sa.Integer(), nullable=False)
        changed.create_foreign_key(
            op.f("fk_practice_ticket_plan_id_adaptive_plan"), "adaptive_plan", ["plan_id"], ["id"]
        )
        changed.create_index(op.f("ix_practice_ticket_plan_id"), ["plan_id"])
    with op.batch_alter_table("practice_step") as changed:
        changed.add_column(sa.Column("orders", JSON, nullable=True))
        changed.add_column(sa.Column("drawn", JSON, nullable=True))
        changed.add_column(sa.Column("section", sa.Integer(), nullable=True))
        changed.add_column(sa.Column("mark", Mark(), nullable=True))
        changed.add_column(sa.Column("earned", Mark(), nullable=True))
        changed.add_column(sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Undo: random plans and their runs go."""
    op.execute(
        "DELETE FROM practice_step WHERE ticket_id IN"
        " (SELECT id FROM practice_ticket WHERE trial_id IS NULL)"
    )
    op.execute("DELETE FROM practice_ticket WHERE trial_id IS NULL")
    op.execute("DELETE FROM adaptive_approval WHERE trial_id IS NULL")
    op.execute("DELETE FROM adaptive_plan WHERE kind = 'random'")
    with op.batch_alter_table("practice_step") as changed:
        for name in ("seq", "earned", "mark", "section", "drawn", "orders"):
            changed.drop_column(name)
    with op.batch_alter_table("practice_ticket") as changed:
        changed.drop_index(op.f("ix_practice_ticket_plan_id"))
        changed.drop_constraint(
            op.f("fk_practice_ticket_plan_id_adaptive_plan"), type_="foreignkey"
        )
        changed.alter_column("trial_id", existing_type=sa.Integer(), nullable=False)
        changed.drop_column("seed")
        changed.drop_column("plan_id")
    with op.batch_alter_table("adaptive_approval") as changed:
        changed.alter_column("trial_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("adaptive_plan") as changed:
        changed.drop_column("kind")
