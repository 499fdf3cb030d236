"""Papers may be fixed sets (套题): composed by people, frozen, chosen for an exam session.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: every run that is there was solved."""
    with op.batch_alter_table("assembly_run") as run:
        run.add_column(sa.Column("mode", sa.String(8), nullable=False, server_default="solved"))
    with op.batch_alter_table("exam_session") as exam_session:
        exam_session.add_column(sa.Column("set_choice", JSON, nullable=True))
    op.create_table(
        "fixed_set",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", Instant(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.Column("n_unmet", sa.Integer(), nullable=False),
        sa.Column("sealed_deviation", sa.LargeBinary(), nullable=True),
        sa.Column("block_asked_at", Instant(timezone=True), nullable=True),
        sa.Column("block_asked_by", sa.Integer(), nullable=True),
        sa.Column("block_reason", sa.Text(), nullable=False),
        sa.Column("blocked_at", Instant(timezone=True), nullable=True),
        sa.Column("blocked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "blocked_at IS NULL OR (block_asked_at IS NOT NULL AND blocked_by <> block_asked_by)",
            name=op.f("ck_fixed_set_two_people"),
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_fixed_set_form_id_form")),
        *(
            sa.ForeignKeyConstraint([each], ["person.id"], name=op.f(f"fk_fixed_set_{each}_person"))
            for each in ("frozen_by", "block_asked_by", "blocked_by")
        ),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_fixed_set")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("fixed_set")
    with op.batch_alter_table("exam_session") as exam_session:
        exam_session.drop_column("set_choice")
    with op.batch_alter_table("assembly_run") as run:
        run.drop_column("mode")
