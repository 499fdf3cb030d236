"""Practical and performance marks of 100, from a spreadsheet or by hand; corrections supersede."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.errors import InvalidInputError, NotFoundError, Problem
from exam_server.inputs import In
from exam_server.marking.models import ComponentMark
from exam_server.marking.rules import COMPONENTS, Entered, mark_problem, read_entry
from exam_server.tables_in import Column, SheetRow

COLUMNS = (
    Column("ticket", ("准考证号", "ticket")),
    Column("practical", ("技能操作", "技能", "实操", "practical"), is_needed=False),
    Column("performance", ("工作业绩", "业绩", "performance"), is_needed=False),
)


class MarksIn(In):
    """The marks of one candidate as typed; empty says nothing."""

    practical: str = ""
    performance: str = ""


@dataclass(frozen=True)
class EnteredMark:
    """What was entered for a component, by whom, and when another took its place."""

    uid: str
    component: str
    standing: str
    mark: Decimal | None
    entered_at: datetime
    entered_by: str
    superseded_at: datetime | None


def enter_marks(
    db: Session, actor: Actor, batch: Batch, rows: Sequence[SheetRow], *, now: datetime
) -> int:
    """Enter the marks of a spreadsheet, all or none; return how many are new.

    An empty cell says nothing; a mark that differs supersedes the one before. Raises
    InvalidInputError: ``marks_refused`` with every row and column that is wrong.
    """
    by_ticket = {each.ticket: each for each in locked_registrations(db, batch)}
    problems = _sheet_problems(rows, by_ticket)
    if problems:
        raise InvalidInputError("marks_refused", problems, count=len(problems))
    entered = sum(
        _enter(db, actor, by_ticket[row.cells["ticket"]], row.cells, now=now) for row in rows
    )
    of = f"batch:{batch.uid}"
    audit.record(db, "enter_marks", by=actor.id, of=of, detail={"marks": entered})
    return entered


def enter_by_hand(
    db: Session, actor: Actor, registration: Registration, sent: MarksIn, *, now: datetime
) -> int:
    """Enter the marks of one candidate; raises InvalidInputError: ``marks_refused``."""
    typed = sent.model_dump()
    problems = [
        Problem(component, code, {"value": typed[component]})
        for component, code in _mark_problems(typed)
    ]
    if not any(typed.values()):
        problems = [Problem("practical", "no_marks")]
    if problems:
        raise InvalidInputError("marks_refused", problems, count=len(problems))
    db.execute(select(Registration.id).where(Registration.id == registration.id).with_for_update())
    entered = _enter(db, actor, registration, typed, now=now)
    of = f"registration:{registration.uid}"
    audit.record(db, "enter_marks", by=actor.id, of=of, detail=typed)
    return entered


def supersede(
    db: Session,
    actor: Actor,
    place: tuple[int, str],
    wanted: Entered,
    *,
    before: ComponentMark | None,
    now: datetime,
) -> ComponentMark:
    """Put what was entered at a place (registration, component) over what stood there."""
    if before is not None:
        before.superseded_at = now
        db.flush()  # only one mark of a component may stand
    row = ComponentMark(
        registration_id=place[0],
        component=place[1],
        standing=wanted.standing,
        mark=wanted.mark,
        entered_at=now,
        entered_by=actor.id,
    )
    db.add(row)
    db.flush()
    return row


def standing_marks(db: Session, batch: Batch) -> dict[int, dict[str, EnteredMark]]:
    """Return what stands, by registration and component; nothing for what was withdrawn."""
    chosen = (
        select(ComponentMark, Person.name)
        .join(Registration, ComponentMark.registration_id == Registration.id)
        .outerjoin(Person, ComponentMark.entered_by == Person.id)
        .where(Registration.batch_id == batch.id, ComponentMark.superseded_at.is_(None))
        .where(ComponentMark.standing != "withdrawn")
    )
    found: dict[int, dict[str, EnteredMark]] = {}
    for row, name in db.execute(chosen):
        found.setdefault(row.registration_id, {})[row.component] = _told(row, name)
    return found


def component_marks(db: Session, batch: Batch) -> dict[int, dict[str, Decimal]]:
    """Return the marks that stand, by registration and component."""
    return {
        registration_id: {
            name: entered.mark for name, entered in standing.items() if entered.mark is not None
        }
        for registration_id, standing in standing_marks(db, batch).items()
    }


def history_of(db: Session, registration: Registration) -> list[EnteredMark]:
    """Return everything ever entered for a candidate, the newest first."""
    chosen = (
        select(ComponentMark, Person.name)
        .outerjoin(Person, ComponentMark.entered_by == Person.id)
        .where(ComponentMark.registration_id == registration.id)
        .order_by(ComponentMark.id.desc())
    )
    return [_told(row, name) for row, name in db.execute(chosen)]


def registration_in(db: Session, batch: Batch, uid: str) -> Registration:
    """Return a candidate of a batch the caller was let into; raises ``no_such_candidate``."""
    chosen = select(Registration).where(Registration.batch_id == batch.id, Registration.uid == uid)
    registration = db.scalar(chosen)
    if registration is None:
        raise NotFoundError("no_such_candidate")
    return registration


def locked_registrations(db: Session, batch: Batch) -> Sequence[Registration]:
    """Return the registrations of a batch, locked: nobody else enters marks meanwhile."""
    chosen = select(Registration).where(
        Registration.batch_id == batch.id, Registration.withdrawn_at.is_(None)
    )
    return db.scalars(chosen.order_by(Registration.id).with_for_update(of=Registration)).all()


def _told(row: ComponentMark, name: str | None) -> EnteredMark:
    return EnteredMark(
        uid=row.uid,
        component=row.component,
        standing=row.standing,
        mark=row.mark,
        entered_at=row.entered_at,
        entered_by=name or "",
        superseded_at=row.superseded_at,
    )


def _sheet_problems(
    rows: Sequence[SheetRow], by_ticket: Mapping[str, Registration]
) -> list[Problem]:
    counts = Counter(row.cells["ticket"] for row in rows)
    problems = []
    for row in rows:
        ticket = row.cells["ticket"]
        where, detail = f"{row.number} ticket", {"value": ticket}
        if ticket not in by_ticket:
            problems.append(Problem(where, "ticket_unknown", {**detail}))
        if counts[ticket] > 1:
            problems.append(Problem(where, "ticket_repeated", {**detail}))
        problems += [
            Problem(f"{row.number} {component}", code, {"value": row.cells[component]})
            for component, code in _mark_problems(row.cells)
        ]
    if not any(row.cells.get(component) for row in rows for component in COMPONENTS):
        problems.append(Problem("1", "no_marks"))
    return problems


def _mark_problems(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return component and code of every mark that is wrong."""
    found = ((each, mark_problem(cells[each])) for each in COMPONENTS if cells.get(each))
    return [(component, code) for component, code in found if code is not None]


def _enter(
    db: Session,
    actor: Actor,
    registration: Registration,
    cells: Mapping[str, str],
    *,
    now: datetime,
) -> int:
    """Enter the marks of a candidate that differ from those that stand; return how many."""
    chosen = select(ComponentMark).where(
        ComponentMark.registration_id == registration.id, ComponentMark.superseded_at.is_(None)
    )
    standing = {each.component: each for each in db.scalars(chosen)}
    entered = 0
    for component in COMPONENTS:
        if not cells.get(component, "").strip():
            continue
        wanted, before = read_entry(cells[component]), standing.get(component)
        if before is None or (before.standing, before.mark) != (wanted.standing, wanted.mark):
            supersede(db, actor, (registration.id, component), wanted, before=before, now=now)
            entered += 1
    return entered
