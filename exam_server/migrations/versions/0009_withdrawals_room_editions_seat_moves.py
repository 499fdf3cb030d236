"""Withdrawn candidates, editions of rooms, seats given by hand, files put aside by jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import exam_server.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID_TYPES = {"护照": "passport", "军官证": "officer"}


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("registration") as batch_op:
        batch_op.add_column(
            sa.Column("withdrawn_at", exam_server.db.Instant(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("withdrawn_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_because", Text(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_registration_withdrawn_by_person"), "person", ["withdrawn_by"], ["id"]
        )
    with op.batch_alter_table("room") as batch_op:
        batch_op.add_column(
            sa.Column("numbering", sa.String(length=16), nullable=False, server_default="rows")
        )
        batch_op.add_column(
            sa.Column("door", sa.String(length=8), nullable=False, server_default="left")
        )
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("retired_at", exam_server.db.Instant(timezone=True), nullable=True)
        )
        batch_op.drop_constraint("uq_room_site_id_name", type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_room_site_id_name_edition"), ["site_id", "name", "edition"]
        )
    with op.batch_alter_table("job_file") as batch_op:
        batch_op.add_column(
            sa.Column("is_offered", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    op.create_table(
        "seat_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("other_registration_id", sa.Integer(), nullable=True),
        sa.Column("from_seat_id", sa.Integer(), nullable=False),
        sa.Column("to_seat_id", sa.Integer(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("moved_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=False),
        sa.Column("undone_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_seat_move_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_seat_move_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["other_registration_id"],
            ["registration.id"],
            name=op.f("fk_seat_move_other_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["from_seat_id"], ["seat.id"], name=op.f("fk_seat_move_from_seat_id_seat")
        ),
        sa.ForeignKeyConstraint(
            ["to_seat_id"], ["seat.id"], name=op.f("fk_seat_move_to_seat_id_seat")
        ),
        sa.ForeignKeyConstraint(
            ["moved_by"], ["person.id"], name=op.f("fk_seat_move_moved_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_move")),
    )
    with op.batch_alter_table("seat_move") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seat_move_exam_session_id"), ["exam_session_id"], unique=False
        )
    candidate = sa.table("candidate", sa.column("id_type"))
    for typed, code in ID_TYPES.items():
        op.execute(candidate.update().where(candidate.c.id_type == typed).values(id_type=code))


def downgrade() -> None:
    """Undo."""
    op.drop_table("seat_move")
    with op.batch_alter_table("job_file") as batch_op:
        batch_op.drop_column("is_offered")
    with op.batch_alter_table("room") as batch_op:
        batch_op.drop_constraint("uq_room_site_id_name_edition", type_="unique")
        batch_op.create_unique_constraint("uq_room_site_id_name", ["site_id", "name"])
        batch_op.drop_column("retired_at")
        batch_op.drop_column("edition")
        batch_op.drop_column("door")
        batch_op.drop_column("numbering")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_constraint("fk_registration_withdrawn_by_person", type_="foreignkey")
        batch_op.drop_column("withdrawn_because")
        batch_op.drop_column("withdrawn_by")
        batch_op.drop_column("withdrawn_at")
