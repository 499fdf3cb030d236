"""What models say of a marking; items have places on their bank's scale of ability.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from exam_server.db import Instant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Apply: no item has parameters yet; rule sets say what was done so far."""
    op.create_table(
        "item_parameter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(36), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("held_at", Instant(timezone=True), nullable=False),
        sa.Column("marking", sa.String(36), nullable=False),
        sa.Column("model", sa.String(8), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("slope_error", sa.Double(), nullable=True),
        sa.Column("difficulty_error", sa.Double(), nullable=True),
        sa.Column("scale", sa.String(36), nullable=False),
        sa.Column("scale_name", sa.Text(), nullable=False),
        sa.Column("taken_at", Instant(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("superseded_at", Instant(timezone=True), nullable=True),
        sa.CheckConstraint("slope > 0", name=op.f("ck_item_parameter_slope")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
            name=op.f("fk_item_parameter_item_id_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["person.id"], name=op.f("fk_item_parameter_taken_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_parameter")),
    )
    op.create_index("ix_item_parameter_source", "item_parameter", ["source"])
    op.create_index(op.f("ix_item_parameter_item_id"), "item_parameter", ["item_id"])
    with op.batch_alter_table("item_figure") as figure:
        figure.add_column(sa.Column("slope", sa.Double(), nullable=True))
        figure.add_column(sa.Column("location", sa.Double(), nullable=True))
    # Analyses say more from now on; those that were kept are computed anew when asked for.
    op.execute("DELETE FROM analysis_report")
    with op.batch_alter_table("analysis_report") as report:
        report.add_column(sa.Column("deep", JSON, nullable=True))
        report.add_column(sa.Column("deepened_at", Instant(timezone=True), nullable=True))
    with op.batch_alter_table("rule_set") as rules:
        rules.add_column(
            sa.Column("slopes_from", sa.Integer(), nullable=False, server_default="500")
        )
    with op.batch_alter_table("rule_set") as rules:
        rules.alter_column("slopes_from", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("rule_set") as rules:
        rules.drop_column("slopes_from")
    with op.batch_alter_table("analysis_report") as report:
        report.drop_column("deepened_at")
        report.drop_column("deep")
    with op.batch_alter_table("item_figure") as figure:
        figure.drop_column("location")
        figure.drop_column("slope")
    op.drop_table("item_parameter")
