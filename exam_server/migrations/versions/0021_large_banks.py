"""Banks of 100,000 items: full-text index, fingerprints, figures, saved filters, bulk acts.

Revision ID: 0021
Revises: 0020
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from exam_server.bank.item_texts import bank_gram, language_words, text_values
from exam_server.db import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
STEP = 500
TAKE_OUT = (
    "INSERT INTO item_gram(item_gram, rowid, grams) VALUES ('delete', old.item_id, old.grams);"
)
PUT_IN = "INSERT INTO item_gram(rowid, grams) VALUES (new.item_id, new.grams);"
SQLITE_TABLE = """
CREATE VIRTUAL TABLE item_gram USING fts5(
  grams, content='item_text', content_rowid='item_id', detail=none, columnsize=0,
  tokenize="ascii tokenchars '@~.'"
)"""
# The index is merged in steps of some pages: small ones keep the write lock only for moments.
SQLITE_PAGES = "INSERT INTO item_gram(item_gram, rank) VALUES ('pgsz', 500)"
SQLITE_TRIGGERS = {
    "added": ("INSERT", PUT_IN),
    "removed": ("DELETE", TAKE_OUT),
    "changed": ("UPDATE", f"{TAKE_OUT} {PUT_IN}"),
}
POSTGRESQL_INDEX = (
    "CREATE INDEX item_gram ON item_text USING gin (array_to_tsvector(string_to_array(grams, ' ')))"
)


def upgrade() -> None:
    """Apply."""
    op.add_column("item", sa.Column("type", sa.String(16), nullable=False, server_default=""))
    op.add_column("item", sa.Column("difficulty", sa.Integer(), nullable=False, server_default="3"))
    op.add_column("item", sa.Column("languages", Text(), nullable=False, server_default=""))
    op.add_column("staged_item", sa.Column("grams", Text(), nullable=False, server_default=""))
    op.add_column("staged_item", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    _add_texts_and_figures()
    _add_filters_and_acts()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute(SQLITE_TABLE)
        op.execute(SQLITE_PAGES)
        for name, (act, does) in SQLITE_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER item_text_{name} AFTER {act} ON item_text BEGIN {does} END")
    _fill(op.get_bind())
    if not is_sqlite:
        op.execute(POSTGRESQL_INDEX)
    columns = ["blueprint_id", "code", "state", "type", "difficulty", "point_id", "languages"]
    op.create_index("ix_item_list", "item", columns)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_item_list", "item")
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER item_text_{name}")
        op.execute("DROP TABLE item_gram")
    for name in ("bulk_act", "saved_filter", "item_figure", "item_text"):
        op.drop_table(name)
    for table, names in (
        ("staged_item", ("grams", "fingerprint")),
        ("item", ("type", "difficulty", "languages")),
    ):
        for name in names:
            op.drop_column(table, name)


def _add_texts_and_figures() -> None:
    op.create_table(
        "item_text",
        sa.Column("item_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("grams", Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_text_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_text")),
    )
    op.create_table(
        "item_figure",
        sa.Column("item_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("discrimination", sa.Double(), nullable=True),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.Column("computed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_figure_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_figure")),
    )


def _add_filters_and_acts() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", JSON, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_saved_filter_blueprint_id_blueprint")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "blueprint_id",
            "person_id",
            "name",
            name=op.f("uq_saved_filter_blueprint_id_person_id_name"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_saved_filter_uid")),
    )
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(timezone=True), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=False),
        sa.Column("undone_at", Instant(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('suspend', 'retire', 'move', 'difficulty')", name=op.f("ck_bulk_act_kind")
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_bulk_act_blueprint_id_blueprint")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["person.id"], name=op.f("fk_bulk_act_done_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["person.id"], name=op.f("fk_bulk_act_undone_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
        sa.UniqueConstraint("uid", name=op.f("uq_bulk_act_uid")),
    )
    op.create_index("ix_bulk_act_bank", "bulk_act", ["blueprint_id", "id"])


def _fill(bind: sa.Connection) -> None:
    """Give every item its line and its text, some hundreds at a time: a bank may be large."""
    item = sa.table(
        "item",
        *(sa.column(name) for name in ("id", "blueprint_id", "version_number", "type")),
        *(sa.column(name) for name in ("difficulty", "languages")),
    )
    version = sa.table(
        "item_version",
        *(sa.column(name) for name in ("item_id", "number", "type", "search_text", "difficulty")),
        sa.column("content", JSON),
    )
    text = sa.table(
        "item_text",
        *(sa.column(name) for name in ("item_id", "grams")),
        sa.column("fingerprint", sa.LargeBinary()),
    )
    newest = (version.c.item_id == item.c.id) & (version.c.number == item.c.version_number)
    chosen = (
        sa.select(
            item.c.id,
            item.c.blueprint_id,
            version.c.type,
            version.c.difficulty,
            version.c.content,
            version.c.search_text,
        )
        .join(version, newest)
        .order_by(item.c.id)
        .limit(STEP)
    )
    last = 0
    while rows := bind.execute(chosen.where(item.c.id > last)).all():
        last = rows[-1].id
        bind.execute(sa.insert(text), [_text(row) for row in rows])
        bind.execute(
            sa.update(item)
            .where(item.c.id == sa.bindparam("at"))
            .values(
                type=sa.bindparam("is_type"),
                difficulty=sa.bindparam("is_difficulty"),
                languages=sa.bindparam("said_in"),
            ),
            [
                {
                    "at": row.id,
                    "is_type": row.type,
                    "is_difficulty": row.difficulty,
                    "said_in": language_words(row.content),
                }
                for row in rows
            ],
        )


def _text(row: Any) -> dict[str, Any]:
    values = text_values(row.type, row.content, row.search_text)
    return {
        "item_id": row.id,
        "grams": f"{bank_gram(row.blueprint_id)} {values['grams']}",
        "fingerprint": values["fingerprint"],
    }
