"""Forms stand sealed until they are over, with the seeds and orders that would give them away.

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from exam_server.clock import utcnow
from exam_server.db import Instant, Mark
from exam_server.keyring import Keyring, seal_facts

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
RUN = sa.table(
    "assembly_run",
    *(sa.column(each) for each in ("id", "uid", "seed", "sealed_seed", "key_id")),
)
FORM = sa.table(
    "form",
    *(sa.column(each) for each in ("id", "uid", "assembly_run_id", "n_items", "sealed_items")),
    sa.column("key_id"),
    sa.column("opened_at", Instant(timezone=True)),
)
FORM_ITEM = sa.table(
    "form_item",
    *(sa.column(each) for each in ("form_id", "position", "item_version_id", "section")),
    sa.column("mark", Mark()),
)
EXAM_SESSION = sa.table(
    "exam_session",
    *(sa.column(each) for each in ("id", "assembly_run_id", "state")),
    sa.column("closed_at", Instant(timezone=True)),
)
SITTING = sa.table(
    "sitting",
    *(sa.column(each) for each in ("id", "form_id", "exam_session_id", "sealed_order")),
    sa.column("display_order", JSON),
)
SCORE = sa.table("response_score", sa.column("sitting_id"))
REQUEST = sa.table("release_request", sa.column("id"), sa.column("seen", JSON))
JOB = sa.table("job", sa.column("id"), sa.column("kind"), sa.column("error", JSON))
AUDIT = sa.table(
    "audit_entry",
    *(sa.column(each) for each in ("id", "person_id", "act", "object")),
    sa.column("at", Instant(timezone=True)),
    sa.column("detail", JSON),
)
LATER = (
    ("form", "n_items", sa.Integer()),
    ("form", "sealed_items", sa.LargeBinary()),
    ("form", "key_id", sa.String(16)),
)


def upgrade() -> None:
    """Apply."""
    for table, name, kind in LATER:
        op.add_column(table, sa.Column(name, kind))
    op.add_column("form", sa.Column("opened_at", Instant(timezone=True)))
    op.add_column("assembly_run", sa.Column("sealed_seed", sa.LargeBinary()))
    op.add_column("assembly_run", sa.Column("key_id", sa.String(16)))
    op.add_column("sitting", sa.Column("sealed_order", sa.LargeBinary()))
    store = op.get_bind()
    if store.execute(sa.select(RUN.c.id).limit(1)).first() is not None:
        _seal(store, _keyring())
    with op.batch_alter_table("form") as form:
        for _, name, kind in LATER:
            form.alter_column(name, existing_type=kind, nullable=False)
    with op.batch_alter_table("assembly_run") as run:
        run.drop_column("seed")
    with op.batch_alter_table("sitting") as sitting:
        sitting.drop_column("display_order")


def downgrade() -> None:
    """Undo where no form was made yet: what was sealed is not made plain again."""
    if op.get_bind().execute(sa.select(RUN.c.id).limit(1)).first() is not None:
        msg = "go back to the copy that was made before the upgrade"
        raise RuntimeError(msg)
    with op.batch_alter_table("sitting") as sitting:
        sitting.drop_column("sealed_order")
        sitting.add_column(sa.Column("display_order", JSON))
    with op.batch_alter_table("assembly_run") as run:
        run.drop_column("sealed_seed")
        run.drop_column("key_id")
        run.add_column(sa.Column("seed", sa.String(32), nullable=False))
    with op.batch_alter_table("form") as form:
        for name in ("n_items", "sealed_items", "key_id", "opened_at"):
            form.drop_column(name)


def _keyring() -> Keyring:
    found: Keyring | None = context.config.attributes.get("keyring")
    if found is None:
        msg = "forms are sealed under the server secret, which this upgrade was not given"
        raise RuntimeError(msg)
    return found


def _seal(store: sa.Connection, ring: Keyring) -> None:
    opened = _opened(store)
    for form in store.execute(sa.select(FORM.c.id, FORM.c.uid)).all():
        _seal_form(store, ring, form.id, form.uid, opened.get(form.id))
    for run in store.execute(sa.select(RUN.c.id, RUN.c.uid, RUN.c.seed)).all():
        key = ring.key("assembly seeds", ring.key_id)
        sealed = seal_facts([run.seed, False], key, bound=f"assembly_run:{run.uid}")
        kept = {"sealed_seed": sealed, "key_id": ring.key_id}
        store.execute(sa.update(RUN).where(RUN.c.id == run.id).values(**kept))
    _seal_orders(store, ring)
    _key_digests(store, ring)
    _seal_errors(store, ring)
    _clear_audit(store, opened)


def _opened(store: sa.Connection) -> dict[int, Any]:
    """Return since when forms are over: marked already, or no exam session has them before it."""
    marked = store.scalars(
        sa.select(SITTING.c.form_id).join(SCORE, SCORE.c.sitting_id == SITTING.c.id).distinct()
    )
    found: dict[int, Any] = dict.fromkeys((each for each in marked if each), utcnow())
    waiting = sa.select(EXAM_SESSION.c.assembly_run_id).where(
        EXAM_SESSION.c.state != "closed", EXAM_SESSION.c.assembly_run_id.is_not(None)
    )
    over = (
        sa.select(SITTING.c.form_id, sa.func.max(EXAM_SESSION.c.closed_at))
        .join(EXAM_SESSION, EXAM_SESSION.c.id == SITTING.c.exam_session_id)
        .join(FORM, FORM.c.id == SITTING.c.form_id)
        .where(EXAM_SESSION.c.state == "closed", FORM.c.assembly_run_id.not_in(waiting))
        .group_by(SITTING.c.form_id)
    )
    for form_id, _ in store.execute(over):
        found.setdefault(form_id, utcnow())
    return found


def _seal_form(store: sa.Connection, ring: Keyring, form_id: int, uid: str, opened: Any) -> None:
    own = FORM_ITEM.c.form_id == form_id
    held = [
        [row.position, row.item_version_id, row.section, str(Decimal(row.mark))]
        for row in store.execute(sa.select(FORM_ITEM).where(own).order_by(FORM_ITEM.c.position))
    ]
    key = ring.key("stored forms", ring.key_id)
    sealed = seal_facts(held, key, bound=f"form:{uid}")
    store.execute(
        sa.update(FORM)
        .where(FORM.c.id == form_id)
        .values(n_items=len(held), sealed_items=sealed, key_id=ring.key_id, opened_at=opened)
    )
    if opened is None:
        store.execute(sa.delete(FORM_ITEM).where(own))


def _seal_orders(store: sa.Connection, ring: Keyring) -> None:
    chosen = sa.select(SITTING.c.id, SITTING.c.display_order, FORM.c.uid).join(
        FORM, FORM.c.id == SITTING.c.form_id
    )
    key = ring.key("display orders", ring.key_id)
    rows = [
        {"b_id": row.id, "b_sealed": seal_facts(row.display_order, key, bound=f"order:{row.uid}")}
        for row in store.execute(chosen)
        if row.display_order is not None
    ]
    change = sa.update(SITTING).where(SITTING.c.id == sa.bindparam("b_id"))
    _each(store, change.values(sealed_order=sa.bindparam("b_sealed")), rows)


def _key_digests(store: sa.Connection, ring: Keyring) -> None:
    """Key the hashes of what people looked at: a plain one can be tried out with a bank."""
    rows = []
    for row in store.execute(sa.select(REQUEST.c.id, REQUEST.c.seen)):
        forms = {
            code: ring.digest("forms seen", plain, key_id=ring.key_id).hex()
            for code, plain in row.seen.get("forms", {}).items()
        }
        rows.append({"b_id": row.id, "b_seen": {**row.seen, "forms": forms}})
    change = sa.update(REQUEST).where(REQUEST.c.id == sa.bindparam("b_id"))
    _each(store, change.values(seen=sa.bindparam("b_seen", type_=JSON)), rows)


def _seal_errors(store: sa.Connection, ring: Keyring) -> None:
    """Seal what kept a paper from being printed: it names and quotes its items."""
    chosen = sa.select(JOB.c.id, JOB.c.error).where(JOB.c.kind == "forms.print")
    key, rows = ring.key("job errors", ring.key_id), []
    for row in store.execute(chosen):
        if row.error:
            sealed = seal_facts(row.error, key, bound=f"job:{row.id}")
            kept = {"sealed": sealed.hex(), "key_id": ring.key_id}
            rows.append({"b_id": row.id, "b_error": kept})
    change = sa.update(JOB).where(JOB.c.id == sa.bindparam("b_id"))
    _each(store, change.values(error=sa.bindparam("b_error", type_=JSON)), rows)


def _clear_audit(store: sa.Connection, opened: dict[int, Any]) -> None:
    """Take the seeds of unopened forms out of the record; what was done and when stays."""
    runs: dict[str, bool] = {}
    chosen = sa.select(RUN.c.uid, FORM.c.id).outerjoin(FORM, FORM.c.assembly_run_id == RUN.c.id)
    for uid, form_id in store.execute(chosen):
        runs[f"assembly_run:{uid}"] = runs.get(f"assembly_run:{uid}", True) and form_id in opened
    entries = sa.select(AUDIT.c.id, AUDIT.c.object, AUDIT.c.detail)
    rows = [
        {"b_id": row.id, "b_detail": {k: v for k, v in row.detail.items() if k != "seed"}}
        for row in store.execute(entries.where(AUDIT.c.act == "assemble_forms"))
        if not runs.get(row.object, True)
    ]
    change = sa.update(AUDIT).where(AUDIT.c.id == sa.bindparam("b_id"))
    _each(store, change.values(detail=sa.bindparam("b_detail", type_=JSON)), rows)
    for of in sorted(uid for uid, is_over in runs.items() if not is_over):
        entry = {"at": utcnow(), "person_id": None, "act": "seal_stored_forms", "object": of}
        store.execute(sa.insert(AUDIT).values(**entry, detail={}))


def _each(store: sa.Connection, change: Any, rows: Iterable[Any]) -> None:
    kept = list(rows)
    if kept:
        store.execute(change, kept)
