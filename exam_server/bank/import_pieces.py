"""Publishing staged items piece by piece: looked up and prepared first, then written quickly.

What was looked up may change before it is written: the write checks it again and refuses, and
the piece is prepared anew. So the write lock is held for inserts alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from exam_server.bank.import_points import Path, known_points
from exam_server.bank.import_reports import counted
from exam_server.bank.item_texts import keep_texts, line_values
from exam_server.bank.models import Item, ItemImport, ItemVersion, StagedItem
from exam_server.db import new_uid
from itembank.items.canonical import same_item

USUAL_DIFFICULTY = 3


class ChangedMeanwhileError(RuntimeError):
    """An item has changed between looking it up and writing; prepare the piece again."""


@dataclass(frozen=True)
class Run:
    """An import as it is published: facts that do not change on the way."""

    id: int
    blueprint_id: int
    by: int | None
    started_at: datetime


@dataclass(frozen=True)
class Known:
    """An item the bank has, and what it says now."""

    item_id: int
    point_id: int
    number: int
    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    difficulty: int
    explanation: str
    explanations: dict[str, Any] | None


@dataclass(frozen=True)
class Piece:
    """Staged items ready to be written; with ``missing`` points these must be added first."""

    n: int
    last_id: int = 0
    missing: tuple[Path, ...] = ()
    outcomes: tuple[tuple[str, str], ...] = ()
    new_items: list[dict[str, Any]] = field(default_factory=list)
    new_versions: dict[str, dict[str, Any]] = field(default_factory=dict)  # by item code
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)  # of new items, by code
    changes: list[dict[str, Any]] = field(default_factory=list)  # versions of known items
    new_texts: list[dict[str, Any]] = field(default_factory=list)  # of known items
    moves: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)  # number of each changed item


def run_of(item_import: ItemImport) -> Run:
    """Return the facts of an import."""
    return Run(
        item_import.id,
        item_import.blueprint_id,
        item_import.person_id,
        item_import.started_at,
    )


def prepare(db: Session, run: Run, limit: int) -> Piece:
    """Look up what becomes of the next staged items; nothing is written."""
    mine = select(StagedItem).where(StagedItem.import_id == run.id)
    rows = db.scalars(mine.order_by(StagedItem.id).limit(limit)).all()
    if not rows:
        return Piece(0)
    paths = {row.id: _path(row) for row in rows}
    points = known_points(db, run.blueprint_id, set(paths.values()))
    missing = tuple(dict.fromkeys(path for path in paths.values() if path not in points))
    if missing:
        return Piece(len(rows), missing=missing)
    known = known_items(db, run.blueprint_id, [row.code for row in rows])
    piece = Piece(
        len(rows),
        last_id=rows[-1].id,
        outcomes=tuple(
            each
            for row in rows
            for each in _outcomes(row, known.get(row.code), points[paths[row.id]])
        ),
    )
    for row in rows:
        _add(piece, run, row, known.get(row.code), points[paths[row.id]])
    return piece


def write(
    db: Session, run: Run, piece: Piece, report: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Write a prepared piece; return the report with it.

    Raises ChangedMeanwhileError, or the store's IntegrityError for a code that is there now.
    """
    _check(db, piece)
    if piece.new_items:
        made = db.execute(insert(Item).returning(Item.id, Item.code), piece.new_items).all()
        versions = [{**piece.new_versions[row[1]], "item_id": row[0]} for row in made]
        db.execute(insert(ItemVersion), versions)
        keep_texts(db, [{**piece.texts[row[1]], "item_id": row[0]} for row in made])
    if piece.changes:
        db.execute(insert(ItemVersion), piece.changes)
        lines = [
            {"id": each["item_id"], "version_number": each["number"], **line_values(each)}
            for each in piece.changes
        ]
        db.execute(update(Item), lines)
        keep_texts(db, piece.new_texts)
    if piece.moves:
        db.execute(update(Item), piece.moves)
    staged = (StagedItem.import_id == run.id, StagedItem.id <= piece.last_id)
    db.execute(delete(StagedItem).where(*staged).execution_options(synchronize_session=False))
    after = counted(report, piece.outcomes)
    facts = {"report": after, "touched_at": now}
    db.execute(update(ItemImport).where(ItemImport.id == run.id).values(**facts))
    return after


