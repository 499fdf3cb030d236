"""What lists and the full-text index hold of an item's newest version, kept with the version.

A version that is added through the session brings its item's line and text along, in the same
transaction; who inserts many at once (imports) writes them with ``keep_texts``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import LargeBinary, Text, column, table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import set_committed_value

from itembank.grams import grams
from itembank.items.languages import languages_of
from itembank.likeness import fingerprint, said_by

BAND_MARK, BANK_MARK = "~", "@"
# The tables by their names alone, for the models themselves call this.
ITEMS = table("item", *map(column, ("id", "blueprint_id", "type", "difficulty", "languages")))
TEXTS = table(
    "item_text",
    column("item_id"),
    column("grams", Text()),
    column("fingerprint", LargeBinary()),
)


def band_grams(bands: Sequence[int] | np.ndarray) -> list[str]:
    """Return a fingerprint as grams of the index: which band, and its value.

    Examples
    --------
    >>> band_grams([255, 16])
    ['~0.ff', '~1.10']
    """
    return [f"{BAND_MARK}{place:x}.{int(value):x}" for place, value in enumerate(bands)]


def bank_gram(blueprint_id: int) -> str:
    """Return the gram that all items of a bank have."""
    return f"{BANK_MARK}{blueprint_id}"


def text_values(type_name: str, content: Mapping[str, Any], search_text: str) -> dict[str, Any]:
    """Return grams and fingerprint of what an item says; nothing here needs the store."""
    bands = fingerprint(said_by(type_name, content))
    found = sorted({*grams(search_text), *band_grams(bands)})
    return {"grams": " ".join(found), "fingerprint": bands.astype("<u4").tobytes()}


def bands_in(stored: Sequence[bytes]) -> np.ndarray:
    """Return stored fingerprints as an array, shape (n_items, n_bands)."""
    whole = np.frombuffer(b"".join(stored), dtype="<u4")
    return whole.reshape(len(stored), -1) if stored else np.empty((0, 0), dtype=np.uint32)


def language_words(content: Mapping[str, Any]) -> str:
    """Return the tags of an item's translations, each between blanks."""
    found = languages_of(content)
    return f" {' '.join(found)} " if found else ""


def line_values(version: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an item's own row repeats of its newest version."""
    return {
        "type": version["type"],
        "difficulty": version["difficulty"],
        "languages": language_words(version["content"]),
    }


def keep_texts(db: Session | Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store texts of items (``item_id``, ``blueprint_id``, ``grams``, ``fingerprint``).

    Earlier texts of the same items give way.
    """
    if not rows:
        return
    connection = db.connection() if isinstance(db, Session) else db
    made = _insert(connection, [_row(row) for row in rows])
    connection.execute(made)


def keep_version(_mapper: Mapper[Any], connection: Connection, version: Any) -> None:
    """Carry a new version into its item's row and into the index."""
    values = line_values(
        {"type": version.type, "difficulty": version.difficulty, "content": version.content}
    )
    changed = update(ITEMS).where(ITEMS.c.id == version.item_id).values(**values)
    blueprint_id = connection.scalar(changed.returning(ITEMS.c.blueprint_id))
    text = text_values(version.type, version.content, version.search_text)
    keep_texts(connection, [{"item_id": version.item_id, "blueprint_id": blueprint_id, **text}])
    item = vars(version).get("item")
    if item is not None:
        for name, value in values.items():
            set_committed_value(item, name, value)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    whole = f"{bank_gram(row['blueprint_id'])} {row['grams']}"
    return {"item_id": row["item_id"], "grams": whole, "fingerprint": row["fingerprint"]}


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> Any:
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = dialect.insert(TEXTS).values(rows)
    news = {name: made.excluded[name] for name in ("grams", "fingerprint")}
    return made.on_conflict_do_update(index_elements=["item_id"], set_=news)
