"""The field's own sheet of a blueprint: a block of columns per tier, cells merged downwards.

Each tier has 代码, 名称 (the ratio X:Y:Z in brackets or beside it) and 鉴定比重; the last block
holds the points with 代码, 名称 and 重要程度.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from itembank.blueprint import AreaFacts, PointFacts, blueprint_problems, read_importance
from itembank.blueprint_kinds import kind_problems, read_levels, read_work_types
from itembank.problems import Problem

Rows = Sequence[Sequence[object]]
DEEPEST_HEADING = 20
POINT_DIGITS = 3
FEWEST_BLOCKS = 2
LETTERS = 26
LARGEST_WEIGHT = 1000
DECIMALS = 4  # as many as a weight in store has
CODE = re.compile(r"[A-Za-z0-9]{1,12}")
RATIO = re.compile(r"[(（]?\s*(\d+)\s*[:：∶]\s*(\d+)\s*[:：∶]\s*(\d+)\s*[)）]?\s*$")
# Which cell of a row a problem of the whole stands in; the code's, unless named here.
PLACES: Mapping[str, str] = {
    "weights_not_100": "weight",
    "weights_not_parent": "weight",
    "weight_negative": "weight",
    "importance_unknown": "importance",
    "ratio_not_points": "ratio",
    "level_unknown": "levels",
    "work_type_unknown": "work_types",
}


@dataclass(frozen=True)
class Block:
    """The columns of one tier, or of the points."""

    code: int
    name: int
    weight: int | None = None
    ratio: int | None = None
    importance: int | None = None
    levels: int | None = None
    work_types: int | None = None


@dataclass
class SheetTable:
    """A blueprint read from a sheet: where each thing stands, what is wrong, what was not read."""

    areas: list[AreaFacts] = field(default_factory=list)
    points: list[PointFacts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def checked(self, work_types: Sequence[str] = ()) -> list[Problem]:
        """Return what is wrong with cells and with the whole, each named as the sheet names it.

        ``work_types`` are those the bank has; any goes where it has none.
        """
        whole = blueprint_problems(self.areas, self.points)
        whole += kind_problems(self.points, work_types)
        return [*self.problems, *(Problem(self._cell(p), p.code, p.detail) for p in whole)]

    def _cell(self, problem: Problem) -> str:
        first = next((area.path for area in self.areas if not area.parent), "")
        row = problem.where or first
        column = PLACES.get(problem.code, "code")
        return self.cells.get((row, column)) or self.cells.get((row, "code"), row)


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell, row and column counted from 0.

    Examples
    --------
    >>> cell_name(16, 2), cell_name(0, 26)
    ('C17', 'AA1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def heading_of(rows: Rows) -> tuple[int, list[Block]] | None:
    """Return the row of the headings and its blocks; ``None`` if the sheet is of another form."""
    for number in range(min(len(rows), DEEPEST_HEADING)):
        heads = [_head(rows, number, column) for column in range(len(rows[number]))]
        starts = [place for place, head in enumerate(heads) if head.endswith(("代码", "code"))]
        if len(starts) >= FEWEST_BLOCKS:
            ends = [*starts[1:], len(heads)]
            blocks = [_block(heads, *span) for span in zip(starts, ends, strict=True)]
            return number, blocks
    return None


def read_layout(rows: Rows) -> SheetTable | None:
    """Read a sheet in the field's form; ``None`` if it has another one.

    Problems of its own: ``code_unreadable``, ``cell_code_missing``, ``row_without_name``,
    ``weight_not_a_number``, ``ratio_unreadable``, ``tier_skipped``.
    """
    found = heading_of(rows)
    if found is None:
        return None
    first, blocks = found
    reading = _Reading(SheetTable(), blocks[:-1], blocks[-1])
    heads = [list(map(_text, row)) for row in rows[: first + 1]]
    for number in range(first + 1, len(rows)):
        if list(map(_text, rows[number])) not in heads:  # said again on a printed page's top
            reading.take(number, rows[number])
    _as_percents(reading.table)
    return reading.table


def weight_of(cell: object) -> Decimal | None:
    """Return a weight as written, a percent sign allowed; ``None`` for what is none."""
    text = str(round(cell, 6)) if isinstance(cell, float) else _text(cell).rstrip("%")
    try:
        weight = Decimal(text).normalize()
    except InvalidOperation:
        return None
    if not weight.is_finite() or abs(weight) > LARGEST_WEIGHT or weight != round(weight, DECIMALS):
        return None
    return Decimal(f"{weight:f}")  # 20, not 2E+1


@dataclass
class _Reading:
    """The table being read, with the ranges that the rows below stand in."""

    table: SheetTable
    tiers: Sequence[Block]
    last: Block
    now: list[tuple[str, str]] = field(default_factory=list)  # code and name per tier

    def take(self, number: int, row: Sequence[object]) -> None:
        filled = [column for column, cell in enumerate(row) if _text(cell)]
        if not filled:
            return
        lead = _text(row[filled[0]])
        if (len(filled) == 1 and not CODE.fullmatch(lead)) or lead[:2] in {"合计", "总计"}:
            self.table.left_out.append((cell_name(number, filled[0]), lead))
            return
        for tier, block in enumerate(self.tiers):
            self._range(number, row, tier, block)
        self._point(number, row)

    def _range(self, number: int, row: Sequence[object], tier: int, block: Block) -> None:
        code, (name, ratio) = _text(_at(row, block.code)), _named(_at(row, block.name))
        if not code and not name:
            return
        if not self._code(number, block, code):
            return
        if tier < len(self.now) and self.now[tier][0] == code and name in {"", self.now[tier][1]}:
            return  # said again on each of its rows
        if tier > len(self.now):
            self._wrong(number, block.code, "tier_skipped", tier=tier)
            return
        self.now[tier:] = [(code, name)]
        path = "-".join(each for each, _ in self.now)
        if not name:
            self._wrong(number, block.name, "row_without_name")
        weight = self._weight(number, row, block)
        ratio = ratio or self._ratio(number, row, block)
        self.table.areas.append(AreaFacts(path, name, weight, ratio))
        self._place(path, number, block)

    def _point(self, number: int, row: Sequence[object]) -> None:
        block, cell = self.last, _at(row, self.last.code)
        code, name = _text(cell), _squeezed(_at(row, block.name))
        if not code and not name:
            return
        if isinstance(cell, int | float) and code.isdecimal():
            code = code.zfill(POINT_DIGITS)  # a spreadsheet's number has lost its zeros
        if not self._code(number, block, code):
            return
        if not self.now:
            self._wrong(number, block.code, "tier_skipped", tier=0)
            return
        if not name:
            self._wrong(number, block.name, "row_without_name")
        said = "" if block.importance is None else _text(_at(row, block.importance))
        path = "-".join(each for each, _ in self.now)
        levels, kinds = (
            None if column is None else _text(_at(row, column))
            for column in (block.levels, block.work_types)
        )
        point = PointFacts(
            path,
            code,
            name,
            read_importance(said),
            None if levels is None else read_levels(levels),
            None if kinds is None else read_work_types(kinds),
        )
        self.table.points.append(point)
        self._place(point.full_code, number, block)

    def _code(self, number: int, block: Block, code: str) -> bool:
        if CODE.fullmatch(code):
            return True
        wrong = "code_unreadable" if code else "cell_code_missing"
        self._wrong(number, block.code, wrong, text=code)
        return False

    def _weight(self, number: int, row: Sequence[object], block: Block) -> Decimal | None:
        if block.weight is None or not _text(_at(row, block.weight)):
            return None
        weight = weight_of(_at(row, block.weight))
        if weight is None:
            text = _text(_at(row, block.weight))
            self._wrong(number, block.weight, "weight_not_a_number", text=text)
        return weight

    def _ratio(
        self, number: int, row: Sequence[object], block: Block
    ) -> tuple[int, int, int] | None:
        if block.ratio is None or not _text(_at(row, block.ratio)):
            return None
        rest, ratio = _named(_at(row, block.ratio))
        if rest or ratio is None:
            text = _text(_at(row, block.ratio))
            self._wrong(number, block.ratio, "ratio_unreadable", text=text)
        return ratio

    def _place(self, code: str, number: int, block: Block) -> None:
        columns = {
            "code": block.code,
            "weight": block.weight,
            "ratio": block.name if block.ratio is None else block.ratio,
            "importance": block.importance,
            "levels": block.levels,
            "work_types": block.work_types,
        }
        for name, column in columns.items():
            if column is not None:
                self.table.cells[code, name] = cell_name(number, column)

    def _wrong(self, number: int, column: int, code: str, **detail: object) -> None:
        self.table.problems.append(Problem(cell_name(number, column), code, detail))


def _as_percents(table: SheetTable) -> None:
    """Take shares for percents where a sheet's tier 1 totals 1: cells shown as 25 % hold 0.25."""
    tops = [area.weight for area in table.areas if not area.parent and area.weight is not None]
    if tops and sum(tops) == 1:
        table.areas = [
            replace(each, weight=None if each.weight is None else weight_of(each.weight * 100))
            for each in table.areas
        ]


