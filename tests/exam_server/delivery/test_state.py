"""What a seat is told of where it stands."""

from sqlalchemy.orm import Session

from exam_server.delivery.state import sitting_state
from tests.factories import (
    NOW,
    make_batch,
    make_exam_session,
    make_organization,
    make_rule_set,
    make_sitting,
)


def test_the_state_tells_exam_place_and_rules(db: Session) -> None:
    organization = make_organization(db)
    rules = make_rule_set(db, organization, late_limit_min=15, hand_in_after_min=20)
    exam_session = make_exam_session(db, make_batch(db, organization, rule_set=rules))
    sitting = make_sitting(db, exam_session)
    told = sitting_state(db, sitting, now=NOW)
    room = exam_session.rooms[0].room
    assert told["organization"] == organization.name
    assert (told["candidate"]["site"], told["candidate"]["room"]) == (room.site.name, room.name)
    assert (told["subject"], told["subject_en"], told["level"]) == ("电工", "Electrician", 4)
    assert (told["minutes"], told["late_limit_min"], told["hand_in_after_min"]) == (60, 15, 20)
    assert told["planned_start"] == "2026-06-01T01:00:00.000Z"


def test_the_state_tells_of_a_hand_that_is_up(db: Session) -> None:
    sitting = make_sitting(db)
    assert not sitting_state(db, sitting, now=NOW)["called"]
    sitting.called_at = NOW
    assert sitting_state(db, sitting, now=NOW)["called"]
