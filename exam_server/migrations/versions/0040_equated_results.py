"""Forms are equated, and results may use the table.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant, Mark

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply: nothing was equated before."""
    with op.batch_alter_table("rule_set") as rules:
        rules.add_column(sa.Column("equating", sa.String(16), nullable=False, server_default="off"))
        rules.create_check_constraint(
            op.f("ck_rule_set_equating"), "equating IN ('off', 'both_ways', 'upward')"
        )
    with op.batch_alter_table("rule_set") as rules:
        rules.alter_column("equating", existing_type=sa.String(16), server_default=None)
    op.add_column("decision", sa.Column("theory_raw", Mark(), nullable=True))
    _add_equating()
    _add_equating_use()


def downgrade() -> None:
    """Undo."""
    op.drop_table("equating_use")
    op.drop_table("equating")
    op.drop_column("decision", "theory_raw")
    with op.batch_alter_table("rule_set") as rules:
        rules.drop_constraint(op.f("ck_rule_set_equating"), type_="check")
        rules.drop_column("equating")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _add_equating() -> None:
    name = "equating"
    op.create_table(
        name,
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("reference_session_id", sa.Integer(), nullable=False),
        sa.Column("reference_form_id", sa.Integer(), nullable=False),
        sa.Column("methods", FACTS, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("computed_at", Instant(timezone=True), nullable=True),
        sa.Column("scoring", FACTS, nullable=True),
        sa.Column("figures", FACTS, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        _refers(name, "batch_id", "batch"),
        _refers(name, "exam_session_id", "exam_session"),
        _refers(name, "form_id", "form"),
        _refers(name, "reference_session_id", "exam_session"),
        _refers(name, "reference_form_id", "form"),
        _refers(name, "asked_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equating")),
        sa.UniqueConstraint("uid", name=op.f("uq_equating_uid")),
    )
    op.create_index(op.f("ix_equating_batch_id"), name, ["batch_id"], unique=False)


def _add_equating_use() -> None:
    name = "equating_use"
    op.create_table(
        name,
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("equating_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("conversion", FACTS, nullable=True),
        sa.Column("conversion_sha256", sa.String(64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("preview", FACTS, nullable=True),
        sa.Column("basis", sa.String(64), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_because", sa.Text(), nullable=True),
        sa.Column("harmed", sa.Integer(), nullable=True),
        sa.Column("applied_at", Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.CheckConstraint("way IN ('equated', 'raw')", name=op.f("ck_equating_use_way")),
        sa.CheckConstraint(
            "(way = 'equated') = (conversion IS NOT NULL AND conversion_sha256 IS NOT NULL)",
            name=op.f("ck_equating_use_has_conversion"),
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_equating_use_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_equating_use_decided")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('approved', 'refused') OR decided_by <> asked_by",
            name=op.f("ck_equating_use_two_persons"),
        ),
        _refers(name, "batch_id", "batch"),
        _refers(name, "form_id", "form"),
        _refers(name, "equating_id", "equating"),
        _refers(name, "asked_by", "person"),
        _refers(name, "decided_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equating_use")),
        sa.UniqueConstraint("uid", name=op.f("uq_equating_use_uid")),
    )
    op.create_index(op.f("ix_equating_use_batch_id"), name, ["batch_id"], unique=False)
    op.create_index(
        "uq_equating_use_open",
        name,
        ["batch_id", "form_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
