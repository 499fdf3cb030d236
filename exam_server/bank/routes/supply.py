"""A bank's supply map, and the simulated draw: how many papers the bank carries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from exam_server.bank import service
from exam_server.bank.models import Blueprint
from exam_server.bank.routes.desk import READERS, desk, rights_in, type_names
from exam_server.bank.routes.supply_words import draw_words, short_words
from exam_server.bank.supply import Branch, branches_in, kinds_of, supply_tree
from exam_server.bank.supply_map import MapRow, draw_of, rows_of, year_of
from exam_server.bank.supply_wants import goal_wants, paper_wants
from exam_server.clock import utcnow
from exam_server.supply_facts import AskedPaper, PaperFacts, facts_of
from exam_server.web import current_person, needs, page
from itembank.blueprint_kinds import LEVELS
from itembank.draws import Draw

GOAL = "goal"
LENSES = ("supply", "use", "quality")
PAPERS, USES = 12, 3  # of a year, unless the address says otherwise
MOST_PAPERS, MOST_USES, MOST_SHARED = 200, 30, 300


@dataclass(frozen=True)
class Asked:
    """What a bank is measured by: a paper structure, or its own goal if there is none."""

    paper: AskedPaper | None
    papers: int
    uses: int
    shared: int | None
    level: str = ""
    work_type: str = ""

    @property
    def measure(self) -> str:
        """Return what names it in an address."""
        return self.paper.uid if self.paper else GOAL

    def query(self, **more: Any) -> dict[str, Any]:
        """Return it as the query of an address."""
        shared = {} if self.shared is None else {"shared": self.shared}
        kinds = {"level": self.level, "work_type": self.work_type}
        named = {"measure": self.measure, "papers": self.papers, "uses": self.uses}
        named |= {**shared, **{name: value for name, value in kinds.items() if value}}
        return {key: value for key, value in {**named, **more}.items() if value != ""}


@desk.get("/<uid>/supply")
@page
@needs(*READERS)
def supply_map(db: Session, uid: str) -> ResponseReturnValue:
    """Show ranges and points by types: what there is, and what a year's papers want."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    tree, facts, asked = _asked(db, blueprint)
    draw = _draw(tree, facts, asked)
    wants = (
        paper_wants(tree, asked.paper.demand, papers=asked.papers, most_uses=asked.uses)
        if asked.paper
        else goal_wants(tree)
    )
    opened, lens = request.args.get("open", ""), request.args.get("lens", "")
    rows = rows_of(db, blueprint, tree, facts, wants, opened=opened, with_figures=lens == "quality")
    cannot = _cannot(draw)
    return render_template(
        "bank/supply_map.html",
        blueprint=blueprint,
        rows=rows,
        types=_types_shown(rows, asked),
        facts=facts,
        asked=asked,
        kinds=kinds_of(blueprint),
        lens=lens if lens in LENSES else LENSES[0],
        opened=opened,
        cannot=cannot,
        counted=_counted(rows, cannot),
        draw=draw,
        says=_sentences(blueprint, draw) if draw else [],
        level=lambda row, name: _level(row, name, cannot),
        **rights_in(actor, blueprint),
    )


