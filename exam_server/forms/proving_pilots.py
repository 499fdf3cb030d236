"""The proof of pilot items: how many each form tries, and that they go with its scored items."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from exam_server.forms.bank_pool import enemies_of
from exam_server.forms.held_facts import Counted, ItemFacts
from exam_server.forms.models import PaperStructure
from exam_server.forms.proving_bands import NOT_ASKED, ProofRow
from exam_server.forms.rules import mark_on_paper, pilots_in


def pilot_rows(db: Session, structure: PaperStructure, counted: Counted) -> Iterator[ProofRow]:
    """Give what forms have of pilot items; the whole paper with them is told, not asked."""
    types: Counter[str] = Counter()
    for section in structure.demand["sections"]:
        types[section["type"]] += pilots_in(section)
    for name, count in types.items():
        if count:
            got = [sum(each[2] == name for each in form) for form in counted.pilots]
            met = tuple(each == count for each in got)
            yield ProofRow("pilots", name, str(count), tuple(map(str, got)), met)
    near = _near(db, structure, counted)
    yield ProofRow("pilots_near", "", "0", tuple(map(str, near)), tuple(not n for n in near))
    pairs = list(zip(counted.seen, counted.seen_pilots, strict=True))
    yield _told("pilots_items", [len(form) + len(tried) for form, tried in pairs])
    yield _told("pilots_words", [sum(e.words for e in (*form, *tried)) for form, tried in pairs])
    yield _told("pilots_marks", [f"{mark_on_paper(structure.demand):f}"] * len(pairs))


def _told(kind: str, got: Sequence[object]) -> ProofRow:
    return ProofRow(kind, "", NOT_ASKED, tuple(map(str, got)), (True,) * len(got))


def _near(db: Session, structure: PaperStructure, counted: Counted) -> list[int]:
    """Return how many pilot items of each form share a point with another, or are its enemy."""
    rows = [row for lists in (counted.by_form, counted.pilots) for form in lists for row in form]
    enemies = enemies_of(db, structure.blueprint, {row[1]: row[7] for row in rows})
    return [
        _near_in(form, tried, enemies)
        for form, tried in zip(counted.by_form, counted.pilots, strict=True)
    ]


def _near_in(
    form: Sequence[ItemFacts], tried: Sequence[ItemFacts], enemies: Mapping[int, set[str]]
) -> int:
    points = Counter(row[4] for row in (*form, *tried))
    codes = {row[7] for row in (*form, *tried)}
    return sum(points[row[4]] > 1 or bool(enemies.get(row[1], set()) & codes) for row in tried)
