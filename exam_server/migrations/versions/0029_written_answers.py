"""Written answers are marked by people: duties, tasks, answers, marks and holds.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant, Mark

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("marker_duty", "written_task", "written_answer", "written_hold", "written_mark")


def upgrade() -> None:
    """Apply."""
    _add_marker_duty()
    _add_written_task()
    _add_written_answer()
    _add_written_hold()
    _add_written_mark()


def downgrade() -> None:
    """Undo."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _add_marker_duty() -> None:
    op.create_table(
        "marker_duty",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_chief", sa.Boolean(), nullable=False),
        sa.Column("given_at", Instant(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_marker_duty_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name=op.f("fk_marker_duty_given_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_marker_duty_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_duty")),
        sa.UniqueConstraint(
            "exam_session_id", "person_id", name=op.f("uq_marker_duty_exam_session_id_person_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_marker_duty_uid")),
    )
    op.create_index(
        op.f("ix_marker_duty_exam_session_id"), "marker_duty", ["exam_session_id"], unique=False
    )
    op.create_index(op.f("ix_marker_duty_person_id"), "marker_duty", ["person_id"], unique=False)


def _add_written_task() -> None:
    op.create_table(
        "written_task",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("max_mark", Mark(), nullable=False),
        sa.Column("n_markers", sa.Integer(), nullable=False),
        sa.Column("tolerance", Mark(), nullable=False),
        sa.Column("control_every", sa.Integer(), nullable=False),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "control_every = 0 OR control_every >= 2", name=op.f("ck_written_task_control_every")
        ),
        sa.CheckConstraint("n_markers IN (1, 2)", name=op.f("ck_written_task_n_markers")),
        sa.CheckConstraint("tolerance >= 0", name=op.f("ck_written_task_tolerance")),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_written_task_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_written_task_item_version_id_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_task")),
        sa.UniqueConstraint(
            "exam_session_id",
            "item_version_id",
            "part",
            name=op.f("uq_written_task_exam_session_id_item_version_id_part"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_written_task_uid")),
    )
    op.create_index(
        op.f("ix_written_task_exam_session_id"), "written_task", ["exam_session_id"], unique=False
    )


def _add_written_answer() -> None:
    op.create_table(
        "written_answer",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("flagged_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["flagged_by"], ["person.id"], name=op.f("fk_written_answer_flagged_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_written_answer_sitting_id_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["written_task.id"], name=op.f("fk_written_answer_task_id_written_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_answer")),
        sa.UniqueConstraint(
            "sitting_id",
            "position",
            "part",
            name=op.f("uq_written_answer_sitting_id_position_part"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_written_answer_uid")),
    )
    op.create_index(
        op.f("ix_written_answer_sitting_id"), "written_answer", ["sitting_id"], unique=False
    )
    op.create_index(op.f("ix_written_answer_task_id"), "written_answer", ["task_id"], unique=False)


def _add_written_hold() -> None:
    op.create_table(
        "written_hold",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("until", Instant(timezone=True), nullable=False),
        sa.Column("draft", FACTS, nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["written_answer.id"],
            name=op.f("fk_written_hold_answer_id_written_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["person.id"], name=op.f("fk_written_hold_marker_id_person")
        ),
        sa.PrimaryKeyConstraint("answer_id", "marker_id", name=op.f("pk_written_hold")),
    )
    op.create_index(op.f("ix_written_hold_marker_id"), "written_hold", ["marker_id"], unique=False)
    op.create_index(
        "uq_written_hold_round",
        "written_hold",
        ["answer_id", "round"],
        unique=True,
        sqlite_where=sa.text("round > 0"),
        postgresql_where=sa.text("round > 0"),
    )


def _add_written_mark() -> None:
    op.create_table(
        "written_mark",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("points", FACTS, nullable=False),
        sa.Column("mark", Mark(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("marked_at", Instant(timezone=True), nullable=False),
        sa.Column("superseded_at", Instant(timezone=True), nullable=True),
        sa.Column("superseded_why", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("mark >= 0", name=op.f("ck_written_mark_mark")),
        sa.CheckConstraint("round BETWEEN 0 AND 3", name=op.f("ck_written_mark_round")),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["written_answer.id"],
            name=op.f("fk_written_mark_answer_id_written_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["person.id"], name=op.f("fk_written_mark_marker_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_mark")),
        sa.UniqueConstraint("uid", name=op.f("uq_written_mark_uid")),
    )
    op.create_index(op.f("ix_written_mark_answer_id"), "written_mark", ["answer_id"], unique=False)
    op.create_index(op.f("ix_written_mark_marker_id"), "written_mark", ["marker_id"], unique=False)
    op.create_index(
        "uq_written_mark_marker",
        "written_mark",
        ["answer_id", "marker_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_written_mark_round",
        "written_mark",
        ["answer_id", "round"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL AND round > 0"),
        postgresql_where=sa.text("superseded_at IS NULL AND round > 0"),
    )
