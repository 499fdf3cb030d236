"""Fixed sets (套题) composed by people: begun, filled by codes, ordered, taken out of.

A set is a form of a run that no assembler made: its list stands in custody from the first item
on, and every act makes a version, so that each can be undone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Item, ItemVersion, Point
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.forms.custody import Held, held_in, seal_items, versions_of
from exam_server.forms.editing import hold_version, store_version
from exam_server.forms.models import AssemblyRun, FixedSet, Form, PaperStructure
from exam_server.forms.practice_banks import is_for_practice
from exam_server.forms.rules import MOST_ITEMS
from exam_server.forms.service import run_for
from exam_server.inputs import In
from itembank.blueprint_kinds import is_for

CODE = r"^[A-Za-z0-9]{1,8}$"
MOST_SETS = 30
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
APART = re.compile(r"[\s,，、;；]+")
CODES_AT_ONCE = 500

Found = Row[int, str, str, str, str, list[Any] | None, int]


class SetIn(In):
    """A new set; without a code it gets the next letter."""

    code: str = Field(default="", pattern="^[A-Za-z0-9]{0,8}$")


class ComposeIn(In):
    """One act on a set: items added by code, one taken out, or moved; of which version."""

    version: int = Field(ge=1)
    act: Literal["add", "remove", "up", "down"]
    codes: str = Field(default="", max_length=20_000)
    section: int = Field(default=0, ge=0, le=MOST_ITEMS)  # 0: the first of the item's type
    position: int = Field(default=0, ge=0)


def begin_sets(
    db: Session, actor: Actor, structure: PaperStructure, *, now: datetime
) -> AssemblyRun:
    """Begin a collection of fixed sets for a paper; raises ConflictError: ``bank_for_practice``."""
    if is_for_practice(db, structure.blueprint_id):
        raise ConflictError("bank_for_practice")
    run = AssemblyRun(
        paper_structure=structure,
        mode="fixed",
        n_forms=0,
        result={"shortages": []},
        created_at=now,
        created_by=actor.id,
    )
    db.add(run)
    db.flush()
    audit.record(db, "begin_sets", by=actor.id, of=f"assembly_run:{run.uid}")
    return run


def sets_for(db: Session, actor: Actor, uid: str) -> AssemblyRun:
    """Return a collection of fixed sets; raises NotFoundError: ``no_such_run``."""
    run = run_for(db, actor, uid)
    if not run.is_fixed:
        raise NotFoundError("no_such_run")
    return run


def collections_of(db: Session, structure: PaperStructure) -> Sequence[AssemblyRun]:
    """Return the collections of fixed sets of a paper, the newest first."""
    chosen = select(AssemblyRun).where(
        AssemblyRun.paper_structure_id == structure.id, AssemblyRun.mode == "fixed"
    )
    return db.scalars(chosen.order_by(AssemblyRun.id.desc())).all()


def add_set(db: Session, actor: Actor, run: AssemblyRun, sent: SetIn) -> Form:
    """Add an empty set; raises ConflictError: ``set_exists``, ``too_many_sets``."""
    db.refresh(run, with_for_update=True)
    taken = {form.code for form in run.forms}
    code = sent.code or next(each for each in _letters() if each not in taken)
    if code in taken:
        raise ConflictError("set_exists", set=code)
    if len(taken) >= MOST_SETS:
        raise ConflictError("too_many_sets", most=MOST_SETS)
    form = Form(code=code)
    seal_items(db, form, [], run=run)
    run.forms.append(form)
    run.n_forms = len(run.forms)
    db.flush()
    db.add(FixedSet(form_id=form.id))
    db.flush()
    audit.record(db, "add_set", by=actor.id, of=f"form:{form.uid}")
    return form


def _letters() -> list[str]:
    return [*LETTERS, *(f"A{each}" for each in LETTERS)]


def compose(db: Session, actor: Actor, form: Form, sent: ComposeIn, *, now: datetime) -> None:
    """Add, take out or move items of a set that is not frozen; each act makes a version.

    Raises ConflictError: those of ``hold_version``; InvalidInputError: ``set_codes_wrong`` (with
    every code that cannot come), ``set_codes_missing``, ``no_item_there``.
    """
    hold_version(db, form, sent.version)
    held = held_in(db, form)
    if sent.act == "add":
        fill(db, actor, form, held, [(e, sent.section) for e in codes_in(sent.codes)], now=now)
        return
    place = next((n for n, each in enumerate(held) if each.position == sent.position), None)
    if place is None:
        raise InvalidInputError("no_item_there", position=sent.position)
    items = [held[place].item_version_id]
    new = removed(held, place) if sent.act == "remove" else moved(held, place, sent.act)
    _store(db, actor, form, new, {"act": sent.act, "items": items}, now=now)


def codes_in(text: str) -> list[str]:
    """Return the item codes of a pasted text, in its order.

    Examples
    --------
    >>> codes_in("A-1、A-2;  A-3 , ")
    ['A-1', 'A-2', 'A-3']
    """
    return [each for each in APART.split(text) if each]


def removed(held: Sequence[Held], place: int) -> list[Held]:
    """Return a list without the item at a place."""
    return [each for n, each in enumerate(held) if n != place]


def moved(held: Sequence[Held], place: int, way: str) -> list[Held]:
    """Return a list with the item at a place moved by one, inside its section."""
    other = place - 1 if way == "up" else place + 1
    new = list(held)
    if 0 <= other < len(new) and new[other].section == new[place].section:
        new[place], new[other] = new[other], new[place]
    return new


def fill(
    db: Session,
    actor: Actor,
    form: Form,
    held: Sequence[Held],
    wanted: Sequence[tuple[str, int]],
    *,
    now: datetime,
) -> None:
    """Add items by their codes, each with its section, behind the others of that section.

    Section 0 is the first of the item's type that has room. Raises InvalidInputError:
    ``set_codes_missing``, ``set_codes_wrong``.
    """
    if not wanted:
        raise InvalidInputError("set_codes_missing")
    new, problems = _placed(db, form, held, wanted)
    if problems:
        raise InvalidInputError("set_codes_wrong", problems, count=len(problems))
    added = [each.item_version_id for each in new]
    both = sorted([*held, *new], key=lambda each: each.section)  # keeps the order inside each
    _store(db, actor, form, both, {"act": "add", "items": added}, now=now)


def _placed(
    db: Session, form: Form, held: Sequence[Held], wanted: Sequence[tuple[str, int]]
) -> tuple[list[Held], list[Problem]]:
    structure = form.run.paper_structure
    found = _found(db, structure, [code for code, _ in wanted])
    standing = {each.item_id for each in versions_of(db, _ids(held)).values()}
    counts = [sum(each.section == n for each in held) for n in _numbers(structure)]
    new: list[Held] = []
    problems: list[Problem] = []
    for code, section in wanted:
        row = found.get(code.lower())
        problem = _problem(structure, row, standing, section)
        if row is None or problem:
            problems.append(Problem(code, problem or "set_code_unknown"))
            continue
        number = section or _roomiest(structure, row[2], counts)
        counts[number - 1] += 1
        standing.add(row[6])
        mark = Decimal(structure.demand["sections"][number - 1]["mark"])
        new.append(Held(0, row[0], number, mark))
    if len(held) + len(new) > MOST_ITEMS:
        problems.append(Problem("codes", "too_many_items", {"most": MOST_ITEMS}))
    return new, problems


def _found(db: Session, structure: PaperStructure, codes: Sequence[str]) -> dict[str, Found]:
    """Return what is needed to know of items, by their codes in small letters."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = (
        select(
            ItemVersion.id,
            Item.code,
            ItemVersion.type,
            Item.state,
            Point.levels,
            Point.work_types,
            Item.id,
        )
        .join(ItemVersion, newest)
        .join(Point, Item.point_id == Point.id)
        .where(Item.blueprint_id == structure.blueprint_id)
    )
    spelt = sorted({*codes, *map(str.upper, codes), *map(str.lower, codes)})
    found: dict[str, Found] = {}
    for first in range(0, len(spelt), CODES_AT_ONCE):
        some = spelt[first : first + CODES_AT_ONCE]
        found |= {row[1].lower(): row for row in db.execute(chosen.where(Item.code.in_(some)))}
    return found


