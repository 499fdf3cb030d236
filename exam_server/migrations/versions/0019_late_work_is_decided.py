"""Late work is decided, sittings are asked to be made void, acts of proctors are taken back."""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "late_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("lease_number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_late_decision_sitting_id_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_late_decision_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_late_decision_receipt_id_receipt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_decision")),
        sa.UniqueConstraint("uid", name=op.f("uq_late_decision_uid")),
    )
    op.create_index(op.f("ix_late_decision_sitting_id"), "late_decision", ["sitting_id"])
    with op.batch_alter_table("late_work") as batch_op:
        batch_op.add_column(sa.Column("refused_code", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_late_work_decision_id_late_decision"),
            "late_decision",
            ["decision_id"],
            ["id"],
        )
    with op.batch_alter_table("answer_event") as batch_op:
        batch_op.add_column(sa.Column("late_lease_number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("late_seq", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_answer_event_late_work"),
            "late_work",
            ["sitting_id", "late_lease_number", "late_seq"],
            ["sitting_id", "lease_number", "seq"],
        )
    op.create_table(
        "server_outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_outage")),
    )
    with op.batch_alter_table("incident") as batch_op:
        batch_op.add_column(sa.Column("withdrawn_at", Instant(timezone=True), nullable=True))
    with op.batch_alter_table("seen_need") as batch_op:
        batch_op.add_column(sa.Column("before_at", Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("before_until", Instant(timezone=True), nullable=True))
    _create_void_requests()


def _create_void_requests() -> None:
    op.create_table(
        "void_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('void', 'refused', 'withdrawn')", name=op.f("ck_void_request_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_void_request_decided")
        ),
        sa.CheckConstraint(
            "outcome = 'withdrawn' OR decided_by <> asked_by",
            name=op.f("ck_void_request_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_void_request_sitting_id_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_void_request_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_void_request_decided_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_void_request")),
        sa.UniqueConstraint("uid", name=op.f("uq_void_request_uid")),
    )
    op.create_index(op.f("ix_void_request_sitting_id"), "void_request", ["sitting_id"])
    op.create_index(
        "uq_void_request_open",
        "void_request",
        ["sitting_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("void_request")
    with op.batch_alter_table("seen_need") as batch_op:
        batch_op.drop_column("before_until")
        batch_op.drop_column("before_at")
    with op.batch_alter_table("incident") as batch_op:
        batch_op.drop_column("withdrawn_at")
    op.drop_table("server_outage")
    with op.batch_alter_table("answer_event") as batch_op:
        batch_op.drop_constraint("fk_answer_event_late_work", type_="foreignkey")
        batch_op.drop_column("late_seq")
        batch_op.drop_column("late_lease_number")
    with op.batch_alter_table("late_work") as batch_op:
        batch_op.drop_constraint("fk_late_work_decision_id_late_decision", type_="foreignkey")
        batch_op.drop_column("decision_id")
        batch_op.drop_column("refused_code")
    op.drop_table("late_decision")
