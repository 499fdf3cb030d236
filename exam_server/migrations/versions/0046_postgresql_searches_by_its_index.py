"""PostgreSQL searches texts by its index: reading a row's grams anew is dear, and it is told so.

Revision ID: 0046
Revises: 0045
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# The planner holds the built-in functions for nearly free, and reads a whole bank's texts where
# many fit. PL/pgSQL is never inlined, so that the cost named here is the one it counts with.
FUNCTION = """
CREATE FUNCTION gram_vector(grams text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20000
AS $$ BEGIN RETURN array_to_tsvector(string_to_array(grams, ' ')); END $$
"""
INDEX = "CREATE INDEX item_gram ON item_text USING gin ({})"
BUILT_IN = "array_to_tsvector(string_to_array(grams, ' '))"


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(FUNCTION)
    op.execute("DROP INDEX item_gram")
    op.execute(INDEX.format("gram_vector(grams)"))


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX item_gram")
    op.execute(INDEX.format(BUILT_IN))
    op.execute("DROP FUNCTION gram_vector(text)")
