"""Made-up candidates with identity numbers of the right form that belong to nobody."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exam_server.batches.rules import CHECK_LETTERS, WEIGHTS
from exam_server.tables_in import SheetRow

SOURCE = Path(__file__).parent / "data" / "candidates.json"
AREA = "000000"  # no place has this code
FIRST_SERIAL = 100


@dataclass(frozen=True)
class SamplePerson:
    """A candidate of the sample data; ``sex`` is F or M."""

    name: str
    sex: str
    id_number: str
    employer: str


@cache
def sample_people() -> tuple[SamplePerson, ...]:
    """Return the candidates."""
    rows: list[list[str]] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        SamplePerson(name, sex, id_number(place, sex, birth), employer)
        for place, (name, sex, birth, employer) in enumerate(rows)
    )


def id_number(place: int, sex: str, birth: str) -> str:
    """Return a made-up resident number: area 000000, odd serials for men, right check letter.

    Examples
    --------
    >>> id_number(0, "M", "1985-07-21")
    '000000198507211015'
    """
    serial = FIRST_SERIAL + 2 * place + (sex == "M")
    body = f"{AREA}{birth.replace('-', '')}{serial:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK_LETTERS[total % len(CHECK_LETTERS)]


def as_sheet(people: Sequence[SamplePerson]) -> list[SheetRow]:
    """Return the list as an officer's spreadsheet has it."""
    return [
        SheetRow(
            number,
            {"name": each.name, "id_number": each.id_number, "employer": each.employer},
        )
        for number, each in enumerate(people, start=2)
    ]
