"""What became of a sitting's result, told on its timeline: marks to officers only."""

from collections.abc import Iterator

from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.results.superseding import Result, Superseded, changed, results_of
from exam_server.results.wording import moved_words, why_words
from exam_server.seating.models import Sitting
from exam_server.sitting_facts import SittingFact


def result_facts(db: Session, actor: Actor, sitting_id: int) -> list[SittingFact]:
    """Return when a candidate's result was released, and when and why another took its place."""
    sitting = db.get_one(Sitting, sitting_id)
    registration = db.get_one(Registration, sitting.registration_id)
    batch = db.get_one(Batch, registration.batch_id)
    may_see_marks = actor.may("exam_officer", organization_id=batch.organization_id)
    released = [each for each in results_of(db, batch, registration) if each.released_at]
    superseded = {each.after.run.id: each for each in changed(released)}
    return list(_told(released, superseded, may_see_marks=may_see_marks))


def _told(
    released: list[Result], superseded: dict[int, Superseded], *, may_see_marks: bool
) -> Iterator[SittingFact]:
    for place, each in enumerate(released):
        found = superseded.get(each.run.id)
        if each.released_at is None or (place and found is None):
            continue  # released again with the same result for this candidate
        if found is None:
            words, more = str(gettext("Result released")), ""
        else:
            words = str(
                gettext(
                    "The result was superseded by a later one: %(why)s", why=why_words(found.why)
                )
            )
            more = moved_words(found) if may_see_marks else ""
        yield SittingFact(each.released_at, words, more, each.released_by)
