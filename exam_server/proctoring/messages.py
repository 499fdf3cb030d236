"""What consoles send."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from exam_server.inputs import In

Text = Annotated[str, Field(min_length=1, max_length=500)]
Minutes = Annotated[Decimal, Field(gt=0, le=600, decimal_places=2)]
MOST_SEATS = 500


class RoomIn(In):
    """A room in an exam session."""

    exam_session: str
    room: str


class SeatIn(RoomIn):
    """A sitting in a room."""

    sitting: str


class TargetIn(RoomIn):
    """A sitting in a room, several, or the whole room."""

    sitting: str | None = None
    sittings: Annotated[list[str], Field(min_length=1, max_length=MOST_SEATS)] | None = None


class GrantTimeIn(TargetIn):
    """Minutes for sittings or the room."""

    minutes: Minutes
    reason: Text


class ReasonIn(TargetIn):
    """An act and why."""

    reason: Text


class MessageIn(TargetIn):
    """A text for seats or the room."""

    text: Text


class IncidentIn(TargetIn):
    """An incident."""

    category: str
    note: Text


class AttendanceIn(SeatIn):
    """What a proctor has seen of a candidate; nothing takes the mark away."""

    mark: str | None


class SeenIn(SeatIn):
    """A need put aside, for good or for some minutes."""

    need: str
    minutes: Annotated[int, Field(ge=1, le=120)] | None = None


class UnseenIn(SeatIn):
    """A need that was put aside by mistake."""

    need: str


class WithdrawIn(RoomIn):
    """Incidents noted by mistake."""

    incidents: Annotated[list[str], Field(min_length=1, max_length=MOST_SEATS)]


class ExamSessionIn(In):
    """An exam session."""

    exam_session: str


class NothingIn(In):
    """A message that says nothing more."""
