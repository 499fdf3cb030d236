"""What another key of a calculation comes to in each form: by the values frozen with it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.marking.models import ScoringChange
from exam_server.results.changed_keys import drawn_in
from itembank.drawing import Drawn, as_asked
from itembank.items.registry import item_type

MOST_SHOWN: Final = 50


def drawn_keys(db: Session, batch: Batch, change: ScoringChange) -> dict[str, Any] | None:
    """Return the key of each set of values before and after; nothing where nothing is drawn."""
    version = change.item_version
    forms = drawn_in(db, batch, version) if change.keys else []
    if not forms:
        return None

    def words(key: Mapping[str, Any], values: Drawn) -> str:
        kind, content, own = as_asked(version.type, version.content, key, values)
        return item_type(kind).key_words(content, own)

    rows = [
        {
            "values": "; ".join(map(_said, values.values())),
            "before": words(version.key, values),
            "after": " / ".join(words(key, values) for key in change.keys),
        }
        for values in forms[:MOST_SHOWN]
    ]
    return {"total": len(forms), "rows": rows}


def _said(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sorted(values.items()))
