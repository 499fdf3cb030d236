"""What was copied from a spreadsheet, read into cells of the grid: by ticket, or in order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from exam_server.marking.rules import COMPONENTS, WORDS, plain_entry
from scoring.marks import read_number

MOST_LINES: Final = 5000
SEPARATORS: Final = re.compile(r"[,;，；\s]+")


@dataclass(frozen=True)
class PastedCell:
    """A mark for somebody; ``line`` (from 1) is where it stood in what was pasted."""

    line: int
    registration: str
    component: str
    typed: str


@dataclass
class Pasted:
    """What a paste would enter, and what of it was not understood.

    ``matched_by``: ticket, or order (no column names anybody). ``unmatched`` are the lines whose
    name for somebody is nobody's here; ``repeated`` those that name somebody again; ``surplus``
    counts the lines for which no row was left.
    """

    matched_by: str
    cells: list[PastedCell] = field(default_factory=list)
    unmatched: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    surplus: int = 0


@dataclass(frozen=True)
class Target:
    """Where a paste goes: the column, and the rows from the cell downwards as they are shown."""

    component: str
    order: Sequence[str]
    components: Sequence[str] = COMPONENTS


def read_pasted(
    text: str,
    names: Mapping[str, str],
    headings: Mapping[str, Sequence[str]],
    target: Target,
) -> Pasted:
    """Read what was pasted.

    ``names`` gives the registration of each ticket and identity number; ``headings`` the words a
    column of marks, or of tickets (``ticket``), may have over it.
    """
    lines = _lines(text)
    known = _spellings(names)
    named = _named_columns(lines[0][1], headings) if lines else {}
    body = lines[1:] if named else lines
    id_column = named.get("ticket", _id_column(body, known))
    columns = {place: name for name, place in named.items() if name in target.components}
    if not columns:
        columns = _mark_columns(body, id_column, target)
    if id_column is None:
        return _in_order(body, columns, target)
    return _by_name(body, columns, id_column, known)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    rows = [
        (number, [cell.strip() for cell in line.split("\t")])
        for number, line in enumerate(text.splitlines()[:MOST_LINES], start=1)
    ]
    while rows and not any(rows[-1][1]):
        rows.pop()
    if any(len(cells) > 1 for _, cells in rows):
        return rows
    split = [(number, SEPARATORS.split(cells[0])) for number, cells in rows]
    widths = {len(cells) for _, cells in split}
    return split if len(widths) == 1 and widths != {1} else rows


def _spellings(names: Mapping[str, str]) -> dict[str, str]:
    """Return who each name means, also without the zeros that a spreadsheet drops in front."""
    known = {name.casefold(): registration for name, registration in names.items()}
    short: dict[str, set[str]] = {}
    for name, registration in known.items():
        short.setdefault(name.lstrip("0"), set()).add(registration)
    return {name: found.pop() for name, found in short.items() if len(found) == 1} | known


def _named_columns(first: Sequence[str], headings: Mapping[str, Sequence[str]]) -> dict[str, int]:
    places = {cell.casefold(): place for place, cell in enumerate(first) if cell}
    return {
        name: places[word.casefold()]
        for name, words in headings.items()
        for word in reversed(words)
        if word.casefold() in places
    }


def _id_column(body: Sequence[tuple[int, list[str]]], known: Mapping[str, str]) -> int | None:
    """Return the column that names most people; a column of texts beside numbers names nobody."""
    width = max((len(cells) for _, cells in body), default=0)
    hits = [
        sum(_cell(cells, place).casefold() in known for _, cells in body) for place in range(width)
    ]
    if not any(hits):
        texts = [
            place
            for place in range(width)
            if all(_problematic(_cell(cells, place)) for _, cells in body)
        ]
        return texts[0] if texts and width > 1 else None
    return hits.index(max(hits))


def _mark_columns(
    body: Sequence[tuple[int, list[str]]], id_column: int | None, target: Target
) -> dict[int, str]:
    width = max((len(cells) for _, cells in body), default=0)
    places = [
        place
        for place in range(width)
        if place != id_column and any(_is_entry(_cell(cells, place)) for _, cells in body)
    ]
    components = list(target.components)
    if id_column is None or len(places) < len(components):
        components = components[components.index(target.component) :]
    return dict(zip(places, components, strict=False))


def _in_order(
    body: Sequence[tuple[int, list[str]]], columns: Mapping[int, str], target: Target
) -> Pasted:
    found = Pasted("order", surplus=max(0, len(body) - len(target.order)))
    for (line, cells), registration in zip(body, target.order, strict=False):
        found.cells += _cells(line, cells, columns, registration)
    return found


def _by_name(
    body: Sequence[tuple[int, list[str]]],
    columns: Mapping[int, str],
    id_column: int,
    known: Mapping[str, str],
) -> Pasted:
    found, seen = Pasted("ticket"), set[str]()
    for line, cells in body:
        name = _cell(cells, id_column)
        registration = known.get(name.casefold())
        if registration is None:
            if any(cells):
                found.unmatched.append((line, name))
        elif registration in seen:
            found.repeated.append((line, name))
        else:
            seen.add(registration)
            found.cells += _cells(line, cells, columns, registration)
    return found


def _cells(
    line: int, cells: Sequence[str], columns: Mapping[int, str], registration: str
) -> list[PastedCell]:
    """Return a line's cells; an empty one says nothing."""
    return [
        PastedCell(line, registration, component, _cell(cells, place))
        for place, component in columns.items()
        if _cell(cells, place)
    ]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _is_entry(text: str) -> bool:
    plain = plain_entry(text)
    return plain in WORDS or read_number(plain) is not None


def _problematic(text: str) -> bool:
    """Say whether a cell cannot be a mark, however wrong: a name, or a number as long as an id."""
    longest_mark = 6
    return bool(text) and (not _is_entry(text) or len(text) > longest_mark)
