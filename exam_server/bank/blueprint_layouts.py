"""A blueprint written in the field's own form: blocks of columns per tier, cells merged."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Point
from exam_server.bank.supply import Branch, branches_in
from itembank.blueprint import FACTORS, IMPORTANCE, PointFacts, importance_ratio
from itembank.blueprint_kinds import WORK_TYPE_JOINT

TIER_NAMES = ("一级", "二级", "三级", "四级", "五级", "六级")
TIER_HEADS = ("代码", "名称（重要程度比例）", "鉴定比重（%）")
TIER_WIDTHS = (6, 22, 9)
POINT_HEADS = ("代码", "名称")
POINT_WIDTHS = (7, 40, 10, 9, 18)
KIND_HEADS = ("适用等级", "适用工种")
FIRST_ROW = 3
A4 = 9


@dataclass(frozen=True)
class Line:
    """A row: the ranges that begin in it, by tier, and its point."""

    begins: dict[int, tuple[Area, int]]  # the range and over how many rows it goes
    point: Point | None


def layout_sheet(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    tree: Sequence[Branch],
    *,
    as_factors: bool = False,
) -> bytes:
    """Return a blueprint as people print and sign it; that it was taken is recorded."""
    audit.record(db, "export_blueprint", by=actor.id, of=f"blueprint:{blueprint.uid}")
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        _Layout(book, tree, as_factors=as_factors).fill(blueprint.title)
    return file.getvalue()


def lines_of(branches: Sequence[Branch]) -> list[Line]:
    """Return the rows of a tree: points of a range before the ranges below it."""
    lines: list[Line] = []
    for branch in branches:
        own = [Line({}, leaf.point) for leaf in branch.points]
        rows = [*own, *lines_of(branch.below)] if own else lines_of(branch.below)
        rows = rows or [Line({}, None)]
        begins = {branch.area.tier: (branch.area, len(rows)), **rows[0].begins}
        lines += [Line(begins, rows[0].point), *rows[1:]]
    return lines


class _Layout:
    """The sheet being filled."""

    def __init__(self, book: Any, tree: Sequence[Branch], *, as_factors: bool) -> None:
        self.sheet = book.add_worksheet("鉴定要素细目表")
        self.tree, self.as_factors = tree, as_factors
        self.n_tiers = max((branch.area.tier for branch in branches_in(tree)), default=1)
        self.last = self.n_tiers * len(TIER_HEADS)
        look = {"border": 1, "valign": "vcenter", "text_wrap": True}
        middle = look | {"align": "center"}
        self.title = book.add_format({"bold": True, "align": "center", "font_size": 16})
        self.head = book.add_format(middle | {"bold": True, "bg_color": "#EEEEEE"})
        self.text, self.middle = book.add_format(look), book.add_format(middle)
        leaves = [leaf for branch in branches_in(tree) for leaf in branch.points]
        has_kinds = any(leaf.point.levels or leaf.point.work_types for leaf in leaves)
        self.kind_heads = KIND_HEADS if has_kinds else ()
        self.end = self.last + 2 + len(self.kind_heads)
        self.facts = [
            PointFacts(branch.area.path, leaf.point.code, leaf.point.name, leaf.point.importance)
            for branch in branches_in(tree)
            for leaf in branch.points
        ]

    def fill(self, title: str) -> None:
        """Write title, headings and rows, ready to print on A4."""
        self.sheet.merge_range(0, 0, 0, self.end, f"{title} 鉴定要素细目表", self.title)
        self._headings()
        for number, line in enumerate(lines_of(self.tree), start=FIRST_ROW):
            for tier, (area, height) in line.begins.items():
                self._range(number, (tier - 1) * len(TIER_HEADS), area, height)
            self._point(number, line)
        self.sheet.freeze_panes(FIRST_ROW, 0)
        self.sheet.repeat_rows(1, FIRST_ROW - 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C&P / &N")

    def _headings(self) -> None:
        size = len(TIER_HEADS)
        for tier in range(self.n_tiers):
            at = tier * size
            words = f"鉴定范围{TIER_NAMES[tier]}"
            self.sheet.merge_range(1, at, 1, at + size - 1, words, self.head)
            self.sheet.write_row(2, at, TIER_HEADS, self.head)
            for column, width in enumerate(TIER_WIDTHS, start=at):
                self.sheet.set_column(column, column, width)
        self.sheet.merge_range(1, self.last, 1, self.end, "鉴定点", self.head)
        heads = (*POINT_HEADS, "重要系数" if self.as_factors else "重要程度", *self.kind_heads)
        self.sheet.write_row(2, self.last, heads, self.head)
        for column, width in enumerate(POINT_WIDTHS[: len(heads)], start=self.last):
            self.sheet.set_column(column, column, width)

    def _range(self, row: int, column: int, area: Area, height: int) -> None:
        x, y, z = importance_ratio(self.facts, area.path)
        name = f"{area.name}\n({x:02}:{y:02}:{z:02})"
        weight = "" if area.weight is None else area.weight
        cells = ((area.code, self.middle), (name, self.text), (weight, self.middle))
        for at, (cell, look) in enumerate(cells, start=column):
            if height > 1:
                self.sheet.merge_range(row, at, row + height - 1, at, "", look)
            self.sheet.write(row, at, cell, look)

    def _point(self, row: int, line: Line) -> None:
        point = line.point
        code, name = (point.code, point.name) if point else ("", "")
        importance = point.importance if point else None
        shown: object = importance or ""
        if importance and self.as_factors:
            shown = int(FACTORS[IMPORTANCE.index(importance)])
        self.sheet.write_string(row, self.last, code, self.middle)
        self.sheet.write_string(row, self.last + 1, name, self.text)
        self.sheet.write(row, self.last + 2, shown, self.middle)
        if self.kind_heads:
            kinds = WORK_TYPE_JOINT.join(point.work_types or ()) if point else ""
            self.sheet.write_string(row, self.end - 1, point.levels if point else "", self.middle)
            self.sheet.write_string(row, self.end, kinds, self.text)
