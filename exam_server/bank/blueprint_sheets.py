"""A blueprint as a spreadsheet, out and in: one range or point a row."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Point
from exam_server.bank.supply import Branch, branches_in
from exam_server.bank.workbooks import Sheet, workbook
from exam_server.errors import InvalidInputError
from exam_server.tables_in import Column, read_sheet
from itembank.blueprint import PointFacts, importance_ratio

HEADINGS = ("代码", "名称", "类别", "鉴定比重", "重要程度", "重要程度比例", "启用试题", "草稿")
KINDS = ("范围", "鉴定点")
COLUMNS = (
    Column("code", ("代码", "鉴定点代码", "code")),
    Column("name", ("名称", "name")),
    Column("kind", ("类别", "kind"), is_needed=False),
    Column("weight", ("鉴定比重", "比重", "weight"), is_needed=False),
    Column("importance", ("重要程度", "importance"), is_needed=False),
)


def sheet_rows(tree: Sequence[Branch]) -> list[tuple[object, ...]]:
    """Return the rows of a blueprint's sheet, as the tree goes."""
    facts = [
        PointFacts(branch.area.path, leaf.point.code, leaf.point.name, leaf.point.importance)
        for branch in branches_in(tree)
        for leaf in branch.points
    ]
    return [row for branch in tree for row in _rows(branch, facts)]


def blueprint_sheet(
    db: Session, actor: Actor, blueprint: Blueprint, tree: Sequence[Branch]
) -> bytes:
    """Return a blueprint as a workbook; that it was taken is recorded."""
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "export_blueprint", by=actor.id, of=of)
    return workbook([Sheet("细目表", HEADINGS, sheet_rows(tree), (18, 40, 8, 10, 10, 14, 10, 8))])


def sheet_lines(name: str, data: bytes) -> str:
    """Return a sheet as lines of a blueprint; raises what ``read_sheet`` does, ``sheet_empty``."""
    rows = [row.cells for row in read_sheet(name, data, COLUMNS)]
    if not rows:
        raise InvalidInputError("sheet_empty")
    return "\n".join(
        " | ".join(
            (
                cells["code"],
                cells["name"],
                cells.get("importance") or cells.get("weight", ""),
                cells.get("kind", "") if cells.get("kind") in KINDS[1:] else "",
            )
        )
        for cells in rows
    )


def _rows(branch: Branch, facts: Sequence[PointFacts]) -> list[tuple[object, ...]]:
    stock = branch.stock
    ratio = ":".join(map(str, importance_ratio(facts, branch.area.path)))
    own = _row(branch.area, ratio, stock.n_active, stock.n_drafts)
    points = [
        _point_row(leaf.code, leaf.point, leaf.stock.n_active, leaf.stock.n_drafts)
        for leaf in branch.points
    ]
    below = [row for each in branch.below for row in _rows(each, facts)]
    return [own, *points, *below]


def _row(area: Area, ratio: str, active: int, drafts: int) -> tuple[object, ...]:
    return (area.path, area.name, KINDS[0], area.weight, None, ratio, active, drafts)


def _point_row(code: str, point: Point, active: int, drafts: int) -> tuple[object, ...]:
    return (code, point.name, KINDS[1], None, point.importance, None, active, drafts)