def _problem(
    structure: PaperStructure, row: Found | None, standing: set[int], section: int
) -> str | None:
    """Return why an item cannot come into a set."""
    if row is None:
        return "set_code_unknown"
    demand = structure.demand
    kinds = {name: demand.get(name, "") for name in ("level", "work_type")}
    types = [each["type"] for each in demand["sections"]]
    wrong = {
        "set_item_not_active": row[3] != "active",
        "set_item_twice": row[6] in standing,
        "set_item_of_other_kind": not is_for(row[4], row[5] or (), **kinds),
        "set_type_not_asked": row[2] not in types,
        "set_section_of_other_type": bool(section) and types[section - 1 : section] != [row[2]],
    }
    return next((code for code, is_so in wrong.items() if is_so), None)


def _roomiest(structure: PaperStructure, kind: str, counts: Sequence[int]) -> int:
    """Return the first section of a type that has room, else the last one of the type."""
    sections = structure.demand["sections"]
    fitting = [n for n in _numbers(structure) if sections[n - 1]["type"] == kind]
    open_ones = [n for n in fitting if counts[n - 1] < sections[n - 1]["count"]]
    return (open_ones or fitting[-1:])[0]


def _numbers(structure: PaperStructure) -> range:
    return range(1, len(structure.demand["sections"]) + 1)


def _ids(held: Sequence[Held]) -> list[int]:
    return [each.item_version_id for each in held]


def _store(
    db: Session,
    actor: Actor,
    form: Form,
    held: Sequence[Held],
    change: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    numbered = [replace(each, position=n) for n, each in enumerate(held, start=1)]
    store_version(db, actor, form, numbered, {**change, "undo_to": form.version}, now=now)
    detail = {"version": form.version, "act": change["act"], "items": len(change["items"])}
    audit.record(db, "compose_set", by=actor.id, of=f"form:{form.uid}", detail=detail)
