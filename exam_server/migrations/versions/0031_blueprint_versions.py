"""Versions and changes of blueprints; points known by an id, with levels and work types.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant, new_uid

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply: every point gets its id and is for all levels and work types."""
    _name_points()
    with op.batch_alter_table("blueprint") as blueprint:
        blueprint.add_column(sa.Column("work_types", JSON, nullable=True))
    op.create_table(
        "blueprint_version",
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("n_points", sa.Integer(), nullable=False),
        sa.Column("declared_at", Instant(timezone=True), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        *_outside("blueprint_version", "declared_by"),
        sa.UniqueConstraint(
            "blueprint_id", "number", name=op.f("uq_blueprint_version_blueprint_id_number")
        ),
    )
    op.create_table(
        "blueprint_change",
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("done_at", Instant(timezone=True), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=False),
        sa.Column("undone_at", Instant(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        *_outside("blueprint_change", "done_by", "undone_by"),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_blueprint_change_undone")
        ),
    )
    op.create_index("ix_blueprint_change_bank", "blueprint_change", ["blueprint_id", "id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("blueprint_change")
    op.drop_table("blueprint_version")
    with op.batch_alter_table("blueprint") as blueprint:
        blueprint.drop_column("work_types")
    with op.batch_alter_table("point") as point:
        point.drop_constraint(op.f("uq_point_uid"), type_="unique")
        point.drop_column("work_types")
        point.drop_column("levels")
        point.drop_column("uid")


def _name_points() -> None:
    with op.batch_alter_table("point") as point:
        point.add_column(sa.Column("uid", sa.String(36), nullable=True))
        point.add_column(sa.Column("levels", sa.String(5), nullable=False, server_default=""))
        point.add_column(sa.Column("work_types", JSON, nullable=True))
    rows = sa.table("point", sa.column("id", sa.Integer()), sa.column("uid", sa.String()))
    store = op.get_bind()
    for number in store.scalars(sa.select(rows.c.id)).all():
        store.execute(sa.update(rows).where(rows.c.id == number).values(uid=new_uid()))
    with op.batch_alter_table("point") as point:
        point.alter_column("uid", existing_type=sa.String(36), nullable=False)
        point.create_unique_constraint(op.f("uq_point_uid"), ["uid"])


def _outside(table: str, *people: str) -> list[sa.schema.SchemaItem]:
    named = [
        sa.ForeignKeyConstraint([each], ["person.id"], name=op.f(f"fk_{table}_{each}_person"))
        for each in people
    ]
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f(f"fk_{table}_blueprint_id_blueprint")
        ),
        *named,
    ]
