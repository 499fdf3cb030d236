"""Live messages about candidates who leave their seats: breaks, going out, coming back."""

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.delivery import away
from exam_server.proctoring import service
from exam_server.proctoring.acting import acting_in
from exam_server.proctoring.messages import SeatIn, Text
from exam_server.proctoring.reaching import clocks, reached
from exam_server.seating.service import sitting_in
from exam_server.web import Reply, live, needs

WholeMinutes = Annotated[int, Field(ge=1, le=120)]


class StartBreakIn(SeatIn):
    """Who leaves: a break, maybe with minutes beyond the allowance, or out while time runs."""

    kind: Literal["break", "out"] = "break"
    minutes: WholeMinutes | None = None
    reason: str = Field(default="", max_length=500)


class ExtendBreakIn(SeatIn):
    """Minutes for the break that lasts."""

    minutes: WholeMinutes
    reason: Text


@live("start_break")
@needs("proctor", "chief_proctor")
def start_break(db: Session, message: StartBreakIn) -> Reply:
    """Let a candidate leave the seat."""
    acting = acting_in(db, message)
    sitting = sitting_in(db, acting.room_run, message.sitting)
    added = message.minutes or 0 if message.kind == "break" else 0
    leave = away.Leave(message.kind, added, message.reason, acting.actor.id)
    away.start_break(db, sitting, leave, now=acting.now)
    detail = {"kind": message.kind, "minutes": str(added), "reason": message.reason}
    service.record_act(db, acting, "start_break", sitting.uid, **detail)
    return reached(clocks([sitting]), [])


@live("extend_break")
@needs("proctor", "chief_proctor")
def extend_break(db: Session, message: ExtendBreakIn) -> Reply:
    """Give a break more minutes in which the clock stands still."""
    acting = acting_in(db, message)
    sitting = sitting_in(db, acting.room_run, message.sitting)
    away.extend_break(db, sitting, message.minutes, now=acting.now)
    detail = {"minutes": str(message.minutes), "reason": message.reason}
    service.record_act(db, acting, "extend_break", sitting.uid, **detail)
    return reached(clocks([sitting]), [])


@live("end_break")
@needs("proctor", "chief_proctor")
def end_break(db: Session, message: SeatIn) -> Reply:
    """Note that a candidate is back."""
    acting = acting_in(db, message)
    sitting = sitting_in(db, acting.room_run, message.sitting)
    away.end_break(db, sitting, now=acting.now)
    service.record_act(db, acting, "end_break", sitting.uid)
    return reached(clocks([sitting]), [])


MESSAGES = (start_break, extend_break, end_break)
