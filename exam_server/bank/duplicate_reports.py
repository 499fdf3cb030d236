"""Which items of a whole bank are alike, and which rows of a file are like items of the bank.

Fingerprints are compared in memory; only items that agree there are read.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.item_texts import bands_in
from exam_server.bank.models import Blueprint, Item, ItemText, ItemVersion
from itembank.likeness import KINDS, Said, candidate_pairs, fingerprint, likeness, said_by
from itembank.plain_texts import plain_line

LARGE = 20_000  # items from which two of the 24 bands must agree
READ = 500  # items read at once
MOST_LISTED = 500
EXCERPT = 120
Progress = Callable[[int, int], None]


def bank_report(db: Session, blueprint: Blueprint, tell: Progress) -> dict[str, Any]:
    """Return the pairs of items of a bank that are alike: counts, and the most alike ones."""
    ids, bands = fingerprints(db, blueprint.id)
    pairs = candidate_pairs(bands, agreeing=1 + (len(ids) > LARGE))
    alike = []
    cache: dict[int, Said] = {}
    for start in range(0, len(pairs), READ):
        some = pairs[start : start + READ]
        _read(db, cache, [ids[place] for place in np.unique(some)])
        alike += [
            (found.kind, found.share, ids[one], ids[other])
            for one, other in some.tolist()
            if (found := likeness(cache[ids[one]], cache[ids[other]]))
        ]
        tell(min(start + READ, len(pairs)), len(pairs))
    ranked = sorted(alike, key=_rank)
    listed = ranked[:MOST_LISTED]
    facts = _facts(db, {each for _, _, *two in listed for each in two})
    return {
        "n_items": len(ids),
        "counts": {kind: sum(each[0] == kind for each in alike) for kind in KINDS},
        "pairs": [
            {"kind": kind, "share": round(share, 3), "one": facts[one], "other": facts[other]}
            for kind, share, one, other in listed
        ],
    }


def fingerprints(db: Session, blueprint_id: int) -> tuple[list[int], np.ndarray]:
    """Return the items of a bank and their fingerprints, shape (n_items, n_bands)."""
    chosen = (
        select(ItemText.item_id, ItemText.fingerprint)
        .join(Item, ItemText.item_id == Item.id)
        .where(Item.blueprint_id == blueprint_id)
        .order_by(Item.id)
    )
    rows = db.execute(chosen).all()
    return [row[0] for row in rows], bands_in([row[1] for row in rows])


def twins_of_rows(
    db: Session, blueprint: Blueprint, rows: Sequence[tuple[str, str, dict[str, Any]]]
) -> list[tuple[str, str, str]]:
    """Return which rows of a file are like an item of the bank, or like an earlier row.

    Rows are (code, type, content); an item is not compared with itself, by its code. Returned
    are (code, code of the most alike one, kind), the kind never ``stem``.
    """
    ids, known = fingerprints(db, blueprint.id)
    said = [said_by(type_name, content) for _, type_name, content in rows]
    if not said:
        return []
    news = np.array([fingerprint(each) for each in said])
    bands = np.concatenate([known, news]) if len(known) else news
    first_new = len(ids)
    pairs = candidate_pairs(bands, first_new=first_new, agreeing=1 + (len(bands) > LARGE))
    codes = _codes(db, [ids[place] for place in np.unique(pairs) if place < first_new])
    cache: dict[int, Said] = {}
    best: dict[str, tuple[int, float, str]] = {}
    for start in range(0, len(pairs), READ):
        some = pairs[start : start + READ].tolist()
        _read(db, cache, [ids[place] for two in some for place in two if place < first_new])
        for one, other in some:
            code = rows[other - first_new][0]
            is_known = one < first_new
            twin = codes[ids[one]] if is_known else rows[one - first_new][0]
            theirs = cache[ids[one]] if is_known else said[one - first_new]
            found = likeness(said[other - first_new], theirs)
            if twin == code or found is None or found.kind == "stem":
                continue
            rank = (KINDS.index(found.kind), -found.share, twin)
            best[code] = min(best.get(code, rank), rank)
    return [(code, twin, KINDS[kind]) for code, (kind, _, twin) in best.items()]


def _read(db: Session, cache: dict[int, Said], ids: Iterable[int]) -> None:
    """Read what items say that are not read yet."""
    wanted = sorted(set(ids) - cache.keys())
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    for start in range(0, len(wanted), READ):
        chosen = (
            select(Item.id, Item.type, ItemVersion.content)
            .join(ItemVersion, newest)
            .where(Item.id.in_(wanted[start : start + READ]))
        )
        for row in db.execute(chosen):
            cache[row.id] = said_by(row.type, row.content)


def _codes(db: Session, ids: Sequence[int]) -> dict[int, str]:
    codes: dict[int, str] = {}
    for start in range(0, len(ids), READ):
        chosen = select(Item.id, Item.code).where(Item.id.in_(ids[start : start + READ]))
        codes.update({row[0]: row[1] for row in db.execute(chosen)})
    return codes


def _facts(db: Session, ids: set[int]) -> dict[int, dict[str, str]]:
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = (
        select(Item.id, Item.uid, Item.code, Item.state, ItemVersion.content)
        .join(ItemVersion, newest)
        .where(Item.id.in_(ids))
    )
    return {
        row.id: {
            "uid": row.uid,
            "code": row.code,
            "state": row.state,
            "text": plain_line(str(row.content.get("stem", "")), longest=EXCERPT),
        }
        for row in db.execute(chosen)
    }


def _rank(alike: tuple[str, float, int, int]) -> tuple[int, float, int]:
    return KINDS.index(alike[0]), -alike[1], alike[2]
