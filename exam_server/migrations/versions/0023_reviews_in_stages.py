"""Reviews in stages, with approvals that stand for a version, and comments at a place.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

from exam_server.db import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: what was approved stands for the version it was said of."""
    with op.batch_alter_table("item_review") as review:
        review.add_column(sa.Column("stands_for", sa.Integer(), nullable=True))
        review.add_column(sa.Column("stage", sa.String(16), nullable=False, server_default="final"))
        review.create_check_constraint(
            op.f("ck_item_review_stage"), "stage IN ('first', 'second', 'final')"
        )
    with op.batch_alter_table("item_review") as review:
        review.alter_column("stage", existing_type=sa.String(16), server_default=None)
    op.execute("UPDATE item_review SET stands_for = version_number WHERE outcome = 'approved'")
    _add_flow()
    _add_comments()


def downgrade() -> None:
    """Undo."""
    op.drop_table("item_comment")
    op.drop_table("review_flow")
    with op.batch_alter_table("item_review") as review:
        review.drop_constraint(op.f("ck_item_review_stage"), type_="check")
        review.drop_column("stage")
        review.drop_column("stands_for")


def _add_flow() -> None:
    op.create_table(
        "review_flow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("n_stages", sa.Integer(), nullable=False),
        sa.Column("rerun", sa.String(16), nullable=False),
        sa.Column("comments_block", sa.Boolean(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("set_at", Instant(timezone=True), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("n_stages BETWEEN 1 AND 3", name=op.f("ck_review_flow_n_stages")),
        sa.CheckConstraint("rerun IN ('any', 'key_options')", name=op.f("ck_review_flow_rerun")),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_review_flow_blueprint_id_blueprint")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["person.id"], name=op.f("fk_review_flow_set_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_flow")),
    )
    op.create_index(op.f("ix_review_flow_blueprint_id"), "review_flow", ["blueprint_id"])


def _add_comments() -> None:
    people = ("said_by", "resolved_by")
    op.create_table(
        "item_comment",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("quote", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("said_at", Instant(timezone=True), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("resolved_at", Instant(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL)", name=op.f("ck_item_comment_resolved")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_comment_item_id_item")
        ),
        sa.ForeignKeyConstraint(
            ["answers_id"],
            ["item_comment.id"],
            name=op.f("fk_item_comment_answers_id_item_comment"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [each], ["person.id"], name=op.f(f"fk_item_comment_{each}_person")
            )
            for each in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_comment")),
        sa.UniqueConstraint("uid", name=op.f("uq_item_comment_uid")),
    )
    op.create_index(op.f("ix_item_comment_item_id"), "item_comment", ["item_id"])
