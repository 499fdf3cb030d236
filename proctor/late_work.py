"""Work that came late and is taken in: under which numbers, and what of it counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# What takes the place of what at a position; a visit ("seen") takes the place of nothing.
FAMILIES: Final[Mapping[str, str]] = {
    "answer": "answer",
    "flagged": "flag",
    "unflagged": "flag",
}
OLDER: Final = "older_than_standing"
CONFIRMED: Final = "item_confirmed"
MALFORMED: Final = "malformed_event"


@dataclass(frozen=True)
class LateEvent:
    """A late event: whence it comes, what it is about and when it was given there.

    ``at`` is the time of the candidate's computer, ``None`` when it gave none. ``refused_code``
    says why it could not count even if it had come in time.
    """

    lease_number: int
    seq: int
    kind: str
    position: int
    at: datetime | None
    refused_code: str | None = None


@dataclass(frozen=True)
class TakenIn:
    """A late event under its new number; a code where it counts for nothing."""

    event: LateEvent
    seq: int
    refused_code: str | None


def take_in(
    events: Iterable[LateEvent],
    standing: Mapping[tuple[str, int], datetime | None],
    last_seq: int,
    closed: Iterable[int] = (),
) -> list[TakenIn]:
    """Number late events behind the last used number and say which of them count.

    They follow each other by the time of the candidate's computer, then by their old number. One
    counts only if it was given later than what stands at its position; an older answer never takes
    the place of a newer one. Equal times leave what stands, but an event with a higher number of
    the same computer is later than its own predecessor.

    Parameters
    ----------
    events
        What is taken in.
    standing
        By family (``answer``, ``flag``) and position: when what stands there was given; ``None``
        when that is not known: then nothing takes its place.
    last_seq
        The last number that is used.
    closed
        Positions of an adaptive test that were confirmed: what came next was chosen by what stood
        there, and nothing takes its place, whatever time a computer gives. A late confirmation
        closes its position too.

    Returns
    -------
    list of TakenIn
        In the order of their new numbers, without a gap.

    Examples
    --------
    >>> nine = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
    >>> ten = datetime.fromisoformat("2026-03-01T10:00:00+00:00")
    >>> late = [LateEvent(1, 4, "answer", 7, ten), LateEvent(1, 3, "answer", 8, nine)]
    >>> taken = take_in(late, {("answer", 8): ten}, last_seq=12)
    >>> [(each.seq, each.event.position, each.refused_code) for each in taken]
    [(13, 8, 'older_than_standing'), (14, 7, None)]
    """
    newest = dict(standing)
    own: dict[tuple[str, int], LateEvent] = {}
    taken, confirmed = [], set(closed)
    for seq, event in enumerate(sorted(events, key=_place), start=last_seq + 1):
        code = _problem(event, newest, own)
        if code is None and event.position in confirmed:
            code = CONFIRMED
        taken.append(TakenIn(event, seq, code))
        family = FAMILIES.get(event.kind)
        if code is None and event.kind == "confirmed":
            confirmed.add(event.position)
        if code is None and family is not None:
            newest[family, event.position] = event.at
            own[family, event.position] = event
    return taken


def _place(event: LateEvent) -> tuple[bool, float, int, int]:
    seconds = 0.0 if event.at is None else event.at.timestamp()
    return (event.at is None, seconds, event.seq, event.lease_number)


def _problem(
    event: LateEvent,
    newest: Mapping[tuple[str, int], datetime | None],
    own: Mapping[tuple[str, int], LateEvent],
) -> str | None:
    if event.refused_code is not None:
        return event.refused_code
    if event.at is None:
        return MALFORMED
    place = (FAMILIES.get(event.kind, ""), event.position)
    if place not in newest:
        return None
    before = newest[place]
    if before is None or event.at < before:
        return OLDER
    if event.at > before:
        return None
    earlier = own.get(place)
    is_successor = earlier is not None and earlier.lease_number == event.lease_number
    return None if is_successor else OLDER
