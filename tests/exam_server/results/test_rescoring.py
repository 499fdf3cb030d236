"""Changed scoring: previewed, decided by a second person, superseding; released when both agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.analysis.responses import responses_in
from exam_server.audit import AuditEntry
from exam_server.bank.models import ItemComment, ItemVersion
from exam_server.batches.models import Batch
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, RefusedError
from exam_server.jobs import Job, run_next_job
from exam_server.marking.component_marks import MarksIn, enter_by_hand
from exam_server.marking.models import MarkingRun, ResponseScore, ScoringChange, SittingScore
from exam_server.marking.service import mark_exam_session, newest_run
from exam_server.programmes.models import Organization
from exam_server.results import releasing, rescoring
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.precision import chance_again, precision_of
from exam_server.results.proposing import DecisionIn
from exam_server.results.releasing import ask_for_second, release, second_of
from exam_server.results.rescoring import (
    Asked,
    ChangeIn,
    ask_change,
    decide_change,
)
from exam_server.results.rules import COMPONENTS, Rules
from exam_server.results.service import decide_batch, decisions_in, newest_decisions
from exam_server.seating.models import ExamSession
from exam_server.working import JobFunctions
from scoring.composite import Rounding
from tests.factories import (
    NOW,
    actor_of,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_rule_set,
    make_sitting,
)
from tests.staff import Desk, colleague_of, desk_of

ANSWERS = ("AAAAA", "BAABB", "CAABB", "BBBBB")  # A is right; of five marks three pass
APPROVED = DecisionIn(outcome="approved", reason="the book says B too")


@dataclass(frozen=True)
class Made:
    """A batch that was marked and decided, two officers, and the item of its first position."""

    batch: Batch
    exam_session: ExamSession
    officer: Actor
    second: Actor
    version: ItemVersion
    item_uid: str


def make(db: Session, organization: Organization | None = None, **rules: Any) -> Made:
    """Mark and decide a batch of four."""
    organization = organization or make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=5)
    batch = make_batch(db, organization, rule_set=make_rule_set(db, organization, **rules))
    exam_session = make_exam_session(db, batch, assembly_run=run)
    exam_session.rooms[0].closed_at = NOW
    examiner = actor_of(make_person(db, "examiner", organization=organization))
    for answers in ANSWERS:
        sitting = make_sitting(
            db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
        )
        make_answers(db, sitting, *answers)
        sent = MarksIn(practical="80", performance="80")
        enter_by_hand(db, examiner, sitting.registration, sent, now=NOW)
    mark_exam_session(db, exam_session, by=None, now=NOW)
    decide_batch(db, batch, by=None, now=NOW)
    officers = [
        actor_of(make_person(db, "exam_officer", organization=organization)) for _ in range(2)
    ]
    used = select(ResponseScore.item_version_id).where(ResponseScore.position == 1)
    version = db.get_one(ItemVersion, db.scalars(used).first())
    return Made(batch, exam_session, officers[0], officers[1], version, version.item.uid)


def ask(db: Session, made: Made, way: str, keys: str = "") -> ScoringChange:
    sent = ChangeIn(way=way, reason="two answers are right")
    asked = Asked(made.version, sent, posted(keys))
    return ask_change(db, made.officer, made.batch, asked, now=NOW)


def posted(keys: str) -> dict[str, list[str]]:
    """Return the forms for keys of a single choice: a letter for each."""
    forms = [{f"k{n}.here": ["1"], f"k{n}.correct": [key]} for n, key in enumerate(keys, start=1)]
    return {name: values for form in forms for name, values in form.items()}


def work(database: Database, settings: Settings) -> None:
    assert run_next_job(database, settings, JobFunctions(), may_run_heavy=lambda _: True)


def theory(db: Session, made: Made) -> list[Decimal | None]:
    run = newest_run(db, made.exam_session.id)
    assert run is not None
    chosen = select(SittingScore.theory).where(SittingScore.marking_run_id == run.id)
    return list(db.scalars(chosen.order_by(SittingScore.sitting_id)))


def outcomes(db: Session, batch: Batch) -> list[str]:
    run = newest_decisions(db, batch)
    assert run is not None
    return [each.outcome for each in decisions_in(db, run)]


def enqueue(database: Database, made: Made, change: str, kind: str) -> None:
    with database.writing() as db:
        batch = db.get_one(Batch, made.batch.id)
        rescoring.ask_for(db, kind, batch, rescoring.change_in(db, batch, change), title="x")


def test_a_change_is_previewed_approved_and_supersedes_on_both_stores(
    database: Database, settings: Settings
) -> None:
    with database.writing() as db:
        made = make(db)
        change = ask(db, made, "several_keys", "AB").uid
        assert outcomes(db, made.batch) == ["pass", "fail", "fail", "fail"]
        with pytest.raises(ConflictError, match="change_asked"):
            ask(db, made, "dropped")
        found = rescoring.change_in(db, made.batch, change)
        with pytest.raises(ConflictError, match="change_not_previewed"):
            decide_change(db, made.second, made.batch, found, APPROVED, now=NOW)
        with pytest.raises(NotAllowedError, match="change_own"):
            decide_change(db, made.officer, made.batch, found, APPROVED, now=NOW)
    enqueue(database, made, change, rescoring.PREVIEW)
    work(database, settings)
    with database.writing() as db:
        batch = db.get_one(Batch, made.batch.id)
        found = rescoring.change_in(db, batch, change)
        assert found.preview is not None
        told = [found.preview[name] for name in ("candidates", "changed", "up", "down")]
        assert told == [4, 2, 1, 0]
        assert theory(db, made) == [100, 40, 40, 0]  # nothing has changed yet
        assert decide_change(db, made.second, batch, found, APPROVED, now=NOW) == "approved"
        rescoring.flag_item(db, made.second, found, "put it right", now=NOW)
        assert releasing.waiting_changes(db, batch) == 1
    enqueue(database, made, change, rescoring.APPLY)
    work(database, settings)
    with database.writing() as db:
        batch = db.get_one(Batch, made.batch.id)
        assert theory(db, made) == [100, 60, 40, 20]
        assert outcomes(db, batch) == ["pass", "pass", "fail", "fail"]
        runs = db.scalars(select(MarkingRun).order_by(MarkingRun.id)).all()
        assert [run.changes for run in runs] == [None, [change]]  # the first is still there
        decided = db.scalars(select(DecisionRun).order_by(DecisionRun.id)).all()
        assert [len(decisions_in(db, run)) for run in decided] == [4, 4]
        second = second_of(db, decided[1])
        assert second is not None
        assert (second.state, second.figures["n_differences"]) == ("equal", 0)
        assert db.scalars(select(ItemComment.text)).one() == "put it right"
        assert made.version.key == db.get_one(ItemVersion, made.version.id).key
        release(db, batch, by=made.officer.id, now=NOW)
        with pytest.raises(ConflictError, match="released_already"):
            release(db, batch, by=made.officer.id, now=NOW)
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
        assert acts.count("approve_scoring_change") == acts.count("release_results") == 1


@pytest.mark.parametrize(
    ("way", "keys", "rules", "expected"),
    [
        ("other_key", "B", {}, [80, 60, 40, 20]),
        ("full_marks", "", {}, [100, 60, 60, 20]),
        ("dropped", "", {}, [100, 50, 50, 0]),
        ("dropped", "", {"dropped_items": "full_marks"}, [100, 60, 60, 20]),
    ],
)
def test_each_way_marks_as_it_says_and_both_computations_agree(
    sqlite_database: Database,
    settings: Settings,
    way: str,
    keys: str,
    rules: dict[str, Any],
    expected: Sequence[int],
) -> None:
    with sqlite_database.writing() as db:
        made = make(db, **rules)
        change = ask(db, made, way, keys)
        change.outcome, change.decided_at, change.decided_by = "approved", NOW, made.second.id
    enqueue(sqlite_database, made, change.uid, rescoring.APPLY)
    work(sqlite_database, settings)
    with sqlite_database.reading() as db:
        assert theory(db, made) == expected
        run = newest_decisions(db, db.get_one(Batch, made.batch.id))
        assert run is not None
        second = second_of(db, run)
        assert second is not None
        assert second.figures["differences"] == []
        marking = newest_run(db, made.exam_session.id)
        assert marking is not None
        (analysed,) = responses_in(db, marking)  # as this marking took the items
        asked = {item.position: item.key for item in analysed.items}
        is_left_out = way == "dropped" and not rules
        assert (1 not in asked) == is_left_out
        assert analysed.marks.shape == (4, 4 if is_left_out else 5)
        if way == "other_key":
            assert asked[1]["correct"] == ["B"]


def test_a_preview_no_longer_holds_once_marks_change(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.writing() as db:
        made = make(db)
        change = ask(db, made, "dropped").uid
    enqueue(sqlite_database, made, change, rescoring.PREVIEW)
    work(sqlite_database, settings)
    with sqlite_database.writing() as db:
        mark_exam_session(db, made.exam_session, by=None, now=NOW)
        batch = db.get_one(Batch, made.batch.id)
        found = rescoring.change_in(db, batch, change)
        assert decide_change(db, made.second, batch, found, APPROVED, now=NOW) == "expired"
        with pytest.raises(ConflictError, match="change_decided"):
            decide_change(db, made.second, batch, found, APPROVED, now=NOW)
        mark_exam_session(db, made.exam_session, by=None, now=NOW)
        assert theory(db, made) == [100, 40, 40, 0]


@pytest.mark.parametrize(
    ("way", "keys"),
    [
        ("other_key", ""),
        ("other_key", "A"),
        ("other_key", "Z"),
        ("several_keys", "B"),
        ("several_keys", "BB"),
    ],
)
def test_a_key_that_cannot_be_is_refused(db: Session, way: str, keys: str) -> None:
    made = make(db)
    with pytest.raises(InvalidInputError, match="changed_key_wrong"):
        ask(db, made, way, keys)


def test_what_differs_is_not_released(sqlite_database: Database, settings: Settings) -> None:
    def refused() -> str:
        with sqlite_database.writing() as db:
            batch = db.get_one(Batch, made.batch.id)
            try:
                release(db, batch, by=made.officer.id, now=NOW)
            except RefusedError as why:
                return why.code
        return ""

    with sqlite_database.writing() as db:
        made = make(db)
    assert refused() == "second_missing"
    with sqlite_database.writing() as db:
        run = newest_decisions(db, db.get_one(Batch, made.batch.id))
        assert run is not None
        row = db.scalars(select(ResponseScore).where(ResponseScore.position == 2)).first()
        assert row is not None
        row.mark = Decimal("0.5")  # a fault of the first computation
        ask_for_second(db, db.get_one(Batch, made.batch.id), run, by=None, title="x")
    work(sqlite_database, settings)
    assert refused() == "second_differs"
    with sqlite_database.writing() as db:
        ask(db, made, "dropped")
    assert refused() == "scoring_change_waits"
    with sqlite_database.writing() as db:
        for decision in db.scalars(select(Decision)):
            decision.composite = Decimal(1)
    assert refused() == "decisions_outdated"


def officer_pages(client: FlaskClient, database: Database) -> tuple[Desk, Desk, Made]:
    desk = desk_of(client, database, "exam_officer")
    with database.writing() as db:
        made = make(db, db.get_one(Organization, desk.organization_id))
    return desk, colleague_of(desk, "exam_officer"), made


def test_two_officers_change_a_scoring_at_their_pages(
    client: FlaskClient, sqlite_database: Database
) -> None:
    desk, colleague, made = officer_pages(client, sqlite_database)
    uid, item = made.batch.uid, made.item_uid
    form = f"/results/{uid}/scoring/items/{item}/1"
    assert desk.client.get(form).status_code == 200
    wrong = {"way": "other_key", "k1.here": "1", "k1.correct": "X", "reason": "the key is wrong"}
    answer = desk.client.post(form, data=wrong)
    assert (answer.status_code, "the key is wrong" in answer.text) == (422, True)
    more = desk.client.post(form, data={**wrong, "more": "1", "k2.here": "1", "k2.correct": "C"})
    assert (more.status_code, 'id="k3"' in more.text) == (200, True)
    assert 'name="k2.correct" value="C" checked' in more.text
    change = desk.client.post(form, data={**wrong, "k1.correct": "B"}).location
    told = "审定评分变更"
    assert (told in colleague.client.get("/").text, told in desk.client.get("/").text) == (
        True,
        False,
    )
    assert "正在计算变更的影响" in colleague.client.get(change).text
    assert desk.work(JobFunctions())
    page = colleague.client.get(change).text
    assert "4 名考生中 3 人有变化；1 人变为合格，0 人变为不合格。" in page
    approval = {"outcome": "approved", "reason": "looked it up"}
    assert desk.client.post(change, data=approval).status_code == 403
    assert colleague.client.post(change, data={"outcome": "refused"}).status_code == 422
    assert colleague.client.post(change, data=approval).status_code == 302
    with sqlite_database.writing() as db:  # as when somebody calls the work off
        db.execute(update(Job).where(Job.kind == rescoring.APPLY).values(status="cancelled"))
    assert "按此重新评分" in desk.client.get(change).text
    assert desk.client.post(f"/results/{uid}/release").status_code == 409
    assert desk.client.post(f"{change}/again").status_code == 302
    assert desk.work(JobFunctions())
    assert "已批准，并于" in desk.client.get(change).text
    assert "两次计算一致" in desk.client.get(f"/results/{uid}/second").text
    listed = desk.client.get(f"/results/{uid}/scoring").text
    assert listed.count("state-ok") == 1
    assert desk.client.post(f"/results/{uid}/release").status_code == 302
    assert desk.client.get(f"/results/{uid}/slips").text.count('class="slip"') == 4


WEIGHTS = {"theory": Decimal(40), "practical": Decimal(60), "performance": Decimal(0)}
RULES = Rules(Decimal(60), WEIGHTS, dict.fromkeys(COMPONENTS), Rounding())


def test_a_decision_on_the_line_is_a_toss_up_and_far_from_it_sure() -> None:
    on = {"theory": Decimal(57), "practical": Decimal(62)}
    assert chance_again(on, RULES, Decimal(4)) == 0.5
    far = {"theory": Decimal(90), "practical": Decimal(62)}
    assert (chance_again(far, RULES, Decimal(4)) or 0) > 0.999


def test_too_few_candidates_say_nothing_and_enough_say_what_components_weigh() -> None:
    people = {
        str(n): {"theory": Decimal(40 + n), "practical": Decimal(70 + n % 2)} for n in range(40)
    }
    some = dict(list(people.items())[:20])
    assert precision_of(some, [], RULES, dict.fromkeys(some, Decimal(3))) == {
        "n": 20,
        "unknown": "too_few_persons",
    }
    found = precision_of(people, ["17"], RULES, dict.fromkeys(people, Decimal(3)))
    assert found["unknown"] is None
    assert found["nominal"] == {"theory": 0.4, "practical": 0.6}
    assert found["effective"]["theory"] > 0.9  # practical marks hardly differ
    assert found["standard_error"] == pytest.approx(1.2)  # 0.4 of the theory paper's
    assert list(found["again"]) == ["17"]
    # adaptive tests: each one's own error, and nothing is said while one of them is unknown
    own = {who: Decimal(n % 5 + 1) for n, who in enumerate(people)}
    told = precision_of(people, ["17", "18"], RULES, own)
    assert told["standard_error"] == pytest.approx(0.4 * 11**0.5)
    assert told["again"]["17"] == chance_again(people["17"], RULES, own["17"])
    unknown = precision_of(people, ["17"], RULES, {**own, "3": None})
    assert unknown["unknown"] == "no_standard_error"