def _head(rows: Rows, number: int, column: int) -> str:
    """Return a heading; one merged over two rows stands in the upper."""
    own = _text(rows[number][column]).lower()
    above = _at(rows[number - 1], column) if number and not own else ""
    return "".join((own or _text(above).lower()).split())


def _block(heads: Sequence[str], start: int, end: int) -> Block:
    places: dict[str, int] = {}
    for column in range(start + 1, end):
        kind = _kind(heads[column])
        if kind:
            places.setdefault(kind, column)
    name = places.pop("name", start + 1)
    return Block(start, name, **places)


def _kind(head: str) -> str | None:
    for kind, words in (
        ("name", ("名称", "name")),
        ("ratio", ("比例", "ratio")),
        ("weight", ("比重", "权重", "weight")),
        ("importance", ("重要", "importance")),
        ("levels", ("等级", "level")),
        ("work_types", ("工种", "worktype")),
    ):
        if any(word in head for word in words):
            return kind
    return None


def _named(cell: object) -> tuple[str, tuple[int, int, int] | None]:
    """Return a name and the ratio behind it."""
    name = _squeezed(cell)
    ratio = RATIO.search(name)
    if ratio is None:
        return name, None
    x, y, z = map(int, ratio.groups())
    return name[: ratio.start()].strip(), (x, y, z)


def _at(row: Sequence[object], column: int) -> object:
    return row[column] if column < len(row) else ""


def _squeezed(cell: object) -> str:
    """Return a name in one line; a break inside Chinese text parts no words."""
    text = re.sub(r"(?<=[^\x00-\x7f])[\r\n]+|[\r\n]+(?=[^\x00-\x7f])", "", _plain(cell))
    return " ".join(text.split())


def _text(cell: object) -> str:
    return " ".join(unicodedata.normalize("NFKC", _plain(cell)).split())


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
