"""Live messages about Safe Exam Browser: letting a seat begin without it."""

from sqlalchemy.orm import Session

from exam_server.delivery import safe_browser
from exam_server.proctoring import service
from exam_server.proctoring.acting import acting_in
from exam_server.proctoring.messages import ReasonIn
from exam_server.proctoring.reaching import Awaited, named_seats, on_each
from exam_server.seating.service import sitting_in
from exam_server.web import Reply, live, needs


@live("let_in")
@needs("proctor", "chief_proctor")
def let_in(db: Session, message: ReasonIn) -> Reply:
    """Let seats begin without Safe Exam Browser."""
    acting, uids = acting_in(db, message), named_seats(message)

    def act(uid: str | None) -> list[Awaited]:
        sitting = sitting_in(db, acting.room_run, str(uid))
        by = acting.actor.id
        safe_browser.let_in(db, sitting, reason=message.reason, by=by, now=acting.now)
        service.record_act(db, acting, "let_in", sitting.uid, reason=message.reason)
        return [{"sitting": sitting.uid}]

    return on_each(db, acting, message.model_copy(update={"sittings": uids}), act)


MESSAGES = (let_in,)
