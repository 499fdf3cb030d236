"""losses of contact, attendance, needs put aside."""

import sqlalchemy as sa
from alembic import op

import exam_server.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contact_loss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("lost_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("regained_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("time_credit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_contact_loss_sitting_id_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["time_credit_id"],
            ["time_credit.id"],
            name=op.f("fk_contact_loss_time_credit_id_time_credit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_loss")),
    )
    with op.batch_alter_table("contact_loss", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_loss_sitting_id"), ["sitting_id"])
    op.create_table(
        "attendance",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_attendance_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "seen_need",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=16), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("until", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_seen_need_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_seen_need_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", "need", name=op.f("pk_seen_need")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_object"), ["object"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_object"))
    op.drop_table("seen_need")
    op.drop_table("attendance")
    with op.batch_alter_table("contact_loss", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_loss_sitting_id"))
    op.drop_table("contact_loss")