def known_items(db: Session, blueprint_id: int, codes: Sequence[str]) -> dict[str, Known]:
    """Return the items of a bank by code, as they are now."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = select(
        Item.code,
        Item.id,
        Item.point_id,
        ItemVersion.number,
        ItemVersion.type,
        ItemVersion.content,
        ItemVersion.key,
        ItemVersion.difficulty,
        ItemVersion.explanation,
        ItemVersion.explanations,
    ).join(ItemVersion, newest)
    mine = chosen.where(Item.blueprint_id == blueprint_id, Item.code.in_(codes))
    return {row[0]: Known(*row[1:]) for row in db.execute(mine)}


def outcome(values: Mapping[str, Any], known: Known | None) -> str:
    """Return ``created``, ``unchanged``, or ``new_version`` when the file says anything else."""
    if known is None:
        return "created"
    said = (values["type"], values["content"], values["key"])
    is_same = (
        same_item(said, (known.type, known.content, known.key))
        and values["difficulty"] in {None, known.difficulty}
        and values["explanation"] in {None, known.explanation}
        and values["explanations"] in (None, known.explanations or {})
    )
    return "unchanged" if is_same else "new_version"


def _outcomes(row: StagedItem, known: Known | None, point_id: int) -> list[tuple[str, str]]:
    is_moved = known is not None and known.point_id != point_id
    return [(outcome(vars(row), known), row.code), *([("moved", row.code)] if is_moved else [])]


def _add(piece: Piece, run: Run, row: StagedItem, known: Known | None, point_id: int) -> None:
    """Add what an item needs to be written."""
    text = {
        "blueprint_id": run.blueprint_id,
        "grams": row.grams,
        "fingerprint": row.fingerprint or b"",
    }
    if known is None:
        values = _version(run, row, 1)
        piece.new_items.append(
            {
                "uid": new_uid(),
                "blueprint_id": run.blueprint_id,
                "point_id": point_id,
                "code": row.code,
                "state": row.state,
                "version_number": 1,
                "created_at": run.started_at,
                **line_values(values),
            }
        )
        piece.new_versions[row.code], piece.texts[row.code] = values, text
        return
    if known.point_id != point_id:
        piece.moves.append({"id": known.item_id, "point_id": point_id})
    if outcome(vars(row), known) == "unchanged":
        return
    values = _version(run, row, known.number + 1)
    if row.difficulty is None:
        values["difficulty"] = known.difficulty
    if row.explanation is None:
        values["explanation"] = known.explanation
    if row.explanations is None:
        values["explanations"] = known.explanations
    piece.changes.append({**values, "item_id": known.item_id})
    piece.new_texts.append({**text, "item_id": known.item_id})
    piece.seen[known.item_id] = known.number


def _check(db: Session, piece: Piece) -> None:
    """Raise unless the items to be changed are still as they were looked up."""
    if not piece.seen:
        return
    chosen = select(Item.id, Item.version_number).where(Item.id.in_(piece.seen))
    now = {row[0]: row[1] for row in db.execute(chosen.with_for_update())}
    if now != piece.seen:
        raise ChangedMeanwhileError


def _version(run: Run, row: StagedItem, number: int) -> dict[str, Any]:
    return {
        "uid": new_uid(),
        "number": number,
        "type": row.type,
        "content": row.content,
        "key": row.key,
        "search_text": row.search_text,
        "difficulty": row.difficulty or USUAL_DIFFICULTY,
        "explanation": row.explanation or "",
        "explanations": row.explanations,
        "created_at": run.started_at,
        "created_by": run.by,
    }


def _path(row: StagedItem) -> Path:
    return tuple((code, name) for code, name in row.path)
