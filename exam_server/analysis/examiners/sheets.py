"""The sheet of examiners' single marks of the practical part: read whole, or refused whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.models import ExaminerMark
from exam_server.batches.models import Batch, Registration
from exam_server.errors import InvalidInputError, Problem
from exam_server.marking.component_marks import locked_registrations
from exam_server.marking.rules import plain_entry
from exam_server.tables_in import Column, SheetRow
from scoring.marks import read_number

COLUMNS: Final = (
    Column("ticket", ("准考证号", "ticket")),
    Column("examiner", ("考评员", "examiner")),
    Column("task", ("考核项目", "项目", "task"), is_needed=False),
    Column("mark", ("得分", "评分", "mark")),
    Column("max_mark", ("满分", "out of"), is_needed=False),
)
WHOLE: Final = Decimal(100)
MOST_FULL: Final = Decimal(1000)
STEP: Final = Decimal("0.0001")
LONGEST: Final = 80


def enter_sheet(
    db: Session, actor: Actor, batch: Batch, rows: Sequence[SheetRow], *, now: datetime
) -> int:
    """Enter a sheet, all of it or none; it takes the place of the one before. Return how many.

    Raises InvalidInputError: ``examiner_marks_refused`` with every row and column that is wrong.
    """
    by_ticket = {each.ticket: each for each in locked_registrations(db, batch)}
    problems = _problems(rows, by_ticket)
    if problems:
        raise InvalidInputError("examiner_marks_refused", problems, count=len(problems))
    own = select(Registration.id).where(Registration.batch_id == batch.id)
    standing = (ExaminerMark.registration_id.in_(own), ExaminerMark.superseded_at.is_(None))
    db.execute(update(ExaminerMark).where(*standing).values(superseded_at=now))
    db.add_all(
        ExaminerMark(
            registration_id=by_ticket[row.cells["ticket"]].id,
            task=row.cells.get("task", ""),
            examiner=row.cells["examiner"],
            mark=_number(row.cells["mark"]),
            max_mark=_full(row),
            entered_at=now,
            entered_by=actor.id,
        )
        for row in rows
    )
    db.flush()
    detail = {"marks": len(rows)}
    audit.record(db, "enter_examiner_marks", by=actor.id, of=f"batch:{batch.uid}", detail=detail)
    return len(rows)


def _number(text: str) -> Decimal | None:
    return read_number(plain_entry(text))


def _full(row: SheetRow) -> Decimal | None:
    said = row.cells.get("max_mark", "")
    return _number(said) if said else WHOLE


def _problems(rows: Sequence[SheetRow], by_ticket: Mapping[str, Registration]) -> list[Problem]:
    if not rows:
        return [Problem("1", "examiner_marks_missing")]
    counts = Counter(_place(row) for row in rows)
    fulls: dict[str, Decimal | None] = {}
    problems: list[Problem] = []
    for row in rows:
        ticket, task, examiner = _place(row)
        if ticket not in by_ticket:
            problems.append(Problem(f"{row.number} ticket", "ticket_unknown", {"value": ticket}))
        for name, text in (("examiner", examiner), ("task", task)):
            if len(text) > LONGEST or (name == "examiner" and not text):
                problems.append(Problem(f"{row.number} {name}", "examiner_name", {"most": LONGEST}))
        if counts[_place(row)] > 1:
            problems.append(
                Problem(f"{row.number} examiner", "examiner_twice", {"value": examiner})
            )
        problems += _mark_problems(row, fulls.setdefault(task, _full(row)))
    return problems


def _place(row: SheetRow) -> tuple[str, str, str]:
    return row.cells["ticket"], row.cells.get("task", ""), row.cells["examiner"]


def _mark_problems(row: SheetRow, of_task: Decimal | None) -> list[Problem]:
    full, mark = _full(row), _number(row.cells["mark"])
    if full is None or not 0 < full <= MOST_FULL or full % STEP:
        value = row.cells["max_mark"]
        return [Problem(f"{row.number} max_mark", "full_mark_wrong", {"value": value})]
    if full != of_task:
        return [Problem(f"{row.number} max_mark", "full_mark_differs", {"value": full})]
    if mark is None:
        value = row.cells["mark"]
        return [Problem(f"{row.number} mark", "mark_not_a_number", {"value": value})]
    if not 0 <= mark <= full or mark % STEP:
        detail: dict[str, object] = {"value": mark, "most": full}
        return [Problem(f"{row.number} mark", "examiner_mark_out_of_range", detail)]
    return []
