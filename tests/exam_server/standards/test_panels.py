"""A panel from its first round to a cut that two officers agree on, on a real store."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.audit import AuditEntry
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from exam_server.marking.models import MarkingRun, SittingScore
from exam_server.programmes.models import RuleSet
from exam_server.standards import adopting, judging, rating, service
from exam_server.standards.adopting import ProposalIn
from exam_server.standards.jobs import typeset
from exam_server.standards.judged import judged_in
from exam_server.standards.models import PanelJudgement, PanelRound, StandardPanel
from exam_server.standards.printing import ask_for_report
from exam_server.standards.reporting import report_of
from exam_server.standards.routes.rounds import all_sections
from exam_server.standards.rules import PanelIn, RatingIn
from exam_server.standards.todos import todos
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_room,
    make_rule_set,
    make_sitting,
)

TODAY = date(2026, 6, 1)
MARKS = [40, 55, 60, 62, 70, 85]
N_ITEMS = 4


class Office:
    """An organization with two officers, six experts, a form, and an exam session's marks."""

    def __init__(self, db: Session, *, may_set_cut: bool = True) -> None:
        self.organization = organization = make_organization(db)
        people = [make_person(db, "exam_officer", organization=organization) for _ in range(2)]
        self.officer, self.second = (actor_of(each) for each in people)
        self.people: list[Person] = [
            make_person(db, "panel_member", organization=organization, name=f"专家{number}")
            for number in range(6)
        ]
        self.experts = [actor_of(each) for each in self.people]
        self.rules = make_rule_set(
            db, organization, may_set_cut=may_set_cut, theory_minimum=Decimal(60)
        )
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=N_ITEMS)
        self.form = run.forms[0]
        batch = make_batch(db, organization, rule_set=self.rules)
        room = make_room(db, organization)
        self.exam_session = make_exam_session(db, batch, room=room, state="closed")
        self._mark(db)

    def _mark(self, db: Session) -> None:
        run = add(
            db,
            MarkingRun(exam_session_id=self.exam_session.id, marked_at=NOW, published_at=NOW),
        )
        n_seats = len(self.exam_session.rooms[0].room.seats)
        self.sittings = [make_sitting(db, self.exam_session) for _ in MARKS[:n_seats]]
        for sitting, mark in zip(self.sittings, MARKS, strict=False):
            score = SittingScore(
                marking_run_id=run.id,
                sitting_id=sitting.id,
                mark=Decimal(mark),
                max_mark=Decimal(100),
                theory=Decimal(mark),
            )
            db.add(score)
        db.flush()

    def panel(self, db: Session, method: str = "angoff", **values: object) -> StandardPanel:
        """Write a panel down."""
        sent = {
            "title": "合格线",
            "method": method,
            "source": f"form:{self.form.uid}",
            "exam_session": self.exam_session.uid,
            "definition": "刚好够得上",
            "shows_difficulty": True,
            "members": [each.uid for each in self.people],
        }
        made = PanelIn.model_validate(sent | values)
        return service.create_panel(db, self.officer, made, now=NOW)

    def judge(self, db: Session, found: PanelRound, shift: int = 0) -> None:
        """Let all experts rate everything, each five more than the one before."""
        for number, expert in enumerate(self.experts):
            values = [40 + 5 * number + shift + 10 * place for place in range(N_ITEMS)]
            rating.rate(db, expert, found, rated(values), now=NOW)
            rating.hand_in(db, expert, found, now=NOW)


SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # as on PostgreSQL


def rated(values: Sequence[int]) -> list[RatingIn]:
    return [RatingIn(place=n, value=Decimal(value)) for n, value in enumerate(values, start=1)]


def proposal(office: Office, cut: str = "66", day: date = TODAY) -> ProposalIn:
    return ProposalIn(rule_set=office.rules.uid, cut=Decimal(cut), valid_from=day, reason="专家组")


def judged_twice(db: Session, office: Office) -> PanelRound:
    panel = office.panel(db)
    office.judge(db, service.open_round(db, office.officer, panel, note="", now=NOW))
    service.close_round(db, office.officer, panel, reason="", now=NOW)
    second = service.open_round(db, office.officer, panel, note="谈过第 2 题", now=NOW)
    office.judge(db, second, shift=5)
    return service.close_round(db, office.officer, panel, reason="", now=NOW)


