"""What an assembler keeps to by itself, counted in the proof too: enemies, items of sections."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from exam_server.bank.models import EnemyPair
from exam_server.forms.custody import Held
from exam_server.forms.proving_bands import ProofRow


def section_rows(stored: Mapping[str, Any], lists: Sequence[Sequence[Held]]) -> Iterator[ProofRow]:
    """Give the items of each section of fixed sets where its type does not tell."""
    types = Counter(section["type"] for section in stored["sections"])
    for number, section in enumerate(stored["sections"], start=1):
        if types[section["type"]] > 1:
            got = [sum(each.section == number for each in held) for held in lists]
            name, asked = f"{number}. {section['title']}", int(section["count"])
            met = tuple(each == asked for each in got)
            yield ProofRow("section", name, str(asked), tuple(map(str, got)), met)


def enemy_row(db: Session, forms: Sequence[frozenset[int]]) -> ProofRow:
    """Return how many pairs of enemies stand in each form, forms as ids of items."""
    pairs = _pairs(db, {each for form in forms for each in form})
    counts = [sum(one in form and other in form for one, other in pairs) for form in forms]
    met = tuple(count == 0 for count in counts)
    return ProofRow("enemies_together", "", "0", tuple(map(str, counts)), met)


def _pairs(db: Session, items: set[int]) -> set[tuple[int, int]]:
    chosen = select(EnemyPair.item_id, EnemyPair.enemy_id)
    either = or_(EnemyPair.item_id.in_(items), EnemyPair.enemy_id.in_(items))
    rows = db.execute(chosen.where(either))
    found = {(min(one, other), max(one, other)) for one, other in rows}
    return {pair for pair in found if items.issuperset(pair)}
