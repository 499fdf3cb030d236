"""An exam session with an essay, its papers handed in, markers and a chief examiner."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.seating.models import ExamSession, Sitting
from exam_server.written.duties import give_duty
from exam_server.written.gathering import Found, gather
from exam_server.written.giving import PointsIn
from exam_server.written.models import WrittenTask
from tests.factories import (
    actor_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_item,
    make_organization,
    make_person,
    make_sitting,
)

ESSAY = {"stem": "<p>说明停电检修的安全措施。</p>", "lines": 10}
KEY = {
    "model_answer": "停电、验电、接地、挂牌。",
    "rubric": [
        {"id": "1", "words": "四步齐全", "points": "6"},
        {"id": "2", "words": "说明理由", "points": "4"},
    ],
}


@dataclass(frozen=True)
class Desk:
    """What the tests work with."""

    exam_session: ExamSession
    sittings: Sequence[Sitting]
    officer: Actor
    chief: Actor
    markers: Sequence[Actor]
    version_id: int

    def found(self, *texts: str) -> list[Found]:
        """Return answers as papers hold them, one for each sitting."""
        return [
            Found((sitting.id, 1, ""), self.version_id, Decimal(10), f'"{text}"' if text else "")
            for sitting, text in zip(self.sittings, texts, strict=False)
        ]

    def task(self, db: Session) -> WrittenTask:
        """Return the one task."""
        return db.scalars(select(WrittenTask)).one()


def points(first: str, second: str = "0", note: str = "") -> PointsIn:
    """Return points for both criteria."""
    return PointsIn(points={"1": first, "2": second}, note=note)


def make_desk(db: Session, *texts: str, n_markers: int = 2) -> Desk:
    """Bring answers to the desk of an exam session that is over."""
    organization = make_organization(db)
    exam_session = make_exam_session(db, make_batch(db, organization), state="closed")
    point = make_blueprint(db, organization).areas[0].points[0]
    version = make_item(db, point, type="essay", content=ESSAY, key=KEY)
    sittings = [make_sitting(db, exam_session, status="handed_in") for _ in texts]
    people: list[Person] = [
        make_person(db, "examiner", organization=organization) for _ in range(n_markers + 1)
    ]
    officer = make_person(db, "exam_officer", organization=organization)
    desk = Desk(
        exam_session,
        sittings,
        actor_of(officer),
        actor_of(people[0]),
        [actor_of(each) for each in people[1:]],
        version.id,
    )
    for person in people:
        give_duty(
            db,
            desk.officer,
            exam_session,
            person.username,
            is_chief=person is people[0],
            now=utcnow(),
        )
    gather(db, exam_session, desk.found(*texts), now=utcnow())
    return desk
