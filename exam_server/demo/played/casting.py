"""Who plays what on the finished exam day: by room and seat number, the same in every load."""

from dataclasses import dataclass
from datetime import timedelta

FIRST_ROOM, SECOND_ROOM = "机房 A", "机房 B"
SLOW_SECONDS = 4500.0


@dataclass(frozen=True)
class Part:
    """What happens to one candidate beside answering; minutes count from the room's start."""

    is_absent: bool = False
    is_slow: bool = False
    begins_min: float = 0.0
    wrong_codes: int = 0
    void_min: float | None = None
    lost: tuple[float, float] | None = None  # the line is down from … until …
    keeps_late_work: bool = False  # the line comes back only after the end
    moves_min: float | None = None
    credit_min: int = 0
    calls: tuple[float, str] | None = None
    looks_away_min: float | None = None


@dataclass(frozen=True)
class RoomPart:
    """What happens to a whole room."""

    pauses: tuple[tuple[float, float], ...] = ()  # from the minute …, for so many minutes


ROOMS = {
    FIRST_ROOM: RoomPart(),
    SECOND_ROOM: RoomPart(pauses=((30.0, 4.0),)),
}
CAST = {
    (FIRST_ROOM, 3): Part(begins_min=12),
    (FIRST_ROOM, 5): Part(is_slow=True),
    (FIRST_ROOM, 7): Part(is_absent=True),
    (FIRST_ROOM, 9): Part(calls=(18.0, "屏幕闪烁，看不清题目")),
    (FIRST_ROOM, 14): Part(lost=(20.0, 25.5)),
    (FIRST_ROOM, 21): Part(wrong_codes=2),
    (FIRST_ROOM, 25): Part(looks_away_min=27.0),
    (SECOND_ROOM, 5): Part(moves_min=15.0, credit_min=4),
    (SECOND_ROOM, 8): Part(is_slow=True),
    (SECOND_ROOM, 11): Part(void_min=35.0),
    (SECOND_ROOM, 14): Part(calls=(41.0, "")),
    (SECOND_ROOM, 19): Part(is_absent=True),
    (SECOND_ROOM, 22): Part(is_slow=True, lost=(51.0, 70.0), keeps_late_work=True),
    (SECOND_ROOM, 27): Part(is_slow=True),
}
NOBODY_SPECIAL = Part()


def part_of(room: str, seat: int) -> Part:
    """Return what the candidate at a seat plays."""
    return CAST.get((room, seat), NOBODY_SPECIAL)


def minutes(count: float) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=count)
