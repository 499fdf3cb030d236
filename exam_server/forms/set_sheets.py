"""Fixed sets from a spreadsheet: a row an item, with the set it stands in; all or none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.errors import InvalidInputError, Problem
from exam_server.forms.composing import SetIn, add_set, fill
from exam_server.forms.editing import hold_forms
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.set_keeping import facts_of
from exam_server.inputs import parse
from exam_server.tables_in import Column, SheetRow

COLUMNS = (
    Column("set", ("套题", "套", "卷", "试卷", "Set", "Form")),
    Column("code", ("试题编号", "试题代码", "编号", "ID", "Item", "Code")),
    Column("section", ("大题", "大题序号", "Section"), is_needed=False),
)


def import_sets(
    db: Session, actor: Actor, run: AssemblyRun, rows: Sequence[SheetRow], *, now: datetime
) -> list[Form]:
    """Make a set of each name in a sheet, items in the order of the rows.

    A set that is there and not frozen is filled anew; its versions stay. Raises
    InvalidInputError: ``sheet_empty``, ``set_sheet_wrong`` (each row that is wrong).
    """
    listed: dict[str, list[SheetRow]] = {}
    for row in rows:
        listed.setdefault(row.cells["set"].strip(), []).append(row)
    if not listed:
        raise InvalidInputError("sheet_empty")
    made: list[Form] = []
    problems: list[Problem] = []
    for code, lines in listed.items():
        try:
            made.append(_filled(db, actor, run, code, lines, now))
        except InvalidInputError as refused:
            problems += _by_row(lines, refused)
    if problems:
        raise InvalidInputError("set_sheet_wrong", problems, count=len(problems))
    return made


def _filled(
    db: Session,
    actor: Actor,
    run: AssemblyRun,
    code: str,
    lines: Sequence[SheetRow],
    now: datetime,
) -> Form:
    if not code:
        raise InvalidInputError("set_code_missing")
    form = next((each for each in run.forms if each.code == code), None)
    if form is None:
        form = add_set(db, actor, run, parse(SetIn, {"code": code}))
    hold_forms(db, [form.id])
    if facts_of(db, form).frozen_at is not None:
        raise InvalidInputError("set_frozen_already", set=code)
    wanted = [(row.cells["code"].strip(), _section(row)) for row in lines]
    fill(db, actor, form, [], wanted, now=now)
    return form


def _section(row: SheetRow) -> int:
    text = row.cells.get("section", "").strip()
    if not text:
        return 0
    if not text.isdecimal():
        raise InvalidInputError(
            "set_section_no_number", [Problem(f"{row.number}", "set_section_no_number")]
        )
    return int(text)


def _by_row(lines: Sequence[SheetRow], refused: InvalidInputError) -> list[Problem]:
    """Return what refused a set, at the rows it is about."""
    first = str(lines[0].number)
    if refused.code == "set_codes_wrong":
        numbers = {row.cells["code"].strip(): row.number for row in reversed(lines)}
        return [
            Problem(f"{numbers.get(p.where, first)} · {p.where}", p.code, p.detail)
            for p in refused.problems
        ]
    where = refused.problems[0].where if refused.code == "set_section_no_number" else first
    return [Problem(where, refused.code, dict(refused.detail))]
