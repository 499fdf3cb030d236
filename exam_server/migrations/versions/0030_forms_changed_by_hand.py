"""Forms changed by hand keep every version; a run may repeat another.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: forms that are there are in their first version."""
    op.create_table(
        "form_version",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_items", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_change", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"], ["form.id"], name=op.f("fk_form_version_form_id_form")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_form_version_made_by_person")
        ),
        sa.PrimaryKeyConstraint("form_id", "number", name=op.f("pk_form_version")),
    )
    _add_number("form", "version")
    _add_number("sitting", "form_version")
    with op.batch_alter_table("assembly_run") as run:
        run.add_column(sa.Column("repeats_id", sa.Integer(), nullable=True))
        run.create_foreign_key(
            op.f("fk_assembly_run_repeats_id_assembly_run"),
            "assembly_run",
            ["repeats_id"],
            ["id"],
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("assembly_run") as run:
        run.drop_constraint(op.f("fk_assembly_run_repeats_id_assembly_run"), type_="foreignkey")
        run.drop_column("repeats_id")
    for table, column in (("sitting", "form_version"), ("form", "version")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
    op.drop_table("form_version")


def _add_number(table: str, column: str) -> None:
    with op.batch_alter_table(table) as changed:
        changed.add_column(sa.Column(column, sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table(table) as changed:
        changed.alter_column(column, existing_type=sa.Integer(), server_default=None)
