"""Store and pilot between the reviews and use; another difficulty of many; experts' ratings.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

from exam_server.db import Instant

revision = "0026"
down_revision = "0025"
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
    _add_ratings()


def downgrade() -> None:
    """Undo."""
    op.drop_table("item_rating")
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


def _add_ratings() -> None:
    op.create_table(
        "item_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("stands_for", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("congruence", sa.Integer(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("comment", Text(), nullable=False),
        sa.Column("given_at", Instant(timezone=True), nullable=False),
        sa.CheckConstraint("congruence BETWEEN 1 AND 5", name=op.f("ck_item_rating_congruence")),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 5", name=op.f("ck_item_rating_difficulty")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_rating_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_item_rating_rater_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_rating")),
        sa.UniqueConstraint(
            "item_id",
            "version_number",
            "rater_id",
            name=op.f("uq_item_rating_item_id_version_number_rater_id"),
        ),
    )
    op.create_index(op.f("ix_item_rating_rater_id"), "item_rating", ["rater_id"])
