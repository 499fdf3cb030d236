"""What every staff page says of the server's time while something is wrong with it."""

from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from exam_server.clock import wall_step
from exam_server.delivery import time_doubt


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
    step = wall_step()
    if abs(step) > time_doubt.TOLERANCE:
        notices.append(
            gettext(
                "The clock of the server's computer was changed by %(seconds)d s. Exams go on by "
                "the server's own steady time: nobody gains or loses any. Set the clock right, "
                "and restart the server when no exam is live.",
                seconds=round(step.total_seconds()),
            )
        )
    return notices
