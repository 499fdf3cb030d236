"""Who acts in which room: asked anew with every message."""

from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.proctoring.messages import RoomIn
from exam_server.proctoring.service import Acting
from exam_server.seating.service import room_run_for
from exam_server.web import current_person


def acting_in(db: Session, message: RoomIn) -> Acting:
    """Return who acts in the room, if they are on duty there."""
    actor = current_person()
    return Acting(actor, room_run_for(db, actor, message.exam_session, message.room), utcnow())
