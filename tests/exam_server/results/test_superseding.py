"""A changed scoring is told: on the timeline, the candidate's page and the slip, to each reader."""

from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.db import Database
from exam_server.marking.component_marks import MarksIn, enter_by_hand
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Organization
from exam_server.results.models import ResultRelease, SecondComputation
from exam_server.results.service import decide_batch, decisions_in
from exam_server.results.superseding import changed, results_of, superseded_in
from exam_server.seating.models import Sitting
from tests.exam_server.results.test_rescoring import Made, ask, make
from tests.factories import NOW, actor_of, add, make_person
from tests.staff import colleague_of, desk_of


def release_newest(database: Database, made: Made) -> None:
    """Decide and release, as after a second computation that agreed."""
    with database.writing() as db:
        batch = db.get_one(Batch, made.batch.id)
        run = decide_batch(db, batch, by=None, now=NOW)
        facts = {"decision_run_id": run.id}
        second = add(
            db, SecondComputation(**facts, computed_at=NOW, state="equal", figures={}, precision={})
        )
        released = {"second_computation_id": second.id, "released_at": NOW}
        add(db, ResultRelease(**facts, **released, released_by=made.officer.id))


def rescored(database: Database, organization_id: int) -> Made:
    """Release a result, mark an item by another key, and release the result again."""
    with database.writing() as db:
        made = make(db, db.get_one(Organization, organization_id))
    release_newest(database, made)
    with database.writing() as db:
        change = ask(db, made, "other_key", "B")
        change.outcome, change.decided_at, change.decided_by = "approved", NOW, made.second.id
        change.applied_at = NOW
        db.flush()
        mark_exam_session(db, made.exam_session, by=None, now=NOW)
    release_newest(database, made)
    return made


def test_each_reader_is_told_in_the_words_allowed(
    client: FlaskClient, sqlite_database: Database
) -> None:
    officer = desk_of(client, sqlite_database, "exam_officer")
    made = rescored(sqlite_database, officer.organization_id)
    supervisor = colleague_of(officer, "quality_supervisor")
    with sqlite_database.reading() as db:
        sitting = db.scalars(select(Sitting).order_by(Sitting.id)).all()[1]
        room = sitting.room_run.room.uid
        registration = db.get_one(Registration, sitting.registration_id)
        slip = f"/results/{made.batch.uid}/candidates/{registration.uid}"
        address = f"/proctoring/{made.exam_session.uid}/{room}/sittings/{sitting.uid}/timeline"
    public = "一道试题的评分方式已对全体考生作了变更"
    seen = officer.client.get(f"{address}?kind=result").text
    assert ("成绩已发布" in seen, public in seen, "40 → 60" in seen) == (True, True, True)
    seen = supervisor.client.get(f"{address}?kind=result").text
    assert ("成绩已发布" in seen, public in seen, "40 → 60" in seen) == (True, True, False)
    page = officer.client.get(slip).text
    assert made.version.item.code in page  # officers may know the item, and the reason
    assert "two answers are right" in page
    printed = officer.client.get(f"{slip}/slip").text
    assert (public in printed, "不合格 → 合格" in printed) == (True, True)
    assert "two answers are right" not in printed
    assert made.version.item.code not in printed


def test_why_a_result_changed_is_read_from_what_it_rests_on(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        made = make(db)
        organization_id = made.batch.organization_id
    release_newest(sqlite_database, made)
    with sqlite_database.writing() as db:
        batch = db.get_one(Batch, made.batch.id)
        run = decide_batch(db, batch, by=None, now=NOW)
        first = decisions_in(db, run)[0].registration
        examiner: Actor = actor_of(
            make_person(db, "examiner", organization=db.get_one(Organization, organization_id))
        )
        enter_by_hand(db, examiner, first, MarksIn(practical="50"), now=NOW)
    release_newest(sqlite_database, made)
    with sqlite_database.reading() as db:
        batch = db.get_one(Batch, made.batch.id)
        (found,) = superseded_in(db, batch).values()  # nobody else's has changed
        assert found.after.decision.registration_id == first.id
        assert (found.why, found.changes) == (("marks_entered",), frozenset())
        assert found.before.decision.practical == Decimal(80)
        results = results_of(db, batch, db.get_one(Registration, first.id))
        assert [each.released_at is not None for each in results] == [False, True, False, True]
        assert [each.why for each in changed(results)] == [("marks_entered",)]
