"""Scoring is changed by two people, computed a second time, and released.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("scoring_change", "second_computation", "result_release")


def upgrade() -> None:
    """Apply."""
    # no table is written anew: there may be millions of responses
    op.add_column(
        "response_score",
        sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column("marking_run", sa.Column("changes", FACTS, nullable=True))
    with op.batch_alter_table("rule_set") as rules:
        rules.add_column(
            sa.Column("dropped_items", sa.String(16), nullable=False, server_default="rescale")
        )
        rules.create_check_constraint(
            op.f("ck_rule_set_dropped_items"), "dropped_items IN ('rescale', 'full_marks')"
        )
    with op.batch_alter_table("rule_set") as rules:
        rules.alter_column("dropped_items", existing_type=sa.String(16), server_default=None)
    _add_scoring_change()
    _add_second_computation()
    _add_result_release()


def downgrade() -> None:
    """Undo."""
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("rule_set") as rules:
        rules.drop_constraint(op.f("ck_rule_set_dropped_items"), type_="check")
        rules.drop_column("dropped_items")
    op.drop_column("marking_run", "changes")
    op.drop_column("response_score", "counts")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _add_scoring_change() -> None:
    name = "scoring_change"
    op.create_table(
        name,
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("keys", FACTS, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("preview", FACTS, nullable=True),
        sa.Column("basis", sa.String(64), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_because", sa.Text(), nullable=True),
        sa.Column("applied_at", Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.CheckConstraint(
            "way IN ('other_key', 'several_keys', 'full_marks', 'dropped', 'original')",
            name=op.f("ck_scoring_change_way"),
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_scoring_change_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_scoring_change_decided")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('approved', 'refused') OR decided_by <> asked_by",
            name=op.f("ck_scoring_change_two_persons"),
        ),
        _refers(name, "batch_id", "batch"),
        _refers(name, "item_version_id", "item_version"),
        _refers(name, "asked_by", "person"),
        _refers(name, "decided_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_change")),
        sa.UniqueConstraint("uid", name=op.f("uq_scoring_change_uid")),
    )
    op.create_index(op.f("ix_scoring_change_batch_id"), name, ["batch_id"], unique=False)
    op.create_index(
        "uq_scoring_change_open",
        name,
        ["batch_id", "item_version_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )


def _add_second_computation() -> None:
    name = "second_computation"
    op.create_table(
        name,
        sa.Column("decision_run_id", sa.Integer(), nullable=False),
        sa.Column("computed_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("figures", FACTS, nullable=False),
        sa.Column("precision", FACTS, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.CheckConstraint(
            "state IN ('equal', 'different')", name=op.f("ck_second_computation_state")
        ),
        _refers(name, "decision_run_id", "decision_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_computation")),
        sa.UniqueConstraint("uid", name=op.f("uq_second_computation_uid")),
    )
    op.create_index(
        op.f("ix_second_computation_decision_run_id"), name, ["decision_run_id"], unique=False
    )


def _add_result_release() -> None:
    name = "result_release"
    op.create_table(
        name,
        sa.Column("decision_run_id", sa.Integer(), nullable=False),
        sa.Column("second_computation_id", sa.Integer(), nullable=False),
        sa.Column("released_at", Instant(timezone=True), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        _refers(name, "decision_run_id", "decision_run"),
        _refers(name, "second_computation_id", "second_computation"),
        _refers(name, "released_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_release")),
        sa.UniqueConstraint("decision_run_id", name=op.f("uq_result_release_decision_run_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_result_release_uid")),
    )