def test_two_rounds_come_to_a_cut_that_two_officers_bring_into_a_dated_rule_set(
    db: Session, app: Flask
) -> None:
    office = Office(db)
    found = judged_twice(db, office)
    report = report_of(db, found)
    # experts' means of round 2: 60, 65, …, 85
    assert [row.figures.cut for row in report.members] == pytest.approx([60, 65, 70, 75, 80, 85])
    assert report.found.cut == pytest.approx(72.5)
    assert [row.change for row in report.members] == pytest.approx([5] * 6)
    assert not report.is_thin
    assert report.is_impact_thin
    passing = {each.code: each.n_pass for each in report.impact}
    n = len(office.sittings)
    assert passing["regulation"] == sum(mark >= 60 for mark in MARKS[:n])
    assert passing["recommended"] == sum(mark >= 72.5 for mark in MARKS[:n])
    adoption = adopting.propose(db, office.officer, found, proposal(office), now=NOW)
    with pytest.raises(NotAllowedError, match="second_person_needed"):
        adopting.decide(db, office.officer, adoption, is_agreed=True, reason="好", now=NOW)
    assert [each.code for each in todos(db, office.second, now=NOW)] == ["cut_to_decide"]
    adopting.decide(db, office.second, adoption, is_agreed=True, reason="同意", now=NOW)
    made = adoption.new_rule_set
    assert made is not None
    assert (made.theory_minimum, made.valid_from) == (Decimal(66), TODAY)
    assert made.pass_mark == office.rules.pass_mark
    # what batches run under stays as it was
    assert db.get_one(RuleSet, office.exam_session.batch.rule_set_id).theory_minimum == 60
    db.expire(adoption)
    assert adopting.digest(adoption.frozen) == adoption.sha256
    assert len(adoption.frozen["ratings"]) == len(office.experts)
    with app.test_request_context():
        sections = all_sections(report)
    assert [each.key for each in sections] == ["short", "cut", "impact", "members", "items"]
    job = ask_for_report(
        db, office.officer, found, told=sections, language="zh_Hans_CN", title="合格线"
    )
    assert "72.5" in sections[0].told[0]
    assert typeset(job.payload, more_fonts=None, now=NOW).startswith(b"%PDF")


@SQLITE
def test_without_leave_a_cut_is_kept_as_evidence_and_changes_nothing(db: Session) -> None:
    office = Office(db, may_set_cut=False)
    found = judged_twice(db, office)
    adoption = adopting.propose(db, office.officer, found, proposal(office), now=NOW)
    with pytest.raises(ConflictError, match="adoption_waits"):
        adopting.propose(db, office.officer, found, proposal(office), now=NOW)
    n_before = len(db.scalars(select(RuleSet)).all())
    adopting.decide(db, office.second, adoption, is_agreed=True, reason="同意", now=NOW)
    assert (adoption.outcome, adoption.new_rule_set_id) == ("evidence", None)
    assert len(db.scalars(select(RuleSet)).all()) == n_before
    with pytest.raises(ConflictError, match="adoption_decided"):
        adopting.decide(db, office.second, adoption, is_agreed=False, reason="不", now=NOW)


@SQLITE
def test_a_cut_holds_from_today_or_later_and_from_a_closed_round_only(db: Session) -> None:
    office = Office(db)
    panel = office.panel(db)
    opened = service.open_round(db, office.officer, panel, note="", now=NOW)
    with pytest.raises(ConflictError, match="round_not_closed"):
        adopting.propose(db, office.officer, opened, proposal(office), now=NOW)
    service.close_round(db, office.officer, panel, reason="", now=NOW)
    with pytest.raises(ConflictError, match="round_has_no_cut"):
        adopting.propose(db, office.officer, opened, proposal(office), now=NOW)
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(InvalidInputError, match="adoption_wrong"):
        adopting.propose(db, office.officer, opened, proposal(office, day=yesterday), now=NOW)


@SQLITE
def test_ratings_are_taken_only_from_members_and_only_while_the_round_is_open(db: Session) -> None:
    office = Office(db)
    panel = office.panel(db, members=[each.uid for each in office.people[:3]])
    expert, stranger = office.experts[0], office.experts[5]
    with pytest.raises(ConflictError, match="no_round_open"):
        rating.own_round(db, expert, panel.uid)
    found = service.open_round(db, office.officer, panel, note="", now=NOW)
    with pytest.raises(NotFoundError, match="no_such_panel"):
        rating.own_round(db, stranger, panel.uid)
    with pytest.raises(NotFoundError, match="no_such_panel"):
        rating.own_round(db, office.officer, panel.uid)
    assert [each.code for each in todos(db, expert, now=NOW)] == ["panel_to_rate"]
    rating.rate(db, expert, found, rated([50, 60]), now=NOW)
    with pytest.raises(InvalidInputError, match="ratings_wrong") as wrong:
        rating.rate(db, expert, found, [*rated([55, 63]), *rated([1] * 9)[8:]], now=NOW)
    assert [each.where for each in wrong.value.problems] == ["2", "9"]
    assert rating.values_of(db, found, expert.id) == {1: 50, 2: 60}
    with pytest.raises(ConflictError, match="ratings_missing"):
        rating.hand_in(db, expert, found, now=NOW)
    service.close_round(db, office.officer, panel, reason="", now=NOW)
    with pytest.raises(ConflictError, match="no_round_open"):
        rating.rate(db, expert, found, rated([50]), now=NOW)
    report = report_of(db, found)
    assert report.n_raters == 0
    assert len(report.ratings.unfinished) == 3
    assert report.found.refused == "too_few_judges"


