"""the first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import exam_server.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_table(
        "failed_entry",
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("next_try_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "device_hash", name=op.f("pk_failed_entry")),
    )
    op.create_table(
        "occupation",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupation")),
        sa.UniqueConstraint("code", name=op.f("uq_occupation_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_occupation_uid")),
    )
    op.create_table(
        "organization",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_organization_uid")),
    )
    op.create_table(
        "person",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("next_try_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("sign_in_number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("uid", name=op.f("uq_person_uid")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "server_beat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_beat")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column(
            "detail",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_entry_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "candidate",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_type", sa.String(length=16), nullable=False),
        sa.Column("id_number", sa.String(length=64), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_candidate_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "organization_id",
            "id_type",
            "id_number",
            name=op.f("uq_candidate_organization_id_id_type_id_number"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_candidate_uid")),
    )
    op.create_table(
        "job",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("upload", sa.LargeBinary(), nullable=True),
        sa.Column(
            "result",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column(
            "error",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("is_heavy", sa.Boolean(), nullable=False),
        sa.Column("is_cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("queued_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("started_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("finished_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_job_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_job_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("uid", name=op.f("uq_job_uid")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_status"), ["status"], unique=False)

    op.create_table(
        "picture",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_picture_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "sha256", name=op.f("pk_picture")),
    )
    op.create_table(
        "programme",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("occupation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_programme_level")),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupation.id"], name=op.f("fk_programme_occupation_id_occupation")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_programme_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint(
            "organization_id",
            "occupation_id",
            "level",
            "work_type",
            name=op.f("uq_programme_organization_id_occupation_id_level_work_type"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_programme_uid")),
    )
    op.create_table(
        "role_holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["person.id"], name=op.f("fk_role_holding_granted_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_role_holding_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_holding_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_holding")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "organization_id",
            name=op.f("uq_role_holding_person_id_role_organization_id"),
        ),
    )
    op.create_table(
        "rule_set",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("pass_mark", exam_server.db.Mark(), nullable=False),
        sa.Column("theory_weight", exam_server.db.Mark(), nullable=False),
        sa.Column("practical_weight", exam_server.db.Mark(), nullable=False),
        sa.Column("performance_weight", exam_server.db.Mark(), nullable=False),
        sa.Column("theory_minimum", exam_server.db.Mark(), nullable=True),
        sa.Column("practical_minimum", exam_server.db.Mark(), nullable=True),
        sa.Column("performance_minimum", exam_server.db.Mark(), nullable=True),
        sa.Column("rounding", sa.String(length=16), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("entry_opens_min", sa.Integer(), nullable=False),
        sa.Column("late_limit_min", sa.Integer(), nullable=True),
        sa.Column("hand_in_after_min", sa.Integer(), nullable=False),
        sa.Column("grace_s", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("decimals BETWEEN 0 AND 4", name=op.f("ck_rule_set_decimals")),
        sa.CheckConstraint(
            "theory_weight + practical_weight + performance_weight = 1000000",
            name=op.f("ck_rule_set_weights"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_rule_set_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint(
            "organization_id",
            "name",
            "valid_from",
            name=op.f("uq_rule_set_organization_id_name_valid_from"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_rule_set_uid")),
    )
    op.create_table(
        "site",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_site_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_site_organization_id_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_site_uid")),
    )
    op.create_table(
        "batch",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("exam_date", sa.Date(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("is_rehearsal", sa.Boolean(), nullable=False),
        sa.Column("created_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_batch_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_batch_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_set.id"], name=op.f("fk_batch_rule_set_id_rule_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("organization_id", "code", name=op.f("uq_batch_organization_id_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_batch_uid")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batch_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "blueprint",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_blueprint_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_blueprint_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint")),
        sa.UniqueConstraint(
            "organization_id", "title", name=op.f("uq_blueprint_organization_id_title")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_blueprint_uid")),
    )
    op.create_table(
        "room",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_room_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_room_site_id_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_room_uid")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight", exam_server.db.Mark(), nullable=True),
        sa.CheckConstraint("tier BETWEEN 1 AND 6", name=op.f("ck_area_tier")),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_area_blueprint_id_blueprint")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("blueprint_id", "path", name=op.f("uq_area_blueprint_id_path")),
    )
    op.create_table(
        "decision_run",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column(
            "rules",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_decision_run_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_decision_run_decided_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_run")),
        sa.UniqueConstraint("uid", name=op.f("uq_decision_run_uid")),
    )
    with op.batch_alter_table("decision_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_run_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "paper_structure",
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "demand",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"],
            ["blueprint.id"],
            name=op.f("fk_paper_structure_blueprint_id_blueprint"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_structure")),
        sa.UniqueConstraint("uid", name=op.f("uq_paper_structure_uid")),
    )
    op.create_table(
        "registration",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_issued_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_registration_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_registration_candidate_id_candidate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint(
            "batch_id", "candidate_id", name=op.f("uq_registration_batch_id_candidate_id")
        ),
        sa.UniqueConstraint("ticket", name=op.f("uq_registration_ticket")),
        sa.UniqueConstraint("uid", name=op.f("uq_registration_uid")),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("is_usable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_seat_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("room_id", "number", name=op.f("uq_seat_room_id_number")),
        sa.UniqueConstraint("room_id", "row", "column", name=op.f("uq_seat_room_id_row_column")),
    )
    op.create_table(
        "assembly_run",
        sa.Column("paper_structure_id", sa.Integer(), nullable=False),
        sa.Column("n_forms", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("bank_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "result",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("created_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_assembly_run_created_by_person")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_assembly_run_job_id_job")),
        sa.ForeignKeyConstraint(
            ["paper_structure_id"],
            ["paper_structure.id"],
            name=op.f("fk_assembly_run_paper_structure_id_paper_structure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_run")),
        sa.UniqueConstraint("uid", name=op.f("uq_assembly_run_uid")),
    )
    op.create_table(
        "component_mark",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(length=16), nullable=False),
        sa.Column("mark", exam_server.db.Mark(), nullable=False),
        sa.Column("entered_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "component IN ('practical', 'performance')", name=op.f("ck_component_mark_component")
        ),
        sa.CheckConstraint("mark BETWEEN 0 AND 1000000", name=op.f("ck_component_mark_mark")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["person.id"], name=op.f("fk_component_mark_entered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_component_mark_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_component_mark")),
        sa.UniqueConstraint("uid", name=op.f("uq_component_mark_uid")),
    )
    with op.batch_alter_table("component_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_component_mark_registration_id"), ["registration_id"], unique=False
        )
        batch_op.create_index(
            "uq_component_mark_current",
            ["registration_id", "component"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "decision",
        sa.Column("decision_run_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("theory", exam_server.db.Mark(), nullable=True),
        sa.Column("practical", exam_server.db.Mark(), nullable=True),
        sa.Column("performance", exam_server.db.Mark(), nullable=True),
        sa.Column("composite", exam_server.db.Mark(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column(
            "reasons",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["decision_run_id"],
            ["decision_run.id"],
            name=op.f("fk_decision_decision_run_id_decision_run"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_decision_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("decision_run_id", "registration_id", name=op.f("pk_decision")),
    )
    op.create_table(
        "point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("importance", sa.String(length=1), nullable=True),
        sa.CheckConstraint("importance IN ('X', 'Y', 'Z')", name=op.f("ck_point_importance")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_point_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point")),
        sa.UniqueConstraint("area_id", "code", name=op.f("uq_point_area_id_code")),
    )
    op.create_table(
        "exam_session",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("assembly_run_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("planned_start", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("hard_end", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seat_seed", sa.String(length=32), nullable=True),
        sa.Column("chain_link", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.Column("closed_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_run_id"],
            ["assembly_run.id"],
            name=op.f("fk_exam_session_assembly_run_id_assembly_run"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_exam_session_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_exam_session_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_session")),
        sa.UniqueConstraint("uid", name=op.f("uq_exam_session_uid")),
    )
    with op.batch_alter_table("exam_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_session_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_exam_session_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_exam_session_state"), ["state"], unique=False)

    op.create_table(
        "form",
        sa.Column("assembly_run_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_run_id"],
            ["assembly_run.id"],
            name=op.f("fk_form_assembly_run_id_assembly_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
        sa.UniqueConstraint("assembly_run_id", "code", name=op.f("uq_form_assembly_run_id_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_form_uid")),
    )
    op.create_table(
        "item",
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("created_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_item_blueprint_id_blueprint")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_item_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("blueprint_id", "code", name=op.f("uq_item_blueprint_id_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_item_uid")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_blueprint_id"), ["blueprint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_point_id"), ["point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_state"), ["state"], unique=False)

    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(role = 'chief_proctor') = (room_id IS NULL)", name=op.f("ck_duty_room")
        ),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_duty_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_duty_person_id_person")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_duty_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint(
            "exam_session_id",
            "room_id",
            "person_id",
            name=op.f("uq_duty_exam_session_id_room_id_person_id"),
        ),
    )
    op.create_table(
        "enemy_pair",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("enemy_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("item_id < enemy_id", name=op.f("ck_enemy_pair_order")),
        sa.ForeignKeyConstraint(
            ["enemy_id"], ["item.id"], name=op.f("fk_enemy_pair_enemy_id_item")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_enemy_pair_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", "enemy_id", name=op.f("pk_enemy_pair")),
    )
    op.create_table(
        "item_version",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "key",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("created_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 5", name=op.f("ck_item_version_difficulty")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_item_version_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_version_item_id_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_version_item_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_item_version_uid")),
    )
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_version_type"), ["type"], unique=False)

    op.create_table(
        "marking_run",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_marking_run_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["person.id"], name=op.f("fk_marking_run_marked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_run")),
        sa.UniqueConstraint("uid", name=op.f("uq_marking_run_uid")),
    )
    with op.batch_alter_table("marking_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_marking_run_exam_session_id"), ["exam_session_id"], unique=False
        )

    op.create_table(
        "room_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("started_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_room_run_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_run_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_run")),
        sa.UniqueConstraint(
            "exam_session_id", "room_id", name=op.f("uq_room_run_exam_session_id_room_id")
        ),
    )
    op.create_table(
        "sealed_form",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("released_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_sealed_form_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_sealed_form_form_id_form")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["person.id"], name=op.f("fk_sealed_form_released_by_person")
        ),
        sa.PrimaryKeyConstraint("exam_session_id", "form_id", name=op.f("pk_sealed_form")),
    )
    op.create_table(
        "form_item",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("mark", exam_server.db.Mark(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_form_item_form_id_form")),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_form_item_item_version_id_item_version"),
        ),
        sa.PrimaryKeyConstraint("form_id", "position", name=op.f("pk_form_item")),
        sa.UniqueConstraint(
            "form_id", "item_version_id", name=op.f("uq_form_item_form_id_item_version_id")
        ),
    )
    op.create_table(
        "sitting",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("room_run_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=True),
        sa.Column(
            "display_order",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("clock_number", sa.Integer(), nullable=False),
        sa.Column("clock_acked", sa.Integer(), nullable=False),
        sa.Column("lease_number", sa.Integer(), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("move_device_hash", sa.String(length=64), nullable=True),
        sa.Column("move_asked_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("acked_seq", sa.Integer(), nullable=False),
        sa.Column("identity_confirmed_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("pledge_accepted_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("started_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.Column("last_contact_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("called_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("call_text", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_sitting_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_sitting_form_id_form")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_sitting_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["room_run_id"], ["room_run.id"], name=op.f("fk_sitting_room_run_id_room_run")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_sitting_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint(
            "exam_session_id",
            "registration_id",
            name=op.f("uq_sitting_exam_session_id_registration_id"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sitting_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_sitting_uid")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sitting_exam_session_id"), ["exam_session_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sitting_registration_id"), ["registration_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sitting_room_run_id"), ["room_run_id"], unique=False)
        batch_op.create_index("ix_sitting_status", ["status"], unique=False)
        batch_op.create_index("uq_sitting_place", ["room_run_id", "seat_id"], unique=True)

    op.create_table(
        "answer_event",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("received_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("lease_number", sa.Integer(), nullable=False),
        sa.Column("refused_code", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_answer_event_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", "seq", name=op.f("pk_answer_event")),
    )
    op.create_table(
        "incident",
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("room_run_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_incident_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_incident_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["room_run_id"], ["room_run.id"], name=op.f("fk_incident_room_run_id_room_run")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_incident_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("uid", name=op.f("uq_incident_uid")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incident_exam_session_id"), ["exam_session_id"], unique=False
        )

    op.create_table(
        "late_work",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("lease_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("received_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_late_work_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", "lease_number", "seq", name=op.f("pk_late_work")),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_run_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("paused_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("resumed_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["person.id"], name=op.f("fk_pause_paused_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["room_run_id"], ["room_run.id"], name=op.f("fk_pause_room_run_id_room_run")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_pause_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_room_run_id"), ["room_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pause_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_session_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session_id"],
            ["exam_session.id"],
            name=op.f("fk_receipt_exam_session_id_exam_session"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_receipt_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint(
            "exam_session_id", "link", name=op.f("uq_receipt_exam_session_id_link")
        ),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "response_score",
        sa.Column("marking_run_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("mark", exam_server.db.Mark(), nullable=False),
        sa.Column("max_mark", exam_server.db.Mark(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_response_score_item_version_id_item_version"),
        ),
        sa.ForeignKeyConstraint(
            ["marking_run_id"],
            ["marking_run.id"],
            name=op.f("fk_response_score_marking_run_id_marking_run"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_response_score_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint(
            "marking_run_id", "sitting_id", "position", name=op.f("pk_response_score")
        ),
    )
    op.create_table(
        "seat_message",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("acked_at", exam_server.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["person.id"], name=op.f("fk_seat_message_sent_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_seat_message_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_message")),
        sa.UniqueConstraint("uid", name=op.f("uq_seat_message_uid")),
    )
    with op.batch_alter_table("seat_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seat_message_sitting_id"), ["sitting_id"], unique=False
        )

    op.create_table(
        "seat_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "detail",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_seat_signal_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_signal")),
    )
    with op.batch_alter_table("seat_signal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_signal_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "sitting_score",
        sa.Column("marking_run_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("mark", exam_server.db.Mark(), nullable=False),
        sa.Column("max_mark", exam_server.db.Mark(), nullable=False),
        sa.Column("theory", exam_server.db.Mark(), nullable=False),
        sa.ForeignKeyConstraint(
            ["marking_run_id"],
            ["marking_run.id"],
            name=op.f("fk_sitting_score_marking_run_id_marking_run"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_score_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("marking_run_id", "sitting_id", name=op.f("pk_sitting_score")),
    )
    op.create_table(
        "time_credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_run_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("minutes", exam_server.db.Mark(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", exam_server.db.Instant(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["person.id"], name=op.f("fk_time_credit_granted_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["room_run_id"], ["room_run.id"], name=op.f("fk_time_credit_room_run_id_room_run")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_time_credit_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_credit")),
    )
    with op.batch_alter_table("time_credit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_time_credit_room_run_id"), ["room_run_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_time_credit_sitting_id"), ["sitting_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("time_credit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_credit_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_time_credit_room_run_id"))

    op.drop_table("time_credit")
    op.drop_table("sitting_score")
    with op.batch_alter_table("seat_signal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_signal_sitting_id"))

    op.drop_table("seat_signal")
    with op.batch_alter_table("seat_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_message_sitting_id"))

    op.drop_table("seat_message")
    op.drop_table("response_score")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_sitting_id"))

    op.drop_table("receipt")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pause_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_pause_room_run_id"))

    op.drop_table("pause")
    op.drop_table("late_work")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_exam_session_id"))

    op.drop_table("incident")
    op.drop_table("answer_event")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index("uq_sitting_place")
        batch_op.drop_index("ix_sitting_status")
        batch_op.drop_index(batch_op.f("ix_sitting_room_run_id"))
        batch_op.drop_index(batch_op.f("ix_sitting_registration_id"))
        batch_op.drop_index(batch_op.f("ix_sitting_exam_session_id"))

    op.drop_table("sitting")
    op.drop_table("form_item")
    op.drop_table("sealed_form")
    op.drop_table("room_run")
    with op.batch_alter_table("marking_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_run_exam_session_id"))

    op.drop_table("marking_run")
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_version_type"))

    op.drop_table("item_version")
    op.drop_table("enemy_pair")
    op.drop_table("duty")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_state"))
        batch_op.drop_index(batch_op.f("ix_item_point_id"))
        batch_op.drop_index(batch_op.f("ix_item_blueprint_id"))

    op.drop_table("item")
    op.drop_table("form")
    with op.batch_alter_table("exam_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_session_state"))
        batch_op.drop_index(batch_op.f("ix_exam_session_organization_id"))
        batch_op.drop_index(batch_op.f("ix_exam_session_batch_id"))

    op.drop_table("exam_session")
    op.drop_table("point")
    op.drop_table("decision")
    with op.batch_alter_table("component_mark", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_component_mark_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_component_mark_registration_id"))

    op.drop_table("component_mark")
    op.drop_table("assembly_run")
    op.drop_table("seat")
    op.drop_table("registration")
    op.drop_table("paper_structure")
    with op.batch_alter_table("decision_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_run_batch_id"))

    op.drop_table("decision_run")
    op.drop_table("area")
    op.drop_table("room")
    op.drop_table("blueprint")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_organization_id"))

    op.drop_table("batch")
    op.drop_table("site")
    op.drop_table("rule_set")
    op.drop_table("role_holding")
    op.drop_table("programme")
    op.drop_table("picture")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_status"))

    op.drop_table("job")
    op.drop_table("candidate")
    op.drop_table("audit_entry")
    op.drop_table("server_beat")
    op.drop_table("person")
    op.drop_table("organization")
    op.drop_table("occupation")
    op.drop_table("failed_entry")
    op.drop_table("announcement")
