"""A bank taken away as a QTI package."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.carrying import carried_rows, lost_rows
from exam_server.bank.exporting import Wanted, points_of, record_export
from exam_server.bank.listing import chosen_items
from exam_server.bank.models import Area, Blueprint, ItemVersion, Picture, Point
from exam_server.bank.rules import pictures_in
from itembank.interchange.export_losses import QTI
from itembank.interchange.qti.item_writing import WRITERS
from itembank.interchange.qti.writing import BankFacts, BankItem, written_package
from itembank.interchange.report import PictureFile

KINDS: Final = {"qti22": "2.2", "qti30": "3.0"}  # what is exported, and its edition


def bank_package(
    db: Session, blueprint: Blueprint, wanted: Wanted, *, kind: str, by: int | None
) -> bytes:
    """Return a bank as a QTI package: newest item versions, every language, pictures."""
    rows = chosen_items(db, blueprint, wanted.items)
    record_export(db, blueprint, wanted, by=by, kind=kind, count=len(rows))
    points, areas = points_of(blueprint), {area.path: area for area in blueprint.areas}
    items = [
        BankItem(
            code=item.code,
            path=_path(points[item.point_id][1], areas),
            type=asked.type,
            content=asked.content,
            key=asked.key,
            state=item.state,
            difficulty=version.difficulty,
            explanation=version.explanation,
            explanations=version.explanations,
        )
        for item, version, asked in carried_rows(rows, QTI, WRITERS, with_keys=wanted.with_keys)
    ]
    facts = BankFacts(blueprint.title, blueprint.language, wanted.with_keys)
    pictures = _pictures(db, blueprint, [version for _, version in rows])
    lost = lost_rows(rows, QTI, with_keys=wanted.with_keys)
    return written_package(facts, items, pictures, KINDS[kind], lost=lost)


def _path(point: Point, areas: dict[str, Area]) -> tuple[tuple[str, str], ...]:
    """Return codes and names of the ranges from tier 1 down, and of the point."""
    codes = point.area.path.split("-")
    above = [areas["-".join(codes[: n + 1])] for n in range(len(codes))]
    return (*((area.code, area.name) for area in above), (point.code, point.name))


def _pictures(
    db: Session, blueprint: Blueprint, versions: Sequence[ItemVersion]
) -> dict[str, PictureFile]:
    named = {name for version in versions for name in pictures_in(version.content)}
    chosen = select(Picture.sha256, Picture.mime, Picture.body).where(
        Picture.organization_id == blueprint.organization_id, Picture.sha256.in_(named)
    )
    return {row.sha256: PictureFile(row.body, row.mime) for row in db.execute(chosen)}