@SQLITE
def test_items_stand_sealed_come_without_keys_and_every_opening_is_recorded(db: Session) -> None:
    office = Office(db)
    panel = office.panel(db)
    found = service.open_round(db, office.officer, panel, note="", now=NOW)
    versions = [each.held.item_version_id for each in judged_in(db, panel)]
    assert len(versions) == N_ITEMS
    for place in (1, 2, 1):
        item = rating.open_item(db, office.experts[0], found, place)
        assert "key" not in item
        assert "correct" not in str(item)
    with pytest.raises(NotFoundError, match="no_such_item"):
        rating.open_item(db, office.experts[0], found, N_ITEMS + 1)
    db.flush()
    chosen = select(AuditEntry).where(AuditEntry.act == "open_panel_item")
    opened = [each.detail["place"] for each in db.scalars(chosen.order_by(AuditEntry.id))]
    assert opened == [1, 2, 1]


@SQLITE
def test_in_round_two_a_member_sees_the_panel_without_names(db: Session) -> None:
    office = Office(db)
    panel = office.panel(db)
    first = service.open_round(db, office.officer, panel, note="", now=NOW)
    office.judge(db, first)
    note = RatingIn(place=1, value=Decimal(45), note="太偏")
    rating.rate(db, office.experts[1], first, [note], now=NOW)
    assert rating.told_before(db, office.experts[0], first) == {}
    service.close_round(db, office.officer, panel, reason="", now=NOW)
    second = service.open_round(db, office.officer, panel, note="", now=NOW)
    told = rating.told_before(db, office.experts[0], second)
    assert told["1"]["own"] == 40
    assert told["1"]["counts"][0] == (40.0, 1)
    assert told["1"]["notes"] == ["太偏"]
    assert told["1"]["mean"] == 52.5
    assert "专家" not in str(told)


def test_judgements_of_candidates_come_all_or_none_and_make_a_cut(db: Session) -> None:
    office = Office(db)
    panel = office.panel(db, "borderline_group", source="", members=[])
    found = service.open_round(db, office.officer, panel, note="", now=NOW)
    tickets = [each.registration.ticket for each in office.sittings]
    wrong = judging.read(judging.Sheet(pasted=f"{tickets[0]}\t2\n{tickets[1]}\t7\nX1\t1"))
    with pytest.raises(InvalidInputError, match="judgements_wrong") as refused:
        judging.take(db, office.officer, found, wrong, now=NOW)
    assert [each.code for each in refused.value.problems] == [
        "judgement_not_1_to_4",
        "ticket_not_in_exam_session",
    ]
    assert db.scalars(select(PanelJudgement)).all() == []
    sheet = "ticket\trating\n" + "\n".join(f"{ticket}\t2" for ticket in tickets)
    rows = judging.read(judging.Sheet(pasted=sheet))
    assert judging.take(db, office.officer, found, rows, now=NOW) == len(tickets)
    assert judging.take(db, office.officer, found, rows, now=NOW) == len(tickets)
    report = report_of(db, found)
    marks = sorted(MARKS[: len(tickets)])
    middle = len(marks) // 2
    median = marks[middle] if len(marks) % 2 else (marks[middle - 1] + marks[middle]) / 2
    assert report.found.cut == pytest.approx(median)
    assert report.is_thin


@SQLITE
def test_four_questions_are_set_against_the_marks(db: Session) -> None:
    office = Office(db)
    panel = office.panel(db, "hofstee", source="")
    found = service.open_round(db, office.officer, panel, note="", now=NOW)
    falling = [RatingIn(place=-n, value=Decimal(v)) for n, v in enumerate((70, 50, 0, 60), 1)]
    rating.rate(db, office.experts[0], found, falling, now=NOW)
    with pytest.raises(ConflictError, match="questions_not_rising"):
        rating.hand_in(db, office.experts[0], found, now=NOW)
    rising = [RatingIn(place=-n, value=Decimal(v)) for n, v in enumerate((45, 75, 0, 90), 1)]
    for expert in office.experts:
        rating.rate(db, expert, found, rising, now=NOW)
    cut = report_of(db, found).found.cut
    assert cut is not None
    assert 45 <= cut <= 75


@SQLITE
def test_a_bookmark_panel_needs_calibrated_items(db: Session) -> None:
    office = Office(db)
    with pytest.raises(InvalidInputError) as refused:
        office.panel(db, "bookmark")
    assert [each.code for each in refused.value.problems] == ["no_calibrated_items"]


@SQLITE
def test_an_officer_of_another_organization_finds_no_panel(db: Session) -> None:
    office, other = Office(db), Office(db)
    panel = office.panel(db)
    with pytest.raises(NotFoundError, match="no_such_panel"):
        service.panel_for(db, other.officer, panel.uid)
    with pytest.raises(InvalidInputError, match="panel_wrong"):
        other.panel(db, source=f"form:{office.form.uid}")
    with pytest.raises(InvalidInputError, match="panel_wrong"):
        other.panel(db, members=[office.people[0].uid])
