"""The full-text index of items, the same from outside on both stores.

Grams find candidates; where they do not prove it, the text itself is compared, so that a search
finds exactly the items that hold what was asked. Words are found from their beginning.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, cast, column, exists, func, or_, select, table, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, aliased

from exam_server.bank.item_texts import band_grams, bank_gram
from exam_server.bank.models import Item, ItemText, ItemVersion
from itembank.grams import Term, terms

GRAMS = table("item_gram", column("rowid"), column("item_gram"))


def holds(db: Session, blueprint_id: int, asked: str) -> Any:
    """Return the condition that an item of a bank holds all that is asked, or its code does."""
    found = terms(asked)
    if not found:
        return true()
    conditions = [_candidates(db, blueprint_id, found)]
    conditions += [_has_text(term) for term in found if not term.is_exact]
    if len(found) > 1:
        return and_(*conditions)
    return or_(and_(*conditions), Item.code.icontains(asked.strip(), autoescape=True))


def items_with_bands(
    db: Session, blueprint_id: int, bands: Sequence[int], *, limit: int
) -> Select[int]:
    """Return the query of the items of a bank that agree with a fingerprint in some band."""
    named = band_grams(bands)
    if db.get_bind().dialect.name == "postgresql":
        either = " | ".join(map(_lexeme, named))
        return _in_postgresql(f"{_lexeme(bank_gram(blueprint_id))} & ({either})").limit(limit)
    either = " OR ".join(map(_quoted, named))
    return _in_sqlite(f"{_quoted(bank_gram(blueprint_id))} AND ({either})").limit(limit)


def _candidates(db: Session, blueprint_id: int, found: Iterable[Term]) -> Any:
    whole = [gram for term in found for gram in term.whole]
    begun = [gram for term in found for gram in term.begun]
    if not whole and not begun:
        return true()
    whole.append(bank_gram(blueprint_id))
    if db.get_bind().dialect.name == "postgresql":
        asked = [*map(_lexeme, whole), *(f"{_lexeme(gram)}:*" for gram in begun)]
        return Item.id.in_(_in_postgresql(" & ".join(asked)))
    asked = [*map(_quoted, whole), *(f"{_quoted(gram)} *" for gram in begun)]
    return Item.id.in_(_in_sqlite(" AND ".join(asked)))


def _in_sqlite(asked: str) -> Select[int]:
    return select(GRAMS.c.rowid).where(GRAMS.c.item_gram.op("MATCH")(asked))


def _in_postgresql(asked: str) -> Select[int]:
    vector = func.gram_vector(ItemText.grams)  # of the store: migration 0046
    return select(ItemText.item_id).where(vector.op("@@")(cast(asked, TSQUERY)))


def _has_text(term: Term) -> Any:
    """Return the condition that an item's newest version holds a text as it stands."""
    said = aliased(ItemVersion)
    return exists().where(
        said.item_id == Item.id,
        said.number == Item.version_number,
        said.search_text.contains(term.text, autoescape=True),
    )


def _quoted(gram: str) -> str:
    return f'"{gram}"'


def _lexeme(gram: str) -> str:
    return f"'{gram}'"
