"""What experts say of candidates they know: read from a sheet or pasted cells, kept for a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Registration
from exam_server.errors import ConflictError, InvalidInputError, Problem
from exam_server.seating.models import Sitting
from exam_server.standards.models import PanelJudgement, PanelRound
from exam_server.standards.rules import BY_GROUPS
from exam_server.standards.service import name_of
from exam_server.tables_in import Column, SheetRow, read_pasted, read_sheet

COLUMNS: Final = (
    Column("ticket", ("准考证号", "ticket")),
    Column("rating", ("评定", "rating")),
)
RATINGS: Final = {"1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class Sheet:
    """What was sent: a file by its name, or pasted cells."""

    name: str = ""
    body: bytes = b""
    pasted: str = ""


def read(sheet: Sheet) -> Sequence[SheetRow]:
    """Read what was sent; raises InvalidInputError as ``exam_server.tables_in`` does."""
    if sheet.body:
        return read_sheet(sheet.name, sheet.body, COLUMNS)
    return read_pasted(sheet.pasted, COLUMNS)


def take(
    db: Session, actor: Actor, found: PanelRound, rows: Sequence[SheetRow], *, now: datetime
) -> int:
    """Keep the judgements of an open round in place of those before; return how many.

    Nothing is taken while a row is wrong. Raises ConflictError: ``no_round_open``,
    ``judgements_not_asked``; InvalidInputError: ``judgements_wrong`` with
    ``ticket_not_in_exam_session``, ``ticket_twice``, ``judgement_not_1_to_4``.
    """
    panel = found.panel
    db.refresh(found, ["closed_at"], with_for_update=True)
    if found.closed_at is not None:
        raise ConflictError("no_round_open")
    if panel.method not in BY_GROUPS or panel.exam_session_id is None:
        raise ConflictError("judgements_not_asked")
    chosen = (
        select(Registration.ticket, Registration.id)
        .join(Sitting, Sitting.registration_id == Registration.id)
        .where(Sitting.exam_session_id == panel.exam_session_id)
    )
    known = {row[0]: row[1] for row in db.execute(chosen)}
    taken = _checked(rows, known)
    db.execute(delete(PanelJudgement).where(PanelJudgement.round_id == found.id))
    db.add_all(
        PanelJudgement(
            round_id=found.id,
            registration_id=registration_id,
            rating=rating,
            entered_at=now,
            entered_by=actor.id,
        )
        for registration_id, rating in taken.items()
    )
    db.flush()
    detail = {"round": found.number, "candidates": len(taken)}
    audit.record(db, "enter_panel_judgements", by=actor.id, of=name_of(panel), detail=detail)
    return len(taken)


def _checked(rows: Sequence[SheetRow], known: dict[str, int]) -> dict[int, int]:
    taken: dict[int, int] = {}
    problems = []
    for row in rows:
        ticket, rating = row.cells["ticket"], row.cells["rating"]
        registration_id = known.get(ticket)
        code = None
        if registration_id is None:
            code = "ticket_not_in_exam_session"
        elif registration_id in taken:
            code = "ticket_twice"
        elif rating not in RATINGS:
            code = "judgement_not_1_to_4"
        if code or registration_id is None:
            detail: dict[str, object] = {"row": row.number, "ticket": ticket, "rating": rating}
            problems.append(Problem(str(row.number), str(code), detail))
        else:
            taken[registration_id] = RATINGS[rating]
    if problems:
        raise InvalidInputError("judgements_wrong", problems)
    return taken
