"""The items a panel judges: taken down when it is made, sealed, shown as a candidate sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Item, ItemFigure, ItemVersion, Point
from exam_server.db import new_uid
from exam_server.errors import InvalidInputError, NotFoundError, Problem
from exam_server.forms.custody import Held, held_in, said_by
from exam_server.forms.drawing import needing_values
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.forms.sealed_forms import shown_items
from exam_server.forms.service import note_read
from exam_server.keyring import keyring_of, seal_facts, unseal_facts
from exam_server.standards.cuts import Items
from exam_server.standards.models import StandardPanel

LISTS: Final = "panel items"
MOST_ITEMS: Final = 200
FULL: Final = Decimal(1)
OFFICER: Final = "exam_officer"


@dataclass(frozen=True)
class Judged:
    """An item at its place, with what was known of it when the panel was made."""

    held: Held
    difficulty: float | None  # share of the full mark that candidates earned
    slope: float | None
    location: float | None


@dataclass(frozen=True)
class Source:
    """What can be judged: ``form:<uid>`` or ``bank:<uid>:<path>``, and what it is called."""

    key: str
    facts: dict[str, Any]


def sources_of(db: Session, actor: Actor) -> list[Source]:
    """Return the forms and ranges an officer may put before a panel, forms first."""
    mine = Blueprint.organization_id.in_(actor.organizations(OFFICER))
    forms = (
        select(Form.uid, Form.code, PaperStructure.title)
        .join(AssemblyRun, Form.assembly_run_id == AssemblyRun.id)
        .join(PaperStructure, AssemblyRun.paper_structure_id == PaperStructure.id)
        .join(Blueprint, PaperStructure.blueprint_id == Blueprint.id)
        .where(mine, AssemblyRun.pool_id.is_(None))
        .order_by(AssemblyRun.id.desc(), Form.code)
        .limit(MOST_ITEMS)
    )
    areas = (
        select(Blueprint.uid, Blueprint.title, Area.path, Area.name)
        .join(Area, Area.blueprint_id == Blueprint.id)
        .where(mine, Area.tier == 1)
        .order_by(Blueprint.id, Area.place)
    )
    return [
        Source(f"form:{uid}", {"kind": "form", "title": title, "code": code})
        for uid, code, title in db.execute(forms)
    ] + [
        Source(f"bank:{uid}:{path}", {"kind": "bank", "title": title, "code": path, "area": name})
        for uid, title, path, name in db.execute(areas)
    ]


def take_down(db: Session, actor: Actor, panel: StandardPanel, key: str) -> None:
    """Write down, sealed, the items that are judged and what is known of them.

    Raises InvalidInputError: ``panel_wrong`` with ``source_unknown``, ``source_empty`` or
    ``source_too_large``.
    """
    found = {each.key: each for each in sources_of(db, actor)}.get(key)
    if found is None:
        raise InvalidInputError("panel_wrong", [Problem("source", "source_unknown")])
    bank, held = _form_items(db, actor, key) if found.facts["kind"] == "form" else _range(db, key)
    if not held:
        raise InvalidInputError("panel_wrong", [Problem("source", "source_empty")])
    if len(held) > MOST_ITEMS:
        problem = Problem("source", "source_too_large", {"count": len(held), "most": MOST_ITEMS})
        raise InvalidInputError("panel_wrong", [problem])
    panel.source, panel.language, panel.n_items = found.facts, bank.language, len(held)
    panel.organization_id = bank.organization_id
    _seal(db, panel, held)


def _form_items(db: Session, actor: Actor, key: str) -> tuple[Blueprint, list[Held]]:
    form = db.scalars(select(Form).where(Form.uid == key.partition(":")[2])).one()
    note_read(db, actor, form)
    return form.run.paper_structure.blueprint, held_in(db, form)


def _range(db: Session, key: str) -> tuple[Blueprint, list[Held]]:
    """Return the items in use of a range, those without values to be drawn, one mark each."""
    _, uid, path = key.split(":", 2)
    bank = db.scalars(select(Blueprint).where(Blueprint.uid == uid)).one()
    chosen = (
        select(ItemVersion.id)
        .join(Item, (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number))
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(
            Item.blueprint_id == bank.id,
            Item.state == "active",
            (Area.path == path) | Area.path.startswith(f"{path}-", autoescape=True),
        )
        .order_by(Item.code)
        .limit(MOST_ITEMS + 1)
    )
    ids = list(db.scalars(chosen))
    drawn = {each.id for each in needing_values(db, ids)}
    fixed = [each for each in ids if each not in drawn]
    return bank, [Held(place, each, 1, FULL) for place, each in enumerate(fixed, start=1)]


def _seal(db: Session, panel: StandardPanel, held: Sequence[Held]) -> None:
    ring = keyring_of(db)
    panel.uid, panel.key_id = panel.uid or new_uid(), ring.key_id
    known = _known(db, [each.item_version_id for each in held])
    rows = [
        [each.item_version_id, each.section, str(each.mark), each.drawn, *known[place]]
        for place, each in enumerate(held)
    ]
    panel.sealed_items = seal_facts(rows, ring.key(LISTS, panel.key_id), bound=_name(panel))


def _known(db: Session, version_ids: Sequence[int]) -> list[tuple[float | None, ...]]:
    """Return difficulty, slope and location of each version as the bank knows them."""
    chosen = (
        select(ItemVersion.id, ItemFigure.difficulty, ItemFigure.slope, ItemFigure.location)
        .join(ItemFigure, ItemFigure.item_id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(version_ids), ItemFigure.version_number >= ItemVersion.number)
    )
    found = {row[0]: (row[1], row[2], row[3]) for row in db.execute(chosen)}
    return [found.get(each, (None, None, None)) for each in version_ids]


def judged_in(db: Session, panel: StandardPanel) -> list[Judged]:
    """Return what a panel judges by place; ConflictError: ``server_secret_missing``."""
    if panel.sealed_items is None or panel.key_id is None:
        return []
    key = keyring_of(db).key(LISTS, panel.key_id)
    rows = unseal_facts(panel.sealed_items, key, bound=_name(panel))
    return [
        Judged(Held(place, row[0], row[1], Decimal(row[2]), row[3]), *row[4:])
        for place, row in enumerate(rows, start=1)
    ]


def figures_of(judged: Sequence[Judged]) -> Items:
    """Return what is known of the items as arrays."""

    def column(values: list[float | None]) -> Any:
        return np.array([np.nan if each is None else each for each in values], dtype=np.float64)

    return Items(
        marks=np.array([float(each.held.mark) for each in judged]),
        difficulties=column([each.difficulty for each in judged]),
        slopes=column([each.slope for each in judged]),
        locations=column([each.location for each in judged]),
    )


def item_shown(db: Session, panel: StandardPanel, place: int) -> dict[str, Any]:
    """Return an item as a seat gets it, without its key; raises NotFoundError: ``no_such_item``."""
    judged = judged_in(db, panel)
    if not 1 <= place <= len(judged):
        raise NotFoundError("no_such_item")
    items = said_by(db, [judged[place - 1].held])
    return shown_items(db, panel.organization_id, items)[0]


def digest_of(db: Session, panel: StandardPanel) -> str:
    """Return a keyed hash of what was judged: it cannot be tried out with the bank's items."""
    if panel.key_id is None:
        return ""
    held = [(each.held.item_version_id, str(each.held.mark)) for each in judged_in(db, panel)]
    return keyring_of(db).digest(LISTS, str(held), key_id=panel.key_id).hex()


def _name(panel: StandardPanel) -> str:
    return f"standard_panel:{panel.uid}"