@desk.get("/<uid>/draw")
@page
@needs(*READERS)
def simulated_draw(db: Session, uid: str) -> ResponseReturnValue:
    """Say how many papers the bank carries in a year, and what runs out first."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    tree, facts, asked = _asked(db, blueprint)
    draw = _draw(tree, facts, asked)
    areas = {branch.area.path: branch.area.name for branch in branches_in(tree)}
    return render_template(
        "bank/draw.html",
        blueprint=blueprint,
        facts=facts,
        asked=asked,
        kinds=kinds_of(blueprint),
        draw=draw,
        areas=areas,
        says=_sentences(blueprint, draw) if draw else [],
        short=[(each, short_words(each, areas), _address(blueprint, each)) for each in draw.short]
        if draw
        else [],
        most={"papers": MOST_PAPERS, "uses": MOST_USES, "shared": MOST_SHARED},
        **rights_in(actor, blueprint),
    )


def _asked(db: Session, blueprint: Blueprint) -> tuple[list[Branch], PaperFacts, Asked]:
    """Return the tree, what papers ask, and what of it the address asks for."""
    facts = facts_of(db, blueprint.id, year_of(utcnow()))
    named = request.args.get("measure", "")
    paper = next((each for each in facts.papers if each.uid == named), None)
    if paper is None and named != GOAL:
        paper = next(iter(facts.papers), None)
    uses = paper.demand.max_use_per_item if paper and paper.demand.max_use_per_item > 1 else USES
    shared = _number("shared", -1, 0, MOST_SHARED)  # said or not limited
    of_paper = (paper.level, paper.work_type) if paper else ("", "")
    asked = Asked(
        paper,
        _number("papers", PAPERS, 1, MOST_PAPERS),
        _number("uses", uses, 1, MOST_USES),
        shared if shared >= 0 else None,
        level if (level := request.args.get("level", of_paper[0])) in [*LEVELS] else "",
        request.args.get("work_type", of_paper[1]),
    )
    tree = supply_tree(db, blueprint, level=asked.level, work_type=asked.work_type)
    return tree, facts, asked


def _number(name: str, usual: int, least: int, most: int) -> int:
    text = request.args.get(name, "").strip()
    return min(most, max(least, int(text[:6]))) if text.isdecimal() else usual


def _draw(tree: Sequence[Branch], facts: PaperFacts, asked: Asked) -> Draw | None:
    if asked.paper is None:
        return None
    return draw_of(
        tree,
        facts,
        asked.paper.demand,
        wanted=asked.papers,
        most_uses=asked.uses,
        most_shared=asked.shared,
    )


def _cannot(draw: Draw | None) -> dict[tuple[str, str], int]:
    """Return the ranges and types for want of which the papers cannot be made; "" is all.

    Each with how many items it lacks by itself; 0 where only several together lack them.
    """
    found: dict[tuple[str, str], int] = {}
    for each in draw.short if draw else ():
        if each.cell.kind != "importance":
            areas, types = each.cell.areas or ("",), each.cell.types or ("",)
            lacks = each.lacks if len(areas) * len(types) == 1 else 0
            for square in product(areas, types):
                found[square] = max(lacks, found.get(square, 0))
    return found


def _level(row: MapRow, name: str, cannot: Collection[tuple[str, str]]) -> str:
    """Return the level of a square; ``""`` names the row's total."""
    square = row.squares.get(name) if name else row.total
    if (row.code, name) in cannot:
        return "cannot"
    return square.level if square else "none"


def _counted(rows: Sequence[MapRow], cannot: Collection[tuple[str, str]]) -> dict[str, int]:
    """Return how many squares have each level; ranges without ranges below them count."""
    codes = {row.code.rpartition("-")[0] for row in rows if not row.is_point}
    found = {"cannot": len(cannot), "short": 0, "half": 0, "met": 0}
    for row in rows:
        if row.code and not row.is_point and row.code not in codes:
            for name in row.squares:
                level = _level(row, name, cannot)
                if level in {"short", "half", "met"}:
                    found[level] += 1
    return found


def _types_shown(rows: Sequence[MapRow], asked: Asked) -> list[str]:
    there = set(asked.paper.demand.types) if asked.paper else set()
    there |= {name for row in rows for name in row.squares}
    return [name for name in type_names() if name in there]


def _sentences(blueprint: Blueprint, draw: Draw) -> list[tuple[str, str]]:
    areas = {area.path: area.name for area in blueprint.areas}
    return draw_words(draw, areas)


def _address(blueprint: Blueprint, short: Any) -> str:
    """Return where the items of what is short are listed; "" where no filter names them."""
    cell = short.cell
    if cell.kind in {"importance", "shared"} or len(cell.areas) > 1 or "" in cell.areas:
        return ""
    query: dict[str, Any] = {"state": "active", "type": list(cell.types)}
    if cell.areas:
        query["at"] = cell.areas[0]
    return url_for("bank.bank_page", uid=blueprint.uid, **query)
