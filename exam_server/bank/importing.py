"""Import of a pool into a bank: staged aside, then published piece by piece, always to the end.

Same items are recognized by their code; changed content becomes a version. Everything here is
one step of it inside the caller's transaction; ``import_runs`` takes the steps, short ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.bank.duplicate_reports import twins_of_rows
from exam_server.bank.import_pieces import (
    Run,
    known_items,
    outcome,
    prepare,
    run_of,
    write,
)
from exam_server.bank.import_points import add_facts, add_points, known_points
from exam_server.bank.import_reports import (
    check_refusals,
    counted,
    report_of,
    with_bank,
    with_remarks,
)
from exam_server.bank.item_texts import text_values
from exam_server.bank.models import (
    Blueprint,
    EnemyPair,
    Item,
    ItemImport,
    Picture,
    StagedItem,
)
from exam_server.bank.rules import cleaned, plain_text
from exam_server.errors import ConflictError
from itembank.interchange.report import DraftItem, Parsed, PictureFile, RowFinding

PIECE = 500


@dataclass(frozen=True)
class Importing:
    """By whom and when, and the digest of the refusals the user has accepted."""

    by: int | None
    now: datetime
    accepted: str = ""
    job_id: int | None = None


def import_items(
    db: Session, blueprint: Blueprint, parsed: Parsed, importing: Importing
) -> dict[str, Any]:
    """Import what was read in the caller's transaction; return the report.

    Raises InvalidInputError: ``rows_refused`` unless exactly this list was accepted;
    ConflictError: ``import_running``.
    """
    run = begin(db, blueprint, parsed, importing)
    stage_pictures(db, run, pictures_of(parsed))
    stage(db, run.id, [staged_values(draft) for draft in parsed.items])
    start_publishing(db, run, now=importing.now)
    add_facts(db, run.blueprint_id, run.facts)
    facts, report, taken = run_of(run), run.report, -1
    while taken:
        taken, report = publish(db, facts, PIECE, report, now=importing.now)
    db.refresh(run)
    report = finish(db, run)
    db.expire(blueprint, ["areas"])
    return report


def begin(db: Session, blueprint: Blueprint, parsed: Parsed, importing: Importing) -> ItemImport:
    """Open an import; raises what ``import_items`` does."""
    check_refusals(parsed, importing.accepted)
    if db.scalar(select(ItemImport.id).where(ItemImport.open_for == blueprint.id)):
        raise ConflictError("import_running")
    run = ItemImport(
        blueprint_id=blueprint.id,
        open_for=blueprint.id,
        job_id=importing.job_id,
        facts=_facts(parsed),
        report=with_bank(report_of(parsed), parsed, blueprint),
        person_id=importing.by,
        started_at=importing.now,
        touched_at=importing.now,
    )
    db.add(run)
    db.flush()
    return run


def outlook(db: Session, blueprint: Blueprint, parsed: Parsed) -> dict[str, Any]:
    """Return the report of what an import would do now (dry run)."""
    report = with_bank(report_of(parsed), parsed, blueprint)
    outcomes: list[tuple[str, str]] = []
    said: list[tuple[str, str, dict[str, Any]]] = []
    for start in range(0, len(parsed.items), PIECE):
        rows = [staged_values(each) for each in parsed.items[start : start + PIECE]]
        known = known_items(db, blueprint.id, [row["code"] for row in rows])
        outcomes += [(outcome(row, known.get(row["code"])), row["code"]) for row in rows]
        said += [(row["code"], row["type"], row["content"]) for row in rows]
    rows_by_code = {draft.code: draft.row for draft in parsed.items}
    twins = [
        RowFinding(rows_by_code[code], code, "stem", f"alike_{kind}", {"other": other})
        for code, other, kind in twins_of_rows(db, blueprint, said)
    ]
    return counted(with_remarks(report, [*_new_points(db, blueprint, parsed), *twins]), outcomes)


def _new_points(db: Session, blueprint: Blueprint, parsed: Parsed) -> list[RowFinding]:
    """Return the points that items would add to a blueprint that stands: a slip looks like one."""
    first = {draft.path: draft for draft in reversed(parsed.items)} if blueprint.areas else {}
    known = known_points(db, blueprint.id, set(first))
    return [
        RowFinding(
            draft.row,
            draft.code,
            "point",
            "point_added",
            {"point": "-".join(code for code, _ in path)},
        )
        for path, draft in reversed(first.items())
        if path not in known
    ]


def staged_values(draft: DraftItem) -> dict[str, Any]:
    """Return the columns of an item to be staged; nothing here needs the store."""
    content = cleaned(draft.content)
    search_text = plain_text(content)
    return {
        "code": draft.code,
        "path": [list(each) for each in draft.path],
        "type": draft.type,
        "content": content,
        "key": draft.key,
        "search_text": search_text,
        **text_values(draft.type, content, search_text),
        "difficulty": draft.difficulty,
        "explanation": draft.explanation,
        "explanations": None if draft.explanations is None else dict(draft.explanations),
        "state": draft.state,
    }


def stage(db: Session, run_id: int, values: Sequence[dict[str, Any]]) -> None:
    """Put items aside."""
    if values:
        db.execute(insert(StagedItem), [{**each, "import_id": run_id} for each in values])


def pictures_of(parsed: Parsed) -> dict[str, PictureFile]:
    """Return all pictures by their SHA-256."""
    return {name: each for draft in parsed.items for name, each in draft.pictures.items()}


def stage_pictures(db: Session, run: ItemImport, pictures: Mapping[str, PictureFile]) -> None:
    """Store pictures; without an item that shows one nobody sees it."""
    chosen = select(Blueprint.organization_id).where(Blueprint.id == run.blueprint_id)
    organization_id = db.scalars(chosen).one()
    named = select(Picture.sha256).where(
        Picture.organization_id == organization_id, Picture.sha256.in_(pictures)
    )
    known = set(db.scalars(named))
    db.add_all(
        Picture(organization_id=organization_id, sha256=name, mime=picture.mime, body=picture.body)
        for name, picture in pictures.items()
        if name not in known
    )
    db.flush()


def start_publishing(db: Session, run: ItemImport, *, now: datetime) -> None:
    """Pass the point from which an import is always finished."""
    run.status, run.touched_at = "publishing", now
    db.flush()


def publish(
    db: Session, run: Run, limit: int, report: dict[str, Any], *, now: datetime
) -> tuple[int, dict[str, Any]]:
    """Take the next staged items into the bank; return how many, 0 when none is left."""
    piece = prepare(db, run, limit)
    if piece.missing:
        add_points(db, run.blueprint_id, piece.missing)
        piece = prepare(db, run, limit)
    return piece.n, write(db, run, piece, report, now=now) if piece.n else report


def finish(db: Session, run: ItemImport) -> dict[str, Any]:
    """Close an import whose items are all in the bank; return its report."""
    _add_enemies(db, run)
    run.status, run.open_for = "done", None
    db.flush()
    blueprint = db.get_one(Blueprint, run.blueprint_id)
    audit.record(
        db,
        "import_items",
        by=run.person_id,
        of=f"blueprint:{blueprint.uid}",
        detail=run.report["counts"],
    )
    return run.report


def discard(db: Session, run: ItemImport, limit: int) -> int:
    """Throw away staged items of an import that will not be published; return how many.

    The last call, which finds none, closes it.
    """
    mine = select(StagedItem.id).where(StagedItem.import_id == run.id).limit(limit)
    ids = db.scalars(mine).all()
    if ids:
        staged = delete(StagedItem).where(StagedItem.id.in_(ids))
        db.execute(staged.execution_options(synchronize_session=False))
    else:
        run.status, run.open_for = "discarded", None
        db.flush()
    return len(ids)


def _facts(parsed: Parsed) -> dict[str, Any]:
    facts = parsed.blueprint
    return {
        "areas": [
            {"path": area.path, "name": area.name, "weight": _text(area.weight)}
            for area in facts.areas
        ],
        "points": [
            {
                "area": point.area,
                "code": point.code,
                "name": point.name,
                "importance": point.importance,
                "levels": point.levels or "",
                "work_types": list(point.work_types or ()) or None,
                "retired": facts.retired.get(point.full_code),
            }
            for point in facts.points
        ],
        "enemies": [list(pair) for pair in parsed.enemies],
    }


def _text(weight: Decimal | None) -> str | None:
    return None if weight is None else f"{weight:f}"


def _add_enemies(db: Session, run: ItemImport) -> None:
    """Add the pairs a file names that are not known as enemies yet."""
    pairs = run.facts["enemies"]
    codes = sorted({code for pair in pairs for code in pair})
    chosen = select(Item.code, Item.id).where(
        Item.blueprint_id == run.blueprint_id, Item.code.in_(codes)
    )
    ids = {row[0]: row[1] for row in db.execute(chosen)}
    wanted = {
        (min(ids[one], ids[other]), max(ids[one], ids[other]))
        for one, other in pairs
        if one in ids and other in ids
    }
    stored = select(EnemyPair.item_id, EnemyPair.enemy_id)
    known = {(row[0], row[1]) for row in db.execute(stored)}
    db.add_all(EnemyPair(item_id=one, enemy_id=other) for one, other in sorted(wanted - known))
    db.flush()
