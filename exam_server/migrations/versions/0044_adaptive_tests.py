"""Adaptive tests at supervised seats: a sealed pool, items given one by one, marks by ability.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: exam sessions that are there give whole forms."""
    op.create_table(
        "sealed_pool",
        sa.Column("exam_session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("sealed_facts", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("has_formulas", sa.Boolean(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_sealed_pool_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["adaptive_trial.id"], name=op.f("fk_sealed_pool_trial_id_adaptive_trial")
        ),
        sa.PrimaryKeyConstraint("exam_session_id", name=op.f("pk_sealed_pool")),
    )
    op.create_table(
        "sealed_pool_item",
        sa.Column("exam_session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_sealed_pool_item_exam_session_id_exam_session"),
        ),
        sa.PrimaryKeyConstraint("exam_session_id", "place", name=op.f("pk_sealed_pool_item")),
    )
    op.create_table(
        "given_item",
        sa.Column("sitting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("relaxed", sa.String(16), nullable=True),
        sa.Column("shadow", JSON, nullable=False),
        sa.Column("ability", sa.Double(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_given_item_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", "position", name=op.f("pk_given_item")),
    )
    op.create_table(
        "adaptive_mark",
        sa.Column("marking_run_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("ability", sa.Double(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("n_given", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["marking_run_id"],
            ["marking_run.id"],
            name=op.f("fk_adaptive_mark_marking_run_id_marking_run"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_adaptive_mark_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("marking_run_id", "sitting_id", name=op.f("pk_adaptive_mark")),
    )
    with op.batch_alter_table("form") as form:
        form.add_column(sa.Column("longest", sa.Integer(), nullable=True))
    with op.batch_alter_table("sitting") as sitting:
        sitting.add_column(sa.Column("given_count", sa.Integer(), nullable=True))
        sitting.add_column(
            sa.Column("confirmed_count", sa.Integer(), server_default="0", nullable=False)
        )
        sitting.add_column(sa.Column("finished_because", sa.String(16), nullable=True))
    with op.batch_alter_table("exam_session") as exam_session:
        exam_session.add_column(sa.Column("adaptive_trial_id", sa.Integer(), nullable=True))
        exam_session.create_foreign_key(
            op.f("fk_exam_session_adaptive_trial_id_adaptive_trial"),
            "adaptive_trial",
            ["adaptive_trial_id"],
            ["id"],
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("exam_session") as exam_session:
        exam_session.drop_constraint(
            op.f("fk_exam_session_adaptive_trial_id_adaptive_trial"), type_="foreignkey"
        )
        exam_session.drop_column("adaptive_trial_id")
    with op.batch_alter_table("sitting") as sitting:
        sitting.drop_column("finished_because")
        sitting.drop_column("confirmed_count")
        sitting.drop_column("given_count")
    with op.batch_alter_table("form") as form:
        form.drop_column("longest")
    for table in ("adaptive_mark", "given_item", "sealed_pool_item", "sealed_pool"):
        op.drop_table(table)
