"""Each candidate of an exam session may have a form of his own, sealed before the release.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: exam sessions that are there share their forms."""
    op.create_table(
        "prepared_form",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("has_formulas", sa.Boolean(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_prepared_form_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["form.id"], name=op.f("fk_prepared_form_form_id_form")
        ),
        sa.PrimaryKeyConstraint("exam_session_id", "form_id", name=op.f("pk_prepared_form")),
    )
    with op.batch_alter_table("assembly_run") as run:
        run.add_column(sa.Column("pool_id", sa.Integer(), nullable=True))
        run.add_column(sa.Column("sealed_draws", sa.LargeBinary(), nullable=True))
        run.create_foreign_key(
            op.f("fk_assembly_run_pool_id_assembly_run"), "assembly_run", ["pool_id"], ["id"]
        )
    with op.batch_alter_table("exam_session") as exam_session:
        exam_session.add_column(sa.Column("most_alike", sa.Integer(), nullable=True))
        exam_session.add_column(sa.Column("own_run_id", sa.Integer(), nullable=True))
        exam_session.create_foreign_key(
            op.f("fk_exam_session_own_run_id_assembly_run"),
            "assembly_run",
            ["own_run_id"],
            ["id"],
        )
    with op.batch_alter_table("sealed_form") as sealed:
        sealed.alter_column("body", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("sealed_form") as sealed:
        sealed.alter_column("body", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("exam_session") as exam_session:
        exam_session.drop_constraint(
            op.f("fk_exam_session_own_run_id_assembly_run"), type_="foreignkey"
        )
        exam_session.drop_column("own_run_id")
        exam_session.drop_column("most_alike")
    with op.batch_alter_table("assembly_run") as run:
        run.drop_constraint(op.f("fk_assembly_run_pool_id_assembly_run"), type_="foreignkey")
        run.drop_column("sealed_draws")
        run.drop_column("pool_id")
    op.drop_table("prepared_form")
