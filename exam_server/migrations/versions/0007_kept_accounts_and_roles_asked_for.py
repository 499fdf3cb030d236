"""Accounts are kept by an organization; roles that wait for a second administrator."""

import sqlalchemy as sa
from alembic import op

import exam_server.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organization_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("last_sign_in_at", exam_server.db.Instant(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_person_organization_id_organization"),
            "organization",
            ["organization_id"],
            ["id"],
        )
        batch_op.create_index(
            batch_op.f("ix_person_organization_id"), ["organization_id"], unique=False
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("must_change_password", server_default=None)
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_role_request_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_role_request_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_request_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
        sa.UniqueConstraint("uid", name=op.f("uq_role_request_uid")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "organization_id",
            name=op.f("uq_role_request_person_id_role_organization_id"),
        ),
    )
    with op.batch_alter_table("role_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_request_organization_id"), ["organization_id"], unique=False
        )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_person_id"))
    op.drop_table("role_request")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_organization_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_person_organization_id_organization"), type_="foreignkey"
        )
        batch_op.drop_column("must_change_password")
        batch_op.drop_column("last_sign_in_at")
        batch_op.drop_column("organization_id")
