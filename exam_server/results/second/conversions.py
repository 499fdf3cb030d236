"""Which table stands for each form of a batch, read and checked a second time."""

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.forms.models import Form
from exam_server.results.equating.models import EquatingUse
from exam_server.results.second.facts import Conversion


def conversions_in(db: Session, batch: Batch) -> Mapping[int | None, Conversion]:
    """Return the last table that was approved for each form; none where marks are raw again."""
    chosen = (
        select(EquatingUse, Form.code)
        .join(Form, EquatingUse.form_id == Form.id)
        .where(EquatingUse.batch_id == batch.id)
        .order_by(EquatingUse.id)
    )
    found: dict[int | None, Conversion] = {}
    for use, code in db.execute(chosen):
        if use.outcome != "approved":
            continue
        found.pop(use.form_id, None)
        if use.conversion is not None:
            found[use.form_id] = _read(code, use.conversion, use.conversion_sha256)
    return found


def _read(form: str, table: Mapping[str, Any], approved: str | None) -> Conversion:
    """Read a table; its hash is over its JSON, names in order, nothing between."""
    parts = json.dumps(table, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Conversion(
        form=form,
        rows={Fraction(raw): Fraction(worth) for raw, worth in table["rows"]},
        most=Fraction(table["most"]),
        most_reference=Fraction(table["most_reference"]),
        is_sound=hashlib.sha256(parts.encode()).hexdigest() == approved,
    )
