"""Markings are published as a whole, components may be absent or void, analyses are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import exam_server.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("marking_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("published_at", exam_server.db.Instant(timezone=True), nullable=True)
        )
    op.execute("UPDATE marking_run SET published_at = marked_at")
    with op.batch_alter_table("component_mark", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("standing", sa.String(length=16), nullable=False, server_default="marked")
        )
        batch_op.alter_column("mark", existing_type=sa.BigInteger(), nullable=True)
    with op.batch_alter_table("component_mark", schema=None) as batch_op:
        batch_op.alter_column("standing", server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_component_mark_standing"),
            "standing IN ('marked', 'absent', 'void', 'withdrawn')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_component_mark_marked"), "(standing = 'marked') = (mark IS NOT NULL)"
        )
    with op.batch_alter_table("decision_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "evidence",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=True,
            )
        )
    op.create_table(
        "analysis_report",
        sa.Column("marking_run_id", sa.Integer(), nullable=False),
        sa.Column("computed_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["marking_run_id"],
            ["marking_run.id"],
            name=op.f("fk_analysis_report_marking_run_id_marking_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_report")),
        sa.UniqueConstraint("marking_run_id", name=op.f("uq_analysis_report_marking_run_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_analysis_report_uid")),
    )


def downgrade() -> None:
    """Take back; marks that are none, and markings never published, are lost."""
    op.drop_table("analysis_report")
    with op.batch_alter_table("decision_run", schema=None) as batch_op:
        batch_op.drop_column("evidence")
    op.execute("DELETE FROM component_mark WHERE mark IS NULL")
    with op.batch_alter_table("component_mark", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_component_mark_marked"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_component_mark_standing"), type_="check")
        batch_op.alter_column("mark", existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_column("standing")
    for table in ("response_score", "sitting_score"):
        op.execute(
            f"DELETE FROM {table} WHERE marking_run_id IN "  # noqa: S608 - two names from here
            "(SELECT id FROM marking_run WHERE published_at IS NULL)"
        )
    op.execute("DELETE FROM marking_run WHERE published_at IS NULL")
    with op.batch_alter_table("marking_run", schema=None) as batch_op:
        batch_op.drop_column("published_at")
