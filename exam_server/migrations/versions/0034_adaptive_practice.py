"""Adaptive plans are tried out and switched on; practice goes item by item.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply: there are no plans yet."""
    op.create_table(
        "practice_bank",
        sa.Column("blueprint_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_practice_bank_blueprint_id_blueprint")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["person.id"], name=op.f("fk_practice_bank_declared_by_person")
        ),
        sa.PrimaryKeyConstraint("blueprint_id", name=op.f("pk_practice_bank")),
    )
    op.create_table(
        "adaptive_plan",
        sa.Column("paper_structure_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", FACTS, nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_adaptive_plan_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["paper_structure_id"],
            ["paper_structure.id"],
            name=op.f("fk_adaptive_plan_paper_structure_id_paper_structure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adaptive_plan")),
        sa.UniqueConstraint(
            "paper_structure_id",
            "title",
            "number",
            name=op.f("uq_adaptive_plan_paper_structure_id_title_number"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_adaptive_plan_uid")),
    )
    op.create_table(
        "adaptive_trial",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("is_supposed", sa.Boolean(), nullable=False),
        sa.Column("pool_sha256", sa.String(length=64), nullable=True),
        sa.Column("pool", FACTS, nullable=True),
        sa.Column("result", FACTS, nullable=True),
        sa.Column("has_passed", sa.Boolean(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_adaptive_trial_asked_by_person")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_adaptive_trial_job_id_job")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["adaptive_plan.id"], name=op.f("fk_adaptive_trial_plan_id_adaptive_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adaptive_trial")),
        sa.UniqueConstraint("uid", name=op.f("uq_adaptive_trial_uid")),
    )
    op.create_index(op.f("ix_adaptive_trial_plan_id"), "adaptive_trial", ["plan_id"], unique=False)
    op.create_table(
        "adaptive_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", Instant(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_adaptive_approval_ended")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["person.id"], name=op.f("fk_adaptive_approval_approved_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name=op.f("fk_adaptive_approval_ended_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["adaptive_plan.id"],
            name=op.f("fk_adaptive_approval_plan_id_adaptive_plan"),
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"],
            ["adaptive_trial.id"],
            name=op.f("fk_adaptive_approval_trial_id_adaptive_trial"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adaptive_approval")),
    )
    op.create_index(
        "ix_adaptive_approval_plan", "adaptive_approval", ["plan_id", "ended_at"], unique=False
    )
    op.create_table(
        "adaptive_use",
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"],
            ["adaptive_trial.id"],
            name=op.f("fk_adaptive_use_trial_id_adaptive_trial"),
        ),
        sa.PrimaryKeyConstraint("trial_id", "place", name=op.f("pk_adaptive_use")),
    )
    op.create_table(
        "practice_ticket",
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant(timezone=True), nullable=True),
        sa.Column("issued_at", Instant(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=16), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_practice_ticket_ended")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["person.id"], name=op.f("fk_practice_ticket_issued_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"],
            ["adaptive_trial.id"],
            name=op.f("fk_practice_ticket_trial_id_adaptive_trial"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_ticket")),
        sa.UniqueConstraint("ticket", name=op.f("uq_practice_ticket_ticket")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_practice_ticket_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_practice_ticket_uid")),
    )
    op.create_index(
        op.f("ix_practice_ticket_trial_id"), "practice_ticket", ["trial_id"], unique=False
    )
    op.create_table(
        "practice_step",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("relaxed", sa.String(length=16), nullable=True),
        sa.Column("shadow", FACTS, nullable=False),
        sa.Column("given_at", Instant(timezone=True), nullable=False),
        sa.Column("answer", FACTS, nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_practice_step_item_version_id_item_version"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["practice_ticket.id"],
            name=op.f("fk_practice_step_ticket_id_practice_ticket"),
        ),
        sa.PrimaryKeyConstraint("ticket_id", "number", name=op.f("pk_practice_step")),
        sa.UniqueConstraint(
            "ticket_id", "item_version_id", name=op.f("uq_practice_step_ticket_id_item_version_id")
        ),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("practice_step")
    op.drop_table("practice_ticket")
    op.drop_table("adaptive_use")
    op.drop_table("adaptive_approval")
    op.drop_table("adaptive_trial")
    op.drop_table("adaptive_plan")
    op.drop_table("practice_bank")
