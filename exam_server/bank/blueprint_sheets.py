"""A blueprint as a spreadsheet, out and in: one range or point a row."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.blueprint_lines import UNSAID, read_blueprint_lines
from exam_server.bank.models import Area, Blueprint, Point
from exam_server.bank.supply import Branch, branches_in
from exam_server.bank.workbooks import Sheet, workbook
from exam_server.errors import InvalidInputError, Problem
from exam_server.tables_in import Column, read_sheet, sheet_cells
from itembank.blueprint import PointFacts, importance_ratio
from itembank.blueprint_kinds import WORK_TYPE_JOINT
from itembank.blueprint_layout import POINT_DIGITS, SheetTable, cell_name, read_layout
from itembank.problems import Problem as Wrong

HEADINGS = (
    *("代码", "名称", "类别", "鉴定比重", "重要程度", "重要程度比例", "适用等级", "适用工种"),
    *("启用试题", "草稿"),
)
WIDTHS = (18, 40, 8, 10, 10, 14, 10, 20, 10, 8)
KINDS = ("范围", "鉴定点")
KIND_COLUMNS = ("levels", "work_types")
COLUMNS = (
    Column("code", ("代码", "鉴定点代码", "code")),
    Column("name", ("名称", "name")),
    Column("kind", ("类别", "kind"), is_needed=False),
    Column("weight", ("鉴定比重", "比重", "weight"), is_needed=False),
    Column("importance", ("重要程度", "importance"), is_needed=False),
    Column("levels", ("适用等级", "等级", "技能等级", "skill levels", "level"), is_needed=False),
    Column("work_types", ("适用工种", "工种", "work types", "work type"), is_needed=False),
)

# What is wrong with a row read as a line: its column and code, for the cell names the place.
OF_A_LINE = {
    "line_incomplete": ("code", "row_incomplete"),
    "line_weight_wrong": ("weight", "weight_not_a_number"),
}


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
    return workbook([Sheet("细目表", HEADINGS, sheet_rows(tree), WIDTHS)])


def read_table(name: str, data: bytes, work_types: Sequence[str] = ()) -> SheetTable:
    """Return the blueprint in a sheet: in the field's form, or one range or point a row.

    Raises what ``read_sheet`` does, ``sheet_empty``, and ``sheet_wrong`` with every failing cell.
    """
    rows = sheet_cells(name, data)
    if name.lower().endswith(".csv"):
        rows = [[int(str(each)) if _has_lost_zeros(each) else each for each in row] for row in rows]
    table = read_layout(rows) or _flat_table(name, data)
    if not table.areas and not table.problems:
        raise InvalidInputError("sheet_empty")
    problems = table.checked(work_types)
    if problems:
        raise InvalidInputError(
            "sheet_wrong", [Problem(each.where, each.code, each.detail) for each in problems]
        )
    return table


def _has_lost_zeros(cell: object) -> bool:
    text = str(cell)
    return text.isascii() and text.isdecimal() and len(text) < POINT_DIGITS


def _flat_table(name: str, data: bytes) -> SheetTable:
    """Read a sheet of one range or point a row."""
    table, letters = SheetTable(), _letters(name, data)
    for row in read_sheet(name, data, COLUMNS):
        cells = row.cells
        said = cells.get("importance") or cells.get("weight", "")
        code, kind = cells["code"], cells.get("kind", "")
        kinds = [cells.get(each, "") if each in letters else UNSAID for each in KIND_COLUMNS]
        line = "\t".join((code, cells["name"], said, kind, *kinds))
        read = read_blueprint_lines(line, check=False)
        table.areas += read.areas
        table.points += read.points
        at = {column: f"{letter}{row.number}" for column, letter in letters.items()}
        for problem in read.problems:
            column, wrong = OF_A_LINE[problem.code]
            table.problems.append(Wrong(at.get(column, at["code"]), wrong, problem.detail))
        table.cells |= {(code, column): cell for column, cell in at.items()}
    return table


def _letters(name: str, data: bytes) -> dict[str, str]:
    """Return the letter of each column that a flat sheet has."""
    heads = [str(cell).strip().lower() for cell in sheet_cells(name, data)[0]]
    found: dict[str, str] = {}
    for column in COLUMNS:
        for heading in column.headings:
            if heading.lower() in heads:
                letter = cell_name(0, heads.index(heading.lower())).rstrip("1")
                found.setdefault(column.name, letter)
    return found


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
    own = (area.path, area.name, KINDS[0], area.weight, None, ratio)
    return (*own, None, None, active, drafts)


def _point_row(code: str, point: Point, active: int, drafts: int) -> tuple[object, ...]:
    kinds = (point.levels, WORK_TYPE_JOINT.join(point.work_types or ()))
    return (code, point.name, KINDS[1], None, point.importance, None, *kinds, active, drafts)
