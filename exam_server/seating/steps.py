"""What this desk adds to the steps of a batch: exam session and rooms, seats, tickets, release."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.batches.service import registrations_of
from exam_server.batches.steps import State, Step
from exam_server.seating.models import ExamSession
from exam_server.seating.releasing import outlook


def exam_sessions_in(db: Session, batch: Batch) -> Sequence[ExamSession]:
    """Return the exam sessions of a batch by their start."""
    chosen = select(ExamSession).where(ExamSession.batch_id == batch.id)
    return db.scalars(chosen.order_by(ExamSession.planned_start, ExamSession.id)).all()


def seating_steps(db: Session, actor: Actor, batch: Batch) -> list[Step]:
    """Return the steps of this desk; where there are several sessions, at the first not ready."""
    del actor
    registered = registrations_of(db, batch)
    if not registered:
        here = {"uid": batch.uid}
        codes = ("exam_session", "seats", "tickets", "release")
        return [Step(code, "blocked", "batches.batch_page", here) for code in codes]
    found = exam_sessions_in(db, batch)
    names = ", ".join(each.name for each in found)
    plan = Step(
        "exam_session",
        "done" if found else "open",
        "seating.exam_session_page" if found else "seating.new_exam_session",
        {"uid": found[0].uid} if found else {"batch": batch.uid},
        {"names": names, "count": len(found)},
    )
    without_code = sum(each.code_hash is None for each in registered)
    return [plan, *_later_steps(db, found, without_code)]


def _later_steps(db: Session, found: Sequence[ExamSession], without_code: int) -> list[Step]:
    if not found:
        codes = ("seats", "tickets", "release")
        return [Step(code, "blocked", "seating.exam_session_list", {}) for code in codes]
    unready = [each for each in found if each.state == "planned" and _seat_trouble(db, each)]
    planned = [each for each in found if each.state == "planned"]
    seats: State = "open" if unready else "done"
    tickets: State = "blocked" if unready else "open" if without_code else "done"
    release: State = "done" if not planned else "blocked" if unready or without_code else "open"
    first = (unready or planned or list(found))[0]
    here = {"uid": first.uid}
    drawn = sum(each.seat_seed is not None for each in found)
    return [
        Step("seats", seats, "seating.exam_session_page", here, {"drawn": drawn}),
        Step("tickets", tickets, "seating.papers.paper_page", here, {"missing": without_code}),
        Step("release", release, "seating.releases.release_page", here, {"left": len(planned)}),
    ]


def _seat_trouble(db: Session, exam_session: ExamSession) -> bool:
    return not outlook(db, exam_session).is_possible
