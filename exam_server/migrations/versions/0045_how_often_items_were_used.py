"""Items say in how many papers that are over they have stood, and when last.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

from exam_server.db import Instant

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

# Parallel forms of a run are one paper, fixed sets a paper each (their ids below zero).
COUNT = """
INSERT INTO item_exposure (item_id, n_papers, last_used_at)
SELECT item_version.item_id,
       COUNT(DISTINCT CASE WHEN run.mode = 'fixed' THEN -form.id ELSE run.id END),
       MAX(form.opened_at)
FROM form_item
JOIN form ON form_item.form_id = form.id
JOIN assembly_run AS run ON form.assembly_run_id = run.id
JOIN item_version ON form_item.item_version_id = item_version.id
WHERE form.opened_at IS NOT NULL
GROUP BY item_version.item_id
"""


def upgrade() -> None:
    """Apply, and count what is known so far."""
    op.create_table(
        "item_exposure",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n_papers", sa.Integer(), nullable=False),
        sa.Column("last_used_at", Instant(timezone=True), nullable=False),
        sa.CheckConstraint("n_papers > 0", name=op.f("ck_item_exposure_used")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
            name=op.f("fk_item_exposure_item_id_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_exposure")),
    )
    op.execute(COUNT)


def downgrade() -> None:
    """Undo."""
    op.drop_table("item_exposure")
