"""The rows of a room record's tables in words: seats, times, faults, incidents, decisions."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext

from exam_server.languages import at_text
from exam_server.proctoring.decision_words import (
    decision_words,
    outcome_of_request_words,
    waits_words,
)
from exam_server.proctoring.matters import Place
from exam_server.proctoring.record import ClockRow, LossRow, RoomRecord, SeatRow
from exam_server.wording import category_words
from proctor.incidents import CLASSES

CLOCK = "HH:mm"
WITH_SECONDS = "HH:mm:ss"
Rows = list[list[str]]


def seat_rows(rows: Iterable[SeatRow]) -> Rows:
    """Return seats with their people."""
    return [[str(row.seat), row.ticket, row.name] for row in rows]


def clock_cells(row: ClockRow) -> list[str]:
    """Return a change of time in words."""
    return [at_text(row.at, CLOCK), whom(row.seat), clock_what(row), row.reason, row.by]


def whom(seat: int | None) -> str:
    """Return the seat's number, or that it was for all."""
    return str(gettext("whole room") if seat is None else seat)


def clock_what(row: ClockRow) -> str:
    """Return what was done to a clock."""
    if row.minutes is not None:
        return str(gettext("%(count)s min", count=row.minutes))
    if row.kind != "pause":
        return away_what(row)
    if row.until is None:
        return str(gettext("paused"))
    return str(gettext("paused until %(time)s", time=at_text(row.until, CLOCK)))


def away_what(row: ClockRow) -> str:
    """Return how somebody was away: on a break that stops the clock, or out while it ran."""
    if row.until is None:
        return str(gettext("on a break") if row.kind == "break" else gettext("out of the room"))
    until = at_text(row.until, CLOCK)
    if row.kind == "break":
        return str(gettext("on a break until %(time)s", time=until))
    return str(gettext("out of the room until %(time)s", time=until))


def granted_rows(record: RoomRecord) -> Rows:
    """Return what was granted to whom; never why."""
    return [
        [
            *cells,
            str(granted.extra_min or "–"),
            str(granted.break_min or "–"),
            "; ".join(text for text in (granted.helper, granted.note) if text),
        ]
        for cells, (_, granted) in zip(
            seat_rows([row for row, _ in record.granted]), record.granted, strict=True
        )
    ]


def machine_cells(row: LossRow) -> list[str]:
    """Return a fault of a computer or line in words."""
    return [at_text(row.at, CLOCK), str(row.seat), machine_what(row)]


def machine_what(row: LossRow) -> str:
    """Return what happened to a computer or its line."""
    if row.kind == "moved":
        return str(gettext("moved to another computer"))
    if row.until is None:
        return str(gettext("no contact until now"))
    until = at_text(row.until, WITH_SECONDS)
    return str(gettext("no contact until %(time)s", time=until))


def incident_rows(record: RoomRecord) -> Sequence[list[str]]:
    """Return the incidents in words."""
    return [
        [
            at_text(row.incident.at, CLOCK),
            whom(row.seat) if row.ticket is None else f"{row.seat} {row.name} {row.ticket}",
            f"{CLASSES.get(row.incident.category, '')} "
            f"{category_words(row.incident.category)}".strip(),
            row.incident.note,
            row.by or "",
        ]
        for row in record.incidents
    ]


def late_rows_in_words(record: RoomRecord) -> Rows:
    """Return the late work and what was decided about it."""
    found = []
    for row in record.late_work:
        said = [decision_words(each) for each in row.decisions]
        if row.waits:
            said.append(waits_words(row.waits))
        reasons = dict.fromkeys(each.reason for each in row.decisions)
        cells = [place_cells(row.place), ["；".join(said), "；".join(reasons)]]
        found.append([cell for part in cells for cell in part])
    return found


def void_rows_in_words(record: RoomRecord) -> Rows:
    """Return the requests to make sittings void, with both people."""
    found = []
    for each in record.void_requests:
        request = each.row.request
        ground = f"{CLASSES.get(request.category, '')} {category_words(request.category)}".strip()
        outcome = [outcome_of_request_words(request.outcome), each.row.decided_by]
        because = [request.reason, each.row.asked_by]
        found.append(
            [
                *place_cells(each.place),
                " · ".join(filter(None, [ground, *because])),
                " · ".join(filter(None, [*outcome, request.decided_because])),
            ]
        )
    return found


def place_cells(place: Place) -> list[str]:
    """Return seat, ticket and name."""
    return [str(place.seat), place.ticket, place.name]
