"""accommodations of candidates, frozen at release; breaks that stop a seat's clock."""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant, Text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accommodation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("candidate_id", sa.Integer(), sa.ForeignKey("candidate.id"), nullable=False),
        sa.Column("extra_percent", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("is_large_text", sa.Boolean(), nullable=False),
        sa.Column("wants_own_room", sa.Boolean(), nullable=False),
        sa.Column("helper", Text(), nullable=False),
        sa.Column("note", Text(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_at", Instant(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "extra_percent >= 0 AND extra_minutes >= 0 AND break_minutes >= 0",
            name=op.f("ck_accommodation_not_negative"),
        ),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_accommodation_days")),
        sa.UniqueConstraint("uid", name=op.f("uq_accommodation_uid")),
    )
    op.create_index("ix_accommodation_candidate_id", "accommodation", ["candidate_id"])
    op.create_index(
        "uq_accommodation_standing",
        "accommodation",
        ["candidate_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sitting_accommodation",
        sa.Column("sitting_id", sa.Integer(), sa.ForeignKey("sitting.id"), primary_key=True),
        sa.Column("extra_min", sa.Integer(), nullable=False),
        sa.Column("break_min", sa.Integer(), nullable=False),
        sa.Column("is_large_text", sa.Boolean(), nullable=False),
        sa.Column("wants_own_room", sa.Boolean(), nullable=False),
        sa.Column("helper", Text(), nullable=False),
        sa.Column("note", Text(), nullable=False),
    )
    op.create_table(
        "seat_break",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sitting_id", sa.Integer(), sa.ForeignKey("sitting.id"), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("left_at", Instant(timezone=True), nullable=False),
        sa.Column("returned_at", Instant(timezone=True), nullable=True),
        sa.Column("added_min", sa.Integer(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.CheckConstraint("kind IN ('break', 'out')", name=op.f("ck_seat_break_kind")),
    )
    op.create_index("ix_seat_break_sitting_id", "seat_break", ["sitting_id"])
    with op.batch_alter_table("rule_set") as batch_op:
        batch_op.add_column(sa.Column("most_out", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("rule_set") as batch_op:
        batch_op.alter_column("most_out", server_default=None)
    with op.batch_alter_table("sitting") as batch_op:
        batch_op.add_column(sa.Column("call_kind", sa.String(8), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("sitting") as batch_op:
        batch_op.drop_column("call_kind")
    with op.batch_alter_table("rule_set") as batch_op:
        batch_op.drop_column("most_out")
    op.drop_table("seat_break")
    op.drop_table("sitting_accommodation")
    op.drop_table("accommodation")
