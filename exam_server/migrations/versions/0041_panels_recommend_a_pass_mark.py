"""Panels recommend a pass mark; rule sets say whether a body may set its own.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from exam_server.db import Instant, Mark

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
METHODS = (
    "method IN ('angoff', 'yes_no', 'bookmark', 'hofstee', 'borderline_group', "
    "'contrasting_groups', 'borderline_regression')"
)


def upgrade() -> None:
    """Apply: there are no panels yet, and the regulation's pass mark holds everywhere."""
    _panels()
    _ratings()
    _adoptions()
    with op.batch_alter_table("rule_set") as changed:
        changed.add_column(
            sa.Column("may_set_cut", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def _panels() -> None:
    op.create_table(
        "standard_panel",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("rules", FACTS, nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("training", sa.Text(), nullable=False),
        sa.Column("source", FACTS, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("sealed_items", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=16), nullable=True),
        sa.Column("exam_session_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(METHODS, name=op.f("ck_standard_panel_method")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_standard_panel_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_standard_panel_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_standard_panel_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_panel")),
        sa.UniqueConstraint(
            "organization_id", "title", name=op.f("uq_standard_panel_organization_id_title")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_standard_panel_uid")),
    )
    op.create_table(
        "panel_member",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", Instant(timezone=True), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by"], ["person.id"], name=op.f("fk_panel_member_named_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"],
            ["standard_panel.id"],
            name=op.f("fk_panel_member_panel_id_standard_panel"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_panel_member_person_id_person")
        ),
        sa.PrimaryKeyConstraint("panel_id", "person_id", name=op.f("pk_panel_member")),
    )
    op.create_table(
        "panel_round",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_panel_round_closed")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.id"], name=op.f("fk_panel_round_closed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_panel_round_opened_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["standard_panel.id"], name=op.f("fk_panel_round_panel_id_standard_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_round")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_round_panel_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_round_uid")),
    )


def _ratings() -> None:
    op.create_table(
        "panel_sheet",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", Instant(timezone=True), nullable=False),
        sa.Column("handed_in_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_panel_sheet_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_sheet_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_panel_sheet")),
    )
    op.create_table(
        "panel_rating",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", Mark(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rated_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_panel_rating_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_rating_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "person_id", "place", name=op.f("pk_panel_rating")),
    )
    op.create_table(
        "panel_judgement",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("entered_at", Instant(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 4", name=op.f("ck_panel_judgement_rating")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["person.id"], name=op.f("fk_panel_judgement_entered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_panel_judgement_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_judgement_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "registration_id", name=op.f("pk_panel_judgement")),
    )


def _adoptions() -> None:
    op.create_table(
        "panel_adoption",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("cut", Mark(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("frozen", FACTS, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", Instant(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.Column("new_rule_set_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('adopted', 'evidence', 'refused')", name=op.f("ck_panel_adoption_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL)", name=op.f("ck_panel_adoption_decided")
        ),
        sa.CheckConstraint("cut BETWEEN 0 AND 1000000", name=op.f("ck_panel_adoption_cut")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_panel_adoption_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["new_rule_set_id"],
            ["rule_set.id"],
            name=op.f("fk_panel_adoption_new_rule_set_id_rule_set"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_panel_adoption_proposed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_adoption_round_id_panel_round")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_set.id"], name=op.f("fk_panel_adoption_rule_set_id_rule_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_adoption")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_adoption_uid")),
    )
    with op.batch_alter_table("panel_adoption") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_adoption_new_rule_set_id"), ["new_rule_set_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_adoption_round_id"), ["round_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("rule_set") as changed:
        changed.drop_column("may_set_cut")
    for name in (
        "panel_adoption",
        "panel_judgement",
        "panel_rating",
        "panel_sheet",
        "panel_round",
        "panel_member",
        "standard_panel",
    ):
        op.drop_table(name)
