"""Marks typed into the grid: cell by cell, nothing of a colleague's overwritten unseen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import registrations_of
from exam_server.errors import Problem
from exam_server.inputs import In
from exam_server.marking.component_marks import (
    COLUMNS,
    EnteredMark,
    locked_registrations,
    standing_marks,
    supersede,
)
from exam_server.marking.models import ComponentMark
from exam_server.marking.pasting import Pasted, Target, read_pasted
from exam_server.marking.rules import Entered, mark_problem, read_entry

MOST_CELLS = 2000


class CellIn(In):
    """A cell of the grid: what was typed, and the uid of the mark that was shown before."""

    registration: str
    component: Literal["practical", "performance"]
    typed: str = Field(max_length=40)
    seen: str = ""


class CellsIn(In):
    """What a grid saves at once."""

    cells: list[CellIn] = Field(min_length=1, max_length=MOST_CELLS)


@dataclass
class SavedCells:
    """What became of each cell: saved, refused, or another mark was entered meanwhile."""

    saved: list[tuple[CellIn, EnteredMark | None]] = field(default_factory=list)
    refused: list[tuple[CellIn, Problem]] = field(default_factory=list)
    conflicts: list[tuple[CellIn, EnteredMark | None]] = field(default_factory=list)


def save_cells(
    db: Session, actor: Actor, batch: Batch, cells: Sequence[CellIn], *, now: datetime
) -> SavedCells:
    """Save each cell that can be; the others are answered for themselves.

    Refusals: ``mark_not_a_number``, ``mark_out_of_range``, ``mark_decimals``,
    ``no_such_candidate``. A conflict is a mark the grid did not show and that differs from what
    was typed: it stays, and the answer tells it.
    """
    registrations = {each.uid: each for each in locked_registrations(db, batch)}
    rows, told = _standing_rows(db, batch), standing_marks(db, batch)
    outcome, changed = SavedCells(), 0
    for cell in cells:
        registration = registrations.get(cell.registration)
        problem = _problem(registration, cell)
        if problem or registration is None:
            outcome.refused.append((cell, problem or Problem(cell.component, "no_such_candidate")))
            continue
        place = registration.id, cell.component
        before, wanted = rows.get(place), read_entry(cell.typed)
        if not _differs(before, wanted):
            outcome.saved.append((cell, told.get(place[0], {}).get(cell.component)))
        elif _shown(before) != cell.seen:
            outcome.conflicts.append((cell, told.get(place[0], {}).get(cell.component)))
        else:
            row = supersede(db, actor, place, wanted, before=before, now=now)
            rows[place] = row
            outcome.saved.append((cell, _entered(row, actor)))
            changed += 1
    if changed:
        detail = {"marks": changed}
        audit.record(db, "enter_marks", by=actor.id, of=f"batch:{batch.uid}", detail=detail)
    return outcome


def _problem(registration: Registration | None, cell: CellIn) -> Problem | None:
    if registration is None:
        return Problem(cell.component, "no_such_candidate")
    code = mark_problem(cell.typed)
    return None if code is None else Problem(cell.component, code, {"value": cell.typed})


def _standing_rows(db: Session, batch: Batch) -> dict[tuple[int, str], ComponentMark]:
    chosen = (
        select(ComponentMark)
        .join(Registration, ComponentMark.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id, ComponentMark.superseded_at.is_(None))
    )
    return {(row.registration_id, row.component): row for row in db.scalars(chosen)}


def _differs(before: ComponentMark | None, wanted: Entered) -> bool:
    if before is None:
        return wanted.standing != "withdrawn"
    return (before.standing, before.mark) != (wanted.standing, wanted.mark)


def _shown(before: ComponentMark | None) -> str:
    """Return the uid a grid shows for what stands; a withdrawn mark is shown as none."""
    return "" if before is None or before.standing == "withdrawn" else before.uid


def _entered(row: ComponentMark, actor: Actor) -> EnteredMark | None:
    if row.standing == "withdrawn":
        return None
    return EnteredMark(
        row.uid, row.component, row.standing, row.mark, row.entered_at, actor.name, None
    )


class PasteIn(In):
    """What was pasted into a cell; ``order`` are the rows from there downwards as shown."""

    text: str = Field(max_length=500_000)
    component: Literal["practical", "performance"]
    order: list[str] = Field(max_length=MOST_CELLS)


def read_paste(
    db: Session, batch: Batch, sent: PasteIn, *, components: Sequence[str]
) -> tuple[Pasted, dict[str, Registration]]:
    """Return what a paste would enter, and the registrations it names; nothing is stored."""
    registrations = {each.uid: each for each in registrations_of(db, batch)}
    names = {each.candidate.id_number: uid for uid, each in registrations.items()}
    names |= {each.ticket: uid for uid, each in registrations.items()}
    headings = {column.name: column.headings for column in COLUMNS}
    order = [uid for uid in sent.order if uid in registrations]
    target = Target(sent.component, order, components)
    return read_pasted(sent.text, names, headings, target), registrations
