"""What every staff page says of the server's time while something is wrong with it."""

from typing import Final

from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from exam_server.clock import wall_step
from exam_server.delivery import time_doubt

# Consoles show the clock's alarm too: whoever changes it has them told.
TO_CONSOLES: Final = "consoles:time"


def step_s() -> int:
    """Return by how many seconds the wall clock was changed; 0 while it is right."""
    step = wall_step()
    return round(step.total_seconds()) if abs(step) > time_doubt.TOLERANCE else 0


def time_told(db: Session) -> dict[str, object]:
    """Return what consoles are told of the clock of the server's computer."""
    return {"is_doubted": time_doubt.is_doubted(db), "step_s": step_s()}


def time_notices(db: Session) -> list[str]:
    """Return sentences about the clock of the server's computer; none when it is right."""
    notices = []
    if time_doubt.is_doubted(db):
        newest = time_doubt.newest_stored(db)
        notices.append(
            gettext(
                "The clock of the server's computer stands before what is already stored "
                "(%(newest)s). Running sittings are held until an operator has set the clock "
                "right and confirmed it: exam-server time confirm",
                newest=format_datetime(newest, "yyyy-MM-dd HH:mm:ss"),
            )
        )
    step = step_s()
    if step:
        notices.append(
            gettext(
                "The clock of the server's computer was changed by %(seconds)d s. Exams go on by "
                "the server's own steady time: nobody gains or loses any. Set the clock right, "
                "and restart the server when no exam is live.",
                seconds=step,
            )
        )
    return notices
