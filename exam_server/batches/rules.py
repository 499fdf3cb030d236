"""Checks of candidates: identity numbers and duplicates."""

import re
from collections import Counter
from collections.abc import Sequence

from exam_server.errors import Problem
from exam_server.tables_in import Column, SheetRow

COLUMNS = (
    Column("name", ("姓名", "name")),
    Column("id_number", ("证件号码", "身份证号", "id_number", "id number")),
    Column("id_type", ("证件类型", "id_type"), is_needed=False),
    Column("employer", ("单位", "工作单位", "employer"), is_needed=False),
    Column("ticket", ("准考证号", "ticket"), is_needed=False),
)
ID_TYPES = {
    "": "resident",
    "居民身份证": "resident",
    "身份证": "resident",
    "护照": "passport",
    "港澳台居民居住证": "hmt_permit",
    "港澳居民来往内地通行证": "hmt_permit",
    "台湾居民来往大陆通行证": "hmt_permit",
    "军官证": "officer",
    "外国人永久居留身份证": "foreign_permanent",
}
KNOWN_ID_TYPES = tuple(dict.fromkeys(ID_TYPES.values()))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_LETTERS = "10X98765432"
SHOWN_LONG = 14
RESIDENT = re.compile(r"^\d{17}[\dX]$")
TICKET = re.compile(r"^[A-Za-z0-9-]{4,32}$")
LOST_DIGITS = re.compile(r"^\d(\.\d+)?E\+\d+$", re.IGNORECASE)


def is_resident_id(number: str) -> bool:
    """Say whether a resident identity number has its right check character (GB 11643-1999).

    Examples
    --------
    >>> is_resident_id("11010119900307803X"), is_resident_id("110101199003078031")
    (True, False)
    """
    if not RESIDENT.match(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECK_LETTERS[total % 11] == number[-1]


def id_type_of(row: SheetRow) -> str:
    """Return the kind of identity document of a row."""
    said = row.cells.get("id_type", "")
    return ID_TYPES.get(said, said if said in KNOWN_ID_TYPES else said[:16])


def masked_id(number: str) -> str:
    """Return an identity number with its middle hidden: enough to compare, too little to misuse.

    Examples
    --------
    >>> masked_id("11010119900307803X"), masked_id("P1234567"), masked_id("P1")
    ('110101********803X', 'P1****67', '**')
    """
    shown = 6 if len(number) > SHOWN_LONG else 2
    if len(number) <= 2 * shown:
        return "*" * len(number)
    end = 4 if len(number) > SHOWN_LONG else shown
    return f"{number[:shown]}{'*' * (len(number) - shown - end)}{number[-end:]}"


def candidate_problems(rows: Sequence[SheetRow]) -> list[Problem]:
    """Return everything wrong with a list of candidates, by row and column."""
    problems = [problem for row in rows for problem in _row_problems(row)]
    for column, code in (("id_number", "id_number_repeated"), ("ticket", "ticket_repeated")):
        counted = Counter(row.cells.get(column, "").upper() for row in rows)
        problems += [
            Problem(f"{row.number} {column}", code, {"value": row.cells[column]})
            for row in rows
            if row.cells.get(column) and counted[row.cells[column].upper()] > 1
        ]
    return problems


def _row_problems(row: SheetRow) -> list[Problem]:
    no_name = None if row.cells["name"] else Problem(f"{row.number} name", "name_missing")
    found = (no_name, _id_number_problem(row), _ticket_problem(row))
    return [problem for problem in found if problem is not None]


def _id_number_problem(row: SheetRow) -> Problem | None:
    where, number = f"{row.number} id_number", row.cells["id_number"].upper()
    if not number:
        return Problem(where, "id_number_missing")
    if LOST_DIGITS.match(number):
        return Problem(where, "digits_lost", {"value": number})
    if id_type_of(row) == "resident" and not is_resident_id(number):
        return Problem(where, "id_number_wrong", {"value": number})
    return None


def _ticket_problem(row: SheetRow) -> Problem | None:
    where, ticket = f"{row.number} ticket", row.cells.get("ticket", "")
    if LOST_DIGITS.match(ticket):
        return Problem(where, "digits_lost", {"value": ticket})
    if ticket and not TICKET.match(ticket):
        return Problem(where, "ticket_wrong", {"value": ticket})
    return None
