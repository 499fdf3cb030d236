"""Safe Exam Browser: an exam session's rule, and what seats have shown."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from exam_server.db import Instant, Text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "safe_browser_rule",
        sa.Column(
            "exam_session_id", sa.Integer(), sa.ForeignKey("exam_session.id"), primary_key=True
        ),
        sa.Column("use", sa.String(8), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("exam_keys", JSON, nullable=False),
        sa.CheckConstraint(
            "use IN ('off', 'accepted', 'asked')", name=op.f("ck_safe_browser_rule_use")
        ),
    )
    op.create_table(
        "seat_browser",
        sa.Column("sitting_id", sa.Integer(), sa.ForeignKey("sitting.id"), primary_key=True),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("version", Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("let_in_at", Instant(timezone=True), nullable=True),
        sa.Column("let_in_because", Text(), nullable=True),
        sa.Column("let_in_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("seat_browser")
    op.drop_table("safe_browser_rule")
